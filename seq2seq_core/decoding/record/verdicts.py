"""What a step considered, and what became of each continuation: how a search tells the recorder."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import torch
from torch import Tensor

from seq2seq_core.decoding.record.result import Fate


class Verdict(Enum):
    """What became of a continuation and why. In tensors its value stands for it: its place in this list."""

    NOT_CONSIDERED = "dropped", "not a candidate"
    KEPT = "kept", "among the best that go on"
    CHOSEN = "kept", "likeliest token"
    DRAWN = "kept", "drawn"
    GIVEN = "kept", "given"
    OPEN = "kept", "can still lead to the best"
    ENDED = "finished", "ended with EOS"
    CUT = "finished", "cut off at the length limit"
    BEATEN = "dropped", "enough better continuations go on"
    LATE = "dropped", "ended, but outside the best of this step"
    WORSE = "dropped", "ended, but enough better ones are finished"
    HOPELESS = "dropped", "cannot beat the best found any more"

    fate: Fate
    reason: str

    def __new__(cls, fate: Fate, reason: str) -> Verdict:
        """A member whose value is its place."""
        member = object.__new__(cls)
        member._value_ = len(cls.__members__)
        member.fate, member.reason = fate, reason
        return member


_VERDICTS = tuple(Verdict)


def verdict_of(value: int) -> Verdict:
    """The verdict that this value in a tensor stands for."""
    return _VERDICTS[value]


def judged(like: Tensor, *verdicts: tuple[Tensor, Verdict]) -> Tensor:
    """Values of verdicts in the shape of ``like``: beaten, unless a later condition says otherwise."""
    codes = torch.full_like(like, Verdict.BEATEN.value)
    for where, verdict in verdicts:
        codes = codes.masked_fill(where, verdict.value)
    return codes


@dataclass(frozen=True)
class Considered:
    """What a step considered for each of L sentences, [L, C] each, best first.

    parent: row before the step. became: row after it, -1 for none. token, log_prob: what is appended, and its log P
    under the model. score: what it was ranked by. verdict: values of ``Verdict``.
    """

    parent: Tensor
    became: Tensor
    token: Tensor
    log_prob: Tensor
    score: Tensor
    verdict: Tensor
