"""The buttons of the pages: sentences on which an idea can really be seen, as links that open a view on them.

``python -m benchmarks.find_lessons`` finds them with the models that stay as they are; a test proves that each still
does what it is offered for. Those of ``demo.common.findings`` serve here, too.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Container
from dataclasses import dataclass
from urllib.parse import urlencode

from demo.common import contest_link, limits_link, why_link
from demo.common.assets import ASSETS
from demo.common.contestant import contestant
from demo.common.findings import KINDS as FOUND
from demo.common.findings import Finding, FindingKind, findings, foremost

TABLE = ASSETS / "lessons.tsv"
TWINS = ("en-de-attention", "en-de-context")
HOT = 1.3
"""A temperature at which a sample without a filter goes astray."""


@dataclass(frozen=True)
class Lesson:
    """A button: what it shows, in which view, on what, and where it leads."""

    label: str
    view: str
    model: str
    text: str
    href: str


def _cards(*cards: tuple[str, dict[str, object]]) -> Callable[[Finding], str]:
    chosen = [contestant(strategy, **settings) for strategy, settings in cards]
    return lambda one: contest_link.write(one.text, one.model, 0, one.reference, chosen)


def _heatmap(one: Finding) -> str:
    return "?" + urlencode({"text": one.text, "model": one.model, "strategy": "greedy"})


def _twins(one: Finding) -> str:
    return limits_link.write(one.text, one.reference, TWINS)


def _expected(one: Finding) -> str:
    return why_link.write(one.text, one.reference, one.model, "beam", {})


def _pieces(one: Finding) -> str:
    return "?" + urlencode({"view": "models", "model": one.model, "text": one.text})


_FIVE: dict[str, object] = {"num_return_sequences": 5}
_HEATED = [("sample", {**_FIVE, "temperature": value}) for value in (0.5, 1.0, 2.0)]
KINDS = FOUND | {
    "fixed-context": FindingKind("one vector is not enough", "limits", _twins),
    "attention-moves": FindingKind("attention jumps ahead and comes back", "translate", _heatmap),
    "one-sound": FindingKind("several letters make one sound", "translate", _heatmap),
    "temperature": FindingKind("hotter samples differ more", "compare", _cards(*_HEATED)),
    "top-k": FindingKind(
        "top-k cuts off what is astray", "compare",
        _cards(("sample", {"temperature": HOT}), ("sample", {"temperature": HOT, "top_k": 3})),
    ),
    "top-p": FindingKind(
        "top-p cuts off what is astray", "compare",
        _cards(("sample", {"temperature": HOT}), ("sample", {"temperature": HOT, "top_p": 0.5})),
    ),
    "mbr": FindingKind("less probable, and better", "compare", _cards(("beam", {}), ("mbr", {}))),
    "misled": FindingKind("a wrong word spoils what follows", "limits", _twins),
    "found-wider": FindingKind(
        "greedy search missed what the model likes better", "why-not",
        lambda one: why_link.write(one.text, one.reference, one.model, "greedy", {}),
    ),
    "coverage-loss": FindingKind("a word is overlooked", "why-not", _expected),
    "cut-apart": FindingKind("a word is cut into pieces without a meaning", "models", _pieces),
}  # fmt: skip
CURVES = "curves"
"""No sentence: each model's curves in Models."""


WEANED = "weaned"
"""The pair trained with and without scheduled sampling, in the mean of many sentences and on one."""


def lessons(kind: str, models: Container[str]) -> list[Lesson]:
    """The buttons of a kind, of the models that are here."""
    if kind == CURVES:
        shown = [name for name in ("en-de", "en-fr") if name in models]
        return [Lesson("curves of its training", "models", name, "", f"?view=models&model={name}") for name in shown]
    if kind == WEANED:
        here = all(name in models for name in limits_link.PAIR)
        href = limits_link.write(limits_link.CAPTION, "", limits_link.PAIR)
        label = "the same model with and without scheduled sampling"
        return [Lesson(label, "limits", limits_link.PAIR[1], limits_link.CAPTION, href)] if here else []
    known, of_pages = KINDS[kind], own()
    found = [one for one in shipped() if one.kind == kind and one.model in models]
    first = foremost(found)
    return [
        Lesson(known.label, known.view, one.model, one.text, known.link(one))
        for one in found
        if one in first or one in of_pages
    ]


def own() -> list[Finding]:
    """Those found for these pages."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [Finding(**row) for row in csv.DictReader(file, delimiter="\t")]


def shipped() -> list[Finding]:
    """Those found for these pages, then those of the views that show something else or another model."""
    of_pages = own()
    shown = {(one.kind, one.model) for one in of_pages}
    return [*of_pages, *(one for one in findings() if (one.kind, one.model) not in shown)]
