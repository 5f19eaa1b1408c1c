"""Sentences on which something worth seeing happens with a model that ships, as links that open a view on it.

``python -m benchmarks.find_examples`` finds them among the validation sentences; a test proves that each still does
what it is offered for.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Container
from dataclasses import dataclass

from demo.common import contest_link, why_link
from demo.common.assets import ASSETS
from demo.common.contestant import contestant
from demo.common.link import to_translate
from demo.common.markup import Html, tag

TABLE = ASSETS / "findings.tsv"


@dataclass(frozen=True)
class Finding:
    """A sentence, the model that it is for, and what it shows: a key of ``KINDS``."""

    model: str
    kind: str
    text: str
    reference: str

    @property
    def href(self) -> str:
        """The query that opens it."""
        return KINDS[self.kind].link(self)


@dataclass(frozen=True)
class FindingKind:
    """What a sentence shows, and in which view. link: makes the query that opens it."""

    label: str
    view: str
    link: Callable[[Finding], str]


def _cards(*cards: tuple[str, dict[str, object]]) -> Callable[[Finding], str]:
    chosen = [contestant(strategy, **settings) for strategy, settings in cards]
    return lambda one: contest_link.write(one.text, one.model, 0, one.reference, chosen)


def _why(strategy: str) -> Callable[[Finding], str]:
    return lambda one: why_link.write(one.text, one.reference, one.model, strategy, {})


def _exact(one: Finding) -> str:
    budget = {"max_forward_calls": 20_000, "max_seconds": 15.0}
    return to_translate(one.text, one.model, "exact", budget)


_PLAIN: dict[str, object] = {"length_penalty_type": "none"}
KINDS = {
    "beam-over-greedy": FindingKind("a beam beats greedy", "compare", _cards(("greedy", {}), ("beam", {}))),
    "wider-is-worse": FindingKind(
        "a wider beam is worse", "compare", _cards(("beam", _PLAIN), ("beam", {**_PLAIN, "num_beams": 50}))
    ),
    "length-normalisation": FindingKind("length decides the winner", "compare", _cards(("beam", _PLAIN), ("beam", {}))),
    "samples-differ": FindingKind(
        "samples go five ways", "compare", _cards(("greedy", {}), ("sample", {"num_return_sequences": 5}))
    ),
    "empty-is-best": FindingKind("the empty translation wins", "translate", _exact),
    "search-error": FindingKind("a search error", "why-not", _why("greedy")),
    "model-error": FindingKind("a model error", "why-not", _why("beam")),
}


def findings() -> list[Finding]:
    """All that ship."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [Finding(**row) for row in csv.DictReader(file, delimiter="\t")]


def chips(view: str, models: Container[str]) -> Html:
    """Links to what there is to see in a view with these models, by name; nothing where there is nothing."""
    shown = [one for one in findings() if one.model in models and KINDS[one.kind].view == view]
    if not shown:
        return Html()
    links = [tag("a", f"{KINDS[one.kind].label} ({one.model})", href=one.href, title=one.text) for one in shown]
    return tag("nav", tag("span", "See", class_="try"), links, class_="chips", aria_label="Examples")
