"""What a person typed, made fit for a model, or one sentence on why it cannot be."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

MAX_CHARACTERS = 1000
MISSING = "Type an English sentence to translate."


class InputError(Exception):
    """Something about the input that its author can put right; the message is one sentence that says how."""


@dataclass(frozen=True)
class Cleaned:
    """A line to translate, and what to tell its author about it ("" = nothing)."""

    text: str
    note: str = ""


def clean(text: object, missing: str = MISSING) -> Cleaned:
    """One line of printable text of at most ``MAX_CHARACTERS``.

    Line breaks and control characters become spaces, invisible format marks go, and what is no character at all (a lone
    surrogate) becomes "�".

    Args:
        text: what came in, of whatever type.
        missing: what to say where there is no text in it.

    Raises:
        InputError: there is no text in it; ``missing``.
    """
    if not isinstance(text, str):
        raise InputError(missing)
    # A browser's request body may be megabytes; four times the limit leaves room for white space to collapse.
    clipped = text[: 4 * MAX_CHARACTERS]
    line = " ".join("".join(map(_visible, clipped)).split())
    if not line:
        raise InputError(missing)
    if len(line) <= MAX_CHARACTERS and len(clipped) == len(text):
        return Cleaned(line)
    head = line[:MAX_CHARACTERS]
    if len(line) > MAX_CHARACTERS and " " in head:
        head = head.rsplit(" ", 1)[0]
    return Cleaned(head, f"Only the first {len(head):,} characters were translated; the limit is {MAX_CHARACTERS:,}.")


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    if category == "Cs":
        return "\ufffd"
    # Zero-width (non-)joiners hold emoji families and Persian words together.
    return "" if category == "Cf" and character not in "\u200c\u200d" else character
