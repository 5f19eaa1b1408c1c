"""A translated document, to take away: in the format that came, its texts as a table, everything as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import PurePath
from typing import Any

from demo.common.spreadsheet import csv_text
from demo.common.versions import dated, versions
from demo.document.state import DocumentRun
from demo.service import read_document

SCHEMA = 1


def name(run: DocumentRun, suffix: str | None = None) -> str:
    """What a file is called: "walk.srt" in French is "walk.en-fr.srt"; ``suffix`` other than its own."""
    path = PurePath(run.given.name)
    return f"{path.stem}.{run.model}{suffix or path.suffix}"


def same(run: DocumentRun) -> bytes:
    """The file in the format that came; a text that is not done stays as it was.

    Raises:
        InputError: it cannot be written.
    """
    document = read_document(**vars(run.given))
    rest = len(run.units) - len(run.done)
    return document.written([*(unit.text for unit in run.done), *[None] * rest])


def table(run: DocumentRun) -> bytes:
    """One line for each text that is done, tabs between the cells; the column of outputs is called what they are."""
    header = ("place", "source", run.noun, "confidence", "doubts", "notes", "model", "strategy", "settings", "versions")
    how = [run.model, run.strategy, json.dumps(dict(run.settings)), versions()]
    rows = (
        [
            unit.place, unit.text, done.text, done.confidence, ", ".join(doubt.kind for doubt in done.doubts),
            " ".join(done.notes), *how,
        ]
        for unit, done in zip(run.units, run.done, strict=False)
    )  # fmt: skip
    return csv_text(header, rows, "\t").encode("utf-8")


def everything(run: DocumentRun) -> bytes:
    """What was asked, when, with which versions, and what became of each text; null where it was not done."""
    texts = [_text(run, place) for place in range(len(run.units))]
    plain: dict[str, Any] = {
        "schema": SCHEMA, "file": run.given.name, "column": run.given.column, "notes": run.notes, "model": run.model,
        "strategy": run.strategy, "settings": dict(run.settings), "device": run.device, "seconds": run.seconds,
        **dated(), "texts": texts,
    }  # fmt: skip
    return json.dumps(plain, ensure_ascii=False, allow_nan=False, indent=1).encode("utf-8")


def _text(run: DocumentRun, place: int) -> dict[str, Any]:
    unit, done = run.units[place], run.done[place] if place < len(run.done) else None
    return {
        "place": unit.place,
        "source": unit.text,
        "translation": done.text if done else None,
        "confidence": done.confidence if done else None,
        "doubts": [asdict(doubt) for doubt in done.doubts] if done else None,
        "notes": done.notes if done else None,
    }
