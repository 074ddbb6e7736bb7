# `make help` lists the commands. They need make and Python 3.11, 3.12 or 3.13; the first one makes
# the environment in .venv. To use another package index, set UV_DEFAULT_INDEX to its address.

PYTHON =
LESSON =
BACKEND = tensorflow
SEEDS = 100
WORKERS = 2
ARGS =

# What is set for other projects must not change what the lessons print, nor slow their start.
unexport PYTHONPATH PYTHONHOME PYTHONWARNINGS PYTHONDONTWRITEBYTECODE MPLBACKEND JUPYTER_PATH
export JUPYTER_PREFER_ENV_PATH = 1
export KERAS_BACKEND = $(BACKEND)

BIN := $(if $(filter Windows_NT,$(OS)),Scripts,bin)
RUN := .venv/$(BIN)/python
UV = $(BIN)/python -m uv pip install --python $(@D)/$(BIN)/python
READY := .venv/.stamp $(if $(filter jax,$(BACKEND)),.venv/.jax)
PYTEST := -m pytest -n $(WORKERS) --dist loadscope --durations=15
KATEX := katex@0.19.1
LESSONS := --jobs $(WORKERS) --backend $(BACKEND) $(LESSON)
.DEFAULT_GOAL := help
.PHONY: help setup lab test unit run reseed results bench lock lint oracles site test-site address clean

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{printf "make %-9s %s\n", $$1, $$2}'
	@echo "Settings: LESSON=04, BACKEND=jax, SEEDS=100, WORKERS=2 (lessons or tests at a time),"
	@echo "PYTHON=/path/to/python3.12, ARGS=... (more arguments: make lab ARGS=--no-browser)"

setup: .venv/.stamp ## make the environment in .venv, which the other commands also do

# With a stamp the environment is brought up to date. Without one, as after an interrupted set-up, it
# is made anew from the files that uv has kept.
INSTALL = $*/$(UV) --require-hashes -r requirements.lock && $*/$(UV) --no-deps --no-build-isolation -e .
# The site needs neither Keras nor the lessons' packages; npm comes with them, and brings KaTeX.
.venv-site/.stamp: INSTALL = $*/$(UV) --group site && $*/$(BIN)/npm install --prefix $* --loglevel=error --no-audit --no-fund --no-save --no-package-lock $(KATEX)
.venv/.stamp .venv-oracles/.stamp .venv-site/.stamp: %/.stamp: requirements.lock pyproject.toml
	@if [ -e $@ ]; then mv $@ $@.old; else \
		fits='import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))'; \
		for python in $(if $(PYTHON),"$(PYTHON)",python3 python3.13 python3.12 python3.11 python) ""; do \
			if [ -z "$$python" ] || "$$python" -c "$$fits" 2>/dev/null; then break; fi; \
		done; \
		if [ -z "$$python" ]; then \
			echo "Python 3.11, 3.12 or 3.13 with its module venv is needed and was not found: install it (Debian, Ubuntu: sudo apt install python3 python3-venv; macOS: brew install python@3.13; others: python.org), or name one with PYTHON=/path/to/python3.12." >&2; \
			exit 1; \
		fi; \
		echo "Making the environment in $* with $$("$$python" --version); about a minute, once."; \
		"$$python" -m venv --clear $* && \
		$*/$(BIN)/python -m pip install --quiet --disable-pip-version-check \
			$(if $(UV_DEFAULT_INDEX),--index-url "$(UV_DEFAULT_INDEX)") "uv>=0.9,<1"; \
	fi && \
	$(INSTALL) || { \
		if [ -e $@.old ]; then mv $@.old $@; fi; \
		echo "The set-up in $* failed for the reason above. Mend it and repeat the command; what was downloaded is kept. UV_DEFAULT_INDEX may name another package index." >&2; \
		exit 1; \
	}
	@mkdir -p $*/share/jupyter/lab/settings # JupyterLab asks everybody about news otherwise
	@echo '{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}' > $*/share/jupyter/lab/settings/overrides.json
	@rm -f $@.old; touch $@

.venv/.jax: .venv/.stamp
	@.venv/$(UV) --no-build-isolation -c requirements.lock -e '.[jax]'
	@touch $@

# By pip, whose settings may name a place that has PyTorch for CPU; the index has it for GPU, large.
.venv-oracles/.oracles: .venv-oracles/.stamp
	@.venv-oracles/$(BIN)/python -m pip install --quiet --no-build-isolation -e '.[oracles]'
	@touch $@

lab: $(READY) ## open JupyterLab on lesson 00 (with --allow-root for root, as in a container)
	@$(RUN) -m jupyterlab $$([ "$$(id -u)" = 0 ] && echo --allow-root) \
		--ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb $(ARGS)

test: $(READY) ## run the unit tests, and every lesson against its saved outputs
	@$(RUN) $(PYTEST) $(ARGS)

unit: $(READY) ## run the tests that execute no lesson
	@$(RUN) $(PYTEST) tests --ignore tests/test_solutions.py $(ARGS)

run: $(READY) ## execute lessons and save their outputs (with BACKEND=jax: copies elsewhere)
	@$(RUN) tools/run_notebooks.py run $(LESSONS) $(ARGS)

reseed: $(READY) ## execute copies with seeds shifted by SEEDS and list the claims that fail
	@$(RUN) tools/run_notebooks.py reseed --seeds $(SEEDS) $(LESSONS) $(ARGS)

results: $(READY) ## write RESULTS.md and the table of lessons in the README
	@$(RUN) tools/claims_table.py $(ARGS)

bench: $(READY) ## print milliseconds a training step and seconds a lesson
	@$(RUN) tools/bench.py $(ARGS)

# An environment made from the old lock will do, so that a change is not set up twice.
lock: $(if $(wildcard .venv/.stamp),,.venv/.stamp) ## derive requirements.lock from pyproject.toml (newest versions: ARGS=--upgrade)
	@$(RUN) tools/lock.py $(ARGS)

lint: $(READY) ## check the style of code and lessons
	@$(RUN) -m ruff check . && $(RUN) -m ruff format --check .

oracles: .venv-oracles/.oracles ## compare the cells with PyTorch and ONNX, in .venv-oracles
	@.venv-oracles/$(BIN)/python $(PYTEST) tests/test_cells_oracles.py $(ARGS)

site: .venv-site/.stamp ## build the web site from the saved lessons in build/site
	@.venv-site/$(BIN)/python website/build.py
	@echo "The site is in build/site; to read it: .venv-site/$(BIN)/python -m http.server -d build/site"

test-site: site ## test the site in Chromium, which has to be installed
	@.venv-site/$(BIN)/python -m pytest -c website/pytest.ini website $(ARGS)

address: $(READY) ## make all links point to another repository: URL=https://github.com/NAME/REPOSITORY
	@$(RUN) tools/address.py "$(URL)"

clean: ## remove the environments and what the commands left
	rm -rf .venv .venv-oracles .venv-site build *.egg-info .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} + -o -name .ipynb_checkpoints -prune -exec rm -rf {} +
