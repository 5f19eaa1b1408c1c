"""The state of the Translate view as the query of an address, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from demo.common.link import read_strategy
from demo.service import Asked
from seq2seq_core.decoding import options

MAX_TEXT = 1000
MAX_PREFIX = 512


@dataclass(frozen=True)
class TranslateLink:
    """What a link asks for; None where it says nothing, or nothing that can be used.

    prefix: ids of the pieces that the translation must begin with. candidate: the one looked into, counted from 0.
    words: whether the heatmap is by words.
    """

    text: str | None = None
    model: str | None = None
    strategy: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    prefix: tuple[int, ...] = ()
    candidate: int = 0
    words: bool = False


def write(request: Asked, strategy: str, *, candidate: int = 0, words: bool = False) -> str:
    """A query that asks for this request again, and for what of it is looked at; what is at its default is left out."""
    config = request.config
    changed = {f.name: getattr(config, f.name) for f in options(config) if getattr(config, f.name) != f.default}
    view = {
        "prefix": ",".join(map(str, request.prefix)),
        "candidate": str(candidate + 1) if candidate else "",
        "unit": "words" if words else "",
    }
    looked_at = {name: value for name, value in view.items() if value}
    asked = {"text": request.text, "model": request.model, "strategy": strategy}
    return "?" + urlencode(asked | changed | looked_at)


def read(query: Mapping[str, str]) -> TranslateLink:
    """What a query asks for. Whatever in it cannot be used is passed over: a link is only a wish."""
    strategy, settings = read_strategy(query.get("strategy"), query)
    text = query.get("text")
    return TranslateLink(
        text=text[:MAX_TEXT] if text else None,
        model=query.get("model"),
        strategy=strategy,
        settings=settings,
        prefix=_numbers(query.get("prefix", "")),
        candidate=max(0, sum(_numbers(query.get("candidate", ""))[:1]) - 1),
        words=query.get("unit") == "words",
    )


def _numbers(text: str) -> tuple[int, ...]:
    """Whole numbers parted by commas; none where there is anything else."""
    parts = text.split(",") if text else []
    plain = all(part.isascii() and part.isdigit() and len(part) < 9 for part in parts)
    return tuple(map(int, parts)) if plain and len(parts) <= MAX_PREFIX else ()
