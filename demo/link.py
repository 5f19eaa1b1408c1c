"""The state of the Translate view as the query of an address, and back."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from demo.service import Request
from seq2seq_core.decoding import STRATEGIES, options, parse_option
from seq2seq_core.types import CoreError

MAX_TEXT = 1000


@dataclass(frozen=True)
class Linked:
    """What a link asks for; None where it says nothing, or nothing that can be used."""

    text: str | None
    model: str | None
    strategy: str | None
    settings: dict[str, Any]


def write(request: Request, strategy: str) -> str:
    """A query that asks for this request again; settings at their defaults are left out."""
    config = request.config
    changed = {f.name: getattr(config, f.name) for f in options(config) if getattr(config, f.name) != f.default}
    return "?" + urlencode({"text": request.text, "model": request.model, "strategy": strategy, **changed})


def read(query: Mapping[str, str]) -> Linked:
    """What a query asks for. Whatever in it cannot be used is passed over: a link is only a wish."""
    strategy = query.get("strategy")
    known = STRATEGIES.get(strategy) if strategy else None
    settings = {}
    for field in options(known.Config) if known else ():
        value = _value(field, query.get(field.name))
        if value is not None:
            settings[field.name] = value
    text = query.get("text")
    return Linked(text[:MAX_TEXT] if text else None, query.get("model"), strategy if known else None, settings)


def _value(field: dataclasses.Field[Any], text: str | None) -> Any:
    if text is None:
        return None
    try:
        value = parse_option(field, text)
    except CoreError:
        return None
    return None if isinstance(value, float) and not math.isfinite(value) else value
