"""Batches by a budget of tokens, all sources of a batch of one length."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from seq2seq_core.types import SpecialTokens

Pair = tuple[Sequence[int], Sequence[int]]
"""Piece ids of a source and its target, without BOS and EOS."""


@dataclass(frozen=True)
class Batch:
    """B sentence pairs.

    source: [B, S], EOS at the end of each.
    lengths: [B], real source pieces, on the CPU.
    target_in: [B, T], BOS first: what the decoder is given.
    target_out: [B, T], EOS last: what it has to say; PAD after that.
    """

    source: Tensor
    lengths: Tensor
    target_in: Tensor
    target_out: Tensor

    def to(self, device: torch.device) -> Batch:
        """The same on ``device``; lengths stay on the CPU, where packing wants them."""
        return Batch(
            source=self.source.to(device, non_blocking=True),
            lengths=self.lengths,
            target_in=self.target_in.to(device, non_blocking=True),
            target_out=self.target_out.to(device, non_blocking=True),
        )


def pad_sources(sources: Sequence[Sequence[int]], specials: SpecialTokens) -> tuple[Tensor, Tensor]:
    """Source pieces with EOS added, [B, S], and their real lengths [B]."""
    return padded([[*source, specials.eos] for source in sources], specials)


def padded(rows: Sequence[Sequence[int]], specials: SpecialTokens) -> tuple[Tensor, Tensor]:
    """Whole sources as rows of one length, [B, S], and their real lengths [B]."""
    return _pad(rows, specials.pad), torch.tensor([len(row) for row in rows])


def make_batch(pairs: Sequence[Pair], specials: SpecialTokens) -> Batch:
    """Pads pairs; T is rounded up to an even number, since each new shape costs the fused CPU path a plan it keeps."""
    source, lengths = pad_sources([source for source, _ in pairs], specials)
    longest = max(len(target) for _, target in pairs) + 1
    width = longest + longest % 2
    return Batch(
        source=source,
        lengths=lengths,
        target_in=_pad([[specials.bos, *target] for _, target in pairs], specials.pad, width),
        target_out=_pad([[*target, specials.eos] for _, target in pairs], specials.pad, width),
    )


def plan_batches(lengths: Sequence[tuple[int, int]], *, max_tokens: int, seed: int) -> list[list[int]]:
    """Which pairs stand together in one epoch: indices, in a random order of batches.

    All sources of a batch are of one length, so that no packing is needed; within that, targets are of similar
    length. A batch holds at most ``max_tokens`` target positions (and as many source positions), padding counted; a
    pair that has more makes a batch of its own.

    Args:
        lengths: source and target length of each pair.
        max_tokens: the budget.
        seed: of the order; the same seed gives the same plan.
    """
    rng = random.Random(seed)
    buckets: dict[int, list[int]] = defaultdict(list)
    for index, (source, _) in enumerate(lengths):
        buckets[source].append(index)
    batches = []
    for source in sorted(buckets):
        members = buckets[source]
        rng.shuffle(members)
        members.sort(key=lambda i: lengths[i][1])
        batch: list[int] = []
        for index in members:
            longest = max(source, lengths[index][1]) + 2
            if batch and (len(batch) + 1) * longest > max_tokens:
                batches.append(batch)
                batch = []
            batch.append(index)
        batches.append(batch)
    rng.shuffle(batches)
    return batches


def _pad(rows: Sequence[Sequence[int]], pad: int, width: int | None = None) -> Tensor:
    width = width or max(len(row) for row in rows)
    return torch.tensor([[*row, *[pad] * (width - len(row))] for row in rows])
