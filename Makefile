# Everything a developer does here, one command each. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory
# Where it is set, every process of the tests would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

# How many tests run at once (many of them wait, so more than two cores), and what else pytest should know: make test PYTEST="-k drawer"
WORKERS ?= 4
PYTEST ?=
# Words for the program itself: make run ARGS="--help"
ARGS ?=
# The register and the bench beside it, where there is no screen of its own
DEMO_SIZE := 1640x800

.PHONY: help
help:  ## list these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 24

.PHONY: run
run:  ## run the whole shop on this machine, with simulated devices (without a screen: seen in a browser)
ifneq ($(DISPLAY)$(WAYLAND_DISPLAY),)
	@image-build/setup run
	@.venv/bin/open-pos demo $(ARGS)
else
	@image-build/setup run virtual-screen
	@SCREEN_SIZE=$${SCREEN_SIZE:-$(DEMO_SIZE)} image-build/virtual-screen .venv/bin/open-pos demo $(ARGS)
endif

.PHONY: test
test: lint types layers unused  ## check everything that CI checks: lint, types, layers, dependencies, tests
	@.venv/bin/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder --session-timeout 900 -m "not alone" $(PYTEST)
# What forks children of its own, or needs a library that no other test used before, runs by itself.
ifeq ($(PYTEST),)
	@.venv/bin/python -m pytest -q -m alone tests/crash tests/drivers/badge
endif

.PHONY: lint
lint: setup  ## check style and formatting (make format mends what can be mended)
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check

.PHONY: format
format: setup  ## mend style and formatting
	@.venv/bin/ruff check --fix
	@.venv/bin/ruff format

.PHONY: types
types: setup
	@.venv/bin/mypy

.PHONY: layers
layers: setup
	@.venv/bin/lint-imports --no-logo --no-cache  # its cache overlooks modules that came later

.PHONY: unused
unused: setup
	@.venv/bin/deptry .

.PHONY: bench
bench: setup  ## measure speeds, written to tests/bench/RESULTS.md
	@.venv/bin/python -m tests.bench $(ARGS)

.PHONY: test-hardware
test-hardware: setup  ## run the drivers on a real kernel in a virtual machine (three to five minutes)
	@tests/hardware/run $(PYTEST)

.PHONY: test-cluster
test-cluster:  ## run several servers on a MariaDB Galera cluster whose nodes are killed (four minutes)
	@image-build/setup test cluster
	@.venv/bin/python -m pytest --override-ini addopts="--strict-markers --strict-config -ra" tests/cluster $(PYTEST)

.PHONY: image
image:  ## build the SD card's image for Raspberry Pi 4 and 5 (needs Raspberry Pi's archive; image-build/README.md)
	@image-build/setup imaging
	@image-build/image raspios-arm64

.PHONY: image-debian
image-debian:  ## the same of Debian's own packages, for Raspberry Pi 3 and 4
	@image-build/setup imaging
	@image-build/image debian-arm64

.PHONY: image-twin
image-twin:  ## the same for an emulator
	@image-build/setup imaging
	@image-build/image debian-amd64

.PHONY: package
package:  ## build the Debian package for this Debian
	@image-build/setup run
	@image-build/package build

.PHONY: test-image
test-image:  ## build the image for an emulator, start it, and live a shop's life on it (about an hour)
	@image-build/setup test imaging
	@image-build/image debian-amd64
	@.venv/bin/python -m pytest --override-ini addopts="--strict-markers --strict-config -ra" tests/image/stories $(PYTEST)

.PHONY: test-in-image
test-in-image:  ## run all tests inside the image's system, on its Python
	@image-build/setup test imaging
	@image-build/test-inside build/image/debian-amd64 $(PYTEST)

.PHONY: test-image-twice
test-image-twice:  ## build the image for an emulator twice, and compare (ten minutes)
	@image-build/setup imaging
	@image-build/twice debian-amd64

.PHONY: screens
screens: setup  ## draw every screen to a picture under tests/screens/
	@.venv/bin/python -m tests.screens $(ARGS)

.PHONY: setup
setup:  ## make this machine ready for development (the others call it)
	@image-build/setup test virtual-screen

.PHONY: lock
lock: setup  ## choose the exact versions of libraries anew (newest: make lock ARGS=--upgrade)
	@image-build/lock $(ARGS)

.PHONY: clean
clean:  ## remove what these commands made, the virtual environments too
	@rm -rf .venv .venv-judge .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist *.egg-info
	@find appliance kiosk_ui drivers tests -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
