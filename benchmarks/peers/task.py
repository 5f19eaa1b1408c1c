"""The task that peers with other weights are given: as many sentences of one length, said in as many tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class ForcedTask:
    """count sentences of ``source`` pieces, said in ``target`` tokens each, EOS counted. width 1: greedy."""

    count: int
    width: int
    source: int = 15
    target: int = 15

    @property
    def name(self) -> str:
        """As a table has it."""
        how = "greedy" if self.width == 1 else f"beam {self.width}"
        return f"{'one sentence' if self.count == 1 else f'batch of {self.count}'}, {how}"

    def ids(self, vocabulary: int, reserved: int, seed: int = 1) -> list[list[int]]:
        """Random pieces from ``reserved`` up, one fewer than ``source``, for EOS is each program's own to add."""
        random = torch.Generator().manual_seed(seed)
        return torch.randint(reserved, vocabulary, (self.count, self.source - 1), generator=random).tolist()

    def check(self, said: Sequence[Sequence[int | str]], slack: int = 0) -> None:
        """Refuses figures of a program that said fewer or more tokens than it was asked to, beyond ``slack``."""
        lengths = [len(tokens) for tokens in said]
        if len(said) != self.count or any(abs(length - self.target) > slack for length in lengths):
            raise AssertionError(f"asked for {self.count} x {self.target} tokens, got {lengths}")


TASKS = [ForcedTask(count, width) for count in (1, 64) for width in (1, 5)]
