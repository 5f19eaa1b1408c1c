"""Which attention of a model of many heads is looked at: over what, of which layer, of which head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:  # the core brings torch, which a picture has no use for
    from seq2seq_core.types import FloatArray, HeadAttention

MEAN, ALIGNMENT = "mean", "alignment"

OVER = {
    "mean": "Mean of all heads",
    "cross": "Source, by head",
    "encoder": "Encoder, by head",
    "decoder": "Decoder, by head",
}
"""What can be looked at: what the search recorded; where the decoder looked in the source; and where encoder and
decoder looked in themselves."""


@dataclass(frozen=True)
class Head:
    """A choice. over: a key of ``OVER``. layer, head: numbers from 0, or ``MEAN``; head may be ``ALIGNMENT``."""

    over: str = MEAN
    layer: int | str = MEAN
    head: int | str = MEAN

    def fitting(self, found: HeadAttention) -> Head:
        """The same choice as far as the model has such a layer and such a head."""
        layers, heads = _of(found, self.over).shape[:2]
        layer = self.layer if isinstance(self.layer, int) and self.layer < layers else MEAN
        head = self.head if isinstance(self.head, int) and self.head < heads else MEAN
        if self.head == ALIGNMENT and self.over == "cross" and found.alignment:
            return Head(self.over, MEAN, ALIGNMENT)
        return Head(self.over, layer, head)

    def weights(self, found: HeadAttention) -> FloatArray:
        """[rows, columns] of this choice, which ``fitting`` gave."""
        part = _of(found, self.over)
        if self.head == ALIGNMENT:
            chosen = np.stack([part[layer, head] for layer, head in found.alignment])
            return np.asarray(chosen.mean(0))
        layers = part[self.layer : self.layer + 1] if isinstance(self.layer, int) else part
        heads = layers[:, self.head : self.head + 1] if isinstance(self.head, int) else layers
        return np.asarray(heads.mean((0, 1)))

    def said(self, found: HeadAttention) -> str:
        """In words."""
        layers, heads = _of(found, self.over).shape[:2]
        if self.head == ALIGNMENT:
            return f"mean of {len(found.alignment)} alignment heads"
        layer = f"layer {self.layer + 1} of {layers}" if isinstance(self.layer, int) else f"mean of {layers} layers"
        head = f"head {self.head + 1} of {heads}" if isinstance(self.head, int) else f"mean of {heads} heads"
        return f"{layer}, {head}"


def layers_of(found: HeadAttention, over: str) -> list[tuple[str, int | str]]:
    """What there is to choose of layers, with labels."""
    count = _of(found, over).shape[0]
    return [("All layers", MEAN), *((f"Layer {number + 1}", number) for number in range(count))]


def heads_of(found: HeadAttention, over: str) -> list[tuple[str, int | str]]:
    """What there is to choose of heads, with labels."""
    count = _of(found, over).shape[1]
    alignment = [("Alignment heads", ALIGNMENT)] if over == "cross" and found.alignment else []
    return [("All heads", MEAN), *alignment, *((f"Head {number + 1}", number) for number in range(count))]


def _of(found: HeadAttention, over: str) -> FloatArray:
    return {"cross": found.cross, "encoder": found.encoder, "decoder": found.decoder}[over]
