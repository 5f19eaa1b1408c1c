"""``train`` trains a model from a recipe, until it is done or told to stop."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from typing import IO, Any

from seq2seq_core.cli.flags import Commands, print_problems


def add(commands: Commands) -> None:
    """The command with its flags."""
    train = commands.add_parser("train", help="train a model from a recipe")
    train.add_argument("recipe", type=Path, metavar="RECIPE.toml", help="see recipes/")
    train.add_argument("--resume", action="store_true", help="go on with an interrupted run, exactly where it was")
    train.add_argument(
        "--override",
        action="extend",
        nargs="+",
        default=[],
        metavar="KEY=VALUE",
        help="change a setting of the recipe, say training.epochs=3",
    )
    train.set_defaults(command=_train)


def _train(flags: argparse.Namespace) -> None:
    heeded = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    if heeded[signal.SIGINT] is signal.default_int_handler:
        # Until there is a trainer to stop nothing can be lost, and not all that runs until then is Python.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        _trained(flags)
    finally:
        for number, handler in heeded.items():
            signal.signal(number, handler)


def _trained(flags: argparse.Namespace) -> None:
    from seq2seq_core.distributed import join
    from seq2seq_core.training import Trainer, load_recipe, train
    from seq2seq_core.training.report import Reporter

    team = join()

    def say(line: str, to: IO[str] | None = None) -> None:
        if team.leads:
            print(line, file=to or sys.stderr, flush=True)

    def on_ready(trainer: Trainer) -> None:
        def stop(*_: Any) -> None:
            trainer.stop()
            if team.size > 1:
                # Ctrl-C reaches a process from the terminal and again from the launcher, which waits half a minute.
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                say("stopping after this update")
            else:
                signal.signal(signal.SIGINT, signal.default_int_handler)
                say("stopping after this update; a second Ctrl-C ends at once")

        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)
        pairs, updates = len(trainer.pairs), trainer.updates_an_epoch
        most = f"{trainer.total:,} updates" if trainer.config.updates else f"{trainer.config.epochs} epochs"
        say(f"{pairs:,} pairs to learn from: {updates:,} updates an epoch, {most} at most")

    recipe = load_recipe(flags.recipe, flags.override)
    reporter = Reporter(recipe.folder, live=sys.stdout.isatty())
    on_data = print_problems if team.leads else lambda report: None
    event = None
    for event in train(recipe, resume=flags.resume, on_data=on_data, on_ready=on_ready):
        say(reporter.describe(event), to=sys.stdout)
    if event is None:
        say("this run was over already: nothing was trained")
    say(reporter.ending(), to=sys.stdout)
