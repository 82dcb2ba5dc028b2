# Everything a developer needs; `make` alone lists it.
.DEFAULT_GOAL := help
.PHONY: help run test clauses client contract pictures check audit sbom format bench chaos soak lock clean

# The first Python on the path that is new enough; `make PYTHON=/where/python3.12 ...` chooses another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# A stack is many Python processes, and each would compile every module again before it can begin.
unexport PYTHONDONTWRITEBYTECODE

help: ## list what can be done
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

run: $(READY) ## start Escalade here: Temporal, worker, API, demo data (Ctrl-C stops it all)
	@$(BIN)/escalade up

test: $(READY) ## run every test; on Debian as root it installs the browser and the monitors that they meet
	@bash tests/install_tools.sh
	@$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder --durations=40 --durations-min=8 $(ARGS)

clauses: $(READY) ## prove every clause of the published agreements, and write docs/clauses.md
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile -m clause --write-clauses $(ARGS)

client: $(READY) ## build the typed Python client from the OpenAPI document, into dist/
	@$(BIN)/python client/generate.py
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist ./client

contract: $(READY) ## try the API against its OpenAPI document for long (EXAMPLES=50 of each operation and role)
	@CONTRACT_EXAMPLES=$(or $(EXAMPLES),50) $(BIN)/python -m pytest -n 2 tests/api/test_contract.py $(ARGS)

pictures: $(READY) ## make the documentation's pictures afresh, from a scenario and from the running pages
	@$(BIN)/escalade simulate scenarios/trackforce-weekend.yaml --svg docs/pictures/weekend.svg >/dev/null
	@$(BIN)/python -m pytest -q tests/pages/pictures.py tests/e2e/trace_picture.py

check: $(READY) ## lint, formatting, types, and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory audit

audit: $(READY) ## ask for known weaknesses of the dependencies, where the database of them can be reached
	@bash tests/audit.sh $(BIN)

sbom: $(READY) ## write the bill of materials with licences, dist/escalade.cdx.json (CycloneDX)
	@mkdir -p dist
	@$(BIN)/cyclonedx-py environment --output-reproducible --of JSON --pyproject pyproject.toml -o dist/escalade.cdx.json $(VENV)
	@$(BIN)/python -c "import json; parts = json.load(open('dist/escalade.cdx.json'))['components']; \
		print(len(parts), 'packages in dist/escalade.cdx.json')"

format: $(READY) ## put the code into the house's form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY) ## measure what Escalade is measured by (ARGS="--quick", "--without equality", "--json FILE")
	@$(BIN)/python -m bench $(ARGS)

chaos: $(READY) ## kill, pause, cut off and fill up whatever Escalade stands on (SEED=1 MINUTES=10 TICKETS=1000)
	@$(BIN)/python -m bench.chaos --seed $(or $(SEED),1) --minutes $(or $(MINUTES),10) --tickets $(or $(TICKETS),1000)

soak: $(READY) ## let tickets live through months of virtual time, and look at memory and history (SEED=1 TICKETS=500 MONTHS=8)
	@$(BIN)/python -m bench.soak $(or $(SEED),1) $(or $(TICKETS),500) $(or $(MONTHS),8) $(OUT)

lock: $(READY) ## pin the dependencies of pyproject.toml afresh
	$(BIN)/uv pip compile pyproject.toml --extra dev --upgrade --generate-hashes --universal \
		--python-version 3.11 --custom-compile-command "make lock" --quiet --output-file requirements.lock

clean: ## remove the virtual environment and caches (.escalade, the state, stays)
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements.lock
	@if [ -z "$(PYTHON)" ] || ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "Escalade needs Python 3.11 or newer, found: $$($(or $(PYTHON),python3) --version 2>&1)." >&2; \
		echo "Install python3.11 or newer (with its venv module), or say where it is: make PYTHON=/path/to/python3.12" >&2; \
		exit 1; fi
	@echo "Setting up $(VENV) from requirements.lock; this takes a minute, once."
	@$(PYTHON) -m venv --clear $(VENV) || { \
		echo "$(PYTHON) cannot make a virtual environment: install its venv module (python3-venv on Debian and Ubuntu)." >&2; \
		exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
