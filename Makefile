# Tandem. `make` alone tells what there is.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CLIENT := clients/typescript
PACKAGES := kit gateway session_service reputation_service stats_worker deploy tests
TESTS ?= tests
PYTEST_ARGS ?=
LOCK := uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-annotate \
  --no-emit-index-url --no-emit-find-links

# Whatever the shell says: four processes would each compile all the tests, every time.
test check-names: export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "./tandem --help lists the commands for a running system."

##@ Running

.PHONY: run
run: $(VENV)/runtime.txt ## Start everything on this machine, with demo data; Ctrl-C stops it
	@$(BIN)/python -m deploy up --end-with-parent

.PHONY: venv
venv: $(VENV)/runtime.txt ## Create the environment that `make run` needs

##@ Working on it

.PHONY: test
test: $(VENV)/dev.txt ## Run every test, on servers of its own (TESTS=tests/kit PYTEST_ARGS=-x)
	@$(BIN)/python -m pytest -n 3 --dist loadgroup $(PYTEST_ARGS) $(TESTS)

.PHONY: check
check: check-style check-types check-imports check-documents check-names ## Everything that is checked without running it

.PHONY: check-style
check-style: $(VENV)/dev.txt
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

.PHONY: check-types
check-types: $(VENV)/dev.txt
	@$(BIN)/mypy $(PACKAGES)

.PHONY: check-imports
check-imports: $(VENV)/dev.txt
	@$(BIN)/lint-imports

.PHONY: check-documents
check-documents: $(VENV)/dev.txt
	@$(BIN)/python -m deploy.documents --check

.PHONY: check-names
check-names: $(VENV)/dev.txt
	@$(BIN)/python -m tests.names

.PHONY: format
format: $(VENV)/dev.txt ## Put the code into the common format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

.PHONY: documents
documents: $(VENV)/dev.txt ## Write the API description and the settings reference out of the code
	@$(BIN)/python -m deploy.documents

.PHONY: client
client: ## Write the TypeScript client's types out of the API description, and check it (needs Node.js)
	@command -v npm >/dev/null || { \
	  echo "make client needs Node.js 20 or newer, with npm; on Debian and Ubuntu: apt install nodejs npm" >&2; exit 1; }
	@cd $(CLIENT) && { [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --silent; } \
	  && npm run --silent generate && npm run --silent check

.PHONY: chaos
chaos: $(VENV)/dev.txt ## Kill everything in turn, under load, and count every effect (minutes)
	@$(BIN)/python -m tests.chaos

.PHONY: histories
histories: $(VENV)/dev.txt ## Record 20,000 reads and changes through two gateways, and look for stale ones (minutes)
	@$(BIN)/python -m tests.histories

.PHONY: fuzz
fuzz: $(VENV)/dev.txt ## Ask 10,000 times for whatever the API description allows, or does not (minutes)
	@$(BIN)/python -m tests.fuzz

.PHONY: bench
bench: $(VENV)/dev.txt ## Measure, as ratios side by side in one run (minutes)
	@$(BIN)/python -m tests.bench

.PHONY: crowd
crowd: $(VENV)/dev.txt ## A thousand clients of live updates on one gateway, each told everything once (minutes)
	@$(BIN)/python -m tests.crowd

.PHONY: lock
lock: ## Resolve requirements/*.in anew, into exact versions with hashes
	@rm -rf $(VENV)-lock && $(PYTHON) -m venv $(VENV)-lock
	@$(VENV)-lock/bin/pip install --quiet --disable-pip-version-check uv
	@for file in services runtime dev; do \
	  $(VENV)-lock/bin/$(LOCK) requirements/$$file.in --output-file requirements/$$file.txt || exit 1; done
	@rm -rf $(VENV)-lock

.PHONY: clean
clean: ## Remove the environment and every cache; data in .data stay
	@rm -rf $(VENV) $(VENV)-lock .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage htmlcov
	@find $(PACKAGES) -name __pycache__ -type d -prune -exec rm -rf {} +

# An installed requirements file is copied into the environment: the copy says what is in there.

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Tandem needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try make PYTHON=/path/to/python3.11 …" >&2; \
	  exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

$(VENV)/runtime.txt $(VENV)/dev.txt: $(VENV)/%.txt: requirements/%.txt | $(BIN)/python
	@echo "installing requirements/$*.txt"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r $<
	@printf '#!/bin/sh\nexec "$$(dirname -- "$$0")/../../tandem" "$$@"\n' > $(BIN)/tandem && chmod +x $(BIN)/tandem
	@cp $< $@
