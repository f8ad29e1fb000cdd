# Every recipe makes its own environment first: nothing to install but Python 3.11 to 3.13 and make.
.DEFAULT_GOAL := help
SHELL := /bin/sh

PORT ?= 8000
HOST ?= 127.0.0.1
RUNS ?= 1000
KILLS ?= 30
FILES ?= 10000
RECORDINGS ?= 100
BACKUPS ?= 5
ATTACKS ?= 200
EXPORTS ?= 200
CRASHES ?= 10
PEOPLE ?= 100
SECONDS ?= 600
FILMS ?= 500
CASES ?= 1000,10000,100000
PYTEST = .venv/bin/python -m pytest
LONG_TESTS = tests/integration/test_report_walks.py tests/integration/test_corrections.py \
	tests/unit/extraction/test_language.py tests/integration/test_many_documents.py tests/integration/extraction/test_measured.py
ONLY ?=
QUICK ?=
ARGS ?=

.PHONY: help run test long check bench bench-radiology bench-radiology-speed bench-radiology-steady bench-gate bench-documents bench-assertions bench-identifiers bench-speech bench-delivery bench-consult bench-consult-start bench-contradictions bench-case bench-coaching bench-experiments bench-practice bench-viewer doubt cord engines browser verification pictures faults faults-documents faults-consults recordings tamper matrix exports hostile orthanc production upgrade airplane messages lock load docs clean run-environment dev-environment docs-environment doors mutants canaries bench-search backups

help: ## this list
	@sed -n 's/^\([a-z][a-z-]*\):[^#]*## \(.*\)$$/make \1\t\2/p' Makefile | expand -t 16

run: run-environment ## start the workstation: PORT=8000 HOST=127.0.0.1; Ctrl-C stops all of it
	@exec .venv/bin/python -m clinic.embedded.supervise --host "$(HOST)" --port "$(PORT)"

test: dev-environment ## the fast tests; ONLY=tests/unit/... for some of them
	@$(PYTEST) -n 2 --dist worksteal -m "not long" $(ONLY)

check: dev-environment ## lint, format, types, layers, migrations in step, settings fit for production
	.venv/bin/python -m ruff check .
	.venv/bin/python -m ruff format --check .
	.venv/bin/python -m mypy
	.venv/bin/python .venv/bin/lint-imports
	.venv/bin/python -m clinic.embedded .venv/bin/python manage.py makemigrations --check --dry-run
	.venv/bin/python tools/check_production.py

long: dev-environment ## the tests that take long, and those that try things by the thousand with ten times as many
	@$(PYTEST) -n 2 --dist worksteal -m long tests/security tests/unit/speech tests/unit/radiology tests/integration/test_migrations_back.py
	@LONG=1 $(PYTEST) -n 2 -m "slow and not long" $(LONG_TESTS)

verification: dev-environment ## the language providers that have keys in the environment, asked for real about made-up letters
	@$(PYTEST) -c tests/verification/pytest.ini tests/verification $(ARGS)

browser: dev-environment ## the browser tests, in Chromium
	@$(PYTEST) tests/browser $(ONLY)

pictures: dev-environment ## the pictures of the README, taken from the demo
	@.venv/bin/python -m tests.browser.pictures

faults: dev-environment ## kill workers and see that nothing is lost: RUNS=1000 KILLS=30
	@.venv/bin/python -m tests.faults --runs $(RUNS) --kills $(KILLS)

faults-documents: dev-environment ## many documents while their worker is killed twice: FILES=10000
	@.venv/bin/python -m tests.faults.documents --files $(FILES) $(ARGS)

faults-consults: dev-environment ## consults whose branches are slow, then broken in twelve ways each: ARGS='--consults 50'
	@.venv/bin/python -m tests.faults.consults $(ARGS)

recordings: dev-environment ## record voices while browser, server, workers and database are killed: RECORDINGS=100
	@.venv/bin/python -m tests.faults.recordings --recordings $(RECORDINGS) $(ARGS)

backups: dev-environment ## back up while people write, forget a patient, put each backup into an empty installation: BACKUPS=5
	@.venv/bin/python -m benchmarks.backups --times $(BACKUPS) $(ARGS)

tamper: dev-environment ## attack the audit as the database's owner and see that it is found: ATTACKS=200 of each kind, CRASHES=10
	@.venv/bin/python -m tests.tamper --attacks $(ATTACKS) --crashes $(CRASHES)

