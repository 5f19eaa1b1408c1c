"""Where two translations differ, word by word, and how that is marked."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from demo.common.markup import Html, join, tag, unseen

# A word with the space before it, or a punctuation mark, so that "Bank" and "Bank." differ by the full stop alone.
_WORD = re.compile(r"\s*(?:[^\s.,;:!?…\"'()«»„“”]+|[.,;:!?…\"'()«»„“”])")


@dataclass(frozen=True)
class Stretch:
    """A run of words of a text.

    text: as it stands there, with the space before it.
    same: the other text has it too, in this order.
    missing: what the other text has before it and this one has not; "" unless ``text`` is "".
    """

    text: str
    same: bool
    missing: str = ""


def stretches(other: str, text: str) -> Iterator[Stretch]:
    """``text`` from left to right, as far as it agrees with ``other`` and as far as not."""
    ours, theirs = _WORD.findall(other), _WORD.findall(text)
    matcher = difflib.SequenceMatcher(None, [w.strip() for w in ours], [w.strip() for w in theirs], autojunk=False)
    for what, first, last, start, end in matcher.get_opcodes():
        words, gone = "".join(theirs[start:end]), "".join(ours[first:last]).strip()
        yield Stretch(words, what == "equal", gone if what == "delete" else "")


def marked(other: str, text: str) -> Html:
    """``text`` with what ``other`` says differently marked, and a caret where it leaves something out."""
    parts: list[str] = []
    for stretch in stretches(other, text):
        words = stretch.text.lstrip()
        if stretch.missing:
            parts.append(
                tag(
                    "span",
                    "‸",
                    unseen(f"left out: {stretch.missing}"),
                    title=f"left out: {stretch.missing}",
                    class_="gap",
                )
            )
        elif stretch.same:
            parts.append(stretch.text)
        else:
            parts += [stretch.text[: len(stretch.text) - len(words)], tag("mark", words)]
    return join(parts)
