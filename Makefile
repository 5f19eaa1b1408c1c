# The steps of scripts/test one by one, in the same .venv (scripts/test makes it; neither script needs make).
PYTHON ?= .venv/bin/python

.PHONY: help app test check format screenshots

help:            ## list the targets
	@sed -n 's/^\([a-z]*\): *## /\1: /p' $(MAKEFILE_LIST)
app:             ## set up, then run the app
	scripts/app
test:            ## set up, then all checks and tests
	scripts/test
check:           ## lint, format check, types
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
format:          ## mend what can be mended
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .
screenshots:     ## write docs/images anew from the running app
	$(PYTHON) -m scripts.screenshots
	$(PYTHON) -m scripts.animation
