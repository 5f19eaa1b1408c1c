"""All that a killed run needs to go on exactly: one safetensors file, replaced whole or not at all."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from seq2seq_core.config import from_dict, to_dict
from seq2seq_core.files import replacing
from seq2seq_core.types import CoreError

DAMAGED = "move it away and start without --resume"

MOMENTS = ("step", "exp_avg", "exp_avg_sq")
"""What AdamW keeps of each weight."""


@dataclass
class Progress:
    """Where a run stands.

    step: updates done. epoch, batch: the next batch to train on, of the plan that all processes share. best: the
    validation loss of the best weights, in nats a piece. exact: their exact matches in per cent, where those decide
    which are the best, else -1.
    since_best: validations since then. seconds: of training, all sittings together.
    """

    step: int = 0
    epoch: int = 0
    batch: int = 0
    best: float = float("inf")
    exact: float = -1.0
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
    metadata = {
        "progress": json.dumps(to_dict(progress)),
        "origin": json.dumps(origin),
        "tensors": str(len(tensors)),
    }
    with replacing(path) as unfinished:
        save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, unfinished, metadata=metadata)


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
    text = "not set" if value is None else value if isinstance(value, str) else _plain(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


def _plain(value: Any) -> str:
    """As JSON, of a list of corpora without what is not set in them: there are 80 characters."""
    if isinstance(value, list):
        value = [
            {name: part for name, part in each.items() if part is not None} if isinstance(each, dict) else each
            for each in value
        ]
    return json.dumps(value, ensure_ascii=False)


def load_state(
    path: Path, *, model: nn.Module, average: nn.Module, optimizer: torch.optim.Optimizer, process: int
) -> Progress:
    """Puts everything back as ``save_state`` found it.

    process: whose random states to take; where there were fewer processes then, this one's stay as they are.

    Raises:
        CoreError: there is no such file, it is damaged, or it belongs to a model of another shape. Nothing is put back.
    """
    tensors, metadata = _read(path)
    progress = _progress(path, metadata)
    for prefix, module in (("model", model), ("average", average)):
        for name, parameter in module.named_parameters():
            saved = tensors.get(f"{prefix}.{name}")
            if saved is None or saved.shape != parameter.shape:
                raise CoreError(f"{path} belongs to a model of another shape; start without --resume")
    if metadata.get("tensors", str(len(tensors))) != str(len(tensors)):  # older states do not say
        raise CoreError(f"{path} lacks some of what was saved; {DAMAGED}")
    moments = _moments(path, tensors, optimizer)
    for name, tensor in tensors.items():
        if not name.startswith("random.") and not (tensor.is_floating_point() and bool(tensor.isfinite().all())):
            raise CoreError(f"{path} holds what is no number, in {name!a:.80}; {DAMAGED}")
    random = _random_states(path, tensors, process)
    for prefix, module in (("model", model), ("average", average)):
        for name, parameter in module.named_parameters():
            parameter.data.copy_(tensors[f"{prefix}.{name}"])
    optimizer.load_state_dict({"state": moments, "param_groups": optimizer.state_dict()["param_groups"]})
    for put_back, state in random:
        put_back(state)
    return progress


def _read(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    try:
        if not path.is_file():
            raise CoreError(f"{path} is no plain file; {DAMAGED}")
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}  # noqa: SIM118 (not a dict)
    except (OSError, RuntimeError, SafetensorError) as error:
        raise CoreError(f"cannot read {path}; {DAMAGED}") from error


def _progress(path: Path, metadata: dict[str, str]) -> Progress:
    try:
        progress = from_dict(Progress, json.loads(metadata["progress"]))
    except (KeyError, TypeError, ValueError, RecursionError, CoreError) as error:
        raise CoreError(f"{path} does not say how far the run was; {DAMAGED}") from error
    counts = (progress.step, progress.epoch, progress.batch, progress.since_best)
    known = all(0 <= count < 2**53 for count in counts) and 0 <= progress.seconds < math.inf and progress.best >= 0
    if not known or not -1 <= progress.exact <= 100:
        raise CoreError(f"{path} says of the run what cannot be; {DAMAGED}")
    return progress


def _random_states(
    path: Path, tensors: dict[str, Tensor], process: int
) -> list[tuple[Callable[[Tensor], None], Tensor]]:
    """This process's, each with what puts it back; none where there were fewer processes then."""
    setters = {"random.cpu": torch.set_rng_state, "random.cuda": torch.cuda.set_rng_state}
    found: list[tuple[Callable[[Tensor], None], Tensor]] = []
    for name, now in random_states().items():
        saved = tensors.get(name, now.new_empty(0))
        try:
            states = saved.view(-1, now.numel())
            if saved.dtype != now.dtype:
                raise ValueError(saved.dtype)
            for state in states if name == "random.cpu" else ():
                torch.Generator().set_state(state.clone())  # tried where it does no harm
        except (RuntimeError, ValueError, TypeError) as error:
            raise CoreError(f"{path} holds no state of a random generator; {DAMAGED}") from error
        if process < len(states):
            found.append((setters[name], states[process].clone()))
    return found


def _moments(path: Path, tensors: dict[str, Tensor], optimizer: torch.optim.Optimizer) -> dict[int, dict[str, Tensor]]:
    """Of each weight that has had an update, by its number; of one that has, all of them and in its shape."""
    weights = [weight for group in optimizer.param_groups for weight in group["params"]]
    moments: dict[int, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        if name.startswith("optimizer."):
            _, number, key = [*name.split(".", 2), ""][:3]
            known = key in MOMENTS and number.isdecimal() and len(number) < 10 and int(number) < len(weights)
            if not known or tensor.shape != (() if key == "step" else weights[int(number)].shape):
                raise CoreError(f"{path} holds moments that are none of this model's, {name!a:.80}; {DAMAGED}")
            moments.setdefault(int(number), {})[key] = tensor
    if any(found.keys() != set(MOMENTS) for found in moments.values()):
        raise CoreError(f"{path} lacks some of the optimiser's moments; {DAMAGED}")
    return moments
