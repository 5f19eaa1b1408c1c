"""``neighbours``: where a model learnt what it says."""

from __future__ import annotations

import argparse

from seq2seq_core.cli.flags import Commands, add_checkpoint_flags, add_table_flags, pairs_of, positive, refuse_a_team
from seq2seq_core.types import CoreError


def add(commands: Commands) -> None:
    """The command with its flags."""
    near = commands.add_parser(
        "neighbours",
        help="in which training sentences a model was in the same state: where did it learn this?",
        description="With --data, builds a model's index of training sentences, which lies beside its weights. With "
        "--source, finds those in which the decoder's state was nearest, and what came next there.",
    )
    add_checkpoint_flags(near)
    near.add_argument("--data", nargs="+", default=[], metavar="FILE", help="training pairs, as new --data takes them")
    add_table_flags(near)
    near.add_argument(
        "--states", type=positive, default=100_000, metavar="N",
        help="most in the index, one for each piece of a target (default: %(default)s)",
    )  # fmt: skip
    near.add_argument(
        "--credit", default="", metavar="TEXT",
        help="with --data: whose the sentences are, and their licence, shown with each answer",
    )  # fmt: skip
    near.add_argument("--source", default="", metavar="TEXT", help="a sentence")
    near.add_argument("--translation", default="", metavar="TEXT", help="of it (default: what a beam of five finds)")
    near.add_argument(
        "--place", type=positive, default=1, metavar="N", help="the piece of it that is asked about (default: 1)"
    )
    near.add_argument(
        "--count", type=positive, default=10, metavar="N", help="sentences to find (default: %(default)s)"
    )
    near.add_argument("--json", action="store_true", help="everything as one JSON object")
    near.set_defaults(command=_neighbours)


def _neighbours(flags: argparse.Namespace) -> None:
    from seq2seq_core.neighbours.command import ask, index

    refuse_a_team("neighbours")
    if bool(flags.data) == bool(flags.source.strip()):
        raise CoreError("neighbours needs either --data, to build an index, or --source, to ask it")
    if flags.data:
        sources, [targets] = pairs_of(flags)
        index(flags, list(zip(sources, targets, strict=True)))
    else:
        ask(flags)
