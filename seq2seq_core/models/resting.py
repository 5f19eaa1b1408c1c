"""A model whose weights take half the memory while nobody asks it."""

from __future__ import annotations

import copy
from threading import Lock
from typing import Any

import torch
from torch import nn

from seq2seq_core.models.base import Model


class Resting:
    """A model that may rest: its weights then lie there in half precision, as in the files of checkpoints.

    Only where that loses nothing, so that it wakes as it was, to the bit; whoever still computes with it when it is put
    to rest has a hold of it as it was.
    """

    def __init__(self, model: Model[Any]) -> None:
        self._awake: Model[Any] | None = model
        self._asleep: Model[Any] | None = None
        self._lock = Lock()

    def model(self) -> Model[Any]:
        """The model, awake: 20 ms where 11 million weights rested."""
        model = self._awake  # not asked twice: it may be put to rest meanwhile
        if model is None:
            with self._lock:
                if (model := self._awake) is None:
                    assert self._asleep is not None
                    model = self._awake = _converted(self._asleep, torch.float32)
                    self._asleep = None
        return model

    def rest(self) -> None:
        """Puts it to rest, if it is not and may."""
        with self._lock:
            if self._awake is not None and all(map(_fits_half, self._awake.parameters())):
                self._asleep, self._awake = _converted(self._awake, torch.float16), None


def _fits_half(weights: torch.Tensor) -> bool:
    """On a GPU nothing is to be won: the memory that runs short is the process's own."""
    plain = weights.dtype == torch.float32 and weights.device.type == "cpu"
    return plain and torch.equal(weights, weights.half().float())


def _converted(model: Model[Any], to: torch.dtype) -> Model[Any]:
    """A copy of the model whose weights are of this type; what else it keeps stays what it is."""
    with torch.inference_mode(False), torch.no_grad():
        memo: dict[int, Any] = {
            id(weights): nn.Parameter(weights.to(to), requires_grad=weights.requires_grad)
            for weights in model.parameters()
        }
        return copy.deepcopy(model, memo)
