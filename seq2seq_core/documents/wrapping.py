"""A text of one line on as many lines as there were."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise


def wrapped(text: str, count: int) -> list[str]:
    """The text on ``count`` lines of like length, broken at spaces; on fewer where it has fewer words."""
    words = text.split()
    if count < 2 or len(words) < 2:
        return [text]
    lengths = list(map(len, words))
    low, high = max(lengths), len(text)
    while low < high:  # the narrowest width that does
        width = (low + high) // 2
        if len(_starts(lengths, width)) <= count:
            high = width
        else:
            low = width + 1
    return [" ".join(words[start:end]) for start, end in pairwise([*_starts(lengths, low), len(words)])]


def _starts(lengths: Sequence[int], width: int) -> list[int]:
    """The word that each line begins with, where every line takes as many as go on it."""
    starts, used = [0], -1
    for number, length in enumerate(lengths):
        if used + 1 + length > width and used >= 0:
            starts.append(number)
            used = -1
        used += 1 + length
    return starts
