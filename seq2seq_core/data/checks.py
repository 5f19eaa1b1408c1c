"""What is wrong with parallel text, by file and line, found while it is read and before anything is trained on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from seq2seq_core.data.corpus import FAULTS, Record
from seq2seq_core.data.store import TextPair
from seq2seq_core.types import CoreError

Kind = Literal["encoding", "quotes", "columns", "huge", "empty", "long", "identical", "overlap"]

SHOWN = 10
"""Places that are named for each kind of problem; the rest are counted."""

FEWEST_PAIRS = 10
"""With fewer there is nothing to learn from and nothing to validate on."""

LONGEST_PIECE = 16
"""Characters: SentencePiece's own limit, so a side of more than this many a piece is longer than it may be."""

COPIED_WORDS = 4
"""From so many words on, two equal sides are no name or number but a sentence left untranslated."""

MEANINGS: dict[Kind, str] = {
    "encoding": FAULTS["encoding"],
    "quotes": FAULTS["quotes"],
    "huge": "left out: a line of more than a million bytes",
    "columns": "left out: one column where two are needed",
    "empty": "left out: one side or both are empty",
    "long": "left out: a side is too long for data.max_pieces",
    "identical": "left out: a whole sentence left untranslated, from which a model learns to copy",
    "overlap": "a source of the validation pairs also stands in training: validation looks better than it is",
}

STOPS: tuple[Literal["encoding", "quotes"], ...] = ("encoding", "quotes")
"""Kinds of which one line is enough to stop: what is read may not be what was written."""


@dataclass
class DataReport:
    """What was found in the corpora of a run.

    lines: read, all corpora together, each as often as it stands in a file. pairs: of these, sound.
    equal: of the sound ones and the untranslated ones, those whose sides are the same text.
    problems: kind -> how many, and the first ``SHOWN`` places.
    """

    lines: int = 0
    pairs: int = 0
    equal: int = 0
    problems: dict[Kind, tuple[int, list[str]]] = field(default_factory=dict)

    def note(self, kind: Kind, place: str) -> None:
        """Counts a problem."""
        count, places = self.problems.get(kind, (0, []))
        if len(places) < SHOWN:
            places.append(place)
        self.problems[kind] = count + 1, places

    def count(self, kind: Kind) -> int:
        """How many problems of a kind there are."""
        return self.problems.get(kind, (0, []))[0]

    def describe(self) -> list[str]:
        """The problems in words, those that stop first; no lines where there are none."""
        text = []
        for kind, meaning in MEANINGS.items():
            count, places = self.problems.get(kind, (0, []))
            if count:
                mark = "error" if kind in STOPS else "warning"
                text.append(f"{mark}: {count:,} {'line' if count == 1 else 'lines'}: {meaning}")
                text += [f"    {place}" for place in places]
                text += [f"    and {count - len(places):,} more"] if count > len(places) else []
        return text

    def refuse(self) -> None:
        """Raises CoreError where the data cannot be trained on."""
        for kind in STOPS:
            if self.count(kind):
                raise CoreError(f"{self.problems[kind][1][0]}: {FAULTS[kind]}")
        if 2 * self.count("columns") > self.lines - self.count("empty"):
            raise CoreError(f"{self.problems['columns'][1][0]}, like most of the data: {FAULTS['columns']}")
        sides = self.pairs + self.count("identical")
        if self.equal > sides / 2:
            raise CoreError(
                f"{self.equal:,} of {sides:,} pairs have the same text on both sides: one language twice; "
                "name the right columns or files"
            )
        if self.pairs < FEWEST_PAIRS:
            raise CoreError(f"{self.pairs} sound pairs in {self.lines:,} lines; training needs {FEWEST_PAIRS} or more")


def sound_pairs(records: Iterable[Record], report: DataReport, *, max_pieces: int) -> Iterator[tuple[Record, TextPair]]:
    """The records that can be trained on; the others are noted in ``report``.

    Identical sides are the noise that hurts most (Khayrallah & Koehn 2018, arXiv 1805.12282, table 2).
    """
    for record in records:
        report.lines += 1
        kind = record.fault or _fault_of_text(record, max_pieces)
        same = record.fault is None and record.source == record.target != ""
        report.equal += same and kind in (None, "identical")
        if kind:
            report.note(kind, place(record))
            continue
        report.pairs += 1
        yield record, (record.source, record.target)


def place(record: Record) -> str:
    """File and line, as a person looks it up."""
    return f"{record.file}, line {record.line}"


def _fault_of_text(record: Record, max_pieces: int) -> Kind | None:
    if not record.source or not record.target:
        return "empty"
    if max(len(record.source), len(record.target)) > LONGEST_PIECE * max_pieces:
        return "long"
    if record.source == record.target and record.source.count(" ") + 1 >= COPIED_WORDS:
        return "identical"
    return None
