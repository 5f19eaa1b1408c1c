"""In how many bits a model's products are multiplied when it decodes, and which of the ways is fastest here.

All else stays float32: gates, attention, softmax and scores, and the logits of the likeliest pieces.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial

import torch
from torch import Tensor, nn

from seq2seq_core.models.products import BestAgain, BFloat16Linear, Int8Linear, PackedLinear, Product
from seq2seq_core.types import CoreError


@dataclass(frozen=True)
class Precision:
    """How a model multiplies.

    recurrent: gates, and what combines a step's output with attention.
    output: the layer over the vocabulary.
    """

    recurrent: Product
    output: Product


PRECISIONS = {
    "float32": Precision(PackedLinear, PackedLinear),
    "bfloat16": Precision(BFloat16Linear, partial(BestAgain, fast=BFloat16Linear)),
    "int8": Precision(PackedLinear, partial(BestAgain, fast=Int8Linear)),
    "bfloat16+int8": Precision(BFloat16Linear, partial(BestAgain, fast=Int8Linear)),
}
"""By the name that flags and results have for it. Gates in int8 change 3 of 100 sentences, so they stay above it."""

STEADY = ("float32", "int8")
"""What ``auto`` chooses from: log P of a hypothesis does not depend on what is computed with it. A bfloat16 product
rounds by how many rows come together, which moved log P by up to 1e-3."""

CHOICES = ("auto", *PRECISIONS)
"""What may be asked for."""

TIMED_ROWS = 16
"""Rows by which ways to multiply are compared: between those of one sentence and of a batch."""

TIMED_OUTPUTS = 1500

WORTH = 1.15
"""How many times faster fewer bits must be to be chosen: less is within what a busy machine makes of the same."""


def usable(weight: Tensor) -> bool:
    """Whether weights like this one can be packed: float32 on a CPU, in a build of torch that has oneDNN."""
    return weight.device.type == "cpu" and weight.dtype == torch.float32 and torch.backends.mkldnn.is_available()


@cache
def here() -> tuple[str, ...]:
    """The precisions that this processor and this build of torch can multiply in, float32 first."""
    has_bfloat16 = torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported()
    without = ("bfloat16",) * (not has_bfloat16) + ("int8",) * (not _multiplies_int8())
    return tuple(name for name in PRECISIONS if not any(part in without for part in name.split("+")))


def _multiplies_int8() -> bool:
    """Whether int8 products are there, and right: some processors' instructions for them overflow."""
    weight, inputs = torch.ones(16, 64), torch.ones(4, 64)
    try:
        return bool((Int8Linear(weight, None)(inputs) - 64).abs().max() < 1)
    except (RuntimeError, AttributeError, NotImplementedError):
        return False


def choose(wanted: str, there: Sequence[str], outputs: int = 0, inputs: int = 0) -> str:
    """The name of the precision to decode in.

    Args:
        wanted: one of ``CHOICES``; ``auto`` is the fastest of ``STEADY`` that is there, by a measurement.
        there: the precisions that the model can be run in.
        outputs, inputs: of the output layer, V and E.

    Raises:
        CoreError: there is no such precision, or not here.
    """
    if wanted not in CHOICES:
        raise CoreError(f"precision {wanted!r} is not known; choose one of: {', '.join(CHOICES)}")
    if wanted == "auto":
        steady = tuple(name for name in there if name in STEADY)
        return fastest(steady, outputs, inputs) if len(steady) > 1 else "float32"
    if wanted not in there:
        raise CoreError(
            f"precision {wanted} cannot be had with this model on this device; choose one of: auto, {', '.join(there)}"
        )
    return wanted


@cache
def fastest(there: tuple[str, ...], outputs: int, inputs: int) -> str:
    """Which of these multiplies fastest in layers of about these sizes; measured once in a process."""
    ways: dict[tuple[Product, bool], float] = {}
    for name in there:
        precision = PRECISIONS[name]
        for made, over_vocabulary in ((precision.recurrent, False), (precision.output, True)):
            if (made, over_vocabulary) not in ways:
                ways[made, over_vocabulary] = _seconds(made, outputs if over_vocabulary else 4 * inputs, inputs)
    took = {name: ways[PRECISIONS[name].recurrent, False] + ways[PRECISIONS[name].output, True] for name in there}
    best = min(took, key=took.__getitem__)
    return best if took["float32"] > WORTH * took[best] else "float32"


@torch.inference_mode()
def _seconds(made: Product, outputs: int, inputs: int) -> float:
    """The least time of a few products; of wide layers a part is enough."""
    outputs = min(outputs, TIMED_OUTPUTS)
    layer: nn.Module = made(torch.ones(outputs, inputs), torch.zeros(outputs))
    given, taken = torch.ones(TIMED_ROWS, inputs), []
    for _ in range(4):
        start = time.perf_counter()
        layer(given)
        taken.append(time.perf_counter() - start)
    return min(taken)
