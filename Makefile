# Everything a person needs to run Dateline here; `make` alone lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DATELINE := $(BIN)/dateline

-include .env
export

.DEFAULT_GOAL := help
.PHONY: help install up down status logs psql test check eval eval-ingest bench-extract fuzz train \
  format schema constraints clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(STAMP) ## the environment only: .venv with everything pinned

$(STAMP): pyproject.toml constraints.txt plugins/dateline/extract/_native.c
	@$(PYTHON) -c 'import sys; v = sys.version_info; (3, 11) <= v[:2] <= (3, 13) or sys.exit(f"Dateline needs Python 3.11 to 3.13, this is {v[0]}.{v[1]}: make PYTHON=python3.12 …")'
	@echo "installing into $(VENV) (some 700 MB, one to five minutes the first time)"
	@$(PYTHON) -m venv $(VENV) || { echo 'the venv module is missing: on Debian, apt-get install python3-venv'; exit 1; }
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt 'pip>=25.1'
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt --group dev --editable '.[airflow,local]'
	@$(BIN)/python -m dateline.local.native
	@touch $@

up: $(STAMP) ## start everything, run the first ingest, show what came
	@$(DATELINE) up

down: $(STAMP) ## stop everything; the data stays
	@$(DATELINE) down

status: $(STAMP) ## how the stack is
	@$(DATELINE) status

logs: $(STAMP) ## follow the logs
	@$(DATELINE) logs -f

psql: $(STAMP) ## psql on the warehouse
	@$(DATELINE) psql

test: $(STAMP) ## all tests
	@$(BIN)/python -m pytest

check: $(STAMP) ## format, lint, types, tests: what CI runs
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(MAKE) --no-print-directory test

eval: $(STAMP) ## extraction beside trafilatura on labelled pages: CORPORA=folder [ARGS="--quick …"]
	@$(BIN)/python tests/benchmarks/eval_extract.py $(CORPORA) $(ARGS)

eval-ingest: $(STAMP) ## the whole path on stored pages: CORPORA=folder [REPLAY=replay.py]
	@$(BIN)/python tests/benchmarks/ingest_corpora.py $(CORPORA) $(or $(REPLAY),$(CORPORA)/../tools/replay.py)

bench-extract: $(STAMP) ## what each step of the extraction costs, and its memory: CORPORA=folder
	@$(BIN)/python tests/benchmarks/steps_extract.py $(CORPORA) $(ARGS)

fuzz: $(STAMP) ## hostile pages with their exact cost, then random ones: [EXAMPLES=200000]
	@$(BIN)/python tests/benchmarks/hostile_extract.py
	@DATELINE_FUZZ_EXAMPLES=$(or $(EXAMPLES),200000) $(BIN)/python -m pytest -s tests/unit/test_extract_fuzz.py

train: $(STAMP) ## train the body model, by folds and on everything: CORPORA=folder
	@$(BIN)/python tests/training/body.py $(CORPORA) $(ARGS)

format: $(STAMP) ## format and mend what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

schema: $(STAMP) ## write sql/schema.sql anew from the migrations
	@$(BIN)/python tests/db/dump_schema.py

constraints: ## pin the newest versions (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --no-annotate --no-header --no-emit-index-url \
	  --all-extras --group dev --upgrade --output-file constraints.txt pyproject.toml

clean: ## remove the environment; the data in .local stays
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache build dist
