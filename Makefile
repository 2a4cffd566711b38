PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

# How many scenarios run at once. Any number gives the same output: see docs/parallel.md. Three for each processor,
# as half of the time of a run is spent waiting for tokens to expire and for jobs to run out of time.
JOBS ?= $(shell expr 3 '*' $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1))

.DEFAULT_GOAL := help
.PHONY: help acceptance nightly merge nightly-merged test perceval selftest bench steadiness clean

help: ## Show what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

acceptance: $(VENV)/.features ## Run the features on the embedded sandbox, with reports in reports/
	@$(BIN)/behave -D target=embedded -D reports=reports --jobs $(JOBS) $(ARGS)

nightly: $(VENV)/.features ## Run the features on the cloud of the settings, SHARD=2/5 of them if given, and sweep
	@BIN=$(BIN) JOBS=$(JOBS) SHARD=$(SHARD) REPORTS=$(REPORTS) ARGS='$(ARGS)' .ci/nightly

# Where the shards' reports are, and the record of the run before, which may be missing.
SHARDS ?= reports/shards/*
BEFORE ?= reports/before/run.json

merge: $(VENV)/.features ## Join the reports of SHARDS into one page, compared with the run BEFORE
	@$(BIN)/cloudqa merge $(wildcard $(SHARDS)) $(if $(wildcard $(BEFORE)),--before $(BEFORE)) $(ARGS)

nightly-merged: $(VENV)/.features ## Run five shards here, one after another, and merge them
	@rm -rf reports/shards
	@for n in 1 2 3 4 5; do \
	  $(MAKE) --no-print-directory nightly SHARD=$$n/5 REPORTS=reports/shards/$$n || true; done
	@$(MAKE) --no-print-directory merge BEFORE=reports/merged/run.json

test: $(VENV)/.tests ## Check and test the suite and the sandbox themselves
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/behave --dry-run --format null --no-summary >/dev/null || \
	  { echo "A step is undefined: run $(BIN)/behave --dry-run"; exit 1; }
	@$(BIN)/pytest --numprocesses auto --dist worksteal $(ARGS)

perceval: $(VENV)/.perceval ## Run the features of the real client, Perceval
	@$(BIN)/behave -D target=embedded --tags=@perceval $(ARGS)

selftest: $(VENV)/.features ## Plant faults into the sandbox, and see that the features find every one
	@$(BIN)/cloudqa selftest $(ARGS)

bench: $(VENV)/.tests $(VENV)/.others ## Measure the suite, as ratios in one run
	@$(BIN)/python -m benchmarks

steadiness: $(VENV)/.features ## Run the features twenty times, in random order, on slow clouds too
	@$(BIN)/python -m benchmarks.steadiness

clean: ## Remove everything that was installed or made
	rm -rf $(VENV) reports .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed: name one with make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.features: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing the suite into $(VENV)"
	@$(PIP) --editable .
	@touch $@

$(VENV)/.tests: $(VENV)/.features
	@echo "Installing the tools of its tests into $(VENV)"
	@$(PIP) --editable '.[test]'
	@touch $@

$(VENV)/.others: $(VENV)/.features
	@echo "Installing what the suite is measured against into $(VENV)/others"
	@$(PYTHON) -m venv $(VENV)/others
	@$(VENV)/others/bin/python -m pip --disable-pip-version-check install --quiet \
	  --constraint constraints.txt --editable '.[bench]'
	@touch $@

$(VENV)/.perceval: $(VENV)/.features
	@echo "Installing Perceval into $(VENV) (some 470 MB)"
	@$(PIP) --editable '.[perceval]'
	@touch $@
