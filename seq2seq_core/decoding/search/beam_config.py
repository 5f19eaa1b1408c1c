"""Settings that every kind of beam search shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from seq2seq_core.decoding.config import MAX_WORDS, option
from seq2seq_core.decoding.filters import TokenConfig
from seq2seq_core.decoding.score import LENGTH_PENALTIES
from seq2seq_core.types import CoreError

MOST_WITH_WORDS = 100
"""Beams where words must be said: each is gone on with by every piece of them."""


@dataclass(frozen=True, kw_only=True)
class BeamConfig(TokenConfig):
    """How wide to search, how to compare hypotheses of different lengths, when to stop."""

    num_beams: int = option(
        5, label="Beam width", min=1, max=1000, step=1, soft_max=20,
        help="Hypotheses kept alive at each step.",
    )  # fmt: skip
    num_return_sequences: int = option(
        1, label="Outputs", min=1, max=1000, step=1, soft_max=20, at_most="num_beams",
        help="How many of the best hypotheses to return, at most the beam width.",
    )  # fmt: skip
    length_penalty_type: str = option(
        "avg", label="Length normalisation", choices=LENGTH_PENALTIES,
        help="How to make up for length, since each further token makes an output less probable. none: log P as it "
        "is; avg: log P / t^alpha; gnmt: log P / ((5+t)/6)^alpha; t = tokens, EOS counted.",
    )  # fmt: skip
    length_penalty: float = option(
        1.0, label="Length penalty alpha", min=0.0, max=10.0, step=0.1, soft_max=2.0,
        help="Exponent of the length normalisation: 0 = none, more favours longer outputs.",
    )  # fmt: skip
    coverage_penalty: float = option(
        0.0, label="Coverage penalty beta", min=0.0, max=10.0, step=0.1, soft_max=2.0,
        help="Lowers the score of hypotheses that left source tokens unattended; 0 = off. 0.2 suits gnmt (Wu et al. "
        "2016); avg divides log P by far more, and there 0.1 already drowns it.",
    )  # fmt: skip
    early_stopping: bool | Literal["never"] = option(
        False, label="Early stopping", choices=(False, True, "never"),
        help="true: stop at as many finished hypotheses as beams; false: when no live one scores better as it is; "
        "never: when no live one can score better at any length.",
    )  # fmt: skip
    force_words: str = option(
        "", label="Must say", max=MAX_WORDS,
        help="Words or phrases that must be said, parted by semicolons (Post & Vilar 2018); empty = off.",
    )  # fmt: skip

    def check(self) -> None:
        """Words to be said multiply what a step looks at."""
        super().check()
        if self.force_words and self.num_beams > MOST_WITH_WORDS:
            raise CoreError(f"num_beams is {self.num_beams}; with force_words it must be from 1 to {MOST_WITH_WORDS}")
