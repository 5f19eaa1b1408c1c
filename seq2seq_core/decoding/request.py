"""What is to be decoded: built once, by the pipeline, and passed on as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Generic, Protocol, TypeVar

import torch
from torch import Tensor

from seq2seq_core.decoding.config import Config
from seq2seq_core.decoding.length import USUAL, OutputLength
from seq2seq_core.decoding.phrases import Lexicon
from seq2seq_core.types import FloatArray, MovedWeight, SpecialTokens, StateT, StepFn

ConfigT = TypeVar("ConfigT", bound=Config, covariant=True)
"""The settings of one strategy."""
OtherT = TypeVar("OtherT", bound=Config)

Pieces = Callable[[Sequence[int]], Sequence[str]]
"""Token ids to as many pieces, special tokens included."""

Text = Callable[[Sequence[int]], str]
"""Token ids to the words they spell, special tokens left out."""


class Words(Protocol):
    """How what the model reads and writes of a sentence is shown to the person who gave it."""

    def piece(self, piece: str) -> str:
        """A piece of either side."""

    def written(
        self, text: str, source: Sequence[str], tokens: Sequence[str], attention: FloatArray | None
    ) -> tuple[str, tuple[str, ...]]:
        """A translation, and what of the source had to be put back into it.

        Args:
            text: as the model wrote it.
            source, tokens: pieces of both sides, S and T.
            attention: [T, S], if there is any.
        """


class AsTheyAre:
    """Nothing is shown as anything else."""

    def piece(self, piece: str) -> str:
        """The piece."""
        return piece

    def written(
        self, text: str, source: Sequence[str], tokens: Sequence[str], attention: FloatArray | None
    ) -> tuple[str, tuple[str, ...]]:
        """The text."""
        return text, ()


AS_THEY_ARE = AsTheyAre()


@dataclass(frozen=True)
class Source:
    """One sentence to decode.

    text: as the person gave it.
    tokens: the pieces that the model reads, EOS included; their number is the source length S of this sentence.
    index: its number in the person's whole input, from which its random numbers follow, whatever the batch.
    prefix: target ids that every hypothesis must begin with.
    moved: attention that a person moved: the step function heeds it, and the result says so.
    words: how all of this is shown.
    read_as, notes: the text that the model reads, where it is another, and what a person should know of it.
    """

    text: str
    tokens: tuple[str, ...]
    index: int = 0
    prefix: tuple[int, ...] = ()
    moved: tuple[MovedWeight, ...] = ()
    words: Words = AS_THEY_ARE
    read_as: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Request(Generic[StateT, ConfigT]):
    """B sentences to decode together.

    step_fn: ``(last_tokens [N], state) -> StepOutput``.
    state: before the first step, one row for each sentence.
    sources: the sentences.
    config: which strategy and its settings: the strategy is the one registered for the config's type.
    specials: ids of the pieces that carry no text.
    device: where the step function's tensors live.
    pieces: target ids to as many pieces, special tokens included.
    text: target ids to words, special tokens left out.
    byte_pieces: the byte that a target id stands for, of those that stand for one; only whole characters are generated.
    output_length: of the model, where the settings leave it open.
    lexicon: how texts are written in target ids, for settings that are words; None where nobody knows.
    trace: also record the steps; costs nothing when off.
    precision: of the step function's products, for the result.
    """

    step_fn: StepFn[StateT]
    state: StateT
    sources: tuple[Source, ...]
    config: ConfigT
    specials: SpecialTokens
    device: torch.device
    pieces: Pieces
    text: Text
    byte_pieces: Mapping[int, int] = field(default_factory=dict)
    output_length: OutputLength = USUAL
    lexicon: Lexicon | None = None
    trace: bool = False
    precision: str = "float32"

    def under(self, config: OtherT) -> Request[StateT, OtherT]:
        """The same sentences under other settings, say those of another strategy."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return Request(**{**values, "config": config})

    def shown(self, sentence: int, ids: Sequence[int]) -> tuple[str, ...]:
        """Target ids as the pieces that are shown for this sentence."""
        return tuple(map(self.sources[sentence].words.piece, self.pieces(ids)))

    def limits(self) -> list[int]:
        """The step at which each sentence's hypotheses are cut off, a given prefix not counted against it."""
        limit, usual = self.config.limit, self.output_length
        return [len(source.prefix) + limit(len(source.tokens), usual) for source in self.sources]

    def source_mask(self) -> Tensor:
        """[B, S], True = real token, S of the longest source."""
        lengths = torch.tensor([len(source.tokens) for source in self.sources], device=self.device)
        return torch.arange(int(lengths.max()), device=self.device) < lengths.unsqueeze(1)


AnyRequest = Request[Any, Config]
"""A request whose state and settings do not matter to the reader."""
