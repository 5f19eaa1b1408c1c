"""What a handler's answer says of each component, by the component's name in its view."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Any

import gradio as gr


def told(view: Any, update: Any) -> Any:
    """Of each field of the view what the update says of it: ``gr.skip()`` where it says nothing."""
    said = {} if update == gr.skip() else dict(update)
    names = {
        field.name: getattr(view, field.name)
        for field in dataclasses.fields(view)
        if isinstance(getattr(view, field.name), gr.blocks.Block)
    }
    known = set(names.values())
    assert set(said) <= known | _inner(view), "an update names a component that is not of the view"
    return SimpleNamespace(**{name: said.get(component, gr.skip()) for name, component in names.items()})


def _inner(view: Any) -> set[Any]:
    """Components in lists and in parts of the view."""
    found: set[Any] = set()
    for field in dataclasses.fields(view):
        value = getattr(view, field.name)
        if isinstance(value, list | tuple):
            found |= set(value)
        elif dataclasses.is_dataclass(value):
            found |= {each for each in vars(value).values() if isinstance(each, gr.blocks.Block)} | _inner(value)
        elif hasattr(value, "widgets"):
            found |= set(value.widgets)
    return found
