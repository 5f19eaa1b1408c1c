"""``translate``: lines, or a document."""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from seq2seq_core.cli.flags import BATCHES_AT_ONCE, CUT, Commands, add_model_flags, asks_for_several
from seq2seq_core.data.files import piped_lines
from seq2seq_core.strategy_flags import add_strategy_flags, config_from_flags
from seq2seq_core.types import CoreError

if TYPE_CHECKING:
    from seq2seq_core.pipeline import Translation
    from seq2seq_core.types import MovedWeight


def add(commands: Commands) -> None:
    """The command with its flags."""
    translate = commands.add_parser(
        "translate",
        help="translate stdin to stdout, line by line, or a document",
        description="Translates stdin to stdout, line by line: UTF-8, or UTF-16 with its mark. A line of several "
        "sentences is translated sentence by sentence and put together again, if the model's card names a language. "
        "With --num-return-sequences above 1 each translation has a line of its own: the number of the line it is of, "
        "its rank and its text, with tabs between. With --input and --output a file of a format in docs/documents.md "
        "is translated instead, and keeps its format.",
    )
    add_model_flags(translate)
    translate.add_argument("--input", type=Path, metavar="FILE", help="a document to translate, instead of stdin")
    translate.add_argument("--output", type=Path, metavar="FILE", help="with --input: a new file of the same format")
    translate.add_argument("--column", metavar="NAME", help="of a table: the column to translate, or its number")
    translate.add_argument(
        "--report", type=Path, metavar="FILE", help="with --input: a .json or .tsv with each text, its score and doubts"
    )
    translate.add_argument("--no-split", dest="split", action="store_false", help="take each line as one sentence")
    translate.add_argument(
        "--json", action="store_true", help="one JSON object a line instead of text, with the sentences of the line"
    )
    translate.add_argument("--trace", action="store_true", help="with --json: attention and every step of the search")
    translate.add_argument(
        "--prefix", default="", metavar="TEXT", help="what the translation of every line must begin with"
    )
    translate.add_argument(
        "--move-attention", nargs="+", type=_moved, default=[], metavar="STEP:PIECE=WEIGHT",
        help="of the first sentence of each line: at this step give this source piece, or those from FIRST-LAST, this "
        "share of the attention, say 2:4=0.8; all are counted from 1",
    )  # fmt: skip
    add_strategy_flags(translate)
    translate.set_defaults(command=_translate)


def _translate(flags: argparse.Namespace) -> None:
    from seq2seq_core.distributed import join
    from seq2seq_core.documents.command import check_document_flags, translate_document
    from seq2seq_core.pipeline import Translator

    check_document_flags(flags)
    if flags.trace and not flags.json:
        raise CoreError("--trace adds to the JSON; give --json as well")
    config = config_from_flags(flags)
    team = join()
    translator = Translator.together(flags.checkpoint, flags.device, precision=flags.precision)
    if flags.input is not None:
        translate_document(flags, config, translator, team)
        return

    several = asks_for_several(asdict(config))

    def outputs(lines: Sequence[str], first: int) -> list[str]:
        """For each line what is printed and what a person should know of how it was read, as JSON."""
        translations = translator.translate_texts(
            lines,
            config,
            prefix=flags.prefix,
            moved=flags.move_attention,
            trace=flags.trace,
            batch_size=flags.batch_size,
            first_index=first,
            split=flags.split,
        )
        return [
            json.dumps(
                (
                    _json(translation, flags.trace) if flags.json else _text(translation, number, several),
                    (*translation.notes, *([CUT] if any(map(translation.cut, range(shown(translation)))) else [])),
                )
            )
            for number, translation in enumerate(translations, start=first + 1)
        ]

    def shown(translation: Translation) -> int:
        return translation.ranks if several or flags.json else 1

    notes: dict[str, list[int]] = {}
    done, start = 0, time.monotonic()
    for chunk in team.map(piped_lines(sys.stdin.buffer, "stdin"), outputs, flags.batch_size * BATCHES_AT_ONCE):
        for number, (line, told) in enumerate(map(json.loads, chunk), start=done + 1):
            print(line)
            for note in told:
                notes.setdefault(note, []).append(number)
        sys.stdout.flush()
        done += len(chunk)
        if team.leads and sys.stderr.isatty():
            print(f"\r{done} lines, {done / (time.monotonic() - start):.0f} a second", end="", file=sys.stderr)
    if team.leads and sys.stderr.isatty():
        print(file=sys.stderr)
    for note, lines in notes.items() if team.leads else ():
        where = f"line {lines[0]}" if len(lines) == 1 else f"{len(lines)} lines, the first is {lines[0]}"
        print(f"note: {where}: {note}", file=sys.stderr)


def _text(translation: Translation, number: int, several: bool) -> str:
    """What translate prints for the line of this number: a line, or one for each of several translations."""
    if not several:
        return translation.text()
    return "\n".join(f"{number}\t{rank + 1}\t{translation.text(rank)}" for rank in range(translation.ranks))


def _json(translation: Translation, trace: bool) -> str:
    """What translate --json prints for a line; without the trace, attention is left out."""
    if not trace:
        bare = (
            replace(result, hypotheses=tuple(replace(hypothesis, attention=None) for hypothesis in result.hypotheses))
            for result in translation.sentences
        )
        translation = replace(translation, sentences=tuple(bare))
    return json.dumps(translation.to_dict(), ensure_ascii=False)


def _moved(text: str) -> MovedWeight:
    from seq2seq_core.types import MovedWeight

    found = re.fullmatch(r"(\d{1,6}):(\d{1,6})(?:-(\d{1,6}))?=(\d(?:\.\d+)?)", text, re.ASCII)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is no STEP:PIECE=WEIGHT, say 2:4=0.8")
    step, first, last, weight = found.groups()
    return MovedWeight(int(step) - 1, int(first) - 1, int(last or first) - 1, float(weight))
