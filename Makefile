# Everything runs in a virtual environment of its own; only Python >= 3.11 and make are needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready


.PHONY: demo zoo corpus test test-fast lint picture clean

# The five twins of the main job, every preset, every rung; the whole zoo is `make zoo`.
demo: $(READY)
	$(BIN)/python -m parity check mlp cnn lstm_classifier autoencoder transformer_encoder \
		--json out/report.json --html out/report.html
	@echo "open out/report.html; next: make zoo, or $(BIN)/parity check --help for a pair of your own"

zoo: $(READY)
	$(BIN)/python -m parity check --all --json out/zoo.json --html out/zoo.html
	$(BIN)/python docs/make_zoo.py out/zoo.json docs/zoo.md

# Pairs that people really write, each with its truth: verdict, place and cause right?
corpus: $(READY)
	$(BIN)/python benchmarks/corpus.py

test: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadgroup

test-fast: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not full"

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

picture: $(READY)
	$(BIN)/python docs/make_picture.py docs/report.svg

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	mkdir -p out
	touch $@

clean:
	rm -rf $(VENV) out
