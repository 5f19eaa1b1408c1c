"""Which columns of a table hold the two sides, and whether its first row names them."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from seq2seq_core.types import CoreError

ANY_SIDE = {
    "source", "target", "src", "tgt", "trg", "input", "output", "inputs", "outputs", "translation", "translations",
    "reference", "references", "ref", "column", "col", "field", "side",
}  # fmt: skip
"""What says which side a column is and nothing of what it holds."""

HEADER_WORDS = ANY_SIDE - {"references", "ref", "column", "col", "field", "side"} | {
    "text", "sentence", "sentences", "word", "words", "phrase", "phrases", "texts", "original",
    "en", "de", "fr", "es", "it", "nl", "pt", "pl", "cs", "ru", "uk", "tr", "ar", "zh", "ja",
    "english", "german", "french", "spanish", "italian", "dutch", "portuguese", "polish", "czech", "russian",
    "ukrainian", "turkish", "arabic", "chinese", "japanese",
}  # fmt: skip
"""What the first line of a table holds where it names its columns. Two such names alone are no pair of sentences."""

FEWEST_ROWS = 10
"""With fewer, nothing is concluded from comparing them."""

RARE = 0.02
"""A first row is a heading where so few of the others look like it, on both sides."""

LONGEST_NAME = 40

NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*")

ID_NAMES = {"id", "ids", "index", "idx", "no", "nr", "key", "row", "#"}

Pair = tuple[str, str]
Cells = Sequence[str]


class Columns(NamedTuple):
    """The columns whose cells, joined by a space, are a side; whether the first row names them; what to say of it.

    names: what the file calls the two sides, "" where it does not say.
    """

    source: tuple[int, ...]
    target: tuple[int, ...]
    heading: bool
    notes: tuple[str, ...] = ()
    names: Pair = ("", "")

    def sides(self, cells: Cells) -> Pair | None:
        """Both sides of a row; None where it lacks a column."""
        if max(*self.source, *self.target) >= len(cells):
            return None
        source, target = (" ".join(cells[i] for i in side if cells[i].strip()) for side in (self.source, self.target))
        return source, target


def find_columns(
    rows: Sequence[Cells], wanted: tuple[str | None, str | None], place: Path, names: list[str] | None
) -> Columns:
    """The columns asked for, or else the first two that hold text.

    Args:
        rows: the first ones, without those that are blank.
        wanted: of source and target, by name or by number from "1", several joined by +; None where not said.
        place: for messages.
        names: of the columns, where the form of the file says them.

    Raises:
        CoreError: there is none of that name.
    """
    first = names if names is not None else list(rows[0]) if rows else []
    kinds = _kinds(rows if names is not None else rows[1:], first)
    texts = [index for index, kind in enumerate(kinds) if kind == "text"]
    automatic = _best_two(kinds)
    chosen = [
        ((automatic[side],), False) if name is None else _wanted(name, first, place, names is not None)
        for side, name in enumerate(wanted)
    ]
    (source, named), (target, named_too) = chosen
    heading = names is None and (named or named_too or _names_columns(rows, source, target, kinds))
    notes = []
    for side in (source, target):
        odd = [i for i in side if i < len(kinds) and kinds[i] in ("number", "id")]
        others = [i for i in texts if i not in (*source, *target)]
        if odd and others:
            notes.append(f"numbers only in {_listed(odd)}, and what looks like text in {_listed(others)}")
    if None in wanted and names is None and automatic != (0, 1):
        passed = [i for i in range(max(automatic)) if i not in automatic]
        notes.append(f"{_listed(automatic)} are read; numbers, or the same again and again, in {_listed(passed)}")
    if None in wanted and names is not None and len(names) > 2:
        notes.append(f"{names[automatic[0]]} and {names[automatic[1]]} are read, of {', '.join(names)}")
    if heading and not (named or named_too):
        notes.append(f"its first line names the columns ({' | '.join(first)[:100]}) and is no pair")
    called = first if heading or names is not None else []
    return Columns(source, target, heading, tuple(notes), (_called(source, called), _called(target, called)))


def is_any_side(name: str) -> bool:
    """Whether a name says nothing of what its side holds; the name of a file with its ending does not."""
    words = set(re.findall(r"[^\W\d_]+", name.casefold()))
    return words <= ANY_SIDE or not 1 < len(name) <= LONGEST_NAME or "." in name


def first_text_column(rows: Sequence[Cells]) -> int:
    """The index of the first column that holds text, or of the one that is most like it; the first row may be names."""
    return _by_likelihood(_kinds(rows[1:], rows[0]))[0] if len(rows) > 1 else 0


def _listed(columns: Sequence[int]) -> str:
    numbers = [str(i + 1) for i in columns]
    return f"column {numbers[0]}" if len(numbers) == 1 else f"columns {', '.join(numbers[:-1])} and {numbers[-1]}"


def _called(side: tuple[int, ...], names: Sequence[str]) -> str:
    """What these columns are called, together; nested fields by the last part of their names (translation.en)."""
    return " + ".join(names[i].strip().rpartition(".")[2] for i in side if i < len(names))


def _wanted(wanted: str, first: list[str], place: Path, sure: bool) -> tuple[tuple[int, ...], bool]:
    """The indices of the columns meant, and whether any was meant by name."""
    found = [_column(wanted, first)]
    if found == [None] and "+" in wanted:
        found = [_column(part, first) for part in wanted.split("+")]
    if None in found:
        says = "its columns are" if sure else "its first line says"
        raise CoreError(f"{place} has no column {wanted!r}; {says}: {' | '.join(first)[:200]}")
    return tuple(index for index, _ in filter(None, found)), any(named for _, named in filter(None, found))


def _column(wanted: str, first: list[str]) -> tuple[int, bool] | None:
    wanted = wanted.strip().casefold()
    names = [name.strip().casefold() for name in first]
    if wanted.isdecimal() and int(wanted) > 0 and wanted not in names:
        return int(wanted) - 1, False
    last_parts = [name.rpartition(".")[2] for name in names]
    if wanted in names:
        return names.index(wanted), True
    return (last_parts.index(wanted), True) if last_parts.count(wanted) == 1 else None


def _kinds(rows: Sequence[Cells], first: Cells) -> list[str]:
    """Of each column: text, label (a few short values again and again), number, id or empty."""
    width = max(map(len, rows), default=len(first))
    columns = [[row[i].strip() for row in rows if i < len(row)] for i in range(width)]
    return [_kind(cells, first[i] if i < len(first) else "") for i, cells in enumerate(columns)]


def _kind(column: list[str], name: str) -> str:
    cells = [cell for cell in column if cell]
    if len(column) < FEWEST_ROWS:
        return "number" if column and all(map(NUMBER.fullmatch, column)) else "text"
    if len(cells) < 0.1 * len(column):
        return "empty"
    if sum(NUMBER.fullmatch(cell) is not None for cell in cells) > 0.95 * len(cells):
        whole = [int(cell) for cell in cells if cell.isascii() and cell.isdecimal()]
        rising = sum(a < b for a, b in pairwise(whole))
        is_id = name.strip().casefold() in ID_NAMES or rising > 0.95 * (len(cells) - 1)
        return "id" if is_id else "number"
    if sum(cell.startswith(("http://", "https://")) for cell in cells) > 0.95 * len(cells):
        return "id"
    values = set(cells)
    if len(values) == 1 or (len(values) <= max(2, len(cells) // 50) and max(map(len, values)) <= 12):
        return "label"
    return "text"


def _best_two(kinds: list[str]) -> tuple[int, int]:
    """The first two that hold text; where there are not so many, labels and numbers may be what is to be said."""
    best = _by_likelihood(kinds)[:2]
    return (min(best), max(best)) if len(best) == 2 else (0, 1)


def _by_likelihood(kinds: list[str]) -> list[int]:
    """The columns, those that rather hold text first."""
    order = ("text", "label", "number", "id", "empty")
    return sorted(range(len(kinds)), key=lambda i: (order.index(kinds[i]), i))


def _names_columns(rows: Sequence[Cells], source: tuple[int, ...], target: tuple[int, ...], kinds: list[str]) -> bool:
    """Whether the first row is no pair but says what the columns hold."""
    pairs = [pair for row in rows if (pair := Columns(source, target, False).sides(row))]
    if not pairs or len(rows[0]) <= max(*source, *target):
        return False
    ours, theirs = (side.strip() for side in pairs[0])
    words = [set(re.findall(r"[^\W\d_]+", side.casefold())) for side in (ours, theirs)]
    if ours.casefold() != theirs.casefold() and all(side and side <= HEADER_WORDS for side in words):
        return True
    if len(pairs) <= FEWEST_ROWS or not (_is_name(ours) and _is_name(theirs) and ours.casefold() != theirs.casefold()):
        return False
    numbers = [i for i, kind in enumerate(kinds) if kind in ("number", "id") and i < len(rows[0])]
    if any(_is_name(rows[0][i]) and not NUMBER.fullmatch(rows[0][i].strip()) for i in numbers):
        return True
    return _looks_like_no_other(pairs[0], pairs[1:])


def _is_name(cell: str) -> bool:
    return (
        0 < len(cell) <= LONGEST_NAME
        and len(cell.split()) <= 4
        and any(sign.isalpha() for sign in cell)
        and unicodedata.category(cell[-1]) != "Po"
    )


def _looks_like_no_other(first: Pair, rest: list[Pair]) -> bool:
    """Whether both its sides are written as hardly any other, or one is in Latin letters above a column without any
    (Arabic, Latin), or they have, unlike all others, nothing in common.
    """
    scripts = [{_shape(pair[side])[0] for pair in rest} for side in (0, 1)]
    if any(_shape(first[side])[0] == "LATIN" and "LATIN" not in scripts[side] for side in (0, 1)):
        return True
    alike = [sum(_shape(pair[side]) == _shape(first[side]) for pair in rest) for side in (0, 1)]
    if max(alike) < RARE * len(rest):
        return True
    some = rest[:: 1 + len(rest) // 200]
    as_unlike = sum(_likeness(pair) <= _likeness(first) for pair in some)
    return len(some) > 1 / RARE and _likeness(first) < 0.5 and as_unlike < RARE * len(some)


def _shape(text: str) -> tuple[object, ...]:
    """Script, capitals, punctuation at the end, and whether it is several words."""
    letters = [sign for sign in text if sign.isalpha()]
    script = unicodedata.name(letters[0], "").split(" ")[0] if letters else ""
    capitals = "all" if text.isupper() else "first" if letters and letters[0].isupper() else "none"
    ended = bool(text) and unicodedata.category(text[-1]).startswith("P")
    return script, capitals, ended, len(text.split()) > 1


def _likeness(pair: Pair) -> float:
    return difflib.SequenceMatcher(None, *pair, autojunk=False).ratio()
