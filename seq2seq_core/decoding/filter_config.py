"""Settings of the filters on the next token's distribution, shared by all strategies that draw at random."""

from __future__ import annotations

from dataclasses import dataclass

from seq2seq_core.decoding.config import TokenConfig, option

MAX_SEED = 2**53 - 1
"""The greatest whole number that JSON readers agree on."""


@dataclass(frozen=True, kw_only=True)
class FilterConfig(TokenConfig):
    """Which part of the distribution to draw from, in the order of application, and the seed to draw with."""

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
