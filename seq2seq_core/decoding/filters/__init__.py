"""Penalties and filters on the scores of the next token: one file each, one pure function in it.

The order in which they are applied is that of Hugging Face. It stands here alone, in the bases of two configs: a new
filter is its file and one line. The last base comes first, as Python and dataclasses count them.
"""

from __future__ import annotations

from dataclasses import dataclass

from seq2seq_core.decoding.config import option
from seq2seq_core.decoding.filters.bad_words import BadWords
from seq2seq_core.decoding.filters.base import Filter, filters_of, setting_of
from seq2seq_core.decoding.filters.epsilon_cutoff import EpsilonCutoff
from seq2seq_core.decoding.filters.min_new_tokens import MinNewTokens
from seq2seq_core.decoding.filters.min_p import MinP
from seq2seq_core.decoding.filters.no_repeat_ngram_size import NoRepeatNgram
from seq2seq_core.decoding.filters.repetition_penalty import RepetitionPenalty
from seq2seq_core.decoding.filters.temperature import Temperature
from seq2seq_core.decoding.filters.top_k import TopK
from seq2seq_core.decoding.filters.top_p import TopP
from seq2seq_core.decoding.filters.typical_p import TypicalP

__all__ = ["Filter", "FilterConfig", "TokenConfig", "filters_of", "setting_of"]

MAX_SEED = 2**53 - 1
"""The greatest whole number that JSON readers agree on."""


@dataclass(frozen=True, kw_only=True)
class TokenConfig(
    MinNewTokens,
    BadWords,
    NoRepeatNgram,
    RepetitionPenalty,
):
    """Penalties on single tokens, for the strategies that choose token by token."""


@dataclass(frozen=True, kw_only=True)
class FilterConfig(
    EpsilonCutoff,
    TypicalP,
    MinP,
    TopP,
    TopK,
    Temperature,
    TokenConfig,
):
    """Which part of the distribution to draw from, and the seed to draw with."""

    seed: int = option(
        0, label="Seed", min=0, max=MAX_SEED, step=1, soft_max=9999,
        help="The same seed draws the same samples, whatever else runs and whatever the batch.",
    )  # fmt: skip
