"""What a strategy is given and what it gives back: the contract between the facade and the search files."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from seq2seq_core.decoding.config import Config as Settings
from seq2seq_core.decoding.trace import DecodeStep, Hypothesis
from seq2seq_core.types import DecoderState, FloatArray, SpecialTokens, StepFn

Pieces = Callable[[Sequence[int]], Sequence[str]]
"""Token ids to as many pieces, special tokens included."""

Text = Callable[[Sequence[int]], str]
"""Token ids to the words they spell, special tokens left out."""


@dataclass(frozen=True)
class Source:
    """One sentence to decode.

    text: as the person gave it.
    tokens: its pieces, EOS included; their number is the source length S of this sentence.
    index: its number in the person's whole input, from which its random numbers follow, whatever the batch.
    prefix: target ids that every hypothesis must begin with.
    """

    text: str
    tokens: tuple[str, ...]
    index: int = 0
    prefix: tuple[int, ...] = ()


@dataclass(frozen=True)
class Request:
    """B sentences to decode together. ``state`` has one row for each, before its first step."""

    step_fn: StepFn
    state: DecoderState
    sources: tuple[Source, ...]
    config: Settings
    specials: SpecialTokens
    device: torch.device
    pieces: Pieces
    text: Text
    trace: bool


@dataclass(frozen=True)
class Tick:
    """One step of a search was done; between two of them a caller may show it, or stop by closing the generator.

    index: 0 for the first.
    live: sentences still being decoded.
    steps: what the step saw and chose, by the sentence's place in the batch; empty when the trace is off.
    """

    index: int
    live: int
    steps: Mapping[int, DecodeStep] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What a strategy says of one sentence; the facade adds source, config, time and device."""

    hypotheses: tuple[Hypothesis, ...]
    steps: tuple[DecodeStep, ...]
    forward_calls: int
    proven: bool | None = None
    details: Mapping[str, float | int | str | bool] = field(default_factory=dict)
    utilities: FloatArray | None = None
    candidates: tuple[str, ...] = ()


Search = Generator[Tick, None, list[Outcome]]


@dataclass(frozen=True)
class Strategy:
    """A registered strategy.

    name: on the command line and in JSON.
    label: what a person reads in the dropdown.
    summary: one sentence for --help and the app.
    Config: its settings.
    search: runs it; ``request.config`` is of type ``Config``.
    """

    name: str
    label: str
    summary: str
    Config: type[Settings]
    search: Callable[[Request], Search]

    def configure(self, values: Mapping[str, Any]) -> Settings:
        """This strategy's config with these values for those of its fields that they name."""
        known = {name: value for name, value in values.items() if name in self.Config.__dataclass_fields__}
        return self.Config(**known)
