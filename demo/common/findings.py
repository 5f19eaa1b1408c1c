"""Sentences on which something worth seeing happens with a model that ships, as links that open a view on it.

``python -m benchmarks.find_examples`` finds them among the validation sentences; a test proves that each still does
what it is offered for.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from demo.common import contest_link, why_link
from demo.common.assets import ASSETS
from demo.common.contestant import contestant
from demo.common.link import to_translate
from demo.common.markup import Html, join, tag

TABLE = ASSETS / "findings.tsv"
FIRST = ("en-de", "en-fr")
"""Models whose findings are seen at once; those of others are folded up where these show the same."""

TWINS = ("en-de-attention", "en-de-context")
"""Trained alike, with attention and without."""


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
    """What a sentence shows, and in which view.

    link: makes the query that opens it. beside: name of a model that it needs as well; "" = none.
    """

    label: str
    view: str
    link: Callable[[Finding], str]
    beside: str = ""


def _cards(*cards: tuple[str, dict[str, object]]) -> Callable[[Finding], str]:
    chosen = [contestant(strategy, **settings) for strategy, settings in cards]
    return lambda one: contest_link.write(one.text, one.model, 0, one.reference, chosen)


def _twins(one: Finding) -> str:
    cards = [contestant("beam", name) for name in TWINS]
    return contest_link.write(one.text, one.model, 0, one.reference, cards)


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
    "attention-over-none": FindingKind("attention beats none on a long sentence", "compare", _twins, TWINS[1]),
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


def chips(view: str, titles: Mapping[str, str]) -> Html:
    """Links to what there is to see in a view with these models, by name; nothing where there is nothing.

    Args:
        view: the view's name.
        titles: what people call each model, by name.
    """
    found = [
        one
        for one in findings()
        if KINDS[one.kind].view == view and one.model in titles and KINDS[one.kind].beside in ("", *titles)
    ]
    first = foremost(found)
    others = [one for one in found if one not in first]
    return join([_links("See", "Examples", first, titles), _folded(others, titles)]) if found else Html()


def foremost(found: Sequence[Finding]) -> list[Finding]:
    """Those of the first models, and of others what these do not show."""
    shown = {one.kind for one in found if one.model in FIRST}
    return [one for one in found if one.model in FIRST or one.kind not in shown]


def _links(before: str, label: str, shown: Sequence[Finding], titles: Mapping[str, str]) -> Html:
    """Links behind a word, each with the model that it is for; ``label`` names them for a screen reader."""
    links = [tag("a", f"{KINDS[one.kind].label} ({titles[one.model]})", href=one.href, title=one.text) for one in shown]
    return tag("nav", tag("span", before, class_="try"), links, class_="chips", aria_label=label)


def _folded(others: Sequence[Finding], titles: Mapping[str, str]) -> Html:
    """The same with other models; nothing where there are none."""
    if not others:
        return Html()
    rows = _links("See", "More examples", others, titles)
    return tag("details", tag("summary", "The same with other models"), rows, class_="folded")
