"""A model between two: the mean of the weights before and after a run, which may read what either reads well.

    python -m recipes.mixed runs/en-de-nearest/checkpoint runs/en-de-typed/checkpoint --share 0.7 --name en-de \\
        --out checkpoints/en-de

Weight-space ensembles (Wortsman et al. 2022, arXiv 2109.01903): tuned weights do better on what they were tuned for,
those before on everything else, and the line between them goes through weights that do nearly as well on both.
"""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

from seq2seq_core.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from seq2seq_core.types import CoreError

MEASURED = ("scores", "usual", "curve")
"""What a checkpoint's metrics.json says of its weights, true of no others."""


def mixed(before: Checkpoint, after: Checkpoint, share: float, name: str) -> Checkpoint:
    """``after`` with ``share`` of its weights and the rest of those of ``before``, without what was measured of it.

    Raises:
        CoreError: the two are not of one shape.
    """
    old, new = before.model.state_dict(), after.model.state_dict()
    if {name: tensor.shape for name, tensor in old.items()} != {name: tensor.shape for name, tensor in new.items()}:
        raise CoreError("only weights of one shape can be mixed: name a checkpoint and the one that it began with")
    after.model.load_state_dict({name: old[name].lerp(tensor, share) for name, tensor in new.items()})
    training = {**after.metadata["training"], "mixed": {"with": before.metadata["name"], "share": share}}
    kept = {key: value for key, value in after.metadata.items() if key not in MEASURED}
    return dataclasses.replace(after, metadata={**kept, "name": name, "training": training})


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path, help="checkpoint that the run began with")
    parser.add_argument("after", type=Path, help="checkpoint that came of it")
    parser.add_argument("--share", type=float, default=0.5, help="of the latter's weights (%(default)s)")
    parser.add_argument("--name", required=True, help="of the new checkpoint")
    parser.add_argument("--out", type=Path, required=True, help="folder of the new checkpoint")
    flags = parser.parse_args()
    before, after = load_checkpoint(flags.before), load_checkpoint(flags.after)
    save_checkpoint(flags.out, mixed(before, after, flags.share, flags.name))


if __name__ == "__main__":
    main()
