"""Ancestral sampling: each token drawn from the model's distribution, reshaped by the filters of ``filters``."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from seq2seq_core.decoding import ancestral
from seq2seq_core.decoding.base import Request, Search, Strategy
from seq2seq_core.decoding.chance import uniforms
from seq2seq_core.decoding.config import TokenConfig, option
from seq2seq_core.decoding.stepping import limits_of
from seq2seq_core.decoding.tracing import Verdict

MAX_SEED = 2**53 - 1
"""The greatest whole number that JSON readers agree on."""


@dataclass(frozen=True, kw_only=True)
class SampleConfig(TokenConfig):
    """Which samples, how many, from which part of the distribution."""

    num_return_sequences: int = option(
        1, label="Samples", min=1, max=1000, step=1, soft_max=20,
        help="How many translations to draw, each by itself; the same one may come twice.",
    )  # fmt: skip
    temperature: float = option(
        1.0, label="Temperature", min=0.01, max=100.0, step=0.05, soft_max=2.0,
        help="Below 1 favours likely tokens, above 1 unlikely ones.",
        hint="for the likeliest token each time choose the strategy greedy",
    )  # fmt: skip
    top_k: int = option(
        0, label="Top-k", min=0, step=1, soft_max=100,
        help="Draw from the k likeliest tokens only; 0 = off.",
    )  # fmt: skip
    top_p: float = option(
        1.0, label="Top-p (nucleus)", min=0.001, max=1.0, step=0.01,
        help="Draw from the smallest set of likeliest tokens that together have this probability; 1 = off.",
    )  # fmt: skip
    min_p: float = option(
        0.0, label="Min-p", min=0.0, max=1.0, step=0.01,
        help="Draw from tokens at least this share as likely as the likeliest; 0 = off.",
    )  # fmt: skip
    typical_p: float = option(
        1.0, label="Locally typical", min=0.001, max=1.0, step=0.01,
        help="Draw from the tokens whose surprise is nearest to the expected one, up to this probability; 1 = off.",
    )  # fmt: skip
    epsilon_cutoff: float = option(
        0.0, label="Epsilon cut-off", min=0.0, max=0.99, step=0.005, soft_max=0.1,
        help="Never draw a token less likely than this; 0 = off.",
    )  # fmt: skip
    seed: int = option(
        0, label="Seed", min=0, max=MAX_SEED, step=1, soft_max=9999,
        help="The same seed draws the same samples, whatever else runs and whatever the batch.",
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
    precise = torch.float32 if scores.device.type == "mps" else torch.float64
    probabilities = scores.to(precise).softmax(-1)
    cumulative = probabilities.cumsum(-1)
    target = chance.to(precise).unsqueeze(1) * cumulative[:, -1:]
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
