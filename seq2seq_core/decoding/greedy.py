"""Greedy search: the likeliest token at each step."""

from __future__ import annotations

from dataclasses import dataclass

from seq2seq_core.decoding import ancestral
from seq2seq_core.decoding.base import Request, Search, Strategy
from seq2seq_core.decoding.config import TokenConfig
from seq2seq_core.decoding.tracing import Verdict


@dataclass(frozen=True, kw_only=True)
class GreedyConfig(TokenConfig):
    """Greedy search has no settings of its own."""


def search(request: Request) -> Search:
    """One row for each sentence, the argmax of the allowed tokens at each step; score = log P."""
    return ancestral.search(request, 1, lambda scores, step, sentences: scores.argmax(-1), Verdict.CHOSEN)


STRATEGY = Strategy(
    name="greedy",
    label="Greedy search",
    summary="Takes the likeliest token at each step and never looks back.",
    Config=GreedyConfig,
    search=search,
)
