"""``translate --input FILE --output FILE``: a document in, the same document in another language out."""

from __future__ import annotations

import json
import sys
import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seq2seq_core import __version__
from seq2seq_core.documents import Document, Limits, check_size, read_document
from seq2seq_core.documents.document import TextUnit
from seq2seq_core.documents.report import UnitReport, report_json, report_tsv
from seq2seq_core.files import read_plain, write_whole
from seq2seq_core.text.languages import has_other_task
from seq2seq_core.types import CoreError

if TYPE_CHECKING:
    from seq2seq_core.decoding import Config
    from seq2seq_core.distributed import Team
    from seq2seq_core.pipeline import Translator

BATCHES_AT_ONCE = 4
"""Batches read before any is decoded: few, so that one sees how far it is."""


def check_document_flags(flags: Namespace) -> None:
    """That the flags for documents go together, and that nothing would be overwritten.

    Raises:
        CoreError: they do not, or something would.
    """
    if flags.input is None:
        if given := [name for name in ("output", "column", "report") if getattr(flags, name) is not None]:
            raise CoreError(f"--{given[0]} belongs to --input; without one, stdin is translated to stdout")
        return
    if flags.output is None:
        raise CoreError("--input needs --output, the file to write")
    if flags.move_attention:
        raise CoreError("--move-attention is for stdin; a step means little to a whole document")
    if flags.json or flags.trace:
        raise CoreError("--json and --trace are for stdin; --report FILE.json says what became of each text")
    if flags.output.suffix.lower() != flags.input.suffix.lower():
        raise CoreError(
            f"{flags.output} must end in {flags.input.suffix}: what is written has the format that was read"
        )
    if flags.report and flags.report.suffix.lower() not in (".json", ".tsv"):
        raise CoreError(f"{flags.report} must end in .json or .tsv")
    if flags.report == flags.output:
        raise CoreError(f"--report and --output are both {flags.output}; give the report another name")
    for path in filter(None, (flags.output, flags.report)):
        if path.exists():
            raise CoreError(f"{path} is there already; choose another name, or move it away")
        if not path.parent.is_dir():
            raise CoreError(f"cannot write {path}: there is no folder {path.parent}; make it first")


def translate_document(flags: Namespace, config: Config, translator: Translator, team: Team) -> None:
    """Translates a file's texts and writes the file again, once all of it is there.

    On Ctrl-C what is translated is written, with the rest as it was, and said; before the first texts, nothing is.

    Raises:
        CoreError: the file cannot be read or written.
        KeyboardInterrupt: after writing.
    """
    document = _read(flags, translator) if team.leads else None
    units = document.units if document else ()

    def work(texts: Sequence[str], first: int) -> list[str]:
        translations = translator.translate_texts(
            texts,
            config,
            prefix=flags.prefix,
            batch_size=flags.batch_size,
            first_index=first,
            split=flags.split,
        )
        other_task = has_other_task(translator.metadata)
        reports = (UnitReport.of(TextUnit(t.source, ""), t, other_task=other_task) for t in translations)
        return [json.dumps(asdict(report)) for report in reports]

    done: list[UnitReport] = []
    rounds = team.map((unit.text for unit in units), work, flags.batch_size * BATCHES_AT_ONCE)
    try:
        for chunk in _shown(rounds, len(units), team):
            for unit, row in zip(units[len(done) :], map(json.loads, chunk), strict=False):
                lists = {name: tuple(row[name]) for name in ("doubts", "notes")}
                done.append(UnitReport(**{**row, **lists, "place": unit.place}))
    except KeyboardInterrupt:
        if document and done and team.size == 1:
            output = _write(flags, document, done, translator, config)
            print(
                f"stopped: {len(done)} of {len(units)} texts are translated, the rest of {output} is as it was",
                file=sys.stderr,
            )
        raise
    if document:
        output = _write(flags, document, done, translator, config)
        print(_summary(output, done))


def _read(flags: Namespace, translator: Translator) -> Document:
    limits = Limits()
    if flags.input.is_file():
        check_size(str(flags.input), flags.input.stat().st_size, limits)
    document = read_document(
        str(flags.input),
        read_plain(flags.input, most=limits.size),
        flags.column,
        target_language=translator.metadata.get("target_language"),
        limits=limits,
    )
    for note in document.notes:
        print(f"note: {note}", file=sys.stderr)
    if int(getattr(flags, "num_return_sequences", 1)) > 1:
        print(
            "note: a document gets the first translation of each text, whatever --num-return-sequences", file=sys.stderr
        )
    return document


def _shown(rounds: Iterator[list[str]], count: int, team: Team) -> Iterator[list[str]]:
    """The rounds as they come, with how far they are and how long the rest will take where someone looks on."""
    start, done, seen = time.monotonic(), 0, team.leads and sys.stderr.isatty()
    for chunk in rounds:
        yield chunk
        done += len(chunk)
        if seen and done:
            left = timedelta(seconds=round((time.monotonic() - start) / done * (count - done)))
            print(f"\r{done:,} of {count:,} texts, {left} left", end="\n" if done == count else "", file=sys.stderr)


def _write(
    flags: Namespace, document: Document, done: Sequence[UnitReport], translator: Translator, config: Config
) -> Path:
    """The document and the report; a document that somebody put there meanwhile is not overwritten.

    Returns:
        Where the document is.
    """
    rest = [None] * (len(document.units) - len(done))
    written = document.written([*(report.translation for report in done), *rest])
    output = next(path for path in _names(flags.output) if not path.exists())
    if output != flags.output:
        print(f"note: {flags.output} has appeared meanwhile; this is written to {output}", file=sys.stderr)
    write_whole(output, written)
    if flags.report and flags.report.suffix.lower() == ".tsv":
        write_whole(flags.report, report_tsv(done))
    elif flags.report:
        write_whole(flags.report, report_json(_about(flags, document, translator, config), done))
    return output


def _names(path: Path) -> Iterator[Path]:
    yield path
    for number in range(2, 1000):
        yield path.with_stem(f"{path.stem}-{number}")


def _about(flags: Namespace, document: Document, translator: Translator, config: Config) -> dict[str, Any]:
    """What was asked of what, and by which version."""
    return {
        "input": flags.input.name,
        "output": flags.output.name,
        "texts": len(document.units),
        "model": translator.name,
        "strategy": flags.strategy,
        "settings": asdict(config),
        "split": flags.split,
        "prefix": flags.prefix,
        "versions": {"seq2seq_core": __version__, "torch": version("torch")},
        "notes": list(document.notes),
    }


def _summary(output: Path, done: Sequence[UnitReport]) -> str:
    doubtful = sum(bool(report.doubts) for report in done)
    return f"wrote {output}: {len(done):,} texts, of which {doubtful:,} are doubtful"
