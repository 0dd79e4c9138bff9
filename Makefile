# `make` says what there is. Each target installs what it needs.
PY := .venv/bin/python
CSS := assets/built/app.css
STYLE_SOURCES := $(wildcard assets/css/*.css) $(shell find templates -name '*.html')

help: ## what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: .venv/build.done $(CSS) ## start Tastebuds at http://127.0.0.1:8000, with a sample to look at
	@$(PY) -m compileall -q app
	@exec $(PY) -m app.cli run --sample

demo: .venv/build.done $(CSS) ## the same with the outside world in a box: no keys, no network
	@$(PY) -m compileall -q app sandbox
	@exec $(PY) -m sandbox.demo $(PY) -m app.cli run --sample

test: check unit e2e ## everything: style, types, layers, tests, browser stories

check: .venv/dev.done ## style, types, layers
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

unit: .venv/dev.done $(CSS) ## tests without a browser
	$(PY) -m pytest tests -n 3 --dist loadfile

e2e: .venv/dev.done $(CSS) ## stories in a browser, which is found or installed
	CHROMIUM="$$(bin/browser)" $(PY) -m pytest e2e -n 2 --dist worksteal

attack: .venv/dev.done $(CSS) ## what attackers and bad luck do, to real processes, and a table of it (15 minutes at most)
	$(PY) -m pytest attack --timeout 900
	$(PY) -m attack.fuzz

fuzz: .venv/dev.done $(CSS) ## every call of the API with what nobody would send, to a real process
	$(PY) -m attack.fuzz

css: $(CSS) ## build the style

bench: .venv/dev.done $(CSS) ## pages against the floor of the same run (docs/performance.md)
	$(PY) -m bench.pages

bench-search: .venv/dev.done ## the search engine on many titles (docs/search.md)
	$(PY) -m bench.search

bench-outside: .venv/dev.done $(CSS) ## searching with a source that hangs, drops or fails (docs/performance.md)
	$(PY) -m bench.fan_out

relevance: .venv/dev.done ## how good the answers of the search are, on judged questions (docs/search.md)
	$(PY) -m bench.relevance

lock: ## write the lock files anew from pyproject.toml (needs uv)
	uv pip compile -q --universal --generate-hashes --python-version 3.11 pyproject.toml -o requirements.lock
	uv pip compile -q --universal --generate-hashes --python-version 3.11 pyproject.toml --group build -o requirements-build.lock
	uv pip compile -q --universal --generate-hashes --python-version 3.11 pyproject.toml --group dev -o requirements-dev.lock

migration: .venv/dev.done ## a new revision from what the models say: make migration m="Add tags"
	.venv/bin/alembic revision --autogenerate -m "$(m)" --rev-id $$(printf '%04d' $$(($$(ls migrations/versions/*.py | wc -l) + 1)))

clean: ## forget the environment and what was built
	rm -rf .venv assets/built .mypy_cache .ruff_cache .import_linter_cache *.egg-info

.venv/%.done: requirements-%.lock pyproject.toml bin/setup
	@bin/setup $*

$(CSS): $(STYLE_SOURCES) | .venv/build.done
	@mkdir -p $(@D)
	.venv/bin/tailwindcss -i assets/css/app.css -o $@ --minify

.PHONY: help run demo test check unit e2e attack fuzz css bench bench-search bench-outside relevance lock migration clean
.DEFAULT_GOAL := help
