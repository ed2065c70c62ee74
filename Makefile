# Everything a checkout needs is made in it: .venv from requirements.lock. Asked of the machine: Python 3.11 or newer,
# make, and a network to the package index.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
OUT := out/demo
SEED := 000_bb869597a4b66297.txt
DATA ?= ../shared
UV ?= uv
# editables: what hatchling asks for to install the checkout in place.
LOCK_COMMAND := uv pip compile pyproject.toml - --group dev --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header

FORMATS_STAMP := $(VENV)/.formats
FORMATS_LOCK_COMMAND := $(LOCK_COMMAND) --group formats --constraint requirements.lock

BENCH_STAMP := $(VENV)/.bench
BENCH_EXTRAS := clean-text datatrove editables justext spacy
BENCH_LOCK_COMMAND := $(LOCK_COMMAND) --constraint requirements.lock

.PHONY: help demo test test-all test-slow lint quality bench bench-quick lock clean-env

help:
	@echo 'make demo                    clean the folder seeds/ into $(OUT), show, verify and restore it'
	@echo 'make test                    the quick tests'
	@echo 'make test-all                the quick and the slow tests, against the readers of our exports too'
	@echo 'make test-slow               the slow tests but the fault table at full size'
	@echo 'make lint                    ruff, ruff format, mypy'
	@echo 'make quality DATA=../shared  score the rules against labelled data; fails below a floor'
	@echo 'make bench-quick             ratios of the engine in two minutes; fails where cost grows with rules or text'
	@echo 'make bench DATA=../shared    all figures, peers and charts, into benchmarks/ (about an hour)'
	@echo 'make lock                    make the lock files again from pyproject.toml (wants uv)'
	@echo 'make clean-env               take the environment and all that was made away'

# Made again only when the lock or the project file changed.
$(STAMP): requirements.lock pyproject.toml
	@found=; \
	for name in python3.13 python3.12 python3.11 python3 python; do \
	  if "$$name" -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2])' >/dev/null 2>&1; then found=$$name; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo 'error: no Python 3.11 or newer with the module venv was found (tried python3.13, python3.12, python3.11, python3, python)' >&2; \
	  echo '  help: install one and put it on PATH, then run make again' >&2; \
	  exit 1; \
	fi; \
	echo "making $(VENV) with $$("$$found" --version)"; \
	rm -rf $(VENV); \
	"$$found" -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(STAMP)
	@mkdir -p out
	@$(BIN)/clean run seeds -o $(OUT) --overwrite
	@echo
	@$(BIN)/clean report $(OUT)
	@echo
	@$(BIN)/clean verify $(OUT) --sources seeds
	@echo
	@$(BIN)/python docs/demo_table.py $(OUT) $(SEED) out/demo-seed.txt
	@cmp seeds/$(SEED) out/demo-seed.txt
	@echo 'restored: byte for byte the file seeds/$(SEED)'

test: $(STAMP)
	@$(BIN)/python -m pytest -q -m 'not slow' -n 2

# Here no reader may be missing: a test that would skip without it fails.
test-all: $(FORMATS_STAMP)
	@CLEAN_FORMAT_READERS=required $(BIN)/python -m pytest -q -n 2

# All of it but the fault table at full size, whose inputs take three seconds each.
test-slow: $(FORMATS_STAMP)
	@CLEAN_FORMAT_READERS=required $(BIN)/python -m pytest -q -m slow -n 2 --durations 5 -k 'not at_full_size'

# The readers that exports and descriptions are written for, and what they need.
$(FORMATS_STAMP): $(STAMP) tests/requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/requirements.lock
	@touch $@

lint: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

quality: $(STAMP)
	@$(BIN)/python benchmarks/quality.py $(DATA)

bench-quick: $(STAMP)
	@$(BIN)/python benchmarks/bench.py --quick

bench: $(BENCH_STAMP)
	@$(BIN)/python benchmarks/bench.py --write $(if $(wildcard $(DATA)/corpus-dev),--data $(DATA))

# The peers: other people's cleaners and what they need.
$(BENCH_STAMP): $(STAMP) benchmarks/requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r benchmarks/requirements.lock
	@touch $@

lock:
	@command -v $(UV) >/dev/null || { echo 'error: uv was not found' >&2; echo '  help: python3 -m pip install uv, or make lock UV=path/to/uv' >&2; exit 1; }
	@echo editables | $(UV) $(wordlist 2,99,$(LOCK_COMMAND)) --quiet -o requirements.lock.new
	@{ echo '# CPython 3.11-3.13 on Linux and macOS. Made by `make lock`:'; \
	   echo '# echo editables | $(strip $(LOCK_COMMAND))'; \
	   cat requirements.lock.new; } > requirements.lock
	@rm -f requirements.lock.new
	@echo editables | $(UV) $(wordlist 2,99,$(FORMATS_LOCK_COMMAND)) --quiet -o tests/requirements.lock.new
	@{ echo '# What `make test-all` installs beside requirements.lock: readers to test against. Made by `make lock`:'; \
	   echo '# echo editables | $(strip $(FORMATS_LOCK_COMMAND))'; \
	   cat tests/requirements.lock.new; } > tests/requirements.lock
	@rm -f tests/requirements.lock.new
	@printf '%s\n' $(BENCH_EXTRAS) | $(UV) $(wordlist 2,99,$(BENCH_LOCK_COMMAND)) --quiet -o benchmarks/requirements.lock.new
	@{ echo '# What `make bench` installs beside requirements.lock: peers, and what they need. Made by `make lock`:'; \
	   echo '# $(BENCH_EXTRAS), one a line, into $(strip $(BENCH_LOCK_COMMAND))'; \
	   cat benchmarks/requirements.lock.new; } > benchmarks/requirements.lock
	@rm -f benchmarks/requirements.lock.new
	@if grep -nE '^-|://|(^|[^a-z])/[a-z]+/' requirements.lock tests/requirements.lock benchmarks/requirements.lock; then echo 'error: the lock names an index or a path' >&2; exit 1; fi

clean-env:
	rm -rf $(VENV) out dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
