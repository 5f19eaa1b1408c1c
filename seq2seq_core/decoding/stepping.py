"""One call of the step function, checked, for all strategies that carry rows from step to step."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from seq2seq_core.decoding.base import Request
from seq2seq_core.types import CoreError

COMPACT_SHARE = 8
"""Finished sentences leave the batch when they are one in this many; moving the others' memory costs too."""


def check_every(device: torch.device) -> int:
    """Steps between two looks at results: each makes an accelerator wait, and on the CPU it is free."""
    return 1 if device.type == "cpu" else 8


class Stepper:
    """Calls the step function, counts the calls and keeps an eye on what comes back."""

    def __init__(self, request: Request) -> None:
        self._step_fn = request.step_fn
        self._bad = torch.zeros((), dtype=torch.bool, device=request.device)
        self._every, self._longest = check_every(request.device), max(limits(request), default=0)
        self._stuck = self._bad.clone()
        self.calls = 0

    def __call__(self, tokens: Tensor, state: Any) -> tuple[Tensor, Tensor, Tensor | None, Any]:
        """One step.

        Returns:
            logits [N, V] and their logsumexp [N, 1], attention [N, S] or None, all of them
            float32, and the state after the step.
        """
        output = self._step_fn(tokens, state)
        self.calls += 1
        logits = output.logits.float()
        total = logits.logsumexp(-1, keepdim=True)
        # NaN or +inf anywhere, or -inf everywhere, show in the sum: no second pass over V.
        self._bad = self._bad | ~total.isfinite().all()
        attention = None if output.attention is None else output.attention.float()
        return logits, total, attention, output.state

    def watch(self, scores: Tensor, live: Tensor) -> None:
        """Remembers whether a live row had to choose a token whose score is -inf: all others were forbidden too."""
        self._stuck = self._stuck | ((scores == float("-inf")) & live).any()

    def due(self) -> bool:
        """Whether this is a step after which to look at results.

        Raises:
            CoreError: a step since the last look gave logits that are no distribution.
        """
        if self.calls % self._every and self.calls < self._longest:
            return False
        self.check()
        return True

    def check(self) -> None:
        """Raises CoreError if any step gave logits that are no distribution."""
        if bool(self._bad):
            raise CoreError(
                f"the model gave logits that are NaN or infinite by step {self.calls}: its weights are damaged "
                "or its numbers overflowed; check the checkpoint, or run it on the CPU in float32"
            )
        if bool(self._stuck):
            raise CoreError(
                f"no token may follow by step {self.calls}; "
                "loosen no_repeat_ngram_size or min_new_tokens, or change the prefix"
            )


def limits(request: Request) -> list[int]:
    """The step at which each sentence's hypotheses are cut off, a given prefix not counted against it."""
    return [len(item.prefix) + request.config.limit(len(item.tokens)) for item in request.sources]


def limits_of(request: Request) -> Tensor:
    """[B], ``limits`` where the step function's tensors are."""
    return torch.tensor(limits(request), device=request.device)


def source_mask(request: Request) -> Tensor:
    """[B, S], True = real token, S of the longest source."""
    lengths = torch.tensor([len(item.tokens) for item in request.sources], device=request.device)
    return torch.arange(int(lengths.max()), device=request.device) < lengths.unsqueeze(1)


def survivors(over: Tensor) -> Tensor | None:
    """Positions of the sentences to go on with, once enough of them are over to pay for moving the rest.

    Args:
        over: [L], True = finished.

    Returns:
        [L'] int64, empty when all are finished; None where it is better to carry the finished ones along.
    """
    finished = int(over.sum())
    if finished == 0 or (finished < len(over) and finished * COMPACT_SHARE < len(over)):
        return None
    return (~over).nonzero().squeeze(1)
