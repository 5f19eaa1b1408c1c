"""Sentences to compare strategies on: the set that comes with the app, or lines that a person pasted."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from demo.common.assets import ASSETS
from demo.common.text_input import MAX_CHARACTERS, InputError, clean

EVERYDAY = "everyday"
"""Name, in links, of the set that comes with the app."""

COLUMNS = {"English": "en", "German": "de", "French": "fr"}
"""Languages of the built-in set, as models name theirs, and its columns."""

MAX_LINES = 200


@dataclass(frozen=True)
class SentenceSet:
    """N sentences, with a reference for each or for none.

    name: in links; "" for lines that were pasted.
    lines: the number of each sentence's line, from 1, as its author counts.
    note: what its author should know; "" = nothing.
    """

    name: str
    sources: tuple[str, ...]
    references: tuple[str, ...] | None
    lines: tuple[int, ...]
    note: str = ""


def everyday(source: str, target: str) -> SentenceSet:
    """The built-in set for a model from the language ``source`` into ``target``, without references in an unknown one.

    Raises:
        InputError: the set has no sentences in the model's source language.
    """
    columns = _columns()
    if source not in COLUMNS:
        known = " or ".join(COLUMNS)
        raise InputError(f"This model does not read {known}, as the built-in sentences are; paste lines of your own.")
    sources, lines = columns[COLUMNS[source]], tuple(range(1, len(columns["en"]) + 1))
    if target in COLUMNS:
        return SentenceSet(EVERYDAY, sources, columns[COLUMNS[target]], lines)
    note = "The built-in sentences have no references in this model's target language, so chrF and BLEU are left out."
    return SentenceSet(EVERYDAY, sources, None, lines, note)


def pasted(text: object) -> SentenceSet:
    """One sentence a line, each perhaps followed by a tab and its reference. Empty lines are passed over.

    Raises:
        InputError: a line cannot be used; the message names it.
    """
    rows: list[tuple[int, list[str]]] = []
    for number, line in enumerate(_lines(text), start=1):
        cells = [cell for cell in map(str.strip, line.split("\t")) if cell]
        if not cells:
            continue
        if not line.split("\t")[0].strip():
            raise InputError(f"Line {number} has a reference but no sentence before the tab.")
        if len(cells) > 2:
            raise InputError(f"Line {number} has {len(cells)} columns; give a sentence, or a sentence and a reference.")
        if len(rows) == MAX_LINES:
            raise InputError(f"Line {number} is one too many: at most {MAX_LINES} sentences run at once.")
        rows.append((number, [_cell(cell, number) for cell in cells]))
    if not rows:
        raise InputError("Paste at least one sentence, each on its own line.")
    without = next((number for number, cells in rows if len(cells) == 1), None)
    if without is not None and any(len(cells) == 2 for _, cells in rows):
        raise InputError(f"Line {without} has no reference; give every line one, or none.")
    references = None if without is not None else tuple(cells[1] for _, cells in rows)
    return SentenceSet("", tuple(cells[0] for _, cells in rows), references, tuple(number for number, _ in rows))


def _lines(text: object) -> list[str]:
    most = MAX_LINES * 2 * (MAX_CHARACTERS + 1)
    if not isinstance(text, str) or len(text) > most:
        raise InputError(f"Paste at most {MAX_LINES} lines of at most {MAX_CHARACTERS:,} characters.")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _cell(text: str, number: int) -> str:
    if len(text) > MAX_CHARACTERS:
        raise InputError(f"Line {number} has {len(text):,} characters; the limit is {MAX_CHARACTERS:,}. Shorten it.")
    try:
        return clean(text).text
    except InputError:
        raise InputError(f"Line {number} has no text that can be shown; take it out.") from None


@cache
def _columns() -> dict[str, tuple[str, ...]]:
    with (ASSETS / f"{EVERYDAY}.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {name: tuple(row[name] for row in rows) for name in COLUMNS.values()}
