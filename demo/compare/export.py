"""A comparison, to take away: every card's whole trace as JSON, the figures as CSV."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence

from demo.common.contest import Contest
from demo.common.export import TOO_LONG, WRITING, as_json, plain
from demo.common.spreadsheet import csv_text
from demo.common.stopping import Watch
from demo.common.versions import dated, versions
from demo.compare.desk import FinishedCard

FIGURES = (
    "text",
    "log_prob",
    "score",
    "length",
    "forward_calls",
    "rows",
    "milliseconds",
    "runs",
    "chrf",
    "bleu",
    "exact",
    "character_errors",
    "word_errors",
)
SPREAD = ("number", "distinct", "duplicates", "chrf")


def traces(contest: Contest, finished: Sequence[FinishedCard]) -> str:
    """What was asked and, of each card, its settings, figures and result as ``DecodeResult.from_dict`` reads it.

    Raises:
        InputError: it takes too long, or nobody waits for it any more.
    """
    asked, watch = contest.requests[0], Watch(WRITING, TOO_LONG)
    cards = [
        {
            "name": each.card.name,
            "strategy": each.card.strategy,
            "settings": dict(each.card.settings),
            "model": each.card.model or contest.model,
            "figures": dataclasses.asdict(each.figures),
            "result": plain(each.result, watch),
        }
        for each in finished
    ]
    whole = {"source": asked.text, "model": contest.model, "seed": contest.seed, "reference": contest.reference}
    return as_json({**whole, **dated(), "cards": cards}, watch)


def table(contest: Contest, finished: Sequence[FinishedCard]) -> str:
    """One line for each card; what was not measured is empty."""
    asked = contest.requests[0]
    several = [f"samples_{name}" for name in SPREAD]
    asked_for = ["source", "reference", "model", "seed", "versions"]
    header = ["card", "name", "strategy", "settings", *FIGURES, *several, *asked_for]
    rows = [
        [
            place, each.card.name, each.card.strategy, json.dumps(dict(each.card.settings)),
            *(getattr(each.figures, name) for name in FIGURES),
            *(getattr(each.figures.spread, name) if each.figures.spread else None for name in SPREAD),
            asked.text, contest.reference, each.card.model or contest.model, contest.seed, versions(),
        ]
        for place, each in enumerate(finished, start=1)
    ]  # fmt: skip
    return csv_text(header, rows)
