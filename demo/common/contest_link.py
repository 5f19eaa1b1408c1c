"""The state of the Compare view as the query of an address, and back.

"view=compare&text=A+dog.&card1=beam:num_beams=10,length_penalty=0.0&card2=greedy&name2=Mine&model2=en-de"; a setting
that is not named is at its default, a card without a model has the comparison's, and what a setting holds of words is
quoted once more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlencode

from demo.common.contest import MAX_CARDS, contestants
from demo.common.contestant import Contestant, named
from demo.common.link import read_strategy
from demo.common.text_input import MAX_CHARACTERS, InputError

VIEW = "compare"


@dataclass(frozen=True)
class ContestLink:
    """What a link asks for; None where it says nothing, or nothing that can be used."""

    text: str | None
    model: str | None
    seed: int | None
    reference: str | None
    cards: tuple[Contestant, ...]


def write(text: str, model: str, seed: int, reference: str, cards: Sequence[Contestant]) -> str:
    """A query that asks for this comparison again."""
    query: dict[str, Any] = {"view": VIEW, "text": text, "model": model, "seed": seed}
    if reference:
        query["reference"] = reference
    for place, card in enumerate(cards, start=1):
        settings = ",".join(f"{name}={quote(str(value), safe='.-')}" for name, value in card.settings.items())
        query[f"card{place}"] = f"{card.strategy}:{settings}" if settings else card.strategy
        if card.model:
            query[f"model{place}"] = card.model
        if card.name != named(card.strategy, card.settings, card.model):
            query[f"name{place}"] = card.name
    return "?" + urlencode(query, safe=":,=")


def read(query: Mapping[str, str]) -> ContestLink | None:
    """What a query asks of this view; None where it asks for another one. What cannot be used is passed over."""
    if query.get("view") != VIEW:
        return None
    seed, text, reference = query.get("seed", ""), query.get("text", ""), query.get("reference", "")
    cards = [_card(query, place) for place in range(1, MAX_CARDS + 1)]
    return ContestLink(
        text[:MAX_CHARACTERS] or None,
        query.get("model"),
        int(seed) if seed.isascii() and seed.isdigit() and len(seed) < 17 else None,
        reference[:MAX_CHARACTERS] or None,
        tuple(card for card in cards if card is not None),
    )


def _card(query: Mapping[str, str], place: int) -> Contestant | None:
    wish, name, model = (query.get(f"{what}{place}", "") for what in ("card", "name", "model"))
    strategy, _, rest = wish.partition(":")
    pairs = {name: unquote(value) for name, _, value in (pair.partition("=") for pair in rest.split(","))}
    known, settings = read_strategy(strategy, pairs)
    try:
        return contestants([{"strategy": known, "settings": settings, "name": name, "model": model}])[0]
    except InputError:
        return None
