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

.PHONY: demo test test-all test-3.11 test-3.12 bayesflow1 speed headline lint

demo: .venv-$(DEFAULT)/.ready
	.venv-$(DEFAULT)/bin/bf-vae demo --task two_moons --method cp-vae --budget 10000

test: test-$(DEFAULT)

test-3.11 test-3.12: test-%: .venv-%/.ready
	.venv-$*/bin/python -m pytest -n 2 -q

test-all: $(if $(PYTHON_3.11),test-3.11) $(if $(PYTHON_3.12),test-3.12)

# BayesFlow 1.x and 2.x are one package by name, so each needs an environment of its own.
bayesflow1: .venv-bayesflow1/.ready
	.venv-bayesflow1/bin/python -m pytest -q tests/bayesflow1 tests/test_readme.py

speed: .venv-$(DEFAULT)/.ready
	.venv-$(DEFAULT)/bin/python benchmarks/speed.py

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

# BayesFlow 1.1.6 asks for TensorFlow < 2.16, but runs on the one that this package needs.
.venv-bayesflow1/.ready: setup.cfg Makefile
	@test -n "$(PYTHON_3.11)" || { echo "Python 3.11 is needed for BayesFlow 1.1.6."; exit 1; }
	"$(PYTHON_3.11)" -m venv .venv-bayesflow1
	.venv-bayesflow1/bin/python -m pip install --quiet --disable-pip-version-check -e ".[dev]" "$(BAYESFLOW_3.11)"
	.venv-bayesflow1/bin/python -m pip install --quiet --disable-pip-version-check --no-deps sbibm==1.1.0 bayesflow==1.1.6
	touch $@
