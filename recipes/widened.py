"""A recurrent checkpoint of more units that says what the one before it said (``seq2seq_core.training.widened``).

    python -m recipes.widened checkpoints/en-de --out runs/en-de-wider-start/checkpoint \\
        --embedding-size 512 --encoder-size 320 --decoder-size 512

For a recipe that ``new`` wrote, ``python -m seq2seq_core larger NAME.toml`` does this and writes a recipe that goes on.
"""

from __future__ import annotations

import argparse
import dataclasses
import math
from pathlib import Path

import torch

from seq2seq_core.checkpoint import checkpoint_name, load_checkpoint, save_checkpoint
from seq2seq_core.training.widened import SIZES, widened


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="folder of the new checkpoint")
    for size in SIZES:
        parser.add_argument(f"--{size.replace('_', '-')}", type=int, required=True, help="units in the new checkpoint")
    flags = parser.parse_args()
    torch.manual_seed(1)
    checkpoint = widened(load_checkpoint(flags.checkpoint), **{size: getattr(flags, size) for size in SIZES})
    name = checkpoint_name(flags.out)  # what a recipe that begins with it, and a mixture, call it
    save_checkpoint(flags.out, dataclasses.replace(checkpoint, metadata={**checkpoint.metadata, "name": name}))
    weights = sum(math.prod(parameter.shape) for parameter in checkpoint.model.parameters())
    print(f"{weights:,} weights in {flags.out}")


if __name__ == "__main__":
    main()
