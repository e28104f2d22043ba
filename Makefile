# Thin: sets up .venv once, then hands over. PYTHON names another interpreter (3.11 or newer).

PYTHON ?= python3
BIN := .venv/bin
export PIP_CONSTRAINT := constraints.txt

.PHONY: demo test setup clean

demo: .venv/can-run
	@$(BIN)/ganatomy demo

test: setup
	@scripts/check

setup: .venv/can-test

# What the commands need; python writes the bytecode of what it imports itself.
.venv/can-run: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --no-compile --editable ".[onnx,projected]"
	@touch $@

# That and what the checks need.
.venv/can-test: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --no-compile --editable ".[dev]"
	@touch .venv/can-run $@

clean:
	rm -rf .venv dist build
