"""A toy model family: what the last piece and the mean of the source suggest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor, nn

from seq2seq_core.config import check_range
from seq2seq_core.models.base import Model, ModelConfig
from seq2seq_core.types import StepOutput


@dataclass(frozen=True)
class BagConfig(ModelConfig):
    """width: of an embedding."""

    family: ClassVar[str] = "bag"
    width: int = 8

    def __post_init__(self) -> None:
        super().__post_init__()
        check_range(self, "width", 1, 64)


@dataclass(frozen=True)
class BagState:
    """context: [N, E], the mean of the source's embeddings."""

    context: Tensor

    def select(self, rows: Tensor, sentences: Tensor | None = None) -> BagState:
        """The state with row i continuing ``rows[i]``."""
        return BagState(self.context[rows])


class Bag(Model[BagState]):
    """No recurrence, no attention."""

    Config = BagConfig
    tags = ("bag-of-words",)
    config: BagConfig

    def __init__(self, config: BagConfig) -> None:
        super().__init__(config)
        self.embedding = nn.Embedding(config.vocab_size, config.width, self.specials.pad)
        self.output = nn.Linear(config.width, config.vocab_size)

    @property
    def has_attention(self) -> bool:
        """None."""
        return False

    def describe(self) -> dict[str, str]:
        """One row of the card."""
        return {"Bag": f"{self.config.width} units"}

    def start(self, source: Tensor, lengths: Tensor) -> BagState:
        """The mean of the source's embeddings."""
        return BagState(self.embedding(source).sum(1) / lengths.to(source.device)[:, None])

    def step(self, last_tokens: Tensor, state: BagState) -> StepOutput[BagState]:
        """What follows the last pieces."""
        return StepOutput(self.output(state.context + self.embedding(last_tokens)), None, state)

    def forward(self, source: Tensor, lengths: Tensor, target: Tensor, teacher_forcing: float = 1.0) -> Tensor:
        """All positions at once."""
        return self.output(self.start(source, lengths).context[:, None] + self.embedding(target))
