"""What the pipeline, checkpoints, training and the model card need of a model, whatever its family."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Generic

import torch
from torch import Tensor, nn

from seq2seq_core.config import check_range
from seq2seq_core.models.precision import choose
from seq2seq_core.types import HeadAttention, SpecialTokens, StateT, Steer, StepOutput


@dataclass(frozen=True)
class ModelConfig:
    """The shape of a model; each family adds its own settings, checks them, and names itself.

    vocab_size: V, pieces of the target's vocabulary, which is the source's too unless that has one of its own.
    source_vocab_size: pieces of the source's own vocabulary; 0: it has none.
    """

    family: ClassVar[str]
    """In the registry, in recipes and in config.json."""

    training_only: ClassVar[tuple[str, ...]] = ()
    """The settings that may differ between weights that are tuned and what they are tuned with."""

    vocab_size: int = 8000
    source_vocab_size: int = 0

    def __post_init__(self) -> None:
        check_range(self, "vocab_size", 1, 1_000_000)
        check_range(self, "source_vocab_size", 0, 1_000_000)

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

    tells_embeddings: ClassVar[bool] = False
    """Whether it has ``embed`` and ``start_from``, without which nobody can ask for gradients of the source."""

    tells_states: ClassVar[bool] = False
    """Whether it has ``decoder_states``, without which nobody can ask which training sentences are near."""

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
    def can_steer(self) -> bool:
        """Whether it has ``step_steered``, by which a person can move what it looks at."""
        return False

    def describe(self) -> dict[str, str]:
        """Rows of the model card that say how it is built, by their titles."""
        raise NotImplementedError

    @property
    def bytes_a_step(self) -> int:
        """By how much a row's state grows with each step; 0 where it stays of one size."""
        return 0

    def start(self, source: Tensor, lengths: Tensor) -> StateT:
        """The state before the first step, one row a sentence, of source pieces [B, S] with real lengths [B] (CPU)."""
        raise NotImplementedError

    def embed(self, source: Tensor) -> Tensor:
        """[B, S, E], the embeddings of source pieces [B, S], with which ``start_from`` begins."""
        raise NotImplementedError

    def start_from(self, embedded: Tensor, lengths: Tensor) -> StateT:
        """What ``start`` gives for the pieces whose embeddings these are."""
        raise NotImplementedError

    def decoder_states(self, source: Tensor, lengths: Tensor, target: Tensor) -> Tensor:
        """[B, T, E], the vectors from which the output layer predicts each next piece; arguments as of ``forward``."""
        raise NotImplementedError

    def step(self, last_tokens: Tensor, state: StateT) -> StepOutput[StateT]:
        """The ``StepFn`` of this model: logits [N, V] of the next piece after ``last_tokens`` [N]."""
        raise NotImplementedError

    def step_steered(self, last_tokens: Tensor, state: StateT, steer: Steer) -> StepOutput[StateT]:
        """As ``step``, with the attention that ``steer`` makes of the model's own; the output tells that, too."""
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

    def forward_sampled(self, target: Tensor, state: StateT, teacher_forcing: float) -> Tensor:
        """As ``forward``, one step after the other, each fed the reference or what the model itself would say.

        Scheduled sampling (Bengio et al. 2015, arXiv 1506.03099), drawn for each token by itself.

        Args:
            state: as ``start`` gives it.
        """
        given = target[:, 0]
        logits = []
        for position in range(target.size(1)):
            output = self.step(given, state)
            state = output.state
            logits.append(output.logits)
            if position + 1 < target.size(1):
                reference = torch.rand(given.shape, device=given.device) < teacher_forcing
                given = torch.where(reference, target[:, position + 1], output.logits.detach().argmax(dim=-1))
        return torch.stack(logits, dim=1)


def make_embeddings(
    config: ModelConfig, width: int, specials: SpecialTokens, *, tied: bool
) -> tuple[nn.Embedding, nn.Embedding]:
    """Of target and source: one and the same where they are ``tied`` and share a vocabulary."""
    target = make_embedding(config.vocab_size, width, specials)
    if tied and not config.source_vocab_size:
        return target, target
    return target, make_embedding(config.source_vocab_size or config.vocab_size, width, specials)


def describe_embeddings(config: ModelConfig, *, tied: bool) -> str:
    """How many matrices there are, for the model card."""
    if not tied:
        return "three matrices"
    if config.source_vocab_size:
        return "one matrix for target and output, another for the source"
    return "one matrix for source, target and output"


def make_embedding(pieces: int, width: int, specials: SpecialTokens) -> nn.Embedding:
    """One vector of ``width`` a piece, of variance 1 / width, so that the output layer can share it; 0 for padding."""
    embedding = nn.Embedding(pieces, width, specials.pad)
    nn.init.normal_(embedding.weight, std=width**-0.5)
    with torch.no_grad():
        embedding.weight[specials.pad].zero_()
    return embedding
