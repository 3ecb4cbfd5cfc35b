# The whole loop: `make run` starts everything with demo data, `make test` checks everything, on a bare machine too.
# `make test COVERAGE=yes` also measures what the tests reach, as continuous integration does; it takes longer.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/installed
comma := ,
# Compiled modules are kept, wherever this runs: compiling them anew takes each process of the tests longer to start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check docs bench chromium clean

run: $(STAMP)
	$(BIN)/blueprints serve all --demo

test: $(STAMP) chromium check
	$(BIN)/pytest -n 2 --dist loadgroup $(if $(COVERAGE),--cov --cov-report=)
	$(if $(COVERAGE),$(BIN)/coverage report --fail-under=100 --include='*/core.py$(comma)*/core/*' --format=total)

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(STAMP)
	$(BIN)/python docs/generate.py

bench: $(STAMP)
	$(BIN)/pip install --quiet --group bench
	$(BIN)/python benchmarks/all.py

chromium: $(STAMP)
	$(BIN)/python tests/servers/chromium.py

$(STAMP): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable '.[all]' --group dev
	touch $@

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .coverage* build dist