matrix: dev-environment ## every role at every door with every method, and ids of another site everywhere: prints cells and differences
	@MATRIX=1 $(PYTEST) tests/security/test_matrix.py

hostile: dev-environment ## broken files, bombs, disguises, model files, addresses, words: MUTANTS=2000 UPLOADS=40 ONLY=mutants
	@.venv/bin/python -m tests.security.hostile

doors: dev-environment ## a thousand guesses at each door, fifty at once; codes used again; two hundred people who sign in at once
	@DOORS=1 $(PYTEST) tests/security/test_doors.py
	@.venv/bin/python -m tests.security.flood $(ARGS)

mutants: dev-environment ## each question after a permission changed in one place: does a test see it
	@.venv/bin/python -m tests.security.mutants

canaries: dev-environment ## two hundred made-up names and numbers through everything that can be done and can fail: none in logs, pages of errors, metrics, columns in the clear
	@CANARIES=1 $(PYTEST) tests/security/test_canaries.py

production: dev-environment ## the product on Debian's PostgreSQL, RabbitMQ, Redis and nginx: its flows, then each part killed under load: KILLS=5
	@.venv/bin/python -m tests.production --kills $(if $(filter command,$(origin KILLS)),$(KILLS),5) $(ARGS)

upgrade: dev-environment ## an older release on the same parts is replaced by this one under load and put back: ARGS='--from COMMIT'
	@.venv/bin/python -m tests.production.upgrade $(ARGS)

airplane: dev-environment ## a folder of wheels, then no network: installed, started, looked at by a browser; ONLY=tests/browser/test_house.py, ARGS='--wheels FOLDER'
	@.venv/bin/python -m tests.airplane $(ARGS) $(if $(ONLY),--tests $(ONLY))

orthanc: dev-environment ## fifty studies through a real Orthanc and back; skips where it is not installed (apt-get install orthanc orthanc-dicomweb)
	@$(PYTEST) tests/production/test_orthanc.py

exports: dev-environment ## take 200 cases out, ask the standard and a bare Python, change bytes of a capsule; prints figures: EXPORTS=200
	@EXPORTS=$(EXPORTS) $(PYTEST) -q -n0 -s tests/integration/export/test_figures.py

bench: dev-environment ## measure pages, uploads, runs and the audit, side by side with what they are compared to; ONLY=audit
	@.venv/bin/python -m benchmarks $(ONLY)

bench-practice: dev-environment ## a three-minute answer in a real house: when delivery, words and feedback are there; dead engines; what is left on close
	@.venv/bin/python -m benchmarks.practice $(ARGS)

bench-radiology-speed: dev-environment ## both nets and both maps against doing the same plainly; films a second, memory, cold start
	@.venv/bin/python -m benchmarks.radiology_speed $(ARGS)

bench-radiology: dev-environment ## train five folds and print the figures of films nobody learned from: ARGS='IMAGES_TAR INDEX_CSV --runs FOLDER'
	@.venv/bin/python -m benchmarks.radiology $(ARGS)

doubt: dev-environment ## what the statistics promise, measured on generated data; QUICK=1 for a small round
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 .venv/bin/python -m benchmarks.doubt $(if $(QUICK),--quick)

cord: dev-environment ## the stop cord, sealed cases, replay and incident pack, measured with real workers; QUICK=1, ONLY=stop
	@.venv/bin/python -m benchmarks.cord $(ONLY) $(if $(QUICK),--quick)

bench-radiology-steady: dev-environment ## is what the engine says of films steady under small changes, and does a mirrored look help: ARGS='--data IMAGES_TAR INDEX_CSV'
	@.venv/bin/python -m benchmarks.radiology_steady $(ARGS)

bench-gate: dev-environment ## what the gate for chest films lets through and stops; DATA=folder for real films too
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 .venv/bin/python -m benchmarks.radiology_gate $(DATA)

bench-documents: dev-environment ## language, copied notes, words that come back from scans, what reading costs: ARGS='NOTES.jsonl.gz'
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 .venv/bin/python -m benchmarks.documents $(ARGS)

bench-classify: dev-environment ## train the engine of documents and print what it must show: ARGS='FILE.jsonl.gz NOTES.jsonl.gz'
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 .venv/bin/python -m benchmarks.classify $(ARGS)

