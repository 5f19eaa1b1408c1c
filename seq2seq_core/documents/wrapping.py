"""A text of one line on as many lines as there were."""

from __future__ import annotations

import textwrap


def wrapped(text: str, count: int) -> list[str]:
    """The text on ``count`` lines of like length, broken at spaces; on fewer where it has fewer words."""
    words = text.split(" ")
    if count < 2 or len(words) < 2:
        return [text]
    low, high = max(map(len, words)), len(text)
    while low < high:  # the narrowest width that does
        width = (low + high) // 2
        if len(_lines(text, width)) <= count:
            high = width
        else:
            low = width + 1
    return _lines(text, low)


def _lines(text: str, width: int) -> list[str]:
    return textwrap.wrap(
        text, width, break_long_words=False, break_on_hyphens=False, expand_tabs=False, replace_whitespace=False
    )
