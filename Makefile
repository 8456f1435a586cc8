# `make` or `make help` says what there is. Settings come from the environment: HOST, PORT, DATABASE_URL … (see README.md).

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test test-services coverage bench mutate check format lock clean browser clients services python

PYTHON ?= python3
PY := .venv/bin/python
PIP_FLAGS := --disable-pip-version-check --no-input --quiet --require-hashes --only-binary :all:
ARGS ?=
# For `make check`: production settings with secrets that are thrown away.
THROW_AWAY = BASE_URL=https://id.example.org DEMO=0 DEBUG=0 DATABASE_URL= REDIS_URL= EMAIL_URL= VAR_DIR="$$folder" \
	SECRET_KEY="$$($(PY) -m authsite.generated_secrets SECRET_KEY)" \
	FIELD_ENCRYPTION_KEYS="$$($(PY) -m authsite.generated_secrets FIELD_ENCRYPTION_KEYS)"

help: ## Show what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/run.stamp ## Serve the demo organisation at http://127.0.0.1:8000 (Ctrl-C stops it)
	@DEMO=$${DEMO-1} exec $(PY) -m authsite.serve

test: .venv/dev.stamp browser clients ## Run all tests, or some: make test ARGS=tests/oauth
	@$(PY) -m pytest $(ARGS)

test-services: .venv/dev.stamp browser clients services ## Run the same tests on PostgreSQL and Redis (DATABASE_URL, REDIS_URL)
	@eval "$$($(PY) -m tests.services)" && $(PY) -m pytest $(ARGS)

coverage: .venv/dev.stamp browser clients ## Run all tests and show which lines and branches none of them reached
	@$(PY) -m pytest --cov --cov-report=term $(ARGS)

bench: .venv/dev.stamp ## Measure the product beside bare Django, on SQLite and PostgreSQL (benchmarks/README.md)
	@$(PY) -m benchmarks $(ARGS)

mutate: .venv/dev.stamp ## Change the decision line by line, and show which changes no test notices (docs/mutation.md)
	@rm -rf mutants
	@nice -n 10 .venv/bin/mutmut run --max-children $${CHILDREN-2} $(ARGS)
	@.venv/bin/mutmut results

check: .venv/dev.stamp ## Check format, lint, types, import contracts, migrations, production settings
	@$(PY) -m ruff format --check --quiet . || { echo "Run make format." >&2; exit 1; }
	@$(PY) -m ruff check --quiet .
	@$(PY) -m mypy
	@.venv/bin/lint-imports
	@folder="$$(mktemp -d)"; trap 'rm -rf "$$folder"' EXIT; \
		$(THROW_AWAY) $(PY) -W error manage.py makemigrations --check --dry-run; \
		$(THROW_AWAY) $(PY) -W error manage.py check --deploy --fail-level WARNING

format: .venv/dev.stamp ## Format the code and mend what can be mended by itself
	@$(PY) -m ruff format --quiet .
	@$(PY) -m ruff check --fix --quiet .

lock: python ## Lock the newest dependencies that pyproject.toml allows, with hashes, for every supported Python
	@folder="$$(mktemp -d)"; trap 'rm -rf "$$folder"' EXIT; \
		$(PYTHON) -m venv "$$folder"; \
		"$$folder/bin/python" -m pip --disable-pip-version-check --quiet install uv; \
		for lock in "requirements.lock" "requirements-dev.lock --extra dev"; do \
			"$$folder/bin/uv" pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 \
				--generate-hashes --no-strip-extras --no-emit-index-url --custom-compile-command "make lock" --output-file $$lock; \
		done

clean: ## Remove what these commands made, but for the data in var/
	@rm -rf .venv mutants tests/clients/node_modules .ruff_cache .mypy_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.*
	@find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +

python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null || { \
		echo "This needs Python 3.11, 3.12 or 3.13. '$(PYTHON)' is $$($(PYTHON) --version 2>/dev/null || echo missing)." >&2; \
		echo "Install one of them, and name it: make PYTHON=python3.12 ..." >&2; exit 1; }

# Without Debian's python3-venv the environment has no pip of its own; the machine's pip then installs into it.
.venv/bin/python: | python
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || $(PYTHON) -m venv --clear --without-pip .venv

.venv/run.stamp: requirements.lock | .venv/bin/python
	@echo "Installing what the site needs ..."
	@$(call install,requirements.lock)
	@touch $@

.venv/dev.stamp: requirements-dev.lock | .venv/bin/python
	@echo "Installing what the site and its tests need ..."
	@$(call install,requirements-dev.lock)
	@touch $@ .venv/run.stamp

define install
if $(PY) -m pip --version >/dev/null 2>&1; then pip="$(PY) -m pip"; else pip="$(PYTHON) -m pip --python $(PY)"; fi; \
	$$pip install $(PIP_FLAGS) -r $(1)
endef

browser:
	@command -v chromium chromium-browser google-chrome >/dev/null && exit 0; \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "Installing Chromium for the browser tests ..."; \
			{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
				chromium fonts-liberation; } >/dev/null </dev/null && exit 0; \
		fi; \
		echo "THERE IS NO CHROMIUM, and it could not be installed. On Debian: sudo apt-get install chromium" >&2; \
		[ "$${REQUIRE_BROWSER:-}" != 1 ] || exit 1; \
		echo "The browser tests will not run." >&2

# The OAuth clients that the tests drive, as their lock file says, without running any script of theirs.
clients:
	@if command -v npm >/dev/null; then \
		[ tests/clients/node_modules/.package-lock.json -nt tests/clients/package-lock.json ] || { \
			echo "Installing the Node clients of the tests ..."; \
			npm ci --prefix tests/clients --ignore-scripts --no-audit --no-fund --silent; }; \
	else \
		echo "THERE IS NO NODE. On Debian: sudo apt-get install nodejs npm" >&2; \
		[ "$${REQUIRE_NODE:-}" != 1 ] || exit 1; \
		echo "The tests of Node clients will not run." >&2; \
	fi

services: .venv/dev.stamp
	@$(PY) -m tests.services >/dev/null
