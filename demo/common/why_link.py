"""The state of the Why not? view as the query of an address, and back: other views send people there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from demo.common.contestant import changed
from demo.common.link import read_strategy
from demo.common.text_input import MAX_CHARACTERS

VIEW = "why-not"


@dataclass(frozen=True)
class WhyLink:
    """What a link asks for; None where it says nothing, or nothing that can be used.

    text, expected: the sentence, and the translation that was expected of it.
    near: the token of the latter of which is asked where it was learnt, counted from 0.
    """

    text: str | None = None
    expected: str | None = None
    model: str | None = None
    strategy: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    near: int | None = None


def write(
    text: str, expected: str, model: str, strategy: str, settings: Mapping[str, Any], near: int | None = None
) -> str:
    """A query that opens the view on this; settings at their default are left out."""
    asked = {"view": VIEW, "text": text, **({"expected": expected} if expected else {}), "model": model}
    learnt = {} if near is None else {"near": near + 1}
    return "?" + urlencode({**asked, "strategy": strategy, **changed(strategy, settings), **learnt})


def read(query: Mapping[str, str]) -> WhyLink | None:
    """What a query asks of this view; None where it asks for another one. What cannot be used is passed over."""
    if query.get("view") != VIEW:
        return None
    strategy, settings = read_strategy(query.get("strategy"), query)
    text, expected = (query.get(name, "")[: MAX_CHARACTERS + 1] or None for name in ("text", "expected"))
    near = query.get("near", "")
    place = int(near) - 1 if near.isascii() and near.isdecimal() and len(near) < 6 and int(near) else None
    return WhyLink(text, expected, query.get("model"), strategy, settings, place)
