"""The repetition penalty (Keskar et al. 2019, arXiv 1909.05858)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from seq2seq_core.decoding.config import option
from seq2seq_core.decoding.filters.base import Filter, Moment


@dataclass(frozen=True, kw_only=True)
class RepetitionPenalty(Filter):
    """How much less likely a token becomes by having been generated."""

    looks_back: ClassVar[bool] = True

    repetition_penalty: float = option(
        1.0, label="Repetition penalty", min=0.1, max=10.0, step=0.05, soft_max=2.0, common=True,
        help="Above 1 makes tokens that were already generated less likely (Keskar et al. 2019); 1 = off.",
    )  # fmt: skip

    def apply(self, scores: Tensor, moment: Moment) -> Tensor:
        """See ``repetition_penalty``."""
        return repetition_penalty(scores, self.repetition_penalty, moment.history)


def repetition_penalty(scores: Tensor, penalty: float, history: Tensor) -> Tensor:
    """Scores of tokens generated before, divided by the penalty if positive, else multiplied by it.

    Keskar et al. 2019 (CTRL), section 4.1, whose formula divides only; a negative score divided would become likelier.
    """
    seen = scores.gather(1, history)
    return scores.scatter(1, history, torch.where(seen < 0, seen * penalty, seen / penalty))
