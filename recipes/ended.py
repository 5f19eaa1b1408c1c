"""The weights that a run ended with, where its best by validation loss are others.

    python -m recipes.ended runs/en-de-everyday --name en-de --out checkpoints/en-de

A run keeps the weights of lowest validation loss. Weights from the end of a schedule may lose a little there and
translate better, since the loss counts every piece and a search takes only the likeliest: which, is to be measured.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

import torch
from safetensors import safe_open

from seq2seq_core.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from seq2seq_core.types import CoreError


def ended(run: Path, name: str) -> Checkpoint:
    """The run's checkpoint with the weights of its last update instead.

    Args:
        run: a run's folder, with its checkpoint and the state to resume from.
        name: of the new checkpoint.

    Raises:
        CoreError: the run left no state.
    """
    state = run / "state.safetensors"
    if not state.is_file():
        raise CoreError(f"{state} is not there; name the folder of a run that can be resumed")
    made = load_checkpoint(run / "checkpoint")
    with safe_open(state, "pt") as weights, torch.no_grad():
        for key, parameter in made.model.named_parameters():
            parameter.copy_(weights.get_tensor(f"model.{key}"))
        progress = json.loads(weights.metadata()["progress"])
    training = {**made.metadata["training"], "steps": progress["step"], "seconds": round(progress["seconds"])}
    training |= {"validation_loss": _last_loss(run / "log.jsonl")}
    return dataclasses.replace(made, metadata={**made.metadata, "name": name, "training": training})


def _last_loss(log: Path) -> float:
    """Of the last validation, which a run ends with."""
    events = (json.loads(line) for line in log.read_text(encoding="utf-8").splitlines())
    return float([event["loss"] for event in events if event["event"] == "validation"][-1])


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="folder of the run")
    parser.add_argument("--name", required=True, help="of the new checkpoint")
    parser.add_argument("--out", type=Path, required=True, help="folder of the new checkpoint")
    flags = parser.parse_args()
    save_checkpoint(flags.out, ended(flags.run, flags.name))


if __name__ == "__main__":
    main()
