# Two commands on a fresh machine: `make try` and `make test`. Both need Python 3.11+, make and a C library.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8080
DATA_DIR ?= data
OUT ?= demo
PROCESSES ?= 2

.PHONY: chaos mutants try demo test check format bench bench-render clean state-machine

try: .venv/ready
	@$(BIN)/pocketreel try --port $(PORT) --data-dir $(DATA_DIR)

demo: .venv/ready
	@$(BIN)/pocketreel demo $(OUT)

test: .venv/ready-dev
	@$(BIN)/python -m tests.peers
	@$(BIN)/python -m pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder

check: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/hadolint Dockerfile
	$(BIN)/zizmor --offline --quiet .github/workflows

format: .venv/ready-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/ready-dev  ## figures about speed, into benchmarks/results
	$(BIN)/python -m benchmarks.pickup
	$(BIN)/python -m benchmarks.card
	$(BIN)/python -m benchmarks.store
	$(BIN)/python -m benchmarks.way

bench-render: .venv/ready-dev .venv-bench/ready  ## the renderer beside its limits and its peers: an hour on a quiet machine
	$(BIN)/python -m benchmarks.render

gallery: .venv/ready  ## every look in every shape, into docs/gallery
	$(BIN)/python docs/make_gallery.py

chaos: .venv/ready-dev  ## 10,000 jobs, 200 workers killed, 60 frozen; the short form is a test
	$(BIN)/pocketreel chaos --jobs 10000 --workers 4 --kills 200 --freezes 60 --json

mutants: .venv/ready-dev  ## nine defences taken out one at a time, each noticed by a test
	$(BIN)/python -m tests.mutants

state-machine: .venv/ready-dev  ## the long form: 5,000 runs of 60 steps
	STATE_MACHINE=long $(BIN)/python -m pytest tests/jobs/test_state_machine.py

.venv/bin/python:
	@$(PYTHON) -m venv .venv || { echo "On Debian and Ubuntu this needs: apt install python3-venv"; exit 1; }

.venv/ready: .venv/bin/python requirements.txt pyproject.toml
	@echo "Setting up (about half a minute, once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/ready-dev: .venv/ready requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-dev.txt
	@touch $@

# seewav draws with pycairo, which has to be compiled here; without it the table says so.
.venv-bench/ready: benchmarks/requirements-peers.txt
	@$(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -c $< moviepy
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -c $< seewav \
		|| echo "seewav is left out. On Debian and Ubuntu it needs: apt install libcairo2-dev pkg-config gcc python3-dev; then: rm -r .venv-bench"
	@touch $@

clean:
	rm -rf .venv .venv-bench .peers build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
