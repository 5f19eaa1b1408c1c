"""A document on its way through a model: what was done so far, and how one person looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from demo.common.question import PageQuestion
from demo.common.text_input import MAX_TEXT
from demo.common.turn import Turn
from seq2seq_core.text.languages import TRANSLATION

if TYPE_CHECKING:
    from demo.service import DoneUnit
    from seq2seq_core.documents import TextUnit

PAGE = 50
"""Rows of the table that are shown at a time: ten thousand would take the browser seconds."""

OPENED = MAX_TEXT
"""Characters of a text that are opened in Translate, which translates no more."""


@dataclass(frozen=True)
class GivenFile:
    """A file, or a pasted text as if it were one.

    name: with its suffix, which says the format.
    column: of a table; None where the person named none.
    target: language that it is translated into; None where that is not known.
    """

    name: str
    data: bytes
    column: str | None = None
    target: str | None = None


@dataclass(frozen=True)
class DocumentRun:
    """A document's units under one strategy, so far.

    Kept for as long as the person may take it away, so it holds texts and figures alone, no result of a search.

    units: all of them. done: what became of the first.
    notes: what the document's reader has to say of it.
    settings: all of the strategy's.
    noun: what the model makes of each.
    seconds: since it began.
    question: what the page said when it was asked for.
    """

    given: GivenFile
    units: tuple[TextUnit, ...]
    notes: tuple[str, ...]
    model: str
    strategy: str
    settings: Mapping[str, Any]
    device: str
    noun: str = TRANSLATION
    done: tuple[DoneUnit, ...] = ()
    seconds: float = 0.0
    question: PageQuestion | None = None

    @property
    def whole(self) -> bool:
        """Whether every unit is done."""
        return len(self.done) == len(self.units)

    @property
    def seconds_left(self) -> float | None:
        """At the pace so far, by characters; None where there is none yet."""
        read = sum(len(unit.text) for unit in self.units[: len(self.done)])
        rest = sum(len(unit.text) for unit in self.units[len(self.done) :])
        return self.seconds * rest / read if read else None

    def order(self, doubtful_first: bool) -> list[int]:
        """Places of all units: as in the file, or the doubtful first.

        After these come those with a note, after these the others; among each the less sure first. What is not done
        comes last.
        """
        places = list(range(len(self.units)))
        if not doubtful_first:
            return places
        done = places[: len(self.done)]
        return sorted(done, key=lambda at: _doubtful(self.done[at])) + places[len(done) :]

    def grown(self, done: tuple[DoneUnit, ...], seconds: float) -> DocumentRun:
        """The run with some more units done."""
        return replace(self, done=self.done + done, seconds=seconds)


def _doubtful(unit: DoneUnit) -> tuple[bool, bool, float]:
    """The smaller, the more doubtful."""
    return not unit.doubts, not unit.notes, 1.0 if unit.confidence is None else unit.confidence


@dataclass
class DocumentTurn(Turn):
    """
    page: of the table, from 0. doubtful_first: its order. A person may change both while a document is under way.
    """

    page: int = 0
    doubtful_first: bool = False
