# The commands of a checkout. Each does its own set-up: .venv holds what requirements.lock pins.
.DEFAULT_GOAL := help
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ARGS ?=

.PHONY: help setup run review test lint types bench docs dist licences sbom audit lock clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(READY) ## Make .venv and install what is pinned

$(READY): requirements.lock pyproject.toml setup.sh
	@bash setup.sh $(VENV)
	@touch $@

run: $(READY) ## The main job: read corpus/, find claims and themes, write outputs/ (ARGS="--help")
	@$(BIN)/convening run $(ARGS)

review: $(READY) ## Check claims in the browser
	@$(BIN)/convening review $(ARGS)

test: $(READY) lint types ## Lint, types, tests and documented examples
	$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

lint: $(READY) ## Format and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(READY) ## Check the types
	$(BIN)/mypy

bench: $(READY) ## Speed and memory, as ratios within one run
	@$(BIN)/python -m tests.bench $(ARGS)

docs: $(READY) ## Build the docs site into site/, without a network
	@$(BIN)/python -m sphinx -q -W --keep-going -b html -d site/.doctrees docs site && echo "site/index.html"

dist: $(READY) ## Build wheel and sdist into dist/, and try the wheel in a clean environment
	@rm -rf dist && $(BIN)/python -m build --no-isolation --outdir dist . >/dev/null
	@$(BIN)/python -m tests.supply.wheel dist

licences: $(READY) ## List the licence of every dependency; fails where one is not permissive
	@$(BIN)/python -m tests.supply.licences

sbom: $(READY) ## Write dist/sbom.json: what is installed, as CycloneDX
	@$(BIN)/python -m tests.supply.sbom dist/sbom.json

audit: $(READY) ## Look the pins up in a database of known advisories (needs a network)
	@$(BIN)/python -m tests.supply.audit requirements.lock

lock: ## Pin versions and hashes anew (needs uv)
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.12 --generate-hashes \
	  --no-emit-index-url --no-header --upgrade -q -o requirements.lock

clean: ## Remove what can be made again; corpus/ and its ledger stay
	rm -rf $(VENV) outputs/* .mypy_cache .ruff_cache .pytest_cache dist site
