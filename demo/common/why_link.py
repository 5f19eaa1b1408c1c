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
    """

    text: str | None = None
    expected: str | None = None
    model: str | None = None
    strategy: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


def write(text: str, expected: str, model: str, strategy: str, settings: Mapping[str, Any]) -> str:
    """A query that opens the view on this; settings at their default are left out."""
    asked = {"view": VIEW, "text": text, **({"expected": expected} if expected else {}), "model": model}
    return "?" + urlencode({**asked, "strategy": strategy, **changed(strategy, settings)})


def read(query: Mapping[str, str]) -> WhyLink | None:
    """What a query asks of this view; None where it asks for another one. What cannot be used is passed over."""
    if query.get("view") != VIEW:
        return None
    strategy, settings = read_strategy(query.get("strategy"), query)
    text, expected = (query.get(name, "")[: MAX_CHARACTERS + 1] or None for name in ("text", "expected"))
    return WhyLink(text, expected, query.get("model"), strategy, settings)
