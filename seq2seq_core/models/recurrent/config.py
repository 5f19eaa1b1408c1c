"""The shape of a recurrent encoder-decoder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from seq2seq_core.attention import ATTENTIONS
from seq2seq_core.config import check_choice, check_range
from seq2seq_core.models.base import ModelConfig
from seq2seq_core.types import CoreError

DROPOUTS = ("dropout", "word_dropout", "recurrent_dropout")


@dataclass(frozen=True)
class RecurrentConfig(ModelConfig):
    """Sizes are in units; ``encoder_size`` is per direction. attention: a key of ``ATTENTIONS``.

    The three kinds of dropout change how a model is trained, not what its weights mean. dropout: single units of
    embeddings, between recurrent layers and of the attentional vector. word_dropout: whole pieces of source and target
    (Gal & Ghahramani 2016, arXiv 1512.05287). recurrent_dropout: single weights from a recurrent layer to itself, the
    same for all steps of an update (Merity et al. 2018, arXiv 1708.02182).
    """

    family: ClassVar[str] = "recurrent"
    training_only: ClassVar[tuple[str, ...]] = DROPOUTS

    cell: Literal["lstm", "gru"] = "lstm"
    attention: str = "general"
    input_feeding: bool = False
    embedding_size: int = 384
    tie_embeddings: bool = True
    encoder_layers: int = 2
    encoder_size: int = 192
    bidirectional: bool = True
    decoder_layers: int = 1
    decoder_size: int = 384
    dropout: float = 0.2
    word_dropout: float = 0.0
    recurrent_dropout: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choice("attention", self.attention, ATTENTIONS)
        for name in ("embedding_size", "encoder_size", "decoder_size"):
            check_range(self, name, 1, 1_000_000)
        for name in ("encoder_layers", "decoder_layers"):
            check_range(self, name, 1, 64)
        for name in DROPOUTS:
            check_range(self, name, 0.0, 0.95)
        mechanism = ATTENTIONS[self.attention]
        if self.input_feeding and mechanism.reads != "current_state":
            *some, last = (name for name, other in ATTENTIONS.items() if other.reads == "current_state")
            raise CoreError(
                f"input_feeding belongs to Luong's attention, not to attention = {self.attention!r}; "
                f"switch it off or choose {', '.join(some)} or {last}"
            )
        if mechanism.equal_widths and self.decoder_size != self.memory_size:
            raise CoreError(
                f"{self.attention} attention needs decoder_size equal to the encoder's width: {self.decoder_size} is "
                f"not {self.memory_size}; make them equal or choose general"
            )

    @property
    def memory_size(self) -> int:
        """M, the width of the encoder's memory."""
        return self.encoder_size * (2 if self.bidirectional else 1)
