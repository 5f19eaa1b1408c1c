"""Forced decoding: what the model thinks of a target that somebody else gives.

Each source's ``prefix`` is its target. Not among the strategies to translate with, as it needs one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor

from seq2seq_core.decoding.config import Config, option
from seq2seq_core.decoding.record.recorder import Recorder
from seq2seq_core.decoding.record.result import Hypothesis
from seq2seq_core.decoding.record.verdicts import Considered, Verdict, judged
from seq2seq_core.decoding.request import Request
from seq2seq_core.decoding.score import LENGTH_PENALTIES, normalised
from seq2seq_core.decoding.search.history import Path
from seq2seq_core.decoding.search.hypotheses import hypothesis
from seq2seq_core.decoding.search.model_step import ModelStep, Seen
from seq2seq_core.decoding.strategy import Outcome, Search, Strategy
from seq2seq_core.types import CoreError, StateT


@dataclass(frozen=True, kw_only=True)
class ScoreConfig(Config):
    """How to normalise the score, so that it compares with what a search of the same settings found."""

    length_penalty_type: str = option(
        "none", label="Length normalisation", choices=LENGTH_PENALTIES,
        help="How to make up for length, since each further token makes an output less probable. none: log P as it "
        "is; avg: log P / t^alpha; gnmt: log P / ((5+t)/6)^alpha; t = tokens, EOS counted.",
    )  # fmt: skip
    length_penalty: float = option(
        1.0, label="Length penalty alpha", min=0.0, max=10.0, step=0.1, soft_max=2.0,
        help="Exponent of the length normalisation.",
    )  # fmt: skip
    coverage_penalty: float = option(
        0.0, label="Coverage penalty beta", min=0.0, max=10.0, step=0.1, soft_max=2.0,
        help="Weight of the source tokens left unattended; 0 = off.",
    )  # fmt: skip


def search(request: Request[StateT, ScoreConfig], recorder: Recorder | None) -> Search:
    """One hypothesis for each sentence, its target, with log P, rank and entropy at each token.

    Raises:
        CoreError: a target is empty, or coverage has a weight and the model no attention.
    """
    if not all(source.prefix for source in request.sources):
        raise CoreError("a target to score has no tokens; end it with the end-of-sentence token at least")
    targets, model, columns = _targets(request), ModelStep(request), _Columns([], [], [], [])
    tokens = torch.full((len(targets),), request.specials.bos, device=request.device)
    state = request.state
    for step in range(targets.shape[1]):
        seen = model(tokens, state)
        state, tokens = seen.state, targets[:, step]
        columns.add(seen, tokens)
        if recorder is not None:
            _record(request, recorder, step, seen, tokens)
        yield len(targets)
    model.check()
    table = columns.on_cpu()
    return [
        Outcome((_hypothesis(request, sentence, table),), len(source.prefix))
        for sentence, source in enumerate(request.sources)
    ]


@dataclass(frozen=True)
class _Columns:
    """Of each step so far: log P, rank and entropy of the token given, [B] each, and attention [B, S]."""

    log_probs: list[Tensor]
    ranks: list[Tensor]
    entropies: list[Tensor]
    attention: list[Tensor]

    def add(self, seen: Seen[StateT], tokens: Tensor) -> None:
        """Of one more step, for the tokens given, [B]."""
        log_probs = seen.log_probs
        given = log_probs.gather(1, tokens.unsqueeze(1))
        self.log_probs.append(given.squeeze(1))
        self.ranks.append((log_probs > given).sum(1) + 1)
        self.entropies.append(torch.special.entr(log_probs.exp()).sum(1))
        if seen.attention is not None:
            self.attention.append(seen.attention)

    def on_cpu(self) -> _Table:
        """All steps in one table."""
        log_probs, ranks, entropies = (
            torch.stack(column, 1).cpu() for column in (self.log_probs, self.ranks, self.entropies)
        )
        return _Table(log_probs, ranks, entropies, torch.stack(self.attention, 1).cpu() if self.attention else None)


@dataclass(frozen=True)
class _Table:
    """[B, T] of each, attention [B, T, S] or None."""

    log_probs: Tensor
    ranks: Tensor
    entropies: Tensor
    attention: Tensor | None


def _targets(request: Request[StateT, ScoreConfig]) -> Tensor:
    """[B, T]; behind a shorter target EOS, a token that every model takes: nobody looks at what it leads to."""
    longest = max(len(source.prefix) for source in request.sources)
    rows = [(*item.prefix, *(request.specials.eos,) * (longest - len(item.prefix))) for item in request.sources]
    return torch.tensor(rows, device=request.device)


def _hypothesis(request: Request[StateT, ScoreConfig], sentence: int, table: _Table) -> Hypothesis:
    target = request.sources[sentence].prefix
    if request.config.coverage_penalty and table.attention is None:
        raise CoreError("coverage_penalty needs a model with attention, and this one has none; set it to 0")
    log_probs, ranks, entropies = (
        tuple(column[sentence, : len(target)].tolist()) for column in (table.log_probs, table.ranks, table.entropies)
    )
    attention = None if table.attention is None else table.attention[sentence, : len(target)].numpy()
    path = Path(sentence, target, log_probs, attention)
    made = hypothesis(request, path, partial(normalised, config=request.config))
    return replace(made, ranks=ranks, entropies=entropies)


def _record(
    request: Request[StateT, ScoreConfig], recorder: Recorder, step: int, seen: Seen[StateT], tokens: Tensor
) -> None:
    lengths = torch.tensor([[len(source.prefix)] for source in request.sources], device=request.device)
    row, token = torch.zeros_like(lengths), tokens.unsqueeze(1)
    given = seen.log_probs.gather(1, token)
    verdicts = judged(
        row, (row == 0, Verdict.GIVEN), (lengths == step + 1, Verdict.ENDED), (lengths <= step, Verdict.NOT_CONSIDERED)
    )
    considered = Considered(row, row.masked_fill(lengths <= step + 1, -1), token, given, given, verdicts)
    sentences = torch.arange(len(row), device=row.device)
    recorder.add(sentences, lambda: considered, log_probs=seen.log_probs, attention=seen.attention)


STRATEGY = Strategy(
    name="score",
    label="Forced decoding",
    summary="Decodes a given target and says how likely the model finds each of its tokens.",
    Config=ScoreConfig,
    search=search,
)
