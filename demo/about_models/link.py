"""The state of the Models view as the query of an address, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from demo.about_models.curves import MEASURES
from demo.common.text_input import MAX_CHARACTERS

VIEW = "models"


@dataclass(frozen=True)
class ModelsLink:
    """What a link asks for; None where it says nothing.

    over: the model whose curve is laid over it. curve: a measure.
    """

    model: str | None = None
    over: str | None = None
    curve: str | None = None
    text: str | None = None


def write(model: str, over: str, curve: str, text: str) -> str:
    """A query that opens the view on this."""
    more = {"over": over, "curve": "" if curve == next(iter(MEASURES)) else curve, "text": text}
    return "?" + urlencode({"view": VIEW, "model": model, **{name: value for name, value in more.items() if value}})


def read(query: Mapping[str, str]) -> ModelsLink:
    """What a query asks of this view; nothing where it asks for another one."""
    if query.get("view") != VIEW:
        return ModelsLink()
    curve = query.get("curve")
    text = query.get("text", "")[: MAX_CHARACTERS + 1] or None
    return ModelsLink(query.get("model"), query.get("over"), curve if curve in MEASURES else None, text)