bench-assertions: dev-environment ## negation, time and person against what people said: ARGS='FILE.jsonl.gz'
	@.venv/bin/python -m benchmarks.assertions $(ARGS)

bench-identifiers: dev-environment ## does anything that identifies a person come through; what is hidden for nothing: ARGS='--seed 2 --show'
	@.venv/bin/python -m benchmarks.identifiers $(ARGS)

bench-speech: dev-environment ## word errors, time left after the last piece, words heard in silence: ARGS='FOLDER' with index.csv and recordings
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 .venv/bin/python -m benchmarks.speech $(ARGS)

bench-delivery: dev-environment ## how right the measures of a voice are where the truth is known, and how fast: ARGS='--rounds 1'; ARGS=--write for the pages
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 .venv/bin/python -m benchmarks.delivery $(ARGS)

bench-consult: dev-environment ## red flags, urgency, answers, output filter, inventions, pictures: what answers must show; ARGS='--pictures 0'
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 .venv/bin/python -m benchmarks.consult $(ARGS)

bench-consult-start: dev-environment ## in a browser: the first answer after a start, typed and spoken, and how soon an answer is heard; ARGS='--rounds 3'
	@.venv/bin/python -m benchmarks.consult_start $(ARGS)

bench-contradictions: dev-environment ## planted contradictions between sources found, and cards where there is nothing; ARGS=--show
	@.venv/bin/python -m benchmarks.contradictions $(ARGS)

bench-case: dev-environment ## a case of 500 entries: timeline, verify, paper; one changed byte of each file, answer and report
	@.venv/bin/python -m benchmarks.case $(ARGS)

bench-coaching: dev-environment ## searches found, answers ranked, chance told from progress; ARGS='--model FOLDER' for search by meaning
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 .venv/bin/python -m benchmarks.coaching $(ARGS)

bench-classify-speed: dev-environment ## one document, many, and the classic forest one by one, side by side
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 .venv/bin/python -m benchmarks.classify_speed $(ARGS)

bench-experiments: dev-environment ## equal versions looked at after every document: false wins; a planted effect: found; ARGS=--quick
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 .venv/bin/python -m benchmarks.experiments $(ARGS)

bench-extraction: dev-environment ## the field rules on annotated case reports, BC5CDR, prescriptions and notes: ARGS='FOLDER'
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 .venv/bin/python -m benchmarks.extraction $(ARGS)

bench-search: dev-environment ## 50,000 texts of four sites: how long a search takes, and that nothing of another site is in any answer; ARGS='--texts 5000'
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 .venv/bin/python -m benchmarks.search $(ARGS)

bench-viewer: dev-environment ## frames per second of the film viewer at 2048 x 2048, drawn in software
	@.venv/bin/python -m benchmarks.viewer

engines: dev-environment ## changed bytes, rollback under load, the cost of a shadow, trials, measured with real workers; QUICK=1, ONLY=rollback
	@.venv/bin/python -m benchmarks.engines $(ONLY) $(if $(QUICK),--quick)

messages: dev-environment ## collect the texts to translate, name those without a translation, compile
	@.venv/bin/python -m tools.messages

load: KILLS = 4
load: dev-environment ## what this size can do, what a larger would need; writes docs/capacity.md, 20 min: ONLY=people PEOPLE=100 SECONDS=600 KILLS=4, ONLY=workers, ONLY=films FILMS=500, ONLY=cases CASES=1000,10000,100000, ONLY=simulation
	@.venv/bin/python -m benchmarks.load $(ONLY) --people $(PEOPLE) --seconds $(SECONDS) --kills $(KILLS) --films $(FILMS) --cases $(CASES) $(ARGS)

docs: docs-environment ## the site of docs/ in site/, without warnings: python3 -m http.server -d site 8100
	@NO_MKDOCS_2_WARNING=1 .venv-docs/bin/python -m mkdocs build --strict

lock: ## pin all packages anew: PYTHONS='/path/python3.12 /path/python3.13' where they are not on the PATH
	@PYTHONS="$(PYTHONS)" python3 tools/lock.py

clean: ## remove the environment and caches; patient data in var/ stays
	rm -rf .venv .venv-docs site .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .coverage htmlcov

run-environment:
	@PYTHON="$(PYTHON)" tools/bootstrap run

dev-environment:
	@PYTHON="$(PYTHON)" tools/bootstrap dev

docs-environment:
	@PYTHON="$(PYTHON)" tools/bootstrap docs
