"""Settings of exact search."""

from __future__ import annotations

from dataclasses import dataclass

from seq2seq_core.decoding.config import Config, option
from seq2seq_core.decoding.score import LENGTH_PENALTIES
from seq2seq_core.decoding.search.beam_config import BeamConfig


@dataclass(frozen=True, kw_only=True)
class ExactConfig(Config):
    """What to maximise, and how much it may cost for each sentence."""

    max_forward_calls: int = option(
        1000, label="Budget: calls", min=1, max=10_000_000, step=100, soft_max=20_000,
        help="Most calls of the model for one sentence, those of the beam search not counted.",
    )  # fmt: skip
    max_seconds: float = option(
        30.0, label="Budget: seconds", min=0.1, max=86_400.0, step=1.0, soft_max=120.0,
        help="Most time for one sentence; what is found by then is not proven.",
    )  # fmt: skip
    num_beams: int = option(
        5, label="Beam width of the first bound", min=1, max=1000, step=1, soft_max=20,
        help="A beam search of this width gives the first score to beat.",
    )  # fmt: skip
    length_penalty_type: str = option(
        "none", label="Length normalisation", choices=LENGTH_PENALTIES,
        help="How to make up for length. none: log P as it is, whose bound is tight; avg and gnmt have a loose bound "
        "and are seldom proven.",
    )  # fmt: skip
    length_penalty: float = option(
        1.0, label="Length penalty alpha", min=0.0, max=10.0, step=0.1, soft_max=2.0,
        help="Exponent of the length normalisation: 0 = none.",
    )  # fmt: skip

    @property
    def coverage_penalty(self) -> float:
        """Coverage has no part in this search: its bound would be looser still."""
        return 0.0

    def of_first_bound(self) -> BeamConfig:
        """The beam search that gives the first score to beat."""
        return BeamConfig(
            num_beams=self.num_beams, length_penalty_type=self.length_penalty_type, length_penalty=self.length_penalty,
            early_stopping="never", max_new_tokens=self.max_new_tokens,
        )  # fmt: skip
