# Everything a person does with a checkout; `make` alone lists it.
# Needs Python 3.11 or newer, make and a network; the rest is installed into the checkout.

PORT ?= 8000
ONLY ?=
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && \
	{ echo $$python; break; }; done)
BIN := .venv/bin
# A test that hangs must not hold up the others for ever.
PYTEST := $(BIN)/python -m pytest --numprocesses 2 --quiet --timeout 300

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup setup-run setup-tests python run test check format format-check lint types \
	texts messages test-sqlite test-postgresql test-browser bench pictures pins clean

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | \
		while IFS='|' read -r name text; do printf '%-22s %s\n' "$$name" "$$text"; done

run: setup-run ## load the demo and serve it; PORT=8000
	@exec $(BIN)/python -m scripts.serve_demo $(PORT)

test: setup-tests format-check lint types texts test-sqlite test-postgresql test-browser ## all tests: both databases and a browser

check: setup format-check lint types texts test-sqlite ## the quick tests: no PostgreSQL, no browser

bench: setup-tests ## measure; ONLY=prefix picks figures
	@$(BIN)/python -m scripts.bench $(ONLY)

setup: python ## install what is needed to work on Gernas
	@$(PYTHON) -m scripts.set_up develop

setup-run: python
	@$(PYTHON) -m scripts.set_up run

setup-tests: python ## the same, and what the tests need of the machine
	@$(PYTHON) -m scripts.set_up test

python:
	@test -n "$(PYTHON)" || { echo 'Gernas needs Python 3.11 or newer; install it, or name yours: make run PYTHON=/path/to/python3' >&2; exit 1; }

format: setup ## lay the code out
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

format-check:
	@$(BIN)/ruff format --check .

lint:
	@$(BIN)/ruff check .

types:
	@$(BIN)/mypy

texts:
	@$(BIN)/python -m scripts.check_translations

messages: setup ## bring the Indonesian catalogue up to date with the code
	@$(BIN)/python -m scripts.check_translations --update

test-sqlite:
	GERNAS_TEST_DATABASE=sqlite $(PYTEST) -m 'not browser'

test-postgresql:
	GERNAS_TEST_DATABASE=postgresql $(PYTEST) -m 'not browser'

test-browser:
	GERNAS_CHROMIUM="$$($(BIN)/python -m scripts.chromium)" \
	GERNAS_NODE="$$($(BIN)/python -m scripts.node)" $(PYTEST) -m browser

pictures: setup-tests ## take the pictures of the README from a running demo
	@$(BIN)/python -m scripts.pictures

pins: setup ## renew constraints.txt within the bounds of setup.cfg
	@$(BIN)/python -m scripts.pins

clean: ## remove all that was installed or made, except instance/
	@rm -rf .venv .setup node_modules static/vendor build dist gernas.egg-info \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find static -name '*.gz' -exec rm {} +
	@find gernas -name '*.mo' -exec rm {} +
