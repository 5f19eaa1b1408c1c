"""The random numbers of one request, which nothing else can disturb."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

FIRST_DRAW = 32
"""Steps for which random numbers are drawn at first."""

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


class UniformSource:
    """The numbers of ``uniforms`` step by step, drawn as far as the search has come and not up to its limit."""

    def __init__(self, seed: int, sentences: Sequence[int], samples: int, device: torch.device) -> None:
        self._seed, self._sentences, self._samples = seed, sentences, samples
        self._drawn = torch.zeros(len(sentences), samples, 0, device=device)

    def at(self, step: int, places: Tensor) -> Tensor:
        """[places * samples] at this step, from 0, of the sentences at these places [places]."""
        if step >= self._drawn.shape[-1]:
            # Anew and twice as many: a generator kept for each sample would take more memory than its numbers.
            steps = max(FIRST_DRAW, 2 * step)
            drawn = [uniforms(self._seed, sentence, self._samples, steps) for sentence in self._sentences]
            self._drawn = torch.stack(drawn).to(self._drawn.device)
        return self._drawn[places, :, step].flatten()


class GumbelSource:
    """Standard Gumbel variables of each sentence, from its own generator, in the order of its own steps."""

    def __init__(self, seed: int, sentences: Sequence[int]) -> None:
        self._generators = [torch.Generator().manual_seed(mix(seed, sentence) >> 32) for sentence in sentences]

    def draw(self, places: Sequence[int], rows: int, width: int) -> Tensor:
        """[places * rows, width] on the CPU, float64, the next ones of the sentences at these places."""
        uniform = torch.stack(
            [torch.rand(rows, width, generator=self._generators[place], dtype=torch.float64) for place in places]
        )
        # 0 would make -inf: forbidden for good, and not just unlikely.
        return -(-uniform.clamp(min=2.0**-53).log()).log().flatten(0, 1)


def precise(device: torch.device) -> torch.dtype:
    """float64 where the device has it: sums over a vocabulary decide which token is drawn."""
    return torch.float32 if device.type == "mps" else torch.float64


def mix(first: int, second: int) -> int:
    """64 well-mixed bits of two numbers (splitmix64's finaliser, Steele et al. 2014); (0, 1) and (1, 0) differ."""
    word = (first * 0x9E3779B97F4A7C15 + second + 1) & _WORD
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        word = ((word ^ (word >> shift)) * factor) & _WORD
    return word ^ (word >> 31)
