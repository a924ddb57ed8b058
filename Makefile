# Bordereau: every command of the project.  `make` alone prints this list.
#
# Nothing here needs an account, Docker or Java.  Everything that is made lies in .venv, .cloud, .aws-sam and state,
# all inside this folder and ignored by git.

.DEFAULT_GOAL := help
SHELL   := /bin/bash
.SHELLFLAGS := -euo pipefail -c

PYTHON  ?= python3
PACKAGE := bordereau
BIN     := .venv/bin
CLOUD   := .cloud/venv/bin
UV      := $(abspath $(BIN)/uv)
STAGE   ?= production
REGION  ?= eu-west-3

export SAM_CLI_TELEMETRY := 0

##@ Every day
.PHONY: help install run fmt quick test
help: ## print this list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n\033[1m%s\033[0m\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  \033[36mmake %-12s\033[0m %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@echo

install: ## set up .venv (the product) and .cloud/venv (the local cloud), locked and hashed
	@$(PYTHON) locks/install.py

run: install ## live a month of the sample firm on this machine: local cloud, workbook, e-mails, PDFs
	@$(BIN)/bordereau local run

quick: lint types unit ## lint, types and unit tests (under a minute)

test: install lint types ## everything that CI does, in the same order
	@$(BIN)/python -m pytest -q -n 2 -m "not cloud"
	@$(BIN)/python -m pytest -q -n 2 -m cloud

fmt: ## format the code and mend what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix-only --quiet .

##@ One by one
.PHONY: lint types unit docs-check referees stories coverage mutants bench fuzz approve
lint: ## ruff, import contracts, cfn-lint
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@PYTHONPATH=.:shared $(BIN)/lint-imports
	@$(BIN)/cfn-lint --regions $(REGION) -- template.yaml

types: ## mypy, strict
	@$(BIN)/mypy

unit: ## the fast tests: no local cloud, nothing above five seconds
	@$(BIN)/python -m pytest -q -m "not cloud and not slow" tests/unit tests/tidy tests/template

docs-check: ## generated documents are up to date, links resolve
	@$(BIN)/python -m pytest -q tests/tidy

referees: install ## 100 000 entries: hledger, beancount, CSV and FEC agree on every account to the cent
	@PYTHONPATH=.:shared $(BIN)/python -m tests.referees

stories: install ## 2,000 random stories against the second implementation, to the cent (FIRST=0 for other ones)
	@first=$${FIRST:-0}; PYTHONPATH=.:shared $(BIN)/python -m tests.simulations.shrink $$first $$((first + 2000))

coverage: install ## branch coverage of domain and services; fails below 100 %
	@mkdir -p state
	@COVERAGE_FILE=state/coverage $(BIN)/python -m pytest -q -n 2 -m "not cloud" --cov --cov-report= \
	  tests/unit/domain tests/unit/services tests/unit/cli tests/unit/desk tests/unit/documents \
	  tests/unit/entry tests/unit/readers tests/contracts tests/simulations tests/e2e/test_exports.py
	@$(BIN)/coverage report --data-file=state/coverage --show-missing --skip-covered --fail-under=100

mutants: install ## change the money code in every small way: each change must break a test or be explained
	@PYTHONPATH=.:shared $(BIN)/python -m tests.mutants

bench: install ## print network calls, write units, import times and seconds by part
	@$(BIN)/python -m bench

simulate: install ## the long simulations: 10,000 payments against the matcher, a death at each port call
	@$(BIN)/python -m bench.matching
	@BORDEREAU_DEATHS=300 $(BIN)/python -m pytest -q tests/e2e/test_repetition.py

fuzz: install ## ten minutes of damaged files on every reader: no exception, a verdict each time
	@PYTHONPATH=.:shared $(BIN)/python -m tests.fuzz.readers 600

approve: ## accept the documents and e-mails of this run as the new golden files
	@PYTHONPATH=shared $(BIN)/python -m tests.golden.approve

##@ AWS
.PHONY: build validate deploy
build: install ## sam build for AWS (python3.13, arm64)
	@PATH="$(abspath $(CLOUD)):$$PATH" UV="$(UV)" sam build --config-env $(STAGE)

validate: ## sam validate --lint
	@$(CLOUD)/sam validate --lint --region $(REGION)

deploy: build ## deploy to AWS: STAGE=test or production; asks what it does not know
	@PATH="$(abspath $(CLOUD)):$$PATH" sam deploy --config-env $(STAGE) --guided

##@ Upkeep
.PHONY: lock clean
lock: ## resolve the locks again: hashes, nothing younger than a week, no registry address
	@UV="$(UV)" $(BIN)/python locks/resolve.py

clean: ## stop the local cloud and remove everything that was made, the environments too
	@if [ -x $(BIN)/python ] && [ -d state/cloud ]; then $(BIN)/python -m local down; fi
	@rm -rf .venv .cloud .aws-sam state .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# `sam build` calls build-<LogicalId>; RegisterInvoicesFunction -> functions/register_invoices.
# The artefact is the function's own folder and the product package, nothing else (docs/adr/0001-packaging.md).
build-%Function:
	@folder=$$(python3 -c 'import re, sys; print(re.sub(r"(?<!^)(?=[A-Z])", "_", sys.argv[1]).lower())' '$*'); \
	test -f functions/$$folder/handler.py || { echo "no functions/$$folder for $@" >&2; exit 1; }; \
	mkdir -p "$(ARTIFACTS_DIR)"; \
	tar --exclude='__pycache__' -cf - functions/__init__.py functions/$$folder -C shared $(PACKAGE) \
	  | tar -xf - -C "$(ARTIFACTS_DIR)"
