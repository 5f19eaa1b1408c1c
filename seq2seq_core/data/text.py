"""Text as the models see it: NFC, single spaces, one line."""

from __future__ import annotations

import unicodedata


def normalise(text: str) -> str:
    """NFC, every run of white space (line breaks and no-break spaces included) one space, none at the ends.

    Lone surrogates, which no file can hold, become the replacement character.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
    return " ".join(text.split())


def printable(text: str) -> str:
    """Without what a terminal would obey instead of showing."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)
