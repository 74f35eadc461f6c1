# The workflow of the project. `make` alone lists what there is.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
DATA   ?= ../shared

.DEFAULT_GOAL := help
.PHONY: help run demo test lint format lock schemas train score errors bench clean wheel-test dashboards ops-check secrets compose-check image-check kafka kafka-stop test-kafka-long bench-kafka

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "sommet needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	touch $@

run: $(READY)  ## watch the sources until Ctrl-C
	$(BIN)/sommet run

demo: $(READY)  ## a bundled week of news through the whole pipeline, offline
	$(BIN)/sommet demo

test: $(READY)  ## all tests
	$(BIN)/python -m pytest -q

test-kafka-long: $(READY)  ## kills at size on three Kafka nodes, all scenarios on Kafka; half an hour
	SOMMET_KAFKA_LONG=1 $(BIN)/python -m pytest -q tests/long/kafka_kills.py tests/end_to_end/test_kafka_same.py

lint: $(READY)  ## style, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)  ## rewrite the code in the project's style
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

LOCK := uv pip compile --generate-hashes --universal --python-version 3.11 --custom-compile-command 'make lock' --quiet
lock:  ## resolve the dependencies again (needs uv)
	$(LOCK) pyproject.toml --extra dev --upgrade -o requirements.lock
	$(LOCK) pyproject.toml -c requirements.lock --no-annotate -o ops/docker/run.lock
	echo hatchling | $(LOCK) - -c requirements.lock --no-annotate -o ops/docker/build.lock

schemas: $(READY)  ## write the JSON Schemas and examples of the messages
	$(BIN)/python -m schemas.export

train: $(READY)  ## train the classifier of sentences again
	$(BIN)/python benchmarks/quality/train/train.py

score: $(READY)  ## quality figures on the evaluation data under DATA, against the pinned floors
	$(BIN)/python benchmarks/quality/score.py --data $(DATA)

errors: $(READY)  ## mistakes on the evaluation data under DATA, by cause (ARGS="--lang ru --cause date")
	$(BIN)/python benchmarks/quality/errors.py --data $(DATA) $(ARGS)

bench: $(READY)  ## speed on the streams under DATA, growth with the events known, hostile texts, as ratios
	$(BIN)/python benchmarks/speed/pipeline.py --data $(DATA)
	$(BIN)/python benchmarks/speed/growth.py
	$(BIN)/python benchmarks/speed/hostile.py

bench-kafka: $(READY)  ## the stages over Kafka: messages a second, CPU beside the bare client, time to an alert
	$(BIN)/python benchmarks/speed/kafka_log.py

wheel-test: $(READY)  ## build the wheel, install it in a fresh environment, run the demo from it
	benchmarks/wheel.sh

dashboards: $(READY)  ## write the dashboards of Grafana from their code
	$(BIN)/python -m ops.grafana.write

ops-check: $(READY)  ## rules of alerts and their routes with promtool and amtool (Debian: prometheus, prometheus-alertmanager)
	OPS_CHECK=1 $(BIN)/python -m pytest -q tests/ops

secrets:  ## make the passwords of docker-compose.yml that are not there yet
	@ops/docker/secrets.sh

compose-check: $(READY)  ## docker-compose.yml and Dockerfile without an engine: Compose itself, hadolint, their properties
	$(BIN)/docker-compose config --quiet
	$(BIN)/hadolint Dockerfile
	$(BIN)/python -m pytest -q tests/ops/test_compose.py tests/ops/test_image.py

image-check:  ## build the image on Debian's Python, without an engine (root; buildah, crun, debootstrap)
	ops/docker/image-check.sh

kafka:  ## start a Kafka node on loopback, without Docker (NODES=3: three); prints its address
	@NODES=$(or $(NODES),1) ops/kafka/node.sh start

kafka-stop:  ## stop it; its data stay in build/kafka until make clean
	@ops/kafka/node.sh stop

clean:  ## remove everything that make made
	rm -rf $(VENV) build dist var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
