"""The command ``neighbours``: builds a model's index of training sentences, or asks it where a word was learnt."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from seq2seq_core.checkpoint import load_checkpoint, weights_sum
from seq2seq_core.neighbours.build import build
from seq2seq_core.neighbours.index import FILE, load_index, save_index
from seq2seq_core.neighbours.nearest import Neighbours, nearest
from seq2seq_core.pipeline import Translator

HEADS = ("likeness", "next", "source", "target")


def index(flags: argparse.Namespace, pairs: Sequence[tuple[str, str]]) -> None:
    """Writes the index into the checkpoint's folder.

    Raises:
        CoreError: the folder is no checkpoint of this project, or its family does not tell its states.
    """
    folder = Path(flags.checkpoint)
    load_checkpoint(folder)  # one of this project's own: the index is written into it
    translator = Translator.load(folder, flags.device)
    made = build(translator, pairs, weights=weights_sum(folder), credit=flags.credit, states=flags.states)
    save_index(folder, made)
    size = (folder / FILE).stat().st_size
    print(
        f"wrote {len(made.states):,} states of {len(made.pairs):,} sentences, {size / 1e6:.1f} MB, to {folder / FILE}",
        file=sys.stderr,
    )


def ask(flags: argparse.Namespace) -> None:
    """Prints the nearest training sentences, or with ``--json`` everything as one object.

    Raises:
        CoreError: the model has no index, or there is no such piece.
    """
    translator, known = Translator.load(flags.checkpoint, flags.device), load_index(flags.checkpoint)
    if flags.translation:
        ids = translator.target_ids(flags.source, flags.translation)
    else:
        ids = list(translator.translate(flags.source)[0].hypotheses[0].token_ids)
    near = nearest(translator, known, flags.source, ids, flags.place - 1, flags.count)
    if flags.json:
        print(json.dumps(near.to_dict(), ensure_ascii=False, allow_nan=False))
        return
    print(_table(near))


def _table(near: Neighbours) -> str:
    """What was asked, then tab-separated a line for each neighbour, the word that came next in brackets."""
    said = " ".join(f"[{piece}]" if place == near.place else piece for place, piece in enumerate(near.tokens))
    rows = [
        (f"{one.likeness:.3f}", one.tokens[one.place], one.source, "{}[{}]{}".format(*one.around)) for one in near.found
    ]
    return "\n".join([said, "\t".join(HEADS), *map("\t".join, rows), f"{near.same} of {len(near.found)} go on alike; "
                      f"{near.sentences:,} of {near.trained:,} sentences: {near.credit}"])  # fmt: skip
