# Each target makes the environment it needs in .venv-<python version> on first use.
PYENV_VERSIONS := $(wildcard $(HOME)/.pyenv/versions)
find_python = $(firstword $(shell for p in python$(1) $(PYENV_VERSIONS)/$(1)*/bin/python; do \
	"$$p" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$(1)')" 2>/dev/null && echo "$$p"; done))
PYTHON_3.11 := $(call find_python,3.11)
PYTHON_3.12 := $(call find_python,3.12)
DEFAULT := $(if $(PYTHON_3.11),3.11,3.12)
BAYESFLOW_3.11 := bayesflow==2.0.12
BAYESFLOW_3.12 := bayesflow==2.1.0
export KERAS_BACKEND := tensorflow
export TF_CPP_MIN_LOG_LEVEL := 3

.PHONY: demo test test-all test-3.11 test-3.12 headline lint

demo: .venv-$(DEFAULT)/.ready
	.venv-$(DEFAULT)/bin/bf-vae demo --task two_moons --method cp-vae --budget 10000

test: test-$(DEFAULT)

test-3.11 test-3.12: test-%: .venv-%/.ready
	.venv-$*/bin/python -m pytest -n 2 -q

test-all: $(if $(PYTHON_3.11),test-3.11) $(if $(PYTHON_3.12),test-3.12)

headline: .venv-$(DEFAULT)/.ready
	.venv-$(DEFAULT)/bin/python benchmarks/headline.py

lint: .venv-$(DEFAULT)/.ready
	.venv-$(DEFAULT)/bin/ruff check . && .venv-$(DEFAULT)/bin/ruff format --check .

# sbibm's observations and reference posteriors are plain files: its dependencies (several GB) are not needed.
.venv-%/.ready: setup.cfg Makefile
	@test -n "$(PYTHON_$*)" || { echo "Python 3.11 or 3.12 is needed; neither was found."; exit 1; }
	"$(PYTHON_$*)" -m venv .venv-$*
	.venv-$*/bin/python -m pip install --quiet --disable-pip-version-check -e ".[dev]" "$(BAYESFLOW_$*)"
	.venv-$*/bin/python -m pip install --quiet --disable-pip-version-check --no-deps sbibm==1.1.0
	touch $@
