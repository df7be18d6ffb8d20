# Two commands on a fresh machine: `make try` and `make test`. Both need Python 3.11+, make and a C library.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8080
DATA_DIR ?= data
OUT ?= demo
PROCESSES ?= 3

.PHONY: try demo test check format bench bench-render bench-queue gallery clean help \
	long chaos stops rolling kills outages power takeover state-machine soak backups fuzz links mutants

try: .venv/ready
	@$(BIN)/pocketreel try --port $(PORT) --data-dir $(DATA_DIR)

demo: .venv/ready
	@$(BIN)/pocketreel demo $(OUT)

# Where a container forbids to keep bytecode, every process would compile the tests and us anew.
test: export PYTHONDONTWRITEBYTECODE =
test: .venv/ready-dev
	@$(BIN)/python -m tests.peers
	@status=0; $(BIN)/python -m pytest -m alone $$(grep -rl --include='test_*.py' 'mark\.alone' tests) \
		|| status=1; \
	$(BIN)/python -m pytest -m "not alone" -n $(PROCESSES) --dist loadfile --no-loadscope-reorder \
		|| status=1; exit $$status

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
	$(BIN)/python -m benchmarks.sandbox
	$(BIN)/python -m benchmarks.store
	$(BIN)/python -m benchmarks.way

.PHONY: bench-chat
bench-chat: .venv/ready-dev  ## how quick the chat is, 200 people at once, restarts, a newcomer: half an hour on a quiet machine
	$(BIN)/python -m benchmarks.chat

bench-render: .venv/ready-dev .venv-bench/ready  ## the renderer beside its limits and its peers: an hour on a quiet machine
	$(BIN)/python -m benchmarks.render

bench-queue: .venv/ready-dev .venv-bench/ready  ## the queue beside bare commits, huey and litequeue: five minutes
	$(BIN)/python -m benchmarks.queue

gallery: .venv/ready  ## every look in every shape, into docs/gallery
	$(BIN)/python docs/make_gallery.py

long: chaos stops rolling kills outages power takeover state-machine soak backups fuzz links bench-queue  ## every long form below, about three hours; each has a short one in `make test`

chaos: .venv/ready-dev  ## 10,000 jobs, 200 workers killed, 60 frozen
	$(BIN)/pocketreel chaos --jobs 10000 --workers 4 --kills 200 --freezes 60 --json

stops: .venv/ready-dev  ## 50 rolling restarts of workers, 500 jobs stopped at random moments
	$(BIN)/pocketreel chaos --jobs 3000 --workers 4 --kills 0 --freezes 0 --restarts 50 --cancels 500 --json

rolling: .venv/ready-dev  ## the whole product restarted 50 times while notes become videos
	RESTARTS=50 $(BIN)/python -m pytest -s tests/whole/test_rolling.py

kills: .venv/ready-dev  ## the bot killed 50 times at each of 12 points while 1,000 updates arrive
	KILLS=50 $(BIN)/python -m pytest tests/bot/test_kills.py

power: .venv/ready-dev  ## the power cut at 1,000 points of what SQLite writes, in four ways
	POWER_CUTS=1000 $(BIN)/python -m pytest tests/jobs/test_power.py

takeover: .venv/ready-dev  ## how long a job of a killed worker waits, with everybody's settings
	$(BIN)/python -m tests.takeover

state-machine: .venv/ready-dev  ## 5,000 games of 60 moves with the store
	STATE_MACHINE=long $(BIN)/python -m pytest tests/jobs/test_state_machine.py

soak: .venv/ready-dev  ## bot and worker at steady work for half an hour: memory, descriptors, database
	SOAK_S=1800 $(BIN)/python -m pytest -s tests/bot/test_soak.py

outages: .venv/ready-dev  ## Telegram, storage, database, renderer and disk away for five minutes each
	OUTAGES=long $(BIN)/python -m pytest tests/outages -s

backups: .venv/ready-dev  ## twenty copies of a database that is written to, each opened again
	BACKUPS=long $(BIN)/python -m pytest tests/test_backup.py

fuzz: .venv/ready-dev  ## 2,000 damaged files through the bot's checks
	$(BIN)/python -m tests.fuzz --files 2000

links: .venv/ready-dev  ## 100,000 forged links followed over a socket; the short form is a test
	LINKS=long $(BIN)/python -m pytest tests/bot/test_forged.py

mutants: .venv/ready-dev  ## nine defences taken out one at a time, each noticed by a test
	$(BIN)/python -m tests.mutants

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
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -c $< moviepy huey litequeue
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -c $< seewav \
		|| echo "seewav is left out. On Debian and Ubuntu it needs: apt install libcairo2-dev pkg-config gcc python3-dev; then: rm -r .venv-bench"
	@touch $@

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*##/\1:/p' Makefile

clean:
	rm -rf .venv .venv-bench .peers build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
