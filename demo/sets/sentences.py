"""Sentences to compare strategies on: the set that comes with the app, or lines that a person pasted."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache

from demo.common.assets import ASSETS
from demo.common.languages import Languages
from demo.common.text_input import MAX_CHARACTERS, InputError, clean

EVERYDAY = "everyday"
"""Name, in links, of the set that comes with the app."""

COLUMNS = {"English": "en", "German": "de", "French": "fr"}
"""Languages of the built-in set, as models name theirs, and its columns."""

MAX_LINES = 200

EXPORTED = re.compile(r';(?="|\w{3})')
"""A semicolon that ends a cell rather than a part of a sentence."""

SEMICOLONS = "What stands after the semicolon of each line was read as its reference."


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


def reads_everyday(known: Languages) -> bool:
    """Whether such a model is one for the built-in set: it translates from a language that the set is in."""
    return known.source in COLUMNS and known.translates


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

    As programs export tables, a semicolon may stand for the tab: ``_separator`` says when.

    Raises:
        InputError: a line cannot be used; the message names it.
    """
    rows: list[tuple[int, list[str]]] = []
    lines = _lines(text)
    separator = _separator(lines)
    between = "tab" if separator == "\t" else "semicolon"
    for number, line in enumerate(lines, start=1):
        columns = _cells(line, separator, number)
        cells = [cell for cell in map(str.strip, columns) if cell]
        if not cells:
            continue
        if not columns[0].strip():
            raise InputError(f"Line {number} has a reference but no sentence before the {between}.")
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
    note = SEMICOLONS if separator == ";" and references else ""
    numbers = tuple(number for number, _ in rows)
    return SentenceSet("", tuple(cells[0] for _, cells in rows), references, numbers, note)


def _cells(line: str, separator: str, number: int) -> list[str]:
    if separator == "\t":
        return line.split("\t")
    try:
        return next(csv.reader([line], delimiter=";"), [])
    except csv.Error:
        raise InputError(f"Line {number} cannot be read as a table parted by semicolons; use tabs.") from None


def _separator(lines: list[str]) -> str:
    """What parts a sentence from its reference: a tab, or the semicolon of a table that a program exported.

    A semicolon does where there is no tab and a word follows one without a blank, as never in writing, or where each of
    several lines has exactly one.
    """
    filled = [line for line in lines if line.strip()]
    if any("\t" in line for line in filled):
        return "\t"
    exported = any(EXPORTED.search(line) for line in filled)
    paired = len(filled) > 1 and all(len(list(filter(str.strip, line.split(";")))) == 2 for line in filled)
    return ";" if exported or paired else "\t"


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
