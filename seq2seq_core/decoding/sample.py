"""Ancestral sampling: each token drawn from the model's distribution, reshaped by the filters of ``filters``."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from seq2seq_core.decoding import ancestral
from seq2seq_core.decoding.base import Request, Search, Strategy
from seq2seq_core.decoding.chance import precise, uniforms
from seq2seq_core.decoding.config import option
from seq2seq_core.decoding.filter_config import FilterConfig
from seq2seq_core.decoding.stepping import limits_of
from seq2seq_core.decoding.tracing import Verdict


@dataclass(frozen=True, kw_only=True)
class SampleConfig(FilterConfig):
    """How many samples, from which part of the distribution."""

    num_return_sequences: int = option(
        1, label="Samples", min=1, max=1000, step=1, soft_max=20,
        help="How many translations to draw, each by itself; the same one may come twice.",
    )  # fmt: skip


def search(request: Request) -> Search:
    """``num_return_sequences`` samples for each sentence, likeliest first; score = log P under the model."""
    config = request.config
    assert isinstance(config, SampleConfig)
    rows, longest = config.num_return_sequences, int(limits_of(request).max())
    # All of a sentence's chance, drawn before the search: what else is in the batch cannot disturb it.
    drawn = torch.stack([uniforms(config.seed, source.index, rows, longest) for source in request.sources])
    chances = drawn.to(request.device)

    def choose(scores: Tensor, step: int, sentences: Tensor) -> Tensor:
        return inverse_cdf(scores, chances[sentences, :, step].flatten())

    return ancestral.search(request, rows, choose, Verdict.DRAWN)


def inverse_cdf(scores: Tensor, chance: Tensor) -> Tensor:
    """The token whose stretch of the cumulative distribution, in the order of the vocabulary, ``chance`` falls into.

    Args:
        scores: [N, V] unnormalised; -inf = removed, never returned.
        chance: [N], from 0 to less than 1.

    Returns:
        [N] token ids.
    """
    probabilities = scores.to(precise(scores.device)).softmax(-1)
    cumulative = probabilities.cumsum(-1)
    target = chance.to(probabilities).unsqueeze(1) * cumulative[:, -1:]
    # A parallel cumsum may rise by a rounding error where a token was removed, hence the second condition.
    hits = (cumulative > target) & (probabilities > 0)
    return hits.int().argmax(-1)


STRATEGY = Strategy(
    name="sample",
    label="Sampling",
    summary="Draws each token at random from the model's distribution, as reshaped by the filters.",
    Config=SampleConfig,
    search=search,
)
