"""Text in capitals and in Title Case, read as ordinary writing.

Which casing of a word is ordinary, the vocabulary knows: pieces were learnt from ordinary writing, so what is
frequent there has fewer of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

Cost = Callable[[str], tuple[int, int]]
"""Pieces that a vocabulary spells a word with, and of a single piece its id: byte-pair encoding numbers frequent ones
first."""

Casing = Literal["capitals", "title", "ordinary"]

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE = re.compile(r"(?:^|[.!?]\s+)[\"'“„(]*([^\W\d_])")
_LONG = 4
"""Letters from which on no style of headlines leaves a word small."""
_SHORTEST = 3
"""Letters of a single word in capitals that is not taken for an abbreviation."""


def casing(text: str, cost: Cost) -> Casing:
    """How a text is written; "ordinary" wherever it may be meant as it is."""
    words = _WORD.findall(text)
    if words and all(word.isupper() for word in words) and sum(map(len, words)) >= _SHORTEST:
        return "capitals" if any(_meant_small(word, cost) for word in words) else "ordinary"
    later = words[1:]
    raised = [word for word in later if word[0].isupper() and word[1:].islower() and _meant_small(word, cost)]
    small = [word for word in later if word.islower() and len(word) >= _LONG]
    return "title" if len(raised) >= 2 and not small else "ordinary"


def ordinary(text: str, style: Casing, cost: Cost) -> str:
    """A text of this style in ordinary writing: names that the vocabulary has as one piece keep their capitals.

    So do beginnings of sentences in Title Case; capitals are read as if they were typed in small letters.
    """
    if style == "ordinary":
        return text
    text = _WORD.sub(lambda found: _within(found[0], cost), text)
    return text if style == "capitals" else _SENTENCE.sub(lambda found: found[0][:-1] + found[1].upper(), text)


def _meant_small(word: str, cost: Cost) -> bool:
    head = word.split("'")[0].split("’")[0]
    return len(head) > 1 and cost(head.lower()) < cost(head)


def _within(word: str, cost: Cost) -> str:
    """A word in capitals or capitalised as it stands within a sentence."""
    small, title = word.lower(), word[0] + word[1:].lower()
    if word[0] == "I" and (len(word) == 1 or word[1] in "'’"):
        return title
    if not (word.isupper() or word == title):  # McDonald
        return word
    return title if cost(title)[0] == 1 < cost(small)[0] else small
