# Everything a checkout needs. `make` alone prints this list.
PYTHON ?= python3
BIN := .venv/bin
PIP := PYTHONPATH=$(wildcard tools/bootstrap/pip-*.whl) $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet --no-warn-script-location
DATA ?= ./data

.PHONY: help setup run test fuzz check format bench conformance lock clean
.DEFAULT_GOAL := help

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.runtime ## Make .venv with everything the product needs, and put honeyguide into .venv/bin

run: .venv/.runtime ## Set up and run the product in its demo profile: web, worker, mail catcher (data in ./data)
	@HONEYGUIDE_DEMO=1 HONEYGUIDE_DATA_DIR=$(DATA) exec $(BIN)/honeyguide serve

test: .venv/.dev ## Set up and run every test and check
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)
	@$(MAKE) --no-print-directory check

fuzz: .venv/.dev ## Send the REST API many more calls made from its OpenAPI document than the tests do (half an hour)
	FUZZ_EXAMPLES=25 $(BIN)/pytest -n 2 tests/engine/api/test_schemathesis.py $(ARGS)

check: .venv/.dev ## Lint, and check that imports only go down the layers
	$(BIN)/ruff check .
	$(BIN)/lint-imports

format: .venv/.dev ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/.dev ## Measure the workloads beside their physical limits (minutes)
	$(BIN)/python -m bench $(ARGS)

conformance: .venv/.dev ## Compare the REST API's answers with the recorded ones
	$(BIN)/python tools/conformance/run.py $(DIR) $(if $(OUT),--out $(OUT)) $(NAMES)

lock: ## Renew the locked requirements (needs uv)
	uv pip compile --quiet --upgrade pyproject.toml --extra build $(LOCK) -o requirements.txt
	uv pip compile --quiet --upgrade pyproject.toml --extra build --extra dev -c requirements.txt $(LOCK) -o requirements-dev.txt
LOCK := --generate-hashes --universal --python-version 3.11 --no-annotate --custom-compile-command "make lock"

clean: ## Remove the virtual environment and caches (never data)
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache

# The stamps make a second run a matter of milliseconds. pip comes from tools/bootstrap: Python may lack ensurepip.
.venv/.python: tools/bootstrap/SHA256SUMS
	@command -v $(PYTHON) >/dev/null || { echo "Honeyguide needs Python 3.11 or newer: apt-get install python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Honeyguide needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12"; exit 1; }
	@cd tools/bootstrap && sha256sum --check --quiet SHA256SUMS
	@$(PYTHON) -m venv --clear --without-pip .venv
	@touch $@

.venv/.runtime: .venv/.python requirements.txt pyproject.toml
	@echo "Installing what Honeyguide needs (once) ..."
	@$(INSTALL) --require-hashes -r requirements.txt
	@$(INSTALL) --no-deps --no-build-isolation --no-index --editable .
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.txt
	@echo "Installing what its tests need (once) ..."
	@$(INSTALL) --require-hashes -r requirements-dev.txt
	@touch $@
