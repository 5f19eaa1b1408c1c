"""Several processes on one task, as ``accelerate launch`` starts them; one process is a team of one.

Weights and gradients are accelerate's and PyTorch's to keep equal (``training/loop.py``). Here is the rest: who may
write, sums, whether anyone wants to stop, and text shared out and put together again.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

import torch
import torch.distributed as dist
from torch import Tensor

from seq2seq_core.types import CoreError


@dataclass(frozen=True)
class Team:
    """The processes of one task. Every method but ``leads`` must be called by all of them, in the same order.

    index: which one this is, from 0. size: how many there are. group: what they talk through, None where one is alone.
    """

    index: int = 0
    size: int = 1
    group: dist.ProcessGroup | None = None

    @property
    def leads(self) -> bool:
        """Whether this is the one process that writes files and prints."""
        return self.index == 0

    def wait(self) -> None:
        """Until all are here."""
        self.any(False)

    def any(self, flag: bool) -> bool:
        """Whether one of them says yes; the same answer for all."""
        return flag if self.group is None else bool(self.stack(torch.tensor(flag)).any())

    def stack(self, values: Tensor) -> Tensor:
        """[size, ...]: the tensors of all, equal in shape, in the order of the processes, on the CPU.

        The sum of it is bit for bit the same everywhere, so that decisions taken on it are too.
        """
        mine = values.cpu()
        if self.group is None:
            return mine[None]
        parts = [torch.empty_like(mine) for _ in range(self.size)]
        dist.all_gather(parts, mine, group=self.group)
        return torch.stack(parts)

    def part(self, items: Sequence[str]) -> tuple[int, Sequence[str]]:
        """This process's stretch of ``items``, and where it begins; the stretches differ by one in length at most."""
        start = len(items) * self.index // self.size
        return start, items[start : len(items) * (self.index + 1) // self.size]

    def gather(self, texts: list[str]) -> list[str]:
        """The texts of all, one after the other, for the leader; the others get none."""
        if self.group is None:
            return texts
        data = _to_bytes(texts)
        lengths = self.stack(torch.tensor(len(data))).tolist()
        padded = torch.cat([data, data.new_zeros(max(lengths) - len(data))])
        parts = [torch.empty_like(padded) for _ in lengths] if self.leads else None
        dist.gather(padded, parts, group=self.group)
        return [text for part, n in zip(parts or [], lengths, strict=False) for text in _from_bytes(part[:n])]

    def map(
        self, lines: Iterable[str], work: Callable[[Sequence[str], int], list[str]], chunk: int
    ) -> Iterator[list[str]]:
        """``work`` on any number of lines: read by the leader, shared out, and given to the leader in order.

        Args:
            lines: only the leader's are read, never more than a round's.
            work: from some lines, and the number of the first in the whole input, to one text for each.
            chunk: lines a process and round.
        """
        left, done = iter(lines), 0
        while round_ := self._from_leader(list(islice(left, chunk * self.size)) if self.leads else []):
            start, mine = self.part(round_)
            yield self.gather(work(mine, done + start))
            done += len(round_)

    def _from_leader(self, texts: list[str]) -> list[str]:
        """The leader's texts, for all."""
        if self.group is None:
            return texts
        data = _to_bytes(texts)
        length = torch.tensor(len(data))
        dist.broadcast(length, 0, group=self.group)
        data = data if self.leads else data.new_empty(int(length))
        dist.broadcast(data, 0, group=self.group)
        return _from_bytes(data)


@functools.cache
def join() -> Team:
    """The team this process was started in: of one, unless ``accelerate launch --multi_gpu`` started it.

    Raises:
        CoreError: the launcher was asked for several processes and started one.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        from accelerate import PartialState

        PartialState(cpu=not torch.cuda.is_available())
        # Its own group, on CPUs: what is said here makes no GPU wait. Whoever dies is noticed by the closed
        # connection; a time limit would only end those who wait for a long validation.
        group = dist.new_group(backend="gloo", timeout=timedelta(days=7))
        atexit.register(dist.destroy_process_group)
        return Team(dist.get_rank(), dist.get_world_size(), group)
    if {"ACCELERATE_MIXED_PRECISION", "MASTER_ADDR"} <= os.environ.keys() and "WORLD_SIZE" not in os.environ:
        raise CoreError(
            "accelerate starts a single process on each machine here, each of which would work alone; add --multi_gpu "
            "to start several that work together, on CPUs too"
        )
    return Team()


def leave(code: int) -> None:
    """Ends this process, if it is one of several, with this exit code and without taking Python apart.

    A thread of a group that still runs then wants Python's lock, and the process would end with an abort.
    """
    if dist.is_initialized():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def lost_another(error: RuntimeError) -> bool:
    """Whether this is what PyTorch says where another process of the team has died."""
    return dist.is_initialized() and (isinstance(error, dist.DistError) or "onnection " in str(error))


def _to_bytes(texts: list[str]) -> Tensor:
    return torch.frombuffer(bytearray(json.dumps(texts).encode()), dtype=torch.uint8)


def _from_bytes(data: Tensor) -> list[str]:
    return json.loads(data.numpy().tobytes())
