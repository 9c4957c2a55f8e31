# Everything a person needs to run Dateline here; `make` alone lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ENTITIES := $(VENV)/.entities
DATELINE := $(BIN)/dateline

-include .env
export

.DEFAULT_GOAL := help
.PHONY: help install up down status logs psql test check eval eval-canonical eval-discovery eval-entities eval-ingest eval-stories \
  bench-extract bench-fetch bench-db bench-plan bench-polling bench-search fuzz train format schema er constraints clean

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

$(ENTITIES): $(STAMP)
	@echo "installing the extra 'entities', which its tests need (some 600 MB)"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt --editable '.[airflow,local,entities]'
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

test: $(ENTITIES) ## all tests
	@$(BIN)/python -m pytest

check: $(ENTITIES) ## format, lint, types, tests: what CI runs
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(MAKE) --no-print-directory test

eval: $(STAMP) ## extraction beside trafilatura on labelled pages: CORPORA=folder [ARGS="--quick …"]
	@$(BIN)/python tests/benchmarks/eval_extract.py $(CORPORA) $(ARGS)

eval-ingest: $(STAMP) ## the whole path on stored pages: CORPORA=folder [REPLAY=replay.py] [ARGS=--without-model]
	@$(BIN)/python tests/benchmarks/ingest_corpora.py $(CORPORA) $(or $(REPLAY),$(CORPORA)/../tools/replay.py) $(ARGS)

bench-extract: $(STAMP) ## what each step of the extraction costs, and its memory: CORPORA=folder
	@$(BIN)/python tests/benchmarks/steps_extract.py $(CORPORA) $(ARGS)

eval-discovery: $(STAMP) ## feeds, sitemaps, dates, addresses, robots.txt, charsets on public material: CORPORA=folder
	@$(BIN)/python tests/benchmarks/eval_discovery.py $(CORPORA)

eval-stories: $(STAMP) ## near copies on labelled pairs, and what they cost: CORPORA=folder [ARGS="--stored 10000 …"]
	@$(BIN)/python tests/benchmarks/eval_stories.py $(CORPORA) $(ARGS)

eval-canonical: $(STAMP) ## canonical links of real pages, lies and twins: CORPORA=folder [ARGS=--show]
	@$(BIN)/python tests/benchmarks/eval_canonical.py $(CORPORA) $(ARGS)

eval-entities: $(ENTITIES) ## names, dates and quantities on labelled texts: CORPORA=folder [ARGS="--seeds folder …"]
	@$(BIN)/python tests/benchmarks/eval_entities.py $(CORPORA) $(ARGS)

bench-plan: $(STAMP) ## planning and polling with 10,000 feeds: [ARGS="--feeds 1000 …"]
	@$(BIN)/python tests/benchmarks/bench_plan.py $(ARGS)

bench-polling: $(STAMP) ## a simulated day of polling a thousand feeds: [ARGS="--feeds 100 …"]
	@$(BIN)/python tests/benchmarks/polling_day.py $(ARGS)

bench-db: $(STAMP) ## the database, empty and with a million articles: [ARGS="--articles 100000 …"]
	@$(BIN)/python tests/benchmarks/bench_db.py $(ARGS)

bench-fetch: $(STAMP) ## what fetching costs, and how politely it is fast: [ARGS="--hosts 200 …"]
	@$(BIN)/python tests/benchmarks/bench_fetch.py $(ARGS)

bench-search: $(STAMP) ## the search index: what it costs, how quickly it answers: [ARGS="--articles 1000000"]
	@$(BIN)/python tests/benchmarks/bench_search.py $(ARGS)

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

er: $(STAMP) ## draw docs/schema.md anew from the migrations
	@$(BIN)/python tests/db/dump_er.py

constraints: ## pin the newest versions (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --no-annotate --no-header --no-emit-index-url \
	  --all-extras --group dev --upgrade --output-file constraints.txt pyproject.toml

clean: ## remove the environment; the data in .local stays
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache build dist
