"""Tables of any kind as rows of cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar

Fault = Literal["encoding", "columns", "cells", "quotes", "json", "huge"]

SAMPLE_ROWS = 1_000
"""Lines or rows that are looked at to find out how a table is written and what its columns hold."""

SAMPLE_CHARACTERS = 4_000_000
"""Or fewer, where they are long."""

T = TypeVar("T")


class Row(NamedTuple):
    """The line it begins on (or its number), its cells, and what is wrong with it."""

    number: int
    cells: list[str]
    fault: Fault | None = None


@dataclass(frozen=True)
class Table:
    """Rows of cells from a file.

    place: the file. rows: in order, read as they are asked for. names: of the columns, where the form of the file says
    them; None where the first row may. unit: what a row's number counts. notes: how it was read, where one may wonder.
    """

    place: Path
    rows: Iterator[Row]
    names: list[str] | None = None
    unit: str = "line"
    notes: list[str] = field(default_factory=list)


def look_ahead(items: Iterable[T]) -> tuple[list[T], Iterator[T]]:
    """The first items, as many as a sample is, and all of them from the first on."""
    items, head, size = iter(items), [], 0
    for item in items:
        head.append(item)
        size += len(str(item))
        if len(head) >= SAMPLE_ROWS or size > SAMPLE_CHARACTERS:
            break
    return head, chain(head, items)
