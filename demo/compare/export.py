"""A comparison, to take away: every card's whole trace as JSON, the figures as CSV."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence

from demo.common.contest import Contest
from demo.common.contestant import Contestant
from demo.common.spreadsheet import csv_text
from demo.compare.figures import Figures
from seq2seq_core.decoding import DecodeResult

Entry = tuple[Contestant, DecodeResult, Figures]

FIGURES = ("text", "log_prob", "score", "length", "forward_calls", "milliseconds", "chrf", "bleu")
SPREAD = ("number", "distinct", "duplicates", "chrf")


def traces(contest: Contest, entries: Sequence[Entry]) -> str:
    """What was asked and, of each card, its settings, figures and result as ``DecodeResult.from_dict`` reads it."""
    asked = contest.requests[0]
    cards = [
        {
            "name": card.name,
            "strategy": card.strategy,
            "settings": dict(card.settings),
            "figures": dataclasses.asdict(measured),
            "result": result.to_dict(),
        }
        for card, result, measured in entries
    ]
    whole = {"source": asked.text, "model": asked.model, "seed": contest.seed, "reference": contest.reference}
    return json.dumps({**whole, "cards": cards}, ensure_ascii=False, allow_nan=False)


def table(contest: Contest, entries: Sequence[Entry]) -> str:
    """One line for each card; what was not measured is empty."""
    asked = contest.requests[0]
    several = [f"samples_{name}" for name in SPREAD]
    header = ["card", "name", "strategy", "settings", *FIGURES, *several, "source", "reference", "model", "seed"]
    rows = [
        [
            place, card.name, card.strategy, json.dumps(dict(card.settings)),
            *(getattr(measured, name) for name in FIGURES),
            *(getattr(measured.spread, name) if measured.spread else None for name in SPREAD),
            asked.text, contest.reference, asked.model, contest.seed,
        ]
        for place, (card, result, measured) in enumerate(entries, start=1)
    ]  # fmt: skip
    return csv_text(header, rows)
