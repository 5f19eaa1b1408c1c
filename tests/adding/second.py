"""A toy strategy: the second likeliest token at each step, EOS where it is the likeliest."""

from __future__ import annotations

from dataclasses import dataclass

from seq2seq_core.decoding.config import option
from seq2seq_core.decoding.filters import FilterConfig
from seq2seq_core.decoding.record.recorder import Recorder
from seq2seq_core.decoding.record.verdicts import Verdict
from seq2seq_core.decoding.request import Request
from seq2seq_core.decoding.search.independent import IndependentRows
from seq2seq_core.decoding.strategy import Search, Strategy
from seq2seq_core.types import StateT


@dataclass(frozen=True, kw_only=True)
class SecondConfig(FilterConfig):
    """Which of the likeliest to take."""

    choice: int = option(2, label="Choice", min=1, max=9, step=1, help="Which of the likeliest tokens to take.")


def search(request: Request[StateT, SecondConfig], recorder: Recorder | None) -> Search:
    """One row for each sentence."""
    rows = IndependentRows(request, recorder, count=1)
    while len(rows):
        seen, filtered = rows.step()
        best = filtered.scores.topk(request.config.choice).indices
        token = best[:, -1].where(best[:, 0] != request.specials.eos, best[:, 0])
        rows.append(token, seen, filtered, Verdict.CHOSEN)
        yield len(rows)
        rows.drop_done()
    return rows.outcomes()


STRATEGY = Strategy(
    name="second",
    label="Second best",
    summary="Takes the second likeliest token at each step.",
    Config=SecondConfig,
    search=search,
)
