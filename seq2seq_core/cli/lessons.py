"""``beside``, ``about`` and ``worked``: what the app's Limits, Models and Learn show."""

from __future__ import annotations

import argparse
from pathlib import Path

from seq2seq_core.cli.flags import Commands, add_checkpoint_flags, add_device_flag, positive, refuse_a_team


def add(commands: Commands) -> None:
    """The commands with their flags."""
    beside = commands.add_parser(
        "beside",
        help="what several models make of one sentence",
        description="Sets models beside each other: what each says, how likely it finds a common reference, and how "
        "many tokens it needs to recover from a wrong word.",
    )
    beside.add_argument("checkpoints", nargs="+", type=Path, metavar="DIR", help="say checkpoints/en-de-attention")
    add_device_flag(beside)
    beside.add_argument("--source", required=True, metavar="TEXT", help="a sentence")
    beside.add_argument("--reference", default="", metavar="TEXT", help="a translation that all are asked about")
    beside.add_argument(
        "--place", type=positive, default=2, metavar="N",
        help="the first token of a model's own translation that may be replaced by a wrong word (default: %(default)s)",
    )  # fmt: skip
    beside.add_argument(
        "--cost", action="store_true",
        help="also time searches by beam width, source length and batch, and a pass over a whole translation at once",
    )  # fmt: skip
    beside.add_argument("--json", action="store_true", help="everything as one JSON list")
    beside.set_defaults(command=_beside)

    known = commands.add_parser(
        "about",
        help="what a model is: its card, its curves, its pieces",
        description="Says what a model is, learnt from and may be used for, how it learnt, how long the pieces of its "
        "vocabulary are, and into which it cuts a text.",
    )
    add_checkpoint_flags(known)
    known.add_argument("--text", default="", metavar="TEXT", help="in the source language, to be cut into pieces")
    known.add_argument("--json", action="store_true", help="everything as one JSON object")
    known.set_defaults(command=_about)

    worked = commands.add_parser(
        "worked",
        help="the worked examples of Learn: a beam by hand, a softmax at several temperatures",
        description="Works out what lectures put on the board: which beginnings a beam keeps and drops at each step, "
        "and the probabilities that logits come to at several temperatures.",
    )
    worked.add_argument("--width", type=positive, default=2, metavar="K", help="of the beam (default: 2)")
    worked.add_argument(
        "--logits", type=float, nargs="+", default=(2.0, 1.0, 0.5), metavar="Z", help="(default: 2 1 0.5)"
    )
    worked.add_argument(
        "--temperatures", type=float, nargs="+", default=(0.5, 1.0, 2.0), metavar="T", help="(default: 0.5 1 2)"
    )
    worked.add_argument("--json", action="store_true", help="both as one JSON object")
    worked.set_defaults(command=_worked)


def _beside(flags: argparse.Namespace) -> None:
    from seq2seq_core.limits.command import set_beside

    refuse_a_team("beside")
    set_beside(flags)


def _about(flags: argparse.Namespace) -> None:
    from seq2seq_core.about import tell

    tell(flags)


def _worked(flags: argparse.Namespace) -> None:
    from seq2seq_core.worked import tell

    tell(flags)
