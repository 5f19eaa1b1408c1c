"""``new`` and ``larger`` write recipes."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Sequence
from pathlib import Path

from seq2seq_core.cli.flags import Commands, add_minutes_flag, add_table_flags, corpora, print_problems, refuse_a_team
from seq2seq_core.types import CoreError


def add(commands: Commands) -> None:
    """The commands with their flags."""
    new = commands.add_parser("new", help="write a recipe for data of your own, with sizes that suit it")
    new.add_argument("name", metavar="NAME", help="of the task; NAME.toml is written")
    new.add_argument(
        "--data",
        nargs="+",
        required=True,
        metavar="FILE",
        help="one table with both sides or several of them, or two texts aligned line by line; see the README for the "
        "forms that are read",
    )
    for part, meaning in (("valid", "validated on"), ("test", "kept for evaluate --data")):
        new.add_argument(
            f"--{part}", nargs="+", default=[], metavar="FILE", help=f"pairs never trained on, {meaning}; as --data"
        )
    new.add_argument(
        "--source-language",
        default="Source",
        metavar="NAME",
        help="say English: texts in a known language are split into sentences (default: what the data calls both "
        "sides, or Source)",
    )
    new.add_argument(
        "--target-language", default="Target", metavar="NAME", help="say German (default: as above, or Target)"
    )
    new.add_argument(
        "--task",
        default="",
        metavar="NAME",
        help="what the app and the card call an output where it is no translation, say transliteration or inflection",
    )
    add_minutes_flag(new, "that training may take on this machine: sizes and updates follow from it")
    new.add_argument(
        "--unit",
        metavar="UNIT",
        help="what is a piece of text: bpe (learnt pieces of words), char, or word (whatever stands between blanks); "
        "or one for each side, say char:word (default: by the shape of each side)",
    )
    add_table_flags(new)
    new.set_defaults(command=_new)

    larger = commands.add_parser(
        "larger",
        help="write a recipe that goes on from a trained model in a larger one",
        description="Gives the model that RECIPE.toml trained more units, so that it says what it said before, and "
        "writes the recipe that trains it further. Use it where more time is there than new was told of.",
    )
    larger.add_argument("recipe", type=Path, metavar="RECIPE.toml", help="which new wrote and train has trained")
    add_minutes_flag(larger, "that the further training may take")
    larger.set_defaults(command=_larger)


def _new(flags: argparse.Namespace) -> None:
    from seq2seq_core.training.new_recipe import Task, new_recipe
    from seq2seq_core.training.units import parse_units

    refuse_a_team("new")
    train, valid, test = (corpora(getattr(flags, name), flags, f"--{name}") for name in ("data", "valid", "test"))
    units = parse_units(flags.unit) if flags.unit else None
    task = Task(
        flags.name, train, flags.source_language, flags.target_language, valid, test, flags.minutes, units, flags.task
    )
    _refuse_to_overwrite(task.name)
    recipe = new_recipe(task, on_report=print_problems)
    _write_recipe(task.name, recipe.text, recipe.reasons)


def _larger(flags: argparse.Namespace) -> None:
    from seq2seq_core.checkpoint import save_checkpoint
    from seq2seq_core.training.larger import larger_recipe

    refuse_a_team("larger")
    recipe = larger_recipe(flags.recipe, flags.minutes)
    _refuse_to_overwrite(recipe.name)
    save_checkpoint(recipe.start, recipe.checkpoint)
    _write_recipe(recipe.name, recipe.text, (recipe.said,))


def _refuse_to_overwrite(name: str) -> None:
    if (path := Path(f"{name}.toml")).exists():
        raise CoreError(f"{path} is there already; choose another name, or move it away")


def _write_recipe(name: str, text: str, reasons: Sequence[str]) -> None:
    """Writes NAME.toml, and says why it is as it is and how to train it."""
    path = Path(f"{name}.toml")
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CoreError(f"cannot write {path}: {error.strerror}; call it in a folder of your own") from error
    for reason in reasons:
        print(textwrap.fill(reason, 100, initial_indent="- ", subsequent_indent="  "))
    print(f"\nwrote {path}; it can be changed. To train:\n  python -m seq2seq_core train {path}")
