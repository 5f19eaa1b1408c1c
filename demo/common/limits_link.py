"""The state of the Limits view as the query of an address, and back: other views send people there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from demo.common.text_input import MAX_CHARACTERS

VIEW = "limits"
PAIR = ("en-de-forced", "en-de-scheduled")
"""Trained alike on captions, with teacher forcing and with scheduled sampling."""

CAPTION = "A man in a red jacket is sitting on a bench and reading a newspaper."
MOST_PLACE = 100


@dataclass(frozen=True)
class LimitsLink:
    """What a link asks for; None where it says nothing, or nothing that can be used.

    models: of those to set beside each other, the names. place: of the token that is replaced, from 1.
    """

    text: str | None = None
    reference: str | None = None
    models: tuple[str, ...] = ()
    place: int | None = None


def write(text: str, reference: str, models: tuple[str, ...], place: int | None = None) -> str:
    """A query that opens the view on this."""
    asked = {"view": VIEW, "text": text, **({"reference": reference} if reference else {}), "models": ",".join(models)}
    return "?" + urlencode(asked | ({"place": place} if place else {}), safe=",")


def read(query: Mapping[str, str]) -> LimitsLink | None:
    """What a query asks of this view; None where it asks for another one. What cannot be used is passed over."""
    if query.get("view") != VIEW:
        return None
    text, reference = (query.get(name, "")[: MAX_CHARACTERS + 1] or None for name in ("text", "reference"))
    place = query.get("place", "")
    number = int(place) if place.isascii() and place.isdigit() and len(place) < 4 else 0
    models = tuple(name for name in query.get("models", "")[:MAX_CHARACTERS].split(",") if name)
    return LimitsLink(text, reference, models, number if 0 < number <= MOST_PLACE else None)
