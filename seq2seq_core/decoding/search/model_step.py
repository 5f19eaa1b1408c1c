"""One call of the step function, checked, for all strategies."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Generic

import torch
from torch import Tensor

from seq2seq_core.decoding.request import ConfigT, Request
from seq2seq_core.types import CoreError, StateT


def check_every(device: torch.device) -> int:
    """Steps between two looks at results: each makes an accelerator wait, and on the CPU it is free."""
    return 1 if device.type == "cpu" else 8


def surely_none(flags: Tensor) -> bool:
    """Whether none of the flags is True, as far as it can be told for nothing: an accelerator would have to wait."""
    return flags.device.type == "cpu" and not flags.any()


@dataclass(frozen=True)
class Seen(Generic[StateT]):
    """What one call of the step function said.

    logits: [N, V]. logsumexp: [N, 1], of each row's logits. attention: [N, S] or None. All of them float32.
    state: after the step.
    """

    logits: Tensor
    logsumexp: Tensor
    attention: Tensor | None
    state: StateT

    @property
    def log_probs(self) -> Tensor:
        """[N, V], under the model."""
        return self.logits - self.logsumexp

    def log_prob(self, row: Tensor, token: Tensor) -> Tensor:
        """log P of these tokens in these of the N rows, in the shape of both, without a pass over V."""
        return self.logits[row, token] - self.logsumexp.squeeze(1)[row]


class ModelStep(Generic[StateT]):
    """Calls the step function, counts the calls and keeps an eye on what comes back."""

    def __init__(self, request: Request[StateT, ConfigT]) -> None:
        self._step_fn = request.step_fn
        self._total = torch.zeros((), device=request.device)
        self._every, self._longest = check_every(request.device), max(request.limits(), default=0)
        self._stuck = torch.zeros((), dtype=torch.bool, device=request.device)
        self.calls = 0

    def __call__(self, tokens: Tensor, state: StateT) -> Seen[StateT]:
        """One step after ``tokens`` [N]."""
        output = self._step_fn(tokens, state)
        self.calls += 1
        logits = output.logits.float()
        logsumexp = logits.logsumexp(-1, keepdim=True)
        # NaN or +inf anywhere, or -inf everywhere, stay in the sum: no second pass over V.
        self._total = self._total + logsumexp.sum()
        attention = None if output.attention is None else output.attention.float()
        return Seen(logits, logsumexp, attention, output.state)

    def watch(self, scores: Tensor, live: Tensor) -> None:
        """Remembers whether a live row had to choose a token whose score is -inf: all others were forbidden too.

        Args:
            scores: of what was chosen, any shape.
            live: in that shape, True where it matters.
        """
        self._stuck = self._stuck | ((scores == float("-inf")) & live).any()

    def due(self) -> bool:
        """Whether this is a step after which to look at results.

        Raises:
            CoreError: a step since the last look gave logits that are no distribution, or nothing to choose from.
        """
        if self.calls % self._every and self.calls < self._longest:
            return False
        self.check()
        return True

    def check(self) -> None:
        """Looks at what the steps gave.

        Raises:
            CoreError: one gave logits that are no distribution, or nothing to choose from.
        """
        if not math.isfinite(self._total.item()):
            raise CoreError(
                f"the model gave logits that are NaN or infinite by step {self.calls}: its weights are damaged "
                "or its numbers overflowed; check the checkpoint, or run it on the CPU in float32"
            )
        if bool(self._stuck):
            raise CoreError(
                f"no token may follow by step {self.calls}; "
                "loosen no_repeat_ngram_size, min_new_tokens or bad_words, or change the prefix"
            )
