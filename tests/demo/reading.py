"""What a handler's answer says of each component by its name in the view, and what tables of a card say."""

from __future__ import annotations

import dataclasses
import html
import json
import re
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


def caption(bar: str) -> list[str]:
    """What files of a view's figures say of what they show, which its bar carries."""
    [carried] = re.findall(r'data-caption="([^"]*)"', bar)
    said: list[str] = json.loads(html.unescape(carried))
    return said


def cells(drawn: str, table: str = "") -> list[list[str]]:
    """The text of each cell of each row of a card's tables, heads left out; of the tables of this class alone."""
    found = [one for one in re.findall(r"<table.*?</table>", drawn, re.DOTALL) if table in one.partition(">")[0]]
    rows = re.findall(r"<tr.*?</tr>", "".join(one.partition("<tbody>")[2] for one in found), re.DOTALL)
    return [[_text(cell) for cell in re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in rows]


def _text(cell: str) -> str:
    """Without markup; what stands in elements of its own is set apart by a blank."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", cell)).split())


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
