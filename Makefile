# Thin: sets up .venv once, then hands over. PYTHON names another interpreter (3.11 or newer).

PYTHON ?= python3
BIN := .venv/bin
export PIP_CONSTRAINT := constraints.txt

.PHONY: demo test setup clean

demo: setup
	@$(BIN)/ganatomy demo

test: setup
	@scripts/check

setup: .venv/ready

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --editable ".[dev]"
	@touch $@

clean:
	rm -rf .venv dist build
