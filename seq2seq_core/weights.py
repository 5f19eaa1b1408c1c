"""The weights of a checkpoint, looked at before memory is taken for them."""

from __future__ import annotations

import math
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors
import torch
from torch.overrides import TorchFunctionMode

from seq2seq_core.files import told
from seq2seq_core.models import Model, ModelConfig, make_model
from seq2seq_core.types import CoreError

DTYPES = ("F16", "BF16", "F32", "F64")
"""What weights may be written as, in the words of safetensors."""

Shape = tuple[int, ...]


def load_weights(path: Path, config: ModelConfig) -> Model:
    """A model of this shape with the weights in a safetensors file, as float32.

    What the config asks for is held against the file's header first: asking for more than there is costs nothing.

    Raises:
        CoreError: the file is damaged, is of another shape, or holds what is no number.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise CoreError(f"{told(path)} is no plain file; copy the checkpoint again")
        with safetensors.safe_open(path, framework="pt") as file:
            found = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
            header = {name: (tuple(part.get_shape()), str(part.get_dtype())) for name, part in found.items()}
            if misfit := _misfit(_wanted(config), header):
                raise CoreError(f"{told(path)} does not fit its config.json: {misfit}; copy the checkpoint again")
            with _Undrawn():
                model = make_model(config)
            with torch.no_grad():
                for name, parameter in model.named_parameters():
                    parameter.copy_(file.get_tensor(name))
    except (OSError, safetensors.SafetensorError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error).splitlines()[0]
        raise CoreError(f"cannot read {told(path)} ({reason}); copy the checkpoint again") from error
    for name, parameter in model.named_parameters():
        if not all(map(math.isfinite, parameter.detach().aminmax())):  # of a value that is none, both are none
            raise CoreError(f"{told(path)} holds values that are no numbers, in {name}; copy the checkpoint again")
    return model


def _wanted(config: ModelConfig) -> dict[str, Shape]:
    """The shapes of all weights, a matrix that is used twice named once. Nothing is allocated."""
    try:
        with torch.device("meta"), _WithoutValues():
            return {name: tuple(parameter.shape) for name, parameter in make_model(config).named_parameters()}
    except (RuntimeError, OverflowError) as error:  # more elements than a number of 64 bits counts
        raise CoreError("config.json asks for more weights than can be; copy the checkpoint again") from error


class _WithoutValues(TorchFunctionMode):
    """Leaves out what only gives a tensor other values, which has none: drawing them there loads 800 modules."""

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        given = kwargs or {}
        in_place = func.__name__.endswith("_") and not func.__name__.endswith("__")
        return next(iter((*args, *given.values()))) if in_place else func(*args, **given)


class _Undrawn(TorchFunctionMode):
    """Draws nothing at random: all of it is replaced by what is in the file, and orthogonal matrices take seconds."""

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if func is torch.linalg.qr:
            matrix: torch.Tensor = args[0]
            return torch.empty_like(matrix), matrix.new_empty(matrix.size(1), matrix.size(1))
        if func.__name__.endswith(("normal_", "uniform_")):
            return args[0] if args else (kwargs or {})["tensor"]
        return func(*args, **(kwargs or {}))


def _misfit(wanted: Mapping[str, Shape], header: Mapping[str, tuple[Shape, str]]) -> str:
    """The first thing that is wrong with a header; "" where all is well."""
    if missing := sorted(wanted.keys() - header.keys()):
        return f"{missing[0]} is missing"
    if unknown := sorted(header.keys() - wanted.keys()):
        return f"it has {ascii(unknown[0])[:80]}, which such a model has not"
    for name, (shape, dtype) in header.items():
        if shape != wanted[name]:
            return f"{name} is {_by(shape)} and not {_by(wanted[name])}"
        if dtype not in DTYPES:
            return f"{name} is of type {dtype}, which is none of {', '.join(DTYPES)}"
    return ""


def _by(shape: Shape) -> str:
    return " x ".join(map(str, shape)) or "one number"
