"""The random numbers of one request, which nothing else can disturb."""

from __future__ import annotations

import torch
from torch import Tensor

_WORD = 0xFFFFFFFFFFFFFFFF


def uniforms(seed: int, sentence: int, samples: int, steps: int) -> Tensor:
    """[samples, steps] numbers from 0 to less than 1 (by at least 2^-24), made on the CPU on any device.

    Each sample has its own generator, so that the first samples stay the same when more are asked for.
    """
    rows = []
    for sample in range(samples):
        generator = torch.Generator().manual_seed(mix(mix(seed, sentence), sample) >> 32)
        rows.append(torch.rand(steps, generator=generator, dtype=torch.float32))
    return torch.stack(rows)


def mix(first: int, second: int) -> int:
    """64 well-mixed bits of two numbers (splitmix64's finaliser, Steele et al. 2014); (0, 1) and (1, 0) differ."""
    word = (first * 0x9E3779B97F4A7C15 + second + 1) & _WORD
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        word = ((word ^ (word >> shift)) * factor) & _WORD
    return word ^ (word >> 31)
