"""Flags that several commands have, and what is read of them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from seq2seq_core.data.corpus import read_lines
from seq2seq_core.types import CoreError

if TYPE_CHECKING:
    from seq2seq_core.data.checks import DataReport
    from seq2seq_core.data.corpus import CorpusConfig


BATCHES_AT_ONCE = 32
"""Batches read before any is decoded, so that sentences of like length can be put together."""

CUT = "broken off at the length limit, before the end sign; --max-new-tokens sets another"
"""What is said of an output that did not come to its end."""

CHECKPOINT = (
    "say checkpoints/en-de-attention; a folder as transformers saves it; or hf:USER/NAME@REVISION, a model of the Hub"
)


class Parser(argparse.ArgumentParser):
    """argparse whose errors are one line, and whose flags cannot be shortened: a new one must break no script."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        raise CoreError(f"{message}; see {self.prog} --help")


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"
"""What a command adds itself to."""


def add_minutes_flag(parser: argparse.ArgumentParser, what: str) -> None:
    """``--minutes``, which mean what is said."""
    parser.add_argument("--minutes", type=float, default=15.0, metavar="N", help=f"{what} (default: %(default)g)")


def add_table_flags(parser: argparse.ArgumentParser) -> None:
    """How tables are read, see ``corpora``."""
    parser.add_argument("--source-column", metavar="COLUMN", help="its name or number (default: the first with text)")
    parser.add_argument("--target-column", metavar="COLUMN", help="its name or number (default: the second with text)")
    parser.add_argument("--columns", metavar="A+B:C", help="both at once; several joined by + make one text")
    parser.add_argument("--delimiter", metavar="SIGN", help="between the cells of a text (default: found out)")
    parser.add_argument("--comment", metavar="SIGN", help="lines that begin with it are passed over")


def add_checkpoint_flags(parser: argparse.ArgumentParser) -> None:
    """One model, and where it runs."""
    parser.add_argument("--checkpoint", required=True, metavar="DIR", help=CHECKPOINT)
    add_device_flag(parser)


def add_device_flag(parser: argparse.ArgumentParser) -> None:
    """Where a model runs."""
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps (default: auto)")


def add_model_flags(parser: argparse.ArgumentParser) -> None:
    """A model or an ensemble, and how many sentences it reads at a time, in how many bits."""
    parser.add_argument(
        "--checkpoint",
        required=True,
        action="append",
        metavar="DIR",
        help=f"{CHECKPOINT}. Several --checkpoint, of one tokenizer, speak together: the mean of their probabilities",
    )
    add_device_flag(parser)
    parser.add_argument(
        "--precision",
        default="float32",
        metavar="BITS",
        help="of the products on a CPU: float32, bfloat16, int8, bfloat16+int8, or auto for the fastest of them here; "
        "other than float32, about one translation in 200 changes (default: float32)",
    )
    parser.add_argument(
        "--batch-size",
        type=positive,
        default=64,
        help="most sentences at a time, fewer where they are long (default: 64)",
    )


def positive(text: str) -> int:
    """The type of a flag that is 1 or more."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def whole(text: str) -> int:
    """The type of a flag that is 0 or more."""
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 on")
    return int(text)


def corpora(files: Sequence[str], flags: argparse.Namespace, flag: str = "--data") -> tuple[CorpusConfig, ...]:
    """What was meant: a table or several, or two files that are aligned line by line.

    Raises:
        CoreError: neither.
    """
    from seq2seq_core.data.corpus import CorpusConfig
    from seq2seq_core.data.tables import holds_both_sides

    source, target = flags.source_column, flags.target_column
    if flags.columns:
        source, _, target = flags.columns.partition(":")
        if not (source and target) or ":" in target:
            raise CoreError(f"--columns wants SOURCE:TARGET, say 1+3:2, not {flags.columns!r}; see --source-column")
    how = {"source_column": source, "target_column": target, "delimiter": flags.delimiter, "comment": flags.comment}
    texts = [file for file in files if len(files) > 1 and not holds_both_sides(Path(file))]
    if not texts:
        return tuple(CorpusConfig(path=file, **how) for file in files)
    if len(files) == 2 == len(texts):
        return (CorpusConfig(source=files[0], target=files[1]),)
    raise CoreError(
        f"{flag} takes one file, or two that are aligned line by line, or several tables; {texts[0]} is no table"
    )


def pairs_of(flags: argparse.Namespace) -> tuple[list[str], list[list[str]]]:
    """All pairs of tables, also those that one would not train on; lines that are no pair are named."""
    from seq2seq_core.data.checks import DataReport, sound_pairs
    from seq2seq_core.data.corpus import read_records

    report = DataReport()
    pairs = [
        pair
        for corpus in corpora(flags.data, flags)
        for _, pair in sound_pairs(
            read_records(corpus, Path(), report.notes.append), report, max_pieces=10**6, unchanged="keep"
        )
    ]
    print_problems(report)
    return [source for source, _ in pairs], [[target for _, target in pairs]]


def parallel(source: Path, target: Path) -> list[tuple[str, str]]:
    """Pairs of two texts, line by line.

    Raises:
        CoreError: one has more lines than the other.
    """
    sources, targets = read_lines(source), read_lines(target)
    if len(sources) != len(targets):
        raise CoreError(f"{source} has {len(sources)} lines and {target} {len(targets)}; they must be parallel")
    return list(zip(sources, targets, strict=True))


def asks_for_several(settings: Mapping[str, Any]) -> bool:
    """Whether more than one translation of each sentence is asked for."""
    return int(settings.get("num_return_sequences", 1)) > 1


def print_problems(report: DataReport) -> None:
    """Names the lines that are no pairs."""
    for line in report.describe():
        print(line, file=sys.stderr)


def refuse_a_team(command: str) -> None:
    """Under accelerate's launcher each process would do all the work, and say all of it."""
    from seq2seq_core.distributed import join

    if join().size > 1:
        raise CoreError(f"{command} works as one process: start it without accelerate launch")
