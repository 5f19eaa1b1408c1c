"""Ancestral sampling: each token drawn from the model's distribution, reshaped by the filters."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from seq2seq_core.decoding.config import option
from seq2seq_core.decoding.filters import FilterConfig
from seq2seq_core.decoding.record.recorder import Recorder
from seq2seq_core.decoding.record.verdicts import Verdict
from seq2seq_core.decoding.request import Request
from seq2seq_core.decoding.search.chance import UniformSource, precise
from seq2seq_core.decoding.search.independent import IndependentRows
from seq2seq_core.decoding.strategy import Search, Strategy
from seq2seq_core.types import StateT


@dataclass(frozen=True, kw_only=True)
class SampleConfig(FilterConfig):
    """How many samples, from which part of the distribution."""

    num_return_sequences: int = option(
        1, label="Samples", min=1, max=1000, step=1, soft_max=20,
        help="How many outputs to draw, each by itself; the same one may come twice.",
    )  # fmt: skip


def search(request: Request[StateT, SampleConfig], recorder: Recorder | None) -> Search:
    """``num_return_sequences`` samples for each sentence, likeliest first; score = log P under the model."""
    config = request.config
    indices = [source.index for source in request.sources]
    chance = UniformSource(config.seed, indices, config.num_return_sequences, request.device)
    rows = IndependentRows(request, recorder, count=config.num_return_sequences)
    while len(rows):
        seen, filtered = rows.step()
        drawn = inverse_cdf(rows.of_each_row(filtered), chance.at(rows.steps, rows.sentences))
        rows.append(drawn, seen, filtered, Verdict.DRAWN)
        yield len(rows)
        rows.drop_done()
    return rows.outcomes()


def inverse_cdf(scores: Tensor, chance: Tensor) -> Tensor:
    """The token whose stretch of the cumulative distribution, in the order of the vocabulary, ``chance`` falls into.

    Args:
        scores: [N, V] unnormalised; -inf = removed, never returned.
        chance: [N], from 0 to less than 1.

    Returns:
        [N] token ids.
    """
    weights = (scores - scores.amax(-1, keepdim=True)).exp()
    cumulative = weights.cumsum(-1, dtype=precise(scores.device))
    target = chance.to(cumulative).unsqueeze(1) * cumulative[:, -1:]
    found = torch.searchsorted(cumulative, target, right=True).clamp(max=scores.shape[-1] - 1)
    # A parallel cumsum may rise by a rounding error where a token was removed; what then falls there is no one's.
    return torch.where(weights.gather(-1, found) > 0, found, scores.argmax(-1, keepdim=True)).squeeze(-1)


STRATEGY = Strategy(
    name="sample",
    label="Sampling",
    everyday="Roll the dice",
    summary="Draws each token at random from the model's distribution, as reshaped by the filters.",
    Config=SampleConfig,
    search=search,
    rows="num_return_sequences",
)
