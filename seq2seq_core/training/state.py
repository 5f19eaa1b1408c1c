"""All that a killed run needs to go on exactly: one safetensors file, replaced whole or not at all."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from seq2seq_core.config import from_dict, to_dict
from seq2seq_core.types import CoreError

DAMAGED = "move it away and start without --resume"


@dataclass
class Progress:
    """Where a run stands.

    step: updates done. epoch, batch: the next batch to train on, of the plan that all processes share. best: the lowest
    validation loss, in nats a piece.
    since_best: validations since then. seconds: of training, all sittings together.
    """

    step: int = 0
    epoch: int = 0
    batch: int = 0
    best: float = float("inf")
    since_best: int = 0
    seconds: float = 0.0


def random_states() -> dict[str, Tensor]:
    """Of this process's generators."""
    states = {"random.cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        states["random.cuda"] = torch.cuda.get_rng_state()
    return states


def save_state(
    path: Path,
    *,
    model: nn.Module,
    average: nn.Module,
    optimizer: torch.optim.Optimizer,
    progress: Progress,
    random: dict[str, Tensor],
    origin: dict[str, Any],
) -> None:
    """Writes weights, their average, the optimiser's moments and progress to ``path``.

    random: what ``random_states`` says on each process, one after the other. origin: recipe and data, as plain values.
    """
    tensors = dict(random)
    for prefix, module in (("model", model), ("average", average)):
        tensors |= {f"{prefix}.{name}": parameter.data for name, parameter in module.named_parameters()}
    for index, moments in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{name}": torch.as_tensor(value) for name, value in moments.items()}
    unfinished = path.with_suffix(".part")
    save_file(
        {name: tensor.contiguous() for name, tensor in tensors.items()},
        unfinished,
        metadata={"progress": json.dumps(to_dict(progress)), "origin": json.dumps(origin)},
    )
    os.replace(unfinished, path)


def what_differs(path: Path, origin: dict[str, Any]) -> list[str]:
    """In which settings the run that left a state was another than ``origin``; none where it cannot be read."""
    try:
        with safe_open(path, framework="pt") as file:
            then = json.loads(file.metadata()["origin"])
    except (OSError, RuntimeError, SafetensorError, KeyError, TypeError, ValueError):
        return []
    before, now = _flat(then), _flat(json.loads(json.dumps(origin)))
    changed = [name for name in before.keys() | now.keys() if before.get(name) != now.get(name)]
    return [f"{name} was {_short(before.get(name))} and is {_short(now.get(name))}" for name in sorted(changed)]


def _flat(values: dict[str, Any], above: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in values.items():
        flat |= _flat(value, f"{above}{name}.") if isinstance(value, dict) else {above + name: value}
    return flat


def _short(value: Any) -> str:
    text = "not set" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:79]}…"


def load_state(
    path: Path, *, model: nn.Module, average: nn.Module, optimizer: torch.optim.Optimizer, process: int
) -> Progress:
    """Puts everything back as ``save_state`` found it.

    process: whose random states to take; where there were fewer processes then, this one's stay as they are.

    Raises:
        CoreError: there is no such file, or it belongs to a model of another shape.
    """
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
            metadata = file.metadata()
    except (OSError, RuntimeError, SafetensorError) as error:
        raise CoreError(f"cannot read {path}; {DAMAGED}") from error
    for prefix, module in (("model", model), ("average", average)):
        for name, parameter in module.named_parameters():
            saved = tensors.get(f"{prefix}.{name}")
            if saved is None or saved.shape != parameter.shape:
                raise CoreError(f"{path} belongs to a model of another shape; start without --resume")
            parameter.data.copy_(saved)
    optimizer.load_state_dict({"state": _moments(tensors), "param_groups": optimizer.state_dict()["param_groups"]})
    _put_back_random_states(tensors, process)
    try:
        return from_dict(Progress, json.loads(metadata["progress"]))
    except (KeyError, TypeError, ValueError) as error:
        raise CoreError(f"{path} does not say how far the run was; {DAMAGED}") from error


def _put_back_random_states(tensors: dict[str, Tensor], process: int) -> None:
    setters = {"random.cpu": torch.set_rng_state, "random.cuda": torch.cuda.set_rng_state}
    for name, now in random_states().items():
        saved = tensors[name].view(-1, now.numel()) if name in tensors else ()
        if process < len(saved):
            setters[name](saved[process].clone())


def _moments(tensors: dict[str, Tensor]) -> dict[int, dict[str, Any]]:
    moments: dict[int, dict[str, Any]] = {}
    for name, tensor in tensors.items():
        part, _, rest = name.partition(".")
        if part == "optimizer":
            index, _, key = rest.partition(".")
            moments.setdefault(int(index), {})[key] = tensor
    return moments
