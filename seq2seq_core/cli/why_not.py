"""``why-not`` one translation, and what is ``usual`` in all of them."""

from __future__ import annotations

import argparse
from pathlib import Path

from seq2seq_core.cli.flags import (
    Commands,
    add_checkpoint_flags,
    add_table_flags,
    pairs_of,
    positive,
    refuse_a_team,
    whole,
)
from seq2seq_core.strategy_flags import add_strategy_flags, config_from_flags


def add(commands: Commands) -> None:
    """The commands with their flags."""
    why = commands.add_parser(
        "why-not",
        help="why a translation that was expected is not what the model says",
        description="Holds an expected translation against what a search finds: search error or model error, token by "
        "token, and which beams would have kept it.",
    )
    add_checkpoint_flags(why)
    why.add_argument("--source", required=True, metavar="TEXT", help="a sentence")
    why.add_argument("--expected", required=True, metavar="TEXT", help="the translation that was expected")
    why.add_argument(
        "--widest",
        type=whole,
        metavar="K",
        help="look into beams of width 1 to K; 0 looks into none (default: as wide as is looked into)",
    )
    why.add_argument(
        "--agreement",
        type=positive,
        metavar="N",
        help="also draw so many candidates, and say which of all translations agrees best with them (default: none)",
    )
    why.add_argument(
        "--exact", type=positive, metavar="SECONDS",
        help="also search for the most probable translation of all, for so long (default: not)",
    )  # fmt: skip
    why.add_argument("--json", action="store_true", help="everything as one JSON object")
    add_strategy_flags(why)
    why.set_defaults(command=_why_not)

    usual = commands.add_parser(
        "usual",
        help="measure what is usual in a model's translations, for why-not's signs of trouble",
        description="Translates sentences that the model was not trained on, and writes into the checkpoint's "
        "metrics.json between which values nine of ten translations lie: repetition, length, attention, log P.",
    )
    add_checkpoint_flags(usual)
    usual.add_argument("--data", nargs="+", required=True, metavar="FILE", help="what new --data takes")
    add_table_flags(usual)
    usual.add_argument(
        "--sentences", type=positive, default=1000, metavar="N", help="most that are translated (default: 1000)"
    )
    add_strategy_flags(usual)
    usual.set_defaults(command=_usual)


def _why_not(flags: argparse.Namespace) -> None:
    from seq2seq_core.why_not.command import explain

    refuse_a_team("why-not")
    explain(flags, config_from_flags(flags))


def _usual(flags: argparse.Namespace) -> None:
    from seq2seq_core.why_not.usual import measure

    refuse_a_team("usual")
    sources, _ = pairs_of(flags)
    data = ", ".join(f"{Path(file).parent.name}/{Path(file).name}" for file in flags.data)
    measure(flags.checkpoint, flags.device, config_from_flags(flags), sources, data, flags.sentences)
