"""What models make of one sentence, to take away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from demo.common.export import Sheet, as_json, page
from demo.common.markup import tag
from demo.common.spreadsheet import csv_text
from demo.common.versions import dated, versions
from demo.limits import beside, costs, exposure, reach
from demo.limits.costs import Timed
from demo.limits.measured import measured
from demo.limits.state import BesideEachOther

HEADER = ("model", "kind", "position", "piece", "log_prob", "rank", "entropy", "source", "reference", "versions")
COSTS = ("model", "title", "axis", "value", "calls", "seconds", "source", "versions")
"""``axis``, ``value``, ``calls`` and ``seconds`` are those of ``SearchCost``."""


def everything(shown: BesideEachOther, timed: Sequence[Timed] = ()) -> str:
    """All of it as JSON, with what was measured on held-out sentences of these models, and what searches took here."""
    known = {name: row for name, row in measured()["models"].items() if name in shown.models}
    asked = {"source": shown.source, "reference": shown.asked.reference, "models": list(shown.models)}
    found, costs_here = [one.to_dict() for one in shown.found], [asdict(one) for one in timed]
    return as_json({**asked, **dated(), "beside": found, "measured": known, "costs": costs_here})


def table(shown: BesideEachOther, _: Sequence[Timed] = ()) -> str:
    """A line for each token of what each model says and of the reference."""
    asked = (shown.source, shown.asked.reference, versions())
    rows = [
        [one.model, kind, place, token.token, token.log_prob, token.rank, token.entropy, *asked]
        for one in shown.found
        for kind, given in (("free-running", one.said), ("teacher-forced", one.expected))
        if given is not None
        for place, token in enumerate(given.tokens, start=1)
    ]
    return csv_text(HEADER, rows)


def searches(timed: Sequence[Timed]) -> str:
    """A line for each search that was timed, and for each pass over a whole translation."""
    made = versions()
    rows = [
        [one.model, one.title, cost.axis, cost.value, cost.calls, cost.seconds, one.text, made]
        for one in timed
        for cost in one.found
    ]
    return csv_text(COSTS, rows)


def offline(shown: BesideEachOther, timed: Sequence[Timed] = ()) -> str:
    """One page that opens without a network, its figures alive."""
    facts = {
        "Models": ", ".join(f"{title} ({name})" for name, title in shown.called.items()),
        "Reference": shown.asked.reference or "none",
    }
    cards = [
        ("The sentence", tag("p", shown.source, class_="translation", lang=shown.languages.source_code, dir="auto")),
        ("Model by model", beside.draw(shown)),
        ("Token by token", beside.tokens(shown)),
        ("Which words does it hang on?", reach.here(shown)),
        ("Teacher-forced and free-running", exposure.curves(shown)),
        ("After a wrong word", exposure.slips(shown)),
        ("How they recover", exposure.told(shown)),
        *([("What decoding costs here", costs.draw(timed))] if timed else []),
    ]
    return page("Limits", facts, [Sheet(", ".join(shown.called.values()), cards)])
