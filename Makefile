# Each target makes the environment it needs in .venv-<python version> on first use.
PYENV_VERSIONS := $(wildcard $(HOME)/.pyenv/versions)
find_python = $(firstword $(shell for p in python$(1) $(PYENV_VERSIONS)/$(1)*/bin/python; do \
	"$$p" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$(1)')" 2>/dev/null && echo "$$p"; done))
PYTHON_3.11 := $(call find_python,3.11)
PYTHON_3.12 := $(call find_python,3.12)
DEFAULT := $(if $(PYTHON_3.11),3.11,3.12)
OTHER := $(if $(filter 3.11,$(DEFAULT)),$(if $(PYTHON_3.12),3.12,3.11),3.12)
BAYESFLOW_3.11 := bayesflow==2.0.12
BAYESFLOW_3.12 := bayesflow==2.1.0
# Stealing work leaves the tests of a file, and what they share, together as long as it can.
PYTEST := python -m pytest -n 2 --dist worksteal -q
# Python compiles what it imports; compiling all packages takes as long as installing them.
INSTALL := bin/python -m pip install --quiet --disable-pip-version-check --no-compile
export KERAS_BACKEND := tensorflow
export TF_CPP_MIN_LOG_LEVEL := 3

.PHONY: demo test test-all test-3.11 test-3.12 test-other bayesflow1 speed ablation known-posteriors \
	benchmark-smoke headline tables docs lint

demo: .venv-$(DEFAULT)/.installed
	.venv-$(DEFAULT)/bin/bf-vae demo --task two_moons --method cp-vae --budget 10000

test: test-$(DEFAULT)

test-3.11 test-3.12: test-%: .venv-%/.ready
	.venv-$*/bin/$(PYTEST)

test-all: $(if $(PYTHON_3.11),test-3.11) $(if $(PYTHON_3.12),test-3.12)

# What the other version's BayesFlow can break; test-all runs the rest there too.
test-other: .venv-$(OTHER)/.ready
	.venv-$(OTHER)/bin/$(PYTEST) tests/amortizers tests/inference_networks tests/networks \
		tests/trainers tests/test_notebooks.py tests/test_readme.py tests/test_without_bayesflow.py

# BayesFlow 1.x and 2.x are one package by name, so each needs an environment of its own.
bayesflow1: .venv-bayesflow1/.ready
	.venv-bayesflow1/bin/python -m pytest -q tests/bayesflow1 tests/test_readme.py

speed: .venv-benchmark/.ready
	.venv-benchmark/bin/python benchmarks/speed.py
	.venv-benchmark/bin/python benchmarks/summary_networks.py

# Each ingredient of the default off, one at a time (an hour and more).
ablation: .venv-$(DEFAULT)/.ready
	.venv-$(DEFAULT)/bin/python benchmarks/ablation.py

# The default on small problems with exact posteriors (an hour and a half).
known-posteriors: .venv-$(DEFAULT)/.ready
	.venv-$(DEFAULT)/bin/python benchmarks/known_posteriors.py

# Every method on one task with next to no training: shows that all of them run.
SMOKE := build/benchmark-smoke
benchmark-smoke: .venv-benchmark/.ready
	rm -rf $(SMOKE)
	.venv-benchmark/bin/bf-vae benchmark --methods all --tasks two_moons --budgets 200 --epochs 1 \
		--observations 1 --samples 200 --folder $(SMOKE)/results
	.venv-benchmark/bin/bf-vae report --folder $(SMOKE)/results --output $(SMOKE)/report

# Our two defaults on all tasks (hours), then every table that is made from the results.
headline: .venv-$(DEFAULT)/.ready
	.venv-$(DEFAULT)/bin/bf-vae benchmark --methods cp-vae,up-vae --tasks all --runs 3
	$(MAKE) --no-print-directory tables

tables: .venv-$(DEFAULT)/.ready
	.venv-$(DEFAULT)/bin/bf-vae report
	.venv-$(DEFAULT)/bin/python benchmarks/documentation_tables.py

# The guides and the API; a warning is an error.
docs: .venv-$(DEFAULT)/.ready
	.venv-$(DEFAULT)/bin/python -m sphinx -W --keep-going -q -b html docs docs/_build

lint: .venv-$(DEFAULT)/.ready
	.venv-$(DEFAULT)/bin/ruff check . && .venv-$(DEFAULT)/bin/ruff format --check .

# sbibm's observations and reference posteriors are plain files: its dependencies (several GB) are not needed.
.venv-%/.installed: setup.cfg Makefile
	@test -n "$(PYTHON_$*)" || { echo "Python 3.11 or 3.12 is needed; neither was found."; exit 1; }
	"$(PYTHON_$*)" -m venv .venv-$*
	.venv-$*/$(INSTALL) -e . "$(BAYESFLOW_$*)"
	.venv-$*/$(INSTALL) --no-deps sbibm==1.1.0
	touch $@

# No warning of what sbibm would like to have.
.PRECIOUS: .venv-%/.installed
.venv-%/.ready: .venv-%/.installed
	.venv-$*/$(INSTALL) --no-warn-conflicts -e ".[dev]" "$(BAYESFLOW_$*)"
	touch $@

# The peers: sbi brings torch, which no other environment has.
.venv-benchmark/.ready: setup.cfg Makefile
	"$(PYTHON_$(DEFAULT))" -m venv .venv-benchmark
	.venv-benchmark/$(INSTALL) torch==2.13.0
	.venv-benchmark/$(INSTALL) -e ".[dev,benchmark]" "$(BAYESFLOW_$(DEFAULT))"
	.venv-benchmark/$(INSTALL) --no-deps sbibm==1.1.0
	touch $@

# BayesFlow 1.1.6 asks for TensorFlow < 2.16, but runs on the one that this package needs.
.venv-bayesflow1/.ready: setup.cfg Makefile
	@test -n "$(PYTHON_3.11)" || { echo "Python 3.11 is needed for BayesFlow 1.1.6."; exit 1; }
	"$(PYTHON_3.11)" -m venv .venv-bayesflow1
	.venv-bayesflow1/$(INSTALL) -e ".[dev]" "$(BAYESFLOW_3.11)"
	.venv-bayesflow1/$(INSTALL) --no-deps sbibm==1.1.0 bayesflow==1.1.6
	touch $@
