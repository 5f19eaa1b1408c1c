"""JSON as a table: an object a line, or a list of objects; nested fields are named with dots (translation.en)."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from seq2seq_core.data.containers import Text, opened
from seq2seq_core.data.files import CHUNK, LONGEST_LINE, raw_lines
from seq2seq_core.data.rows import Row, Table, look_ahead

LIST = re.compile(r'\s*(?:\{\s*"[^"]*"\s*:\s*)?\[\s*(?=[\[{])')
"""How a list of objects or of lists begins, by itself or as a file's only field ({"data": [...)."""

BETWEEN = re.compile(r"[\s,]*")


def json_table(text: Text) -> Table:
    """A file with an object on each line (.jsonl, whatever its name), or with one list of them."""
    begin = list(islice((line.text for line in raw_lines(text) if line.text.strip()), 2))
    first = begin[0] if begin else ""
    is_list = LIST.match(first) is not None and (first.lstrip().startswith("[") or len(begin) == 1)
    by_line = _loaded(first) is not None and not is_list
    head, values = look_ahead(_lines(text) if by_line else _items(text))
    names = list(dict.fromkeys(name for _, value, _ in head for name in _leaves(value)))
    rows = (
        Row(number, [], "huge" if huge else "json")
        if value is None
        else Row(number, [leaves.get(name, "") for name in names])
        for number, value, huge in values
        if (leaves := _leaves(value)) or value is None or value == {}
    )
    return Table(text.place, rows, names, unit="line" if by_line else "item")


Value = tuple[int, Any, bool]
"""Its number, what it holds (None where it cannot be read), and whether it is too large to be."""


def _lines(text: Text) -> Iterator[Value]:
    for line in raw_lines(text):
        if line.text.strip() or line.fault:
            yield line.number, None if line.fault else _loaded(line.text), line.fault == "huge"


def _items(text: Text) -> Iterator[Value]:
    """The objects of a list, one at a time; after one that cannot be read, none is to be found."""
    with opened(text) as stream:
        source = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace")
        buffer, number, decoder = source.read(CHUNK), 0, json.JSONDecoder()
        begin = LIST.match(buffer)
        at = begin.end() if begin else 0
        while True:
            at = _end_of_gap(buffer, at)
            if at == len(buffer):
                buffer, at = source.read(CHUNK), 0
                if not buffer:
                    return
                continue
            if buffer[at] in "]}":
                return
            number += 1
            while (found := _decoded(decoder, buffer, at)) is None:
                more = source.read(CHUNK) if len(buffer) - at < LONGEST_LINE else ""
                if not more:
                    yield number, None, len(buffer) - at >= LONGEST_LINE
                    return
                buffer, at = buffer[at:] + more, 0
            value, at = found
            yield number, value, False


def _decoded(decoder: json.JSONDecoder, buffer: str, at: int) -> tuple[Any, int] | None:
    try:
        return decoder.raw_decode(buffer, at)
    except (ValueError, RecursionError):
        return None


def _end_of_gap(text: str, at: int) -> int:
    gap = BETWEEN.match(text, at)
    return gap.end() if gap else at


def _loaded(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _leaves(value: Any, name: str = "") -> dict[str, str]:
    """Texts and numbers by name; of a list by their place, counted from 1. What else there is holds no text."""
    if isinstance(value, str):
        return {name or "1": value}
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {name or "1": str(value)}
    inner: Iterable[tuple[str, Any]] = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list) and len(value) <= 20:
        inner = ((str(place), part) for place, part in enumerate(value, start=1))
    return {key: text for part, below in inner for key, text in _leaves(below, f"{name}.{part}".lstrip(".")).items()}
