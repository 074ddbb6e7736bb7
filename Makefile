# make help lists what there is. All that is needed is make and Python 3.11, 3.12 or 3.13;
# the first call creates the environment in .venv, later ones use it.

# Settings, as in `make lab LAB_ARGS=--no-browser`:
PYTHON ?=#         the Python to make the environment with (default: the first that fits)
LESSON =#          make run, one lesson: LESSON=04
BACKEND = tensorflow
WORKERS = 2
LAB_ARGS =
TEST_ARGS =
LOCK_ARGS =

# What a person has set for other projects must not change what the lessons print.
unexport PYTHONPATH PYTHONHOME PYTHONWARNINGS MPLBACKEND JUPYTER_PATH
export JUPYTER_PREFER_ENV_PATH = 1
export KERAS_BACKEND = $(BACKEND)

BIN := $(if $(filter Windows_NT,$(OS)),.venv/Scripts/python.exe,.venv/bin/python)
CHOSEN := $(strip $(PYTHON))
CHAPTER := $(strip $(LESSON))
.DEFAULT_GOAL := help
.PHONY: help setup lab test oracles run results bench lock lint clean

help: ## list the commands
	@echo "The commands of this folder:"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'

setup: ## create or bring up to date the environment in .venv (the other commands do it too)
	@for python in "$(CHOSEN)" python3 python3.13 python3.12 python3.11 python; do \
		if [ -n "$$python" ] && "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 6))' >/dev/null 2>&1; then \
			exec "$$python" tools/setup_environment.py --python "$(CHOSEN)"; \
		fi; \
	done; \
	echo "No Python was found: install Python 3.11, 3.12 or 3.13 (Debian, Ubuntu: sudo apt install python3 python3-venv; macOS: brew install python@3.13; others: python.org) and repeat the command." >&2; \
	exit 1

lab: setup ## open JupyterLab on the first lesson
	@echo "Opening JupyterLab on lesson 00; Ctrl-C here ends it."
	@$(BIN) -m jupyterlab $$([ "$$(id -u)" = 0 ] && echo --allow-root) \
		--ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb $(LAB_ARGS)

test: setup ## run all tests: utils, rules, and every notebook against its saved outputs
	@echo "Running the unit tests and every notebook, $(WORKERS) at a time: about 15 minutes."
	@$(BIN) -m pytest -n $(WORKERS) --dist loadscope $(TEST_ARGS)

oracles: setup ## add ONNX, ONNX Runtime and PyTorch, with which make test compares the cells
	@$(BIN) -m pip install --quiet $$($(BIN) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["oracles"])')
	@$(BIN) -c "import onnx, onnxruntime, torch; print('The independent implementations are there: make test compares the cells with them.')"

run: setup ## execute the lessons and save their outputs in place (one: LESSON=04)
	@$(BIN) tools/run_notebooks.py $(if $(CHAPTER),$(or $(wildcard notebooks/$(CHAPTER)*.ipynb),$(error LESSON=$(CHAPTER) fits no file in notebooks/; give its number as in LESSON=04)))

results: setup ## print the table of all claims of the lessons
	@$(BIN) tools/results.py

bench: setup ## print milliseconds per training step, seconds per lesson, nats per character
	@$(BIN) tools/bench.py

lock: setup ## derive requirements.lock and environment.yml from pyproject.toml (newest: LOCK_ARGS=--upgrade)
	@$(BIN) -c "import uv" 2>/dev/null || $(BIN) -m pip install --quiet uv
	@$(BIN) tools/lock.py $(LOCK_ARGS)

lint: setup ## check the style of code and notebooks
	@$(BIN) -m ruff check .

clean: ## remove the environment and everything that the commands left
	rm -rf .venv build *.egg-info .pytest_cache .ruff_cache .hypothesis .ipynb_checkpoints notebooks/.ipynb_checkpoints
	find utils tools tests -name __pycache__ -type d -prune -exec rm -rf {} +
