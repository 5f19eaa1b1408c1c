"""Imports Gradio without what this app never uses: half of the time that its import takes, and 80 MB of memory.

Gradio imports pandas for a cache of function calls, and the Model Context Protocol whether it is served or not; for
each component it reads its own source again to write hints for editors into its own folder. None of it is taken away
for good: whoever asks for pandas later gets it.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any
from unittest import mock

import jinja2


class _Later(ModuleType):
    """A module that is imported when something in it is asked for.

    Not ``importlib.util.LazyLoader``, whose modules load as soon as they are imported (Python before 3.14).
    """

    def __getattr__(self, name: str) -> Any:
        sys.modules.pop(self.__name__, None)
        return getattr(importlib.import_module(self.__name__), name)


def import_gradio(*, mcp: bool) -> None:
    """Imports Gradio; ``mcp``: with what serves the Model Context Protocol."""
    if "gradio" in sys.modules:
        return
    absent: dict[str, ModuleType | None] = {} if "pandas" in sys.modules else {"pandas": _Later("pandas")}
    if not mcp and "mcp" not in sys.modules:
        absent["mcp"] = None  # an ImportError, as where it is not installed
    with _standing_in(absent), _without_hints():
        importlib.import_module("gradio")


@contextmanager
def _standing_in(modules: dict[str, ModuleType | None]) -> Iterator[None]:
    """Meanwhile who imports one of these gets what stands in for it. Later ones find none, and import it."""
    sys.modules.update(modules)  # type: ignore[arg-type]  # None is Python's own mark of what is not to be imported
    try:
        yield
    finally:
        for name, module in modules.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]


@contextmanager
def _without_hints() -> Iterator[None]:
    """Meanwhile Gradio finds no source of its components, as in a terminal, and parses a template once."""
    getfile = inspect.getfile

    def not_of_gradio(thing: Any) -> str:
        if isinstance(thing, type) and thing.__module__.startswith("gradio."):
            raise OSError(f"no hints are written for {thing.__name__}")
        return getfile(thing)

    once = functools.lru_cache(maxsize=None)(jinja2.Template)
    with mock.patch.object(inspect, "getfile", not_of_gradio), mock.patch.object(jinja2, "Template", once):
        yield
