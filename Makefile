# The two commands that do all set-up: `make check` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
CHROMIUM ?= $(or $(APPS_CHROMIUM),/usr/bin/chromium)
ON_ALL_CORES := -n auto --dist worksteal
# The tests start hundreds of processes: without compiled modules, each would compile the package anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help check test lint types suite mutants bench wheel lowest browser docs clean

help: ## what there is to make
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

check: $(VENV)/.ready ## judge the embedded reference server: the main job, end to end
	$(BIN)/apps-contract check

test: $(VENV)/.ready lint types suite ## every test of this project, on all cores
	$(BIN)/python -m pytest $(ON_ALL_CORES)

lint: $(VENV)/.ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.ready
	$(BIN)/mypy

suite: $(VENV)/.ready ## the server suite through pytest, against the embedded reference server
	$(BIN)/python -m pytest contract_tests/server -q

mutants: $(VENV)/.ready ## the whole score against all seeded faults and conforming variants
	$(BIN)/apps-contract mutants

wheel: $(VENV)/.ready ## build the wheel, install it alone elsewhere and judge the embedded server with it
	scripts/check_wheel $(BIN)/python

lowest: $(VENV)/.ready ## try the oldest versions of what we build on that pyproject.toml admits
	scripts/check_lowest $(BIN)/python

browser: $(VENV)/.ready ## the report pages in a real Chromium, with the accessibility rules of axe-core
	@test -x "$(CHROMIUM)" || { echo "no Chromium at $(CHROMIUM): install it (apt-get install chromium) or name another, as in make browser CHROMIUM=/path/to/chrome" >&2; exit 2; }
	@command -v npm >/dev/null || { echo "npm is missing, which fetches axe-core: apt-get install npm" >&2; exit 2; }
	$(BIN)/python -m uv pip install --quiet --python $(BIN)/python --editable '.[browser,docs]'
	npm install --prefix tests/browser --silent --no-fund --no-audit --no-package-lock
	APPS_CHROMIUM="$(CHROMIUM)" $(BIN)/python -m pytest tests/browser -o python_files='check_*.py' $(ON_ALL_CORES)

docs: $(VENV)/.ready ## build the documentation site into site/, warnings as errors
	$(BIN)/python -m uv pip install --quiet --python $(BIN)/python --editable '.[docs]'
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

clean: ## remove what was made
	rm -rf $(VENV) dist reports/latest
