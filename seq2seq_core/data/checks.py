"""What is wrong with parallel text, by file and line, found while it is read and before anything is trained on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Literal

from seq2seq_core.data.corpus import FAULTS, Record
from seq2seq_core.data.store import TextPair
from seq2seq_core.types import CoreError

Kind = Literal[
    "encoding", "quotes", "columns", "cells", "json", "huge", "empty", "long", "pieces", "identical", "overlap"
]

Unchanged = Literal["auto", "keep", "drop"]
"""What becomes of whole sentences that are the same on both sides; auto looks whether that is the task."""

SHOWN = 10
"""Places that are named for each kind of problem; the rest are counted."""

FEWEST_PAIRS = 10
"""With fewer there is nothing to learn from and nothing to validate on."""

LONGEST_PIECE = 16
"""Characters: SentencePiece's own limit, so a side of more than this many a piece is longer than it may be."""

COPIED_WORDS = 4
"""From so many words on, two equal sides are no name or number but a sentence left untranslated."""

LOOKED_AT = 5_000
"""Records from which it is told whether both sides are of one language."""

SHARED_WORDS = 0.5
"""Of the words of the side that has fewer: nearly none in translation, most where a text is corrected."""

MEANINGS: dict[Kind, str] = {
    "encoding": FAULTS["encoding"],
    "quotes": f"left out: {FAULTS['quotes']}",
    "json": "left out: not JSON",
    "huge": "left out: a line of more than a million bytes",
    "columns": "left out: one column where two are needed",
    "cells": f"left out: {FAULTS['cells']}",
    "empty": "left out: one side or both are empty",
    "long": "left out: a side is too long for data.max_pieces",
    "pieces": "left out: a side has more pieces than data.max_pieces",
    "identical": "left out: a whole sentence left untranslated, from which a model learns to copy (data.unchanged)",
    "overlap": "a source of the validation or test pairs also stands in training: scores look better than they are",
}

STOPS: tuple[Literal["encoding"], ...] = ("encoding",)
"""Kinds of which one line is enough to stop: what is read may not be what was written."""

MISREAD: tuple[Literal["columns", "cells", "quotes", "json"], ...] = ("columns", "cells", "quotes", "json")
"""Kinds which, where most lines have them, mean that the table is written in another way than it is read."""


@dataclass
class DataReport:
    """What was found in the corpora of a run.

    lines: read, all corpora together, each as often as it stands in a file. pairs: of these, sound.
    equal: of the sound ones and the untranslated ones, those whose sides are the same text.
    kept: of the equal ones, whole sentences that are kept because that is the task.
    problems: kind -> how many, and the first ``SHOWN`` places. notes: what else there is to say, a sentence each.
    """

    lines: int = 0
    pairs: int = 0
    equal: int = 0
    kept: int = 0
    problems: dict[Kind, tuple[int, list[str]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

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
        """Notes, and the problems in words, those that stop first; no lines where there are none."""
        text = [f"note: {note}" for note in self.notes]
        for kind, meaning in MEANINGS.items():
            count, places = self.problems.get(kind, (0, []))
            if count:
                mark = "error" if kind in STOPS else "warning"
                noun = "pair" if kind == "pieces" else "line"
                text.append(f"{mark}: {count:,} {noun}{'' if count == 1 else 's'}: {meaning}")
                text += [f"    {place}" for place in places]
                text += [f"    and {count - len(places):,} more"] if count > len(places) else []
        return text

    def refuse(self) -> None:
        """Raises CoreError where the data cannot be trained on."""
        for kind in STOPS:
            if self.count(kind):
                raise CoreError(f"{self.problems[kind][1][0]}: {FAULTS[kind]}")
        misread = max(MISREAD, key=self.count)
        if 2 * sum(map(self.count, MISREAD)) > self.lines - self.count("empty"):
            raise CoreError(f"{self.problems[misread][1][0]}, like most of the data: {FAULTS[misread]}")
        sides = self.pairs + self.count("identical")
        if self.equal > sides / 2 and not self.kept:
            raise CoreError(
                f"{self.equal:,} of {sides:,} pairs have the same text on both sides: one language twice; "
                "name the right columns or files"
            )
        if self.pairs < FEWEST_PAIRS:
            raise CoreError(f"{self.pairs} sound pairs in {self.lines:,} lines; training needs {FEWEST_PAIRS} or more")


def sound_pairs(
    records: Iterable[Record], report: DataReport, *, max_pieces: int, unchanged: Unchanged = "auto"
) -> Iterator[tuple[Record, TextPair]]:
    """The records that can be trained on; the others are noted in ``report``.

    Identical sides are the noise that hurts translation most (Khayrallah & Koehn 2018, arXiv 1805.12282, table 2), but
    where texts are corrected or normalised, leaving them as they are is half of the task.
    """
    records = iter(records)
    head = list(islice(records, LOOKED_AT))
    one_language = unchanged == "auto" and _are_of_one_language(head)
    keep = unchanged == "keep" or one_language
    for record in chain(head, records):
        report.lines += 1
        kind = record.fault or _fault_of_text(record, max_pieces)
        same = record.fault is None and record.source == record.target != ""
        report.equal += same and kind in (None, "identical")
        if kind == "identical" and keep:
            kind, report.kept = None, report.kept + 1
            if one_language and report.kept == 1:
                report.notes.append(
                    f"{record.file}: its two sides share most of their words, as where texts are corrected, so that "
                    'sentences without a change are kept; data.unchanged = "drop" leaves them out'
                )
        if kind:
            report.note(kind, place(record))
            continue
        report.pairs += 1
        yield record, (record.source, record.target)


def _are_of_one_language(records: list[Record]) -> bool:
    """Whether the pairs that differ share most of their words; too few of them tell nothing."""
    changed = [(_words(r.source), _words(r.target)) for r in records if r.source != r.target and not r.fault]
    shares = sorted(len(a & b) / min(len(a), len(b)) for a, b in changed if a and b)
    return len(shares) >= FEWEST_PAIRS and shares[len(shares) // 2] >= SHARED_WORDS


def _words(text: str) -> set[str]:
    """Without numbers, which languages share."""
    return {word for word in text.split() if any(map(str.isalpha, word))}


def place(record: Record) -> str:
    """File and line, as a person looks it up."""
    return f"{record.file}, {record.unit} {record.line}"


def _fault_of_text(record: Record, max_pieces: int) -> Kind | None:
    if not record.source or not record.target:
        return "empty"
    if max(len(record.source), len(record.target)) > LONGEST_PIECE * max_pieces:
        return "long"
    if record.source == record.target and record.source.count(" ") + 1 >= COPIED_WORDS:
        return "identical"
    return None
