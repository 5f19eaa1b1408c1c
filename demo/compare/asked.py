"""What a person asks of the Compare view: read once from what the browser sends, and typed from there on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from demo.common import contest_link, press
from demo.common.contestant import Contestant, on_model
from demo.compare.presets import MODEL_PRESETS, PRESETS

if TYPE_CHECKING:
    from collections.abc import Mapping

FILES = ("json", "csv", "html")
LONGEST = 60
"""Characters of a model's name, from a stranger's link, that are repeated."""

GONE = "The link asks for what is not here, {}: {} took its place."


@dataclass(frozen=True)
class CardPress:
    """What a button on a card, or below the cards, asks for. card: the number that stays with it; None for no card."""

    kind: str
    card: int | None


def card_press(event: object) -> CardPress:
    """What was pressed; "" for what no page sends."""
    return CardPress(press.word(event, "kind") or "", press.number(event, "card"))


def preset(event: object) -> str | None:
    """The name of the set that was pressed: of ``PRESETS``, or of ``MODEL_PRESETS``."""
    names = (*PRESETS, *MODEL_PRESETS)
    place = press.number(event, "index", len(names))
    return None if place is None else names[place]


def file_kind(event: object) -> str | None:
    """Which file a press asks for."""
    kind = press.word(event, "kind")
    return kind if kind in FILES else None


@dataclass(frozen=True)
class Wish:
    """What the link asks for that opened the page. model: one that works; None where none does.

    linked: whether it asks for this view at all.
    note: what of it cannot be had; "" = nothing.
    """

    linked: bool
    model: str | None
    text: str = ""
    seed: int = 0
    reference: str = ""
    cards: tuple[Contestant, ...] = ()
    note: str = ""


def wish(query: Mapping[str, str], working: Mapping[str, str]) -> Wish:
    """The query of an address, on the models that work."""
    link, first = contest_link.read(query), next(iter(working), None)
    if link is None:
        return Wish(False, first)
    model = link.model if link.model in working else first
    asked_for = {card.model for card in link.cards} | ({link.model} if link.model else set())
    gone = sorted(str(name)[:LONGEST] for name in asked_for if name and name not in working)
    cards = tuple(card if card.model in working else on_model(card, "") for card in link.cards)
    note = GONE.format(", ".join(gone), model) if gone else ""
    return Wish(True, model, link.text or "", link.seed or 0, link.reference or "", cards, note)
