# Commands for development and operation; `make help` lists them.
# Default: the newest of those tested, see tests/tools/install.sh.
PYTHON ?=
PORT ?= 5000
# Two more than the two cores of CI: tests wait for databases, browsers and processes.
PYTEST_XDIST ?= 4
MUTANTS ?= 150
SEED ?= 1
JOBS ?= 2
VENV := .venv
BIN := $(VENV)/bin
APP_READY := $(VENV)/.ready-app
DEV_READY := $(VENV)/.ready-dev
PYTEST = $(BIN)/python -m pytest -n $(PYTEST_XDIST) --dist worksteal
AT_ONCE = @$(MAKE) --no-print-directory --jobs=2
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

# Always write .pyc files; otherwise each process would compile all modules.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install install-ocr setup run lint types style check test policies test-full bench faults browser collected mutants audit lock \
	translations

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(APP_READY)  ## Create .venv with everything needed to run, and compile it
	@# A service that can't write to this directory would compile all modules at each start.
	@$(BIN)/python -m compileall -qq -j 0 config.py crm migrations $(VENV)/lib || true
	@$(BIN)/python -c 'from crm.core.i18n import catalogs; catalogs.build()' || true

install-ocr: $(APP_READY)  ## Add the packages that read photos of business cards
	@PYTHON="$(PYTHON)" VENV="$(VENV)" tests/tools/install.sh requirements-ocr.txt

setup: $(DEV_READY)  ## Create .venv with everything needed to run and test

$(APP_READY): requirements.txt tests/tools/install.sh
	@PYTHON="$(PYTHON)" VENV="$(VENV)" tests/tools/install.sh requirements.txt
	@touch $@

$(DEV_READY): $(APP_READY) requirements-dev.txt
	@PYTHON="$(PYTHON)" VENV="$(VENV)" tests/tools/install.sh requirements-dev.txt
	@touch $@

run: $(APP_READY)  ## Start web server and scheduler at http://127.0.0.1:5000 (PORT=5601: another port); the demo unless CRM_SECRET_KEY is set
	@# The jobs run in many threads; with a heap for each, the scheduler would take a fifth more memory.
	@PORT=$(PORT) MALLOC_ARENA_MAX=2 exec $(BIN)/python -m crm.core.ops.serve

lint: types style  ## Style, types, layers and templates

types: $(DEV_READY)
	$(BIN)/mypy

style: $(DEV_READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/djlint templates --check --quiet
	$(BIN)/djlint templates --lint --quiet

check:  ## Lint, types, layers and all tests without a browser
	$(AT_ONCE) lint policies collected
	$(PYTEST) -m "not browser and not faults and not bench"

test:  ## Lint, types, layers and all tests
	$(AT_ONCE) lint browser policies collected
	$(PYTEST) -m "not faults and not bench"

policies: $(DEV_READY)  ## Tests of the policies; they execute every line and branch of them
	CRM_TEST_ENGINES=sqlite $(BIN)/python -m pytest -q $$(find tests -name 'test_policy*.py') \
		--cov --cov-config=tests/coverage_policy.ini

test-full:  ## All of it, on both databases: laws for every route, person and record instead of an eighth of them; coverage
	$(AT_ONCE) lint browser policies collected
	CRM_TEST_FULL=1 $(PYTEST) -m "not faults and not bench" --cov --cov-config=pyproject.toml

# Compile the test modules once; otherwise each worker would, all at the same time. The tests report what fails here.
collected: $(DEV_READY)
	@$(BIN)/python -m pytest -qq --collect-only > /dev/null || true

bench: $(DEV_READY)  ## Measure response times; writes bench.json into CRM_DATA_DIR
	$(BIN)/python -m tests.bench

faults: $(DEV_READY)  ## Long tests with faults: kill, stall, full disk
	$(BIN)/python -m pytest -m faults -p no:randomly

browser: $(DEV_READY)
	@tests/tools/browser.sh

mutants: $(DEV_READY)  ## Mutation tests on a copy of the code (MUTANTS=150 SEED=1 JOBS=2)
	$(BIN)/python -m tests.tools.mutants --mutants $(MUTANTS) --seed $(SEED) --jobs $(JOBS)

audit: $(DEV_READY)  ## Check packages for known vulnerabilities; fails when one can't be checked
	$(BIN)/pip-audit --strict --requirement requirements.txt --require-hashes --disable-pip
	$(BIN)/pip-audit --strict --requirement requirements-ocr.txt --require-hashes --disable-pip

translations: $(APP_READY)  ## Collect all texts into translations/ and compile the catalogs
	$(BIN)/pybabel --quiet extract --mapping-file babel.cfg --ignore-dirs '.*' --keyword _l --keyword _p:1c,2 --keyword sentence --sort-output --add-location file \
		--project Causeway --copyright-holder "the Causeway contributors" --output-file translations/messages.pot .
	@for po in $(wildcard translations/*/LC_MESSAGES/messages.po); do $(BIN)/pybabel --quiet update --no-fuzzy-matching \
		--ignore-pot-creation-date -i translations/messages.pot -o $$po -l $$(echo $$po | cut -d/ -f2); done
	$(BIN)/python -c 'from crm.core.i18n import catalogs; catalogs.build()'

lock: $(DEV_READY)  ## Regenerate requirements*.txt from the .in files
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-dev.in -o requirements-dev.txt
	$(LOCK) requirements-ocr.in -o requirements-ocr.txt
