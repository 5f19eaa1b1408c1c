"""The types that every floor of the core speaks.

Letters for shapes, the same in every file of the project:

    B  sentences in a batch
    K  hypotheses (beams or samples) per sentence
    N  rows decoded at once; N = B * K, the rows of one sentence side by side
    S  source positions (pieces, EOS included)
    T  target positions; as a length: generated tokens, EOS counted, BOS not
    V  vocabulary size
    E  width of an embedding
    H  hidden units of the decoder
    M  width of the encoder's memory
    L  layers

Masks have one polarity: True = a real token.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, Self, TypeVar, runtime_checkable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

FloatArray = NDArray[np.float32]


class CoreError(Exception):
    """Something a person can put right: the message is one sentence that says what is wrong and what to do."""


class NoRoomError(CoreError):
    """There is not enough free memory; there may be once something else is dropped."""


@dataclass(frozen=True)
class SpecialTokens:
    """Ids of the pieces that carry no text."""

    pad: int = 0
    unk: int = 1
    bos: int = 2
    eos: int = 3
    banned: tuple[int, ...] | None = None
    """What is never generated, where a model says so itself; None: all of the above but EOS."""

    @property
    def never_generated(self) -> tuple[int, ...]:
        """What is no part of a text, whatever a model thinks of it."""
        return (self.pad, self.unk, self.bos) if self.banned is None else self.banned


@dataclass(frozen=True)
class Ways:
    """Every way to write a phrase in target ids.

    edges: (place, id, place after it). Place 0 is before the blank in front of the phrase, 1 behind it; the last place,
        ``len(units) - 1``, is its end.
    units: of each place how many of the tokenizer's own pieces lie before it.
    sign_first, sign_last: it begins or ends with no letter or digit, so that it may stand right beside one.
    """

    edges: tuple[tuple[int, int, int], ...]
    units: tuple[int, ...]
    sign_first: bool = False
    sign_last: bool = False


@dataclass(frozen=True)
class EncoderOutput:
    """What the encoder says of B sentences.

    memory: [B, S, M], zero where there is no token.
    mask: [B, S], True = real token.
    state: the encoder's final states as the decoder's initial ones, h or (h, c), each [B, L, H].
    context: [B, M], the last states of the top layer's directions side by side: the one fixed context vector.
    """

    memory: Tensor
    mask: Tensor
    state: tuple[Tensor, ...]
    context: Tensor


@runtime_checkable
class DecoderState(Protocol):
    """What is carried from one step to the next; only the step function that made it looks inside."""

    def select(self, rows: Tensor, sentences: Tensor | None = None) -> Self:
        """The state with row i continuing the present row ``rows[i]``.

        Args:
            rows: [N'] indices of present rows, int64. Rows of one sentence stay side by side, each sentence with
                the same number of them, so this repeats (expanding to K beams), reorders or drops rows.
            sentences: [B'] indices of the sentences that stay, in order; None where all of them do.
        """
        ...


StateT = TypeVar("StateT", bound=DecoderState)
"""The kind of state that a model carries on: a strategy hands it back as it got it."""


@dataclass(frozen=True)
class StepOutput(Generic[StateT]):
    """What one step says.

    logits: [N, V], unnormalised.
    attention: [N, S], 0 at padding, rows sum to 1; None where the model has none.
    state: the state after the step.
    """

    logits: Tensor
    attention: Tensor | None
    state: StateT


@dataclass(frozen=True, eq=False)
class HeadAttention:
    """The attention of every layer and head while one given target is read; a step tells only their mean.

    It is worked out when somebody looks, for the one hypothesis that is looked at, and not kept by a search: the
    weights of a causal decoder are the same when the whole target is given at once.

    cross: [L, heads, T, S]. encoder: [L, heads, S, S]. decoder: [L, heads, T, T], where row t is of the step that
    chose token t, and column u of the token that was read before token u was chosen: the start token for u = 0.
    In each, a row sums to 1. An encoder may have another number of layers and heads than the decoder.
    alignment: layer and head of each that is known to align, where the model names them.
    """

    cross: FloatArray
    encoder: FloatArray
    decoder: FloatArray
    alignment: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class MovedWeight:
    """Attention that a person moved: at one step, some source positions get this share of it.

    How it lies on them, and how the rest lies on the others, stays as the model has it (Strobelt et al. 2019, arXiv
    1804.09299, let one do this to ask "what if it had looked there?").

    step: the target position, from 0, while which is chosen. first, last: source positions, from 0, both included.
    weight: their share, from 0 to 1.
    """

    step: int
    first: int
    last: int
    weight: float

    def of(self, weights: Tensor) -> Tensor:
        """Rows of attention [..., S] of a sentence without padding, as they are once it is moved; each sums to 1."""
        inside = torch.zeros_like(weights)
        inside[..., self.first : self.last + 1] = 1.0
        return self.weight * _shared(weights, inside) + (1 - self.weight) * _shared(weights, 1 - inside)


def _shared(weights: Tensor, where: Tensor) -> Tensor:
    """What lies there of each row, made to sum to 1; where nothing does, the same everywhere there."""
    there = weights * where
    total = there.sum(-1, keepdim=True)
    return torch.where(total > 0, there / total.clamp_min(torch.finfo(weights.dtype).tiny), where / where.sum(-1, True))


Steer = Callable[[Tensor], Tensor]
"""Attention [B, Q, S] as a model has it -> as it is to be."""


StepFn = Callable[[Tensor, StateT], StepOutput[StateT]]
"""``(last_tokens [N], state) -> StepOutput``: all that a decoding strategy needs to know of a model."""


def pick_device(name: str = "auto") -> torch.device:
    """The device called ``name``; "auto" takes CUDA, then MPS, then the CPU.

    Raises:
        CoreError: the device is unknown or not there.
    """
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return torch.device(next(kind for kind, there in available.items() if there))
    kind, _, index = name.partition(":")
    if not available.get(kind, False) or (index and not index.isdigit()):
        usable = ", ".join(["auto", *(kind for kind, there in available.items() if there)])
        raise CoreError(f"device {name!r} is not available here; choose one of: {usable}")
    return torch.device(name)


def describe_machine() -> str:
    """Where a figure was measured: the GPU's name, or the CPU's cores and architecture."""
    if torch.cuda.is_available():
        return f"one {torch.cuda.get_device_name()}"
    return f"{os.cpu_count()} CPU cores ({platform.machine()})"
