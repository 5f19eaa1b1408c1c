"""A folder on disk <-> a model, its tokenizer and what is known of them.

    config.json         the model's family and shape, and the format's version
    model.safetensors   weights, half precision
    tokenizer.model     SentencePiece
    metrics.json        what the model is, what it was trained on, its scores with their signatures
    README.md           the model card

Nothing in it is code, and nothing in it is ever executed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import safetensors
import torch
from safetensors.torch import load_model, save

from seq2seq_core.config import from_dict, to_dict
from seq2seq_core.data.tokenizer import Tokenizer
from seq2seq_core.model_card import model_card
from seq2seq_core.models import Model, ModelConfig, make_model
from seq2seq_core.types import CoreError

FORMAT = 1


@dataclass(frozen=True)
class Checkpoint:
    """A model in evaluation mode, its tokenizer, and metrics.json as it stands."""

    model: Model
    tokenizer: Tokenizer
    metadata: dict[str, Any] = field(default_factory=dict)


def checkpoint_name(folder: Path) -> str:
    """What tells it apart: the run's name where it lies in RUN/checkpoint, as every run's best weights do."""
    return folder.parent.name if folder.name == "checkpoint" else folder.name


def save_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Writes all five files, weights in half precision. The folder is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    # named_parameters names a tied matrix once
    weights = {name: p.detach().half().cpu().contiguous() for name, p in checkpoint.model.named_parameters()}
    # save_file would make the file readable to its owner alone
    (folder / "model.safetensors").write_bytes(save(weights))
    (folder / "tokenizer.model").write_bytes(checkpoint.tokenizer.model)
    _write_json(folder / "config.json", {"format": FORMAT, "model": to_dict(checkpoint.model.config)})
    write_metadata(folder, checkpoint)


def write_metadata(folder: Path, checkpoint: Checkpoint) -> None:
    """Writes metrics.json and the model card that says the same in words."""
    _write_json(folder / "metrics.json", checkpoint.metadata)
    card = model_card(checkpoint.model, checkpoint.metadata)
    (folder / "README.md").write_text(card, encoding="utf-8")


def load_checkpoint(folder: Path) -> Checkpoint:
    """Reads what ``save_checkpoint`` wrote; weights become float32.

    Raises:
        CoreError: the folder is missing, incomplete, damaged or not of this project.
    """
    if not folder.is_dir():
        raise CoreError(f"there is no checkpoint folder {folder}; see checkpoints/ for those that are shipped")
    config = _read_json(folder / "config.json")
    if config.get("format") != FORMAT:
        raise CoreError(f"{folder} is not a checkpoint of this project (format {FORMAT}); train or copy one")
    tokenizer = Tokenizer.load(folder / "tokenizer.model")
    shape = from_dict(ModelConfig, config.get("model"), where="model")
    if len(tokenizer) != shape.vocab_size:
        raise CoreError(
            f"the tokenizer in {folder} has {len(tokenizer)} pieces and the model {shape.vocab_size}; "
            "copy the checkpoint again"
        )
    try:
        model = make_model(shape)
        load_model(model, folder / "model.safetensors", strict=True)
    except (OSError, RuntimeError, safetensors.SafetensorError) as error:
        reason = str(error).strip().splitlines()[0]
        raise CoreError(f"the weights in {folder} do not load ({reason}); copy the checkpoint again") from error
    if not all(bool(torch.isfinite(p).all()) for p in model.parameters()):
        raise CoreError(f"the weights in {folder} hold values that are no numbers; copy the checkpoint again")
    return Checkpoint(model=model.eval().requires_grad_(False), tokenizer=tokenizer, metadata=_metadata(folder))


def _metadata(folder: Path) -> dict[str, Any]:
    return _read_json(folder / "metrics.json") if (folder / "metrics.json").exists() else {}


def _read_json(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CoreError(f"cannot read {path}: {error.strerror}; is its folder a checkpoint?") from error
    except (ValueError, RecursionError) as error:
        raise CoreError(f"{path} is not valid JSON; copy the checkpoint again") from error
    if not isinstance(values, dict):
        raise CoreError(f"{path} must hold an object; copy the checkpoint again")
    return values


def _write_json(path: Path, values: dict[str, Any]) -> None:
    path.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
