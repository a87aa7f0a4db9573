# Everything runs from environments under .local/, which `environments` makes from the machine's own Python.
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .local/venv/bin
# Two processes, a file of tests in one of them: most tests wait for the embedded AWS or a browser now and then.
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help environments run demo screenshots test e2e proofs check types bench race simulate deletions executions canary fuzz killpoints timing mutants orders package \
  clean import-deck policy policy-explain policy-notice policy-records policy-diff policy-proofs policy-faults

help: ## What there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | column -t -s '|'

environments: ## Install or update the environments under .local/
	@$(or $(PYTHON),false) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo 'Python 3.11 or newer is needed: install it (Debian, Ubuntu: apt-get install python3 python3-venv) and try again.' >&2; exit 1; }
	@$(PYTHON) -m infra.local.bootstrap

run: environments ## The whole service on this machine (PORT=8000 PROFILE=kinvo STATE_DIR=.local/kinvo FRESH=1)
	@$(BIN)/python -m infra.local.run

demo: environments ## The whole story in the terminal, against a running service
	@$(BIN)/python -m infra.local.demo

screenshots: environments ## Each page as a picture, desk and phone, light and dark (PROFILE=kinvo ONLY="phone money")
	@$(BIN)/python -m infra.local.screenshots $(if $(PROFILE),--profile $(PROFILE)) $(if $(ONLY),--only $(ONLY))

test: environments ## The tests, but for those that take minutes each
	@$(PYTEST) -m "not proof"

e2e: environments ## The whole story in a real browser with a microphone, against the service of `make run`
	@$(BIN)/python -m pytest tests/web/test_story.py

proofs: environments ## The tests that take minutes each
	@$(PYTEST) -m proof

check: environments ## Format, lint, types, floors, tests, template
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m infra.contract --check
	$(BIN)/python -m infra.client check
	$(PYTEST) -m "not proof"
	$(BIN)/python -m infra.check_template

types: environments ## The client's types, made again from the API document
	@$(BIN)/python -m infra.contract

bench: environments ## Counts and ratios, one table (LARGE=1: erasures of up to a million items, many minutes)
	@$(BIN)/python -m bench $(if $(LARGE),--large)

race: environments ## 50 threads on one balance, 0 overspent (CALLS=40 each)
	@$(BIN)/python -m bench.race $(CALLS)

simulate: environments ## Weeks of faults, checked after every step (STEPS=20000 EACH=100 SEED=1)
	@$(BIN)/python -m bench.simulator $(if $(STEPS),--steps $(STEPS)) $(if $(EACH),--each $(EACH)) $(if $(SEED),--seed $(SEED))

deletions: environments ## Deletions simulated by their workflow, under kills and outages (COUNT=1000 SEED=1)
	@$(BIN)/python -m bench.deletions $(if $(COUNT),--count $(COUNT)) $(if $(SEED),--seed $(SEED))

executions: environments ## Deletions by the real workflow on the embedded AWS, killed and disturbed (COUNT=20 SEED=1)
	@$(BIN)/python -m bench.executions $(if $(COUNT),--count $(COUNT)) $(if $(SEED),--seed $(SEED))

canary: environments ## Canaries in every field of two people: an export, a deletion, a search (PROFILE=kinvo, or all)
	@$(BIN)/python -m bench.canary $(PROFILE)

fuzz: environments ## Every route: 200 requests made from its document, 600 odd texts in every field
	$(PYTEST) --hypothesis-profile=fuzz tests/app/surface

killpoints: environments ## Every writing handler, killed at each of its requests: 0 lost, 0 doubled
	@$(BIN)/python -m bench.killpoints

timing: environments ## Whether the time of an answer tells which address has an account
	@$(BIN)/python -m bench.timing

mutants: environments ## Planted faults in money and calling, and how many the proofs see
	@$(BIN)/python -m bench.mutants

orders: environments ## Stripe's events in all pairs, triples and seeded random orders (COUNT=5000 SEED=1)
	@$(BIN)/python -m bench.orders $(if $(COUNT),--count $(COUNT)) $(if $(SEED),--seed $(SEED))

import-deck: environments ## Prices for the service here, or STAGE=kinvo (FILE=... COLUMNS= MARKUP=35 INCREMENTS=60/60 FROM=)
	@$(BIN)/python -m infra.decks compile $(or $(FILE),$(error FILE= names the sheet)) $(if $(STAGE),--stage $(STAGE),--laptop) \
	  $(if $(COLUMNS),--columns $(COLUMNS)) $(if $(MARKUP),--markup-percent $(MARKUP)) \
	  $(if $(INCREMENTS),--increments $(INCREMENTS)) $(if $(FROM),--effective-from $(FROM))

package: environments ## The release zip and its template, under build/ (STAGE=kinvo)
	@$(BIN)/python -m infra.package $(if $(STAGE),--stage $(STAGE))

policy: environments ## Every policy checked, and what is wrong with it, by file and line
	@$(BIN)/python -m infra.policy validate

policy-explain: environments ## A policy's arithmetic, deadlines and open points (PROFILE=kinvo)
	@$(BIN)/python -m infra.policy explain $(or $(PROFILE),kinvo)

policy-notice: environments ## The notice that people read, as a page (PROFILE=kinvo)
	@$(BIN)/python -m infra.policy notice $(or $(PROFILE),kinvo)

policy-diff: environments ## What changed between two policies, and for whom (OLD=old.json NEW=kinvo)
	@$(BIN)/python -m infra.policy diff $(OLD) $(NEW)

policy-proofs: environments ## Every promise: its rules, its tests, and when these passed last
	@$(BIN)/python -m infra.policy proofs

policy-records: environments ## Records of processing and the register of agreements (PROFILE=kinvo)
	@$(BIN)/python -m infra.policy records $(or $(PROFILE),kinvo)
	@$(BIN)/python -m infra.policy agreements $(or $(PROFILE),kinvo)

policy-faults: environments ## Faults planted into a sound policy: each refused with its sentence
	@$(BIN)/python -m bench.policies

clean: ## Remove what was built, and keep the service's state and the environments
	rm -rf build web/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
