"""A checkpoint -> two ONNX graphs, the encoder and one step of the decoder: docs/onnx.md says how they are run.

Any family of models is written by the same few lines: a state is a tree of tensors, each named by where it stands in
it, and which of its dimensions vary is found by looking at states of two sources, two numbers of rows and two steps.
"""

from __future__ import annotations

import dataclasses
import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from seq2seq_core.checkpoint import Checkpoint, tokenizer_files, write_tokenizer
from seq2seq_core.data.tokenizer import OwnTokenizer
from seq2seq_core.files import write_whole
from seq2seq_core.models import Model
from seq2seq_core.types import CoreError

OPSET = 17
ENCODER, STEP, DESCRIPTION = "encoder.onnx", "step.onnx", "onnx.json"
NEXT = "next."
"""Before the name of a tensor of the state, in the step's outputs: what it is at the next step."""

SOURCE_LENGTHS = 5, 9
"""Of the two sources that are compared; no other dimension may change between them."""


def export_onnx(checkpoint: Checkpoint, folder: Path) -> tuple[Path, ...]:
    """Writes encoder.onnx, step.onnx, the tokenizer and onnx.json, weights as float32; returns their paths.

    The encoder takes ``source`` [1, S], ids with the end, and gives the state's tensors. The step takes ``last_tokens``
    [N] and those tensors, and gives ``logits`` [N, V], ``attention`` [N, S] where the model has one, and under "next."
    each tensor that changed. N rows are as many beginnings of one translation; the others are shared by them all.

    Raises:
        CoreError: the model is none of this project's, ``onnx`` is not installed, or the folder cannot be written to.
    """
    tokenizer = checkpoint.tokenizer
    if not isinstance(tokenizer, OwnTokenizer):
        raise CoreError("only models of this project are exported here; for those of transformers there is optimum")
    try:
        import onnx
    except ImportError as error:
        raise CoreError("export-onnx needs onnx, which is not here; pip install -r requirements-onnx.txt") from error
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CoreError(f"cannot write to {folder}: {error.strerror}; choose another --output") from error
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that sizes are constants is meant, wherever they are
        names = _write_graphs(checkpoint.model.float().eval().cpu(), folder)
    for name in (ENCODER, STEP):
        onnx.checker.check_model(folder / name, full_check=True)
    write_tokenizer(folder, tokenizer)
    specials = dataclasses.asdict(tokenizer.specials) | {"never_generated": tokenizer.specials.never_generated}
    told = {"state": names, "specials": specials, "metadata": checkpoint.metadata}
    write_whole(folder / DESCRIPTION, json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    return tuple(folder / name for name in (ENCODER, STEP, *tokenizer_files(tokenizer), DESCRIPTION))


def _write_graphs(model: Model, folder: Path) -> list[str]:
    """Writes both graphs; returns the names of the state's tensors."""
    source, other = (torch.full((1, length), model.specials.eos) for length in SOURCE_LENGTHS)
    state = _start(model, source)
    names = list(dict(_tensors(state)))
    varying = _varying(_start(model, other), state, "S")
    _export(
        _Start(model), (source,), folder / ENCODER,
        inputs={"source": {1: "S"}}, outputs={name: varying.get(name, {}) for name in names},
    )  # fmt: skip

    rows = torch.zeros(2, dtype=torch.long)
    token = torch.full((2,), model.specials.bos)
    several = state.select(rows)
    begun = model.step(token, several)
    for more in (_varying(several, state, "N"), _varying(begun.state, several, "T")):
        for name, axes in more.items():
            varying[name] = varying.get(name, {}) | axes
    before, after = dict(_tensors(several)), dict(_tensors(begun.state))
    changed = [name for name in names if after[name] is not before[name]]
    outputs = {"logits": {0: "N"}} | ({} if begun.attention is None else {"attention": {0: "N", 1: "S"}})
    _export(
        _Step(model, begun.state, changed), (token, *dict(_tensors(begun.state)).values()), folder / STEP,
        inputs={"last_tokens": {0: "N"}} | {name: varying.get(name, {}) for name in names},
        outputs=outputs | {NEXT + name: _grown(varying.get(name, {})) for name in changed},
    )  # fmt: skip
    return names


class _Start(nn.Module):
    """The state before the first step, as a tuple of tensors."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def forward(self, source: Tensor) -> tuple[Tensor, ...]:
        return tuple(dict(_tensors(_start(self.model, source))).values())


class _Step(nn.Module):
    """A step whose state comes and goes as tensors. like: a state of the same form. changed: what a step changes."""

    def __init__(self, model: Model, like: Any, changed: list[str]) -> None:
        super().__init__()
        self.model, self.like, self.changed = model, like, changed

    def forward(self, last_tokens: Tensor, *tensors: Tensor) -> tuple[Tensor, ...]:
        output = self.model.step(last_tokens, _rebuilt(self.like, iter(tensors)))
        after = dict(_tensors(output.state))
        said = (output.logits,) if output.attention is None else (output.logits, output.attention)
        return (*said, *(after[name] for name in self.changed))


def _start(model: Model, source: Tensor) -> Any:
    """Of one source without padding, so that its length need not be said; counted, or the graph would hold a number."""
    return model.start(source, torch.ones_like(source).sum(1))


def _export(
    module: nn.Module, arguments: tuple[Tensor, ...], path: Path, *, inputs: dict[str, Any], outputs: dict[str, Any]
) -> None:
    """Writes a graph; inputs and outputs by name, with the names of the dimensions that vary by their numbers."""
    torch.onnx.export(
        module, arguments, str(path), input_names=list(inputs), output_names=list(outputs),
        dynamic_axes=inputs | outputs, opset_version=OPSET,
        dynamo=False,  # the newer exporter writes a recurrent layer out for one length of the source
    )  # fmt: skip


def _tensors(tree: Any, name: str = "") -> Iterator[tuple[str, Tensor]]:
    """The tensors of a state, by where they stand: "hidden.0", "source.memory"."""
    if isinstance(tree, Tensor):
        yield name, tree
    elif isinstance(tree, tuple):
        for number, part in enumerate(tree):
            yield from _tensors(part, f"{name}.{number}")
    elif dataclasses.is_dataclass(tree):
        for field in dataclasses.fields(tree):
            yield from _tensors(getattr(tree, field.name), f"{name}.{field.name}".lstrip("."))


def _rebuilt(like: Any, tensors: Iterator[Tensor]) -> Any:
    """A state of the form of ``like`` with other tensors."""
    if isinstance(like, Tensor):
        return next(tensors)
    if isinstance(like, tuple):
        return tuple(_rebuilt(part, tensors) for part in like)
    if dataclasses.is_dataclass(like) and not isinstance(like, type):
        parts = {field.name: _rebuilt(getattr(like, field.name), tensors) for field in dataclasses.fields(like)}
        return type(like)(**parts)
    return like


def _varying(one: Any, other: Any, letter: str) -> dict[str, dict[int, str]]:
    """The dimensions in which two states differ, by the names of their tensors, all called by this letter."""
    found = {}
    for (name, a), (_, b) in zip(_tensors(one), _tensors(other), strict=True):
        if axes := {axis: letter for axis in range(a.dim()) if a.shape[axis] != b.shape[axis]}:
            found[name] = axes
    return found


def _grown(axes: dict[int, str]) -> dict[int, str]:
    """The dimensions after a step: one that grows with each is another number."""
    return {axis: "T + 1" if letter == "T" else letter for axis, letter in axes.items()}
