"""Texts written with choices: ``[a|b] c`` stands for "a c" and "b c"."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from seq2seq_core.types import CoreError


def expanded(pattern: str) -> list[str]:
    """Every text that a pattern stands for; groups may lie in one another.

    Raises:
        CoreError: a bracket is missing.
    """
    parts = [[""]]
    for part in _split(pattern):
        if part.startswith("["):
            parts.append([text for choice in _split(part[1:-1], at="|") for text in expanded(choice)])
        else:
            parts.append([part])
    return ["".join(choice) for choice in product(*parts)]


def _split(pattern: str, at: str | None = None) -> Iterator[str]:
    """The parts of a pattern: at its outermost groups, or at a sign outside of all groups."""
    depth, begin = 0, 0
    for place, sign in enumerate(pattern):
        opens, closes = sign == "[", sign == "]"
        if (at is None and depth == 0 and opens) or (at is not None and depth == 0 and sign == at):
            yield pattern[begin:place]
            begin = place if at is None else place + 1
        depth += opens - closes
        if depth < 0:
            break
        if at is None and depth == 0 and closes:
            yield pattern[begin : place + 1]
            begin = place + 1
    if depth:
        raise CoreError(f"the brackets of {pattern!r} do not match")
    yield pattern[begin:]
