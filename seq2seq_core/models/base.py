"""What the pipeline, checkpoints, training and the model card need of a model, whatever its family."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Generic

from torch import Tensor, nn

from seq2seq_core.config import check_range
from seq2seq_core.models.precision import choose
from seq2seq_core.types import HeadAttention, SpecialTokens, StateT, StepOutput


@dataclass(frozen=True)
class ModelConfig:
    """The shape of a model; each family adds its own settings, checks them, and names itself.

    vocab_size: V, pieces of the one vocabulary of both languages.
    """

    family: ClassVar[str]
    """In the registry, in recipes and in config.json."""

    training_only: ClassVar[tuple[str, ...]] = ()
    """The settings that may differ between weights that are tuned and what they are tuned with."""

    vocab_size: int = 8000

    def __post_init__(self) -> None:
        check_range(self, "vocab_size", 1, 1_000_000)

    def shape(self) -> dict[str, Any]:
        """What weights depend on: two models whose shapes are equal may have the same ones."""
        settings = {name: value for name, value in vars(self).items() if name not in self.training_only}
        return {"family": self.family, **settings}


class Model(nn.Module, Generic[StateT]):
    """A translation model. Its weights are all of its parameters; a matrix that is used twice is one parameter.

    ``step``, on the state that ``start`` gives, says the same as ``forward``, which may compute all positions at once.
    """

    Config: ClassVar[type[ModelConfig]]
    """What it is built from."""

    tags: ClassVar[tuple[str, ...]] = ()
    """Of its family, for the model card's front matter."""

    config: ModelConfig

    def __init__(self, config: Any, specials: SpecialTokens | None = None) -> None:
        super().__init__()
        self.config = config
        self.specials = specials or SpecialTokens()

    @property
    def has_attention(self) -> bool:
        """Whether ``step`` gives attention over the source."""
        raise NotImplementedError

    @property
    def has_heads(self) -> bool:
        """Whether ``look`` gives attention by layer and head."""
        return False

    @property
    def growth(self) -> int:
        """Bytes by which the state of a row grows with each step, as one does that keeps keys and values."""
        return 0

    def describe(self) -> dict[str, str]:
        """Rows of the model card that say how it is built, by their titles."""
        raise NotImplementedError

    def start(self, source: Tensor, lengths: Tensor) -> StateT:
        """The state before the first step, one row a sentence, of source pieces [B, S] with real lengths [B] (CPU)."""
        raise NotImplementedError

    def step(self, last_tokens: Tensor, state: StateT) -> StepOutput[StateT]:
        """The ``StepFn`` of this model: logits [N, V] of the next piece after ``last_tokens`` [N]."""
        raise NotImplementedError

    def look(self, source: Tensor, target: Tensor) -> HeadAttention:
        """The attention of every layer and head while a target is read, of a model that ``has_heads``.

        Args:
            source: [1, S], EOS included, as ``start`` takes it.
            target: [1, T], the tokens that were generated, EOS included where it was.
        """
        raise NotImplementedError

    def precision(self, wanted: str) -> str:
        """The precision to decode in where ``wanted`` is asked for, one of ``precision.CHOICES``.

        Raises:
            CoreError: there is no such precision, or not with this model, or not on this machine.
        """
        return choose(wanted, ("float32",))

    def prepared(self, precision: str = "float32") -> Model[StateT]:
        """This model for many calls of ``start`` and ``step`` in evaluation; its weights must not change any more.

        Args:
            precision: what ``precision`` gave.
        """
        return self

    def forward(self, source: Tensor, lengths: Tensor, target: Tensor, teacher_forcing: float = 1.0) -> Tensor:
        """Logits [B, T, V] of every target position in training.

        Args:
            source: [B, S].
            lengths: [B], on the CPU.
            target: [B, T], the pieces before each position: BOS first.
            teacher_forcing: probability that a position is given the reference rather than the model's own last choice.
        """
        raise NotImplementedError
