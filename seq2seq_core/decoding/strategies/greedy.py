"""Greedy search: the likeliest token at each step."""

from __future__ import annotations

from dataclasses import dataclass

from seq2seq_core.decoding.filters import TokenConfig
from seq2seq_core.decoding.record.recorder import Recorder
from seq2seq_core.decoding.record.verdicts import Verdict
from seq2seq_core.decoding.request import Request
from seq2seq_core.decoding.search.independent import IndependentRows
from seq2seq_core.decoding.strategy import Search, Strategy
from seq2seq_core.types import StateT


@dataclass(frozen=True, kw_only=True)
class GreedyConfig(TokenConfig):
    """Greedy search has no settings of its own."""


def search(request: Request[StateT, GreedyConfig], recorder: Recorder | None) -> Search:
    """One row for each sentence, the argmax of the allowed tokens at each step; score = log P."""
    rows = IndependentRows(request, recorder, count=1)
    while len(rows):
        seen, filtered = rows.step()
        likeliest = filtered.scores.argmax(-1)
        rows.append(likeliest, seen, filtered, Verdict.CHOSEN)
        yield len(rows)
        rows.drop_done()
    return rows.outcomes()


STRATEGY = Strategy(
    name="greedy",
    label="Greedy search",
    everyday="Take the likeliest",
    summary="Takes the likeliest token at each step and never looks back.",
    Config=GreedyConfig,
    search=search,
)
