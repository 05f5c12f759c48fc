# Two commands do all the set-up on a machine that has only Python: `make demo` and `make test`.
PYTHON ?= python3
# The index to take PyTorch from; the README names the one of its CPU builds.
TORCH_INDEX ?=
# Files of tests that run at once.
JOBS ?= 2
# What `make wheel` installs with: the versions as tested. Empty: those that pip takes today.
PINS ?= -c constraints.txt
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# How long `make soak` watches a folder, and how many articles it runs through before.
SECONDS ?= 3600
ARTICLES ?= 20000

.PHONY: help demo test test-long crash fuzz soak check docs wheel hooks format readme bench train-tiny train-smoke eval-tiny clean

help:
	@echo "make demo    install into $(VENV) and turn inputs/ into briefs with the embedded demo models"
	@echo "make test    install if needed and run the whole test suite"
	@echo "make test-long    tests of minutes each: a cluster joined from elsewhere"
	@echo "make crash   kills at every file operation and at hundreds of other moments, all of them: CI takes a sample"
	@echo "make fuzz    made-up inputs for readers, numbers, settings and briefs, as many as a long run gives"
	@echo "make soak    ARTICLES=$(ARTICLES) through one run, then a hot folder for SECONDS=$(SECONDS); figures into build/"
	@echo "make check   lint, formatting, types and the layering of the modules"
	@echo "make docs    the site of docs/ into site/, with every link checked"
	@echo "make wheel   the wheel into dist/, installed by pip into a clean environment and tried out there"
	@echo "make hooks   make check's tools before each commit (pre-commit)"
	@echo "make eval-tiny    scores of the embedded models on held-out text"
	@echo "make train-tiny   train them anew, for hours; OTHERS=folder with Tatoeba and TICO-19 (training/README.md)"

# PyTorch first and pinned: resolved from an open range, pip may choose a CUDA build of several gigabytes. From an index of its own
# it comes alone: what it needs is there in other versions than the pinned ones.
$(READY): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade -c constraints.txt pip
	$(BIN)/python -m pip install --quiet -c constraints.txt $(if $(TORCH_INDEX),--no-deps --index-url $(TORCH_INDEX)) torch
	$(BIN)/python -m pip install --quiet -c constraints.txt --group dev --group train -e .
	touch $(READY)

demo: $(READY)
	$(BIN)/trans run inputs/ --profile tiny --out outputs
	@echo "Open outputs/index.html in a browser"

test: $(READY)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m "not long"

test-long: $(READY)
	$(BIN)/python -m pytest -m long

crash: export TRANS_WHOLE = 1
crash: $(READY)
	$(BIN)/python -m pytest $(wildcard tests/test_crash*.py)

fuzz: export TRANS_WHOLE = 1
fuzz: $(READY)
	$(BIN)/python -m pip install --quiet -c constraints.txt --group fuzz
	$(BIN)/python -m pytest $(wildcard tests/test_fuzz*.py)
	$(BIN)/python -m fuzz.run

soak: $(READY)
	mkdir -p build
	$(BIN)/python bench/soak.py --articles $(ARTICLES) --json build/soak.json
	$(BIN)/python bench/soak_watch.py --seconds $(SECONDS) --json build/soak_watch.json

check: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# No banner of the theme about MkDocs' future.
docs: export NO_MKDOCS_2_WARNING = 1
docs: $(READY)
	$(BIN)/mkdocs build

# From the sdist to the wheel, and pip alone into an environment that has nothing; tried out in another folder, with a cache of its own.
wheel: $(READY)
	rm -rf dist build
	$(BIN)/python -m build --no-isolation --outdir dist
	$(PYTHON) -m venv build/clean
	build/clean/bin/python -m pip install --quiet $(PINS) $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) dist/*.whl
	mkdir build/elsewhere
	cd build/elsewhere && TRANS_CACHE=$(CURDIR)/build/cache ../clean/bin/trans run ../../inputs --profile tiny --out briefs
	test -s build/elsewhere/briefs/index.html

hooks: $(READY)
	$(BIN)/pre-commit install

format: $(READY)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

readme: $(READY)
	$(BIN)/python docs/update_readme.py

# Goes on where it was stopped. glibc would give large blocks back to the system after each operation and get them anew, cleared:
# kept, a translator's step took 2.5 s instead of 3.2 s (four steps each, two cores).
train-tiny: export MALLOC_MMAP_THRESHOLD_ = 8589934592
train-tiny: export MALLOC_TRIM_THRESHOLD_ = 17179869184
train-tiny: export MALLOC_TOP_PAD_ = 67108864
train-tiny: $(READY)
	$(BIN)/python -m training $(if $(OTHERS),--others $(OTHERS)) $(ARGS)

# A minute: every step on a little text, to see that the recipe runs.
train-smoke: $(READY)
	rm -rf training/runs/smoke
	TRAINING_RUNS=training/runs/smoke $(BIN)/python -m training --smoke

eval-tiny: $(READY)
	$(BIN)/python -m training.evaluate $(if $(OTHERS),--others $(OTHERS)) $(ARGS)

bench: $(READY)
	$(BIN)/python bench/whole.py

clean:
	rm -rf $(VENV) dist build site .pytest_cache .mypy_cache .ruff_cache .hypothesis
