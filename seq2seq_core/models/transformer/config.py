"""The shape of a Transformer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from seq2seq_core.config import check_range
from seq2seq_core.models.base import ModelConfig
from seq2seq_core.types import CoreError


@dataclass(frozen=True)
class TransformerConfig(ModelConfig):
    """The sizes of Vaswani et al. 2017, table 3, under plain names.

    width: d_model, units of an embedding and of every layer. heads: h, among which attention shares them out.
    encoder_layers, decoder_layers: N. feed_forward: d_ff. dropout: P_drop, of embeddings and what each sublayer adds.
    """

    family: ClassVar[str] = "transformer"
    training_only: ClassVar[tuple[str, ...]] = ("dropout",)

    width: int = 256
    heads: int = 4
    encoder_layers: int = 3
    decoder_layers: int = 3
    feed_forward: int = 1024
    dropout: float = 0.1
    tie_embeddings: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("width", "heads", "feed_forward"):
            check_range(self, name, 1, 1_000_000)
        for name in ("encoder_layers", "decoder_layers"):
            check_range(self, name, 1, 64)
        check_range(self, "dropout", 0.0, 0.95)
        if self.width % self.heads or self.width % 2:
            raise CoreError(f"width must be even, and a multiple of heads = {self.heads}; {self.width} is not")
