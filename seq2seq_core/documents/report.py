"""A translated document as a table: of each text its translation, what the model thinks of it, and what is doubtful."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from seq2seq_core.documents.document import TextUnit
from seq2seq_core.documents.doubts import confidence_of, doubts_of, log_prob_of
from seq2seq_core.pipeline import Translation
from seq2seq_core.text.spreadsheet import csv_text

COLUMNS = ("place", "source", "translation", "log_prob", "confidence", "doubts")


@dataclass(frozen=True)
class UnitReport:
    """One text of a document and what became of it.

    log_prob: log P of all its sentences together.
    confidence: exp of the mean log P of a piece, from 0 to 1.
    doubts: kinds of what is doubtful; see ``doubts.CHECKS``.
    notes: what a person should know of how it was read.
    """

    place: str
    source: str
    translation: str
    log_prob: float
    confidence: float
    doubts: tuple[str, ...]
    notes: tuple[str, ...]

    @classmethod
    def of(cls, unit: TextUnit, translation: Translation, *, other_task: bool = False) -> UnitReport:
        """Of a unit and its translation; ``other_task``: see ``doubts_of``."""
        return cls(
            place=unit.place,
            source=unit.text,
            translation=translation.text(),
            log_prob=log_prob_of(translation),
            confidence=confidence_of(translation),
            doubts=tuple(doubt.kind for doubt in doubts_of(translation, other_task=other_task)),
            notes=translation.notes,
        )


def report_json(about: Mapping[str, Any], reports: Sequence[UnitReport]) -> str:
    """One object: ``about`` (what was asked of what), then ``units``."""
    units = [asdict(report) for report in reports]
    return json.dumps({"about": about, "units": units}, ensure_ascii=False, indent=1) + "\n"


def report_tsv(reports: Sequence[UnitReport]) -> str:
    """A heading and a row for each unit; a cell with a tab, a line break or a quotation mark is in quotation marks.

    No text in it is run as a formula by a spreadsheet.
    """
    rows = []
    for report in reports:
        row = {**asdict(report), "doubts": ", ".join(report.doubts)}
        row |= {"log_prob": f"{report.log_prob:.4f}", "confidence": f"{report.confidence:.4f}"}
        rows.append([row[column] for column in COLUMNS])
    return csv_text(COLUMNS, rows, "\t", mark=False)
