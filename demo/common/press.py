"""What the page says of a press, if it is what it should be: anyone may send anything."""

from __future__ import annotations


def word(press: object, name: str) -> str | None:
    """A word that a press says under this name."""
    said = value(press, name)
    return said if isinstance(said, str) else None


def number(press: object, name: str, end: int | None = None) -> int | None:
    """A whole number that a press says under this name, from 0 to ``end``, ``end`` left out."""
    said = value(press, name)
    if not isinstance(said, int) or isinstance(said, bool) or said < 0 or (end is not None and said >= end):
        return None
    return said


def value(press: object, name: str) -> object:
    """Of an event's data, or of what a script of the page put into an object.

    Gradio's ``EventData`` looks names up in whatever came, which may be null or a number.
    """
    said = getattr(press, "_data", press)
    return said.get(name) if isinstance(said, dict) else getattr(said, name, None)


def listed(told: object, least: int) -> list[object]:
    """What the page told, None where it told fewer values than ``least``: anyone may send anything."""
    values: list[object] = told if isinstance(told, list) else []
    return [*values, *[None] * (least - len(values))]
