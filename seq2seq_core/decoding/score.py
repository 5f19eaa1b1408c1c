"""Forced decoding: what the model thinks of a target that somebody else gives.

Each source's ``prefix`` is its target. Not among the strategies to translate with, as it needs one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from seq2seq_core.decoding.base import Outcome, Request, Search, Strategy, Tick
from seq2seq_core.decoding.config import Config, option
from seq2seq_core.decoding.history import Path
from seq2seq_core.decoding.results import hypothesis
from seq2seq_core.decoding.scoring import LENGTH_PENALTIES, coverage, parts_of
from seq2seq_core.decoding.stepping import Stepper
from seq2seq_core.decoding.trace import DecodeStep, Hypothesis
from seq2seq_core.decoding.tracing import Choices, Tracer, Verdict, judged
from seq2seq_core.types import CoreError


@dataclass(frozen=True, kw_only=True)
class ScoreConfig(Config):
    """How to normalise the score, so that it compares with what a search of the same settings found."""

    length_penalty_type: str = option(
        "none", label="Length normalisation", choices=LENGTH_PENALTIES,
        help="none: log P; avg: log P / t^alpha; gnmt: log P / ((5+t)/6)^alpha; t = tokens, EOS counted.",
    )  # fmt: skip
    length_penalty: float = option(
        1.0, label="Length penalty alpha", min=0.0, max=10.0, step=0.1, soft_max=2.0,
        help="Exponent of the length normalisation.",
    )  # fmt: skip
    coverage_penalty: float = option(
        0.0, label="Coverage penalty beta", min=0.0, max=10.0, step=0.1, soft_max=2.0,
        help="Weight of the source tokens left unattended; 0 = off.",
    )  # fmt: skip


def search(request: Request) -> Search:
    """One hypothesis for each sentence, its target, with log P, rank and entropy at each token."""
    config = request.config
    assert isinstance(config, ScoreConfig)
    if not all(source.prefix for source in request.sources):
        raise CoreError("a target to score has no tokens; end it with the end-of-sentence token at least")
    targets, stepper, tracer = _targets(request), Stepper(request), Tracer(request)
    tokens = torch.full((len(targets),), request.specials.bos, device=request.device)
    state, seen = request.state, _Seen([], [], [], [])
    for step in range(targets.shape[1]):
        logits, total, attention, state = stepper(tokens, state)
        log_probs, tokens = logits - total, targets[:, step]
        chosen = log_probs.gather(1, tokens.unsqueeze(1))
        seen.log_probs.append(chosen.squeeze(1))
        seen.ranks.append((log_probs > chosen).sum(1) + 1)
        seen.entropies.append(torch.special.entr(log_probs.exp()).sum(1))
        if attention is not None:
            seen.attention.append(attention)
        steps = _trace(request, tracer, step, log_probs, attention, chosen) if request.trace else {}
        yield Tick(step, len(targets), steps)
    stepper.check()
    table = seen.on_cpu()
    return [
        Outcome((_hypothesis(request, config, sentence, table),), tracer.steps(sentence), len(source.prefix))
        for sentence, source in enumerate(request.sources)
    ]


@dataclass(frozen=True)
class _Seen:
    """Of each step [B], attention [B, S]."""

    log_probs: list[Tensor]
    ranks: list[Tensor]
    entropies: list[Tensor]
    attention: list[Tensor]

    def on_cpu(self) -> dict[str, Tensor]:
        """[B, T] of each by its name, attention [B, T, S]; what nothing was recorded of is left out."""
        columns = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: torch.stack(column, 1).cpu() for name, column in columns.items() if column}


def _targets(request: Request) -> Tensor:
    """[B, T]; behind a shorter target EOS, a token that every model takes: nobody looks at what it leads to."""
    longest = max(len(source.prefix) for source in request.sources)
    rows = [(*item.prefix, *(request.specials.eos,) * (longest - len(item.prefix))) for item in request.sources]
    return torch.tensor(rows, device=request.device)


def _hypothesis(request: Request, config: ScoreConfig, sentence: int, table: dict[str, Tensor]) -> Hypothesis:
    source = request.sources[sentence]
    length = len(source.prefix)
    log_probs, ranks, entropies = (tuple(table[name][sentence, :length].tolist()) for name in _PER_TOKEN)
    attention = table["attention"][sentence, :length] if "attention" in table else None
    covered = 0.0
    if config.coverage_penalty:
        if attention is None:
            raise CoreError("coverage_penalty needs a model with attention, and this one has none; set it to 0")
        covered = float(coverage(attention.sum(0)[: len(source.tokens)], torch.ones(len(source.tokens))))
    parts = parts_of(config, log_prob=sum(log_probs), length=length, adjustment=0.0, covered=covered)
    path = Path(sentence, source.prefix, log_probs, None if attention is None else attention.numpy())
    return replace(hypothesis(request, path, parts), ranks=ranks, entropies=entropies)


_PER_TOKEN = ("log_probs", "ranks", "entropies")


def _trace(
    request: Request, tracer: Tracer, step: int, log_probs: Tensor, attention: Tensor | None, chosen: Tensor
) -> dict[int, DecodeStep]:
    lengths = torch.tensor([[len(source.prefix)] for source in request.sources], device=request.device)
    row, tokens = torch.zeros_like(lengths), _targets(request)[:, step : step + 1]
    verdict = judged(
        row, (row == 0, Verdict.GIVEN), (lengths == step + 1, Verdict.ENDED), (lengths <= step, Verdict.NONE)
    )
    what = Choices(row, row.masked_fill(lengths <= step + 1, -1), tokens, chosen, chosen, verdict)
    return tracer.add((), torch.arange(len(row), device=row.device), [log_probs], attention, what)


STRATEGY = Strategy(
    name="score",
    label="Forced decoding",
    summary="Decodes a given target and says how likely the model finds each of its tokens.",
    Config=ScoreConfig,
    search=search,
)
