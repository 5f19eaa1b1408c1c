"""Epsilon sampling (Hewitt, Manning & Liang 2022)."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from seq2seq_core.decoding.config import option
from seq2seq_core.decoding.filters.base import REMOVED, Filter, Moment


@dataclass(frozen=True, kw_only=True)
class EpsilonCutoff(Filter):
    """How likely a token must be."""

    epsilon_cutoff: float = option(
        0.0, label="Epsilon cut-off", min=0.0, max=0.99, step=0.005, soft_max=0.1,
        help="Never draw a token less likely than this; 0 = off.",
    )  # fmt: skip

    def apply(self, scores: Tensor, moment: Moment) -> Tensor:
        """See ``epsilon_cutoff``."""
        return epsilon_cutoff(scores, self.epsilon_cutoff)


def epsilon_cutoff(logits: Tensor, epsilon: float) -> Tensor:
    """Keeps tokens of probability epsilon or more, and always the likeliest (Hewitt, Manning & Liang 2022)."""
    probabilities = logits.softmax(-1)
    unlikely = (probabilities < epsilon) & (logits < logits.amax(-1, keepdim=True))
    return logits.masked_fill(unlikely, REMOVED)
