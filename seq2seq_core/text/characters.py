"""Characters as models know them: what differs only in how it was typed, pasted or saved is read alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

Knows = Callable[[str], bool]
"""Whether a vocabulary has a piece with this character."""

_VISIBLE = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u200c\u200d\U000110bd\U000110cd"
)
"""Format characters that one sees: number signs of Arabic and others, and the joiners of emoji, Persian and Hindi."""

_JOINED_LATIN = re.compile(r"(?<=[A-Za-z])[\u200c\u200d]+(?=[A-Za-z])")

_SPELT = {
    **dict.fromkeys("“”„‟«»″〝〞", '"'),
    **dict.fromkeys("‘’‚‛‹›′´`ʼ", "'"),
    **dict.fromkeys("—―–‒‐‑−⁃﹘", "-"),
    **dict.fromkeys("•·∙◦▪", "-"),
    "…": "...",
    "„": '"',
    "×": "x",
    "⁄": "/",
}
"""What stands in for a character that a vocabulary lacks."""


def normalise(text: str) -> str:
    """What any model reads: NFC, no invisible marks, single spaces, one line.

    Every run of white space and control characters (line breaks, no-break spaces and tabs included) becomes one space,
    with none at the ends. Byte-order marks, soft hyphens, zero-width spaces and direction marks go. Lone surrogates,
    which no file can hold, become the replacement character.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
        text = _JOINED_LATIN.sub("", text)
    if not text.isprintable():
        text = "".join(map(seen, text))
    return " ".join(text.split())


def seen(character: str) -> str:
    """The character, a space for what controls, nothing for what cannot be seen."""
    match unicodedata.category(character):
        case "Cc":
            return " "
        case "Cf" if character not in _VISIBLE and not "\U000e0020" <= character <= "\U000e007f":  # of flags
            return ""
        case _:
            return character


def fitted(text: str, knows: Knows) -> str:
    """With what a vocabulary lacks written in characters that it has, where one can: ligatures, full-width letters,
    curly quotes, dashes.

    Args:
        text: normalised.
    """
    if text.isascii():
        return text
    if "“" in text and "”" in text and not knows("”"):
        text = text.replace("“", '"')  # a German closing mark to this vocabulary, and an English opening one here
    return " ".join("".join(_fitted(character, knows) for character in text).split())


def _fitted(character: str, knows: Knows) -> str:
    if character.isascii() or knows(character):
        return character
    compatible = unicodedata.normalize("NFKC", character)
    # Signs are what they are: ™ is no "TM".
    others = (_SPELT.get(character, ""), "" if unicodedata.category(character) == "So" else compatible)
    return next((other for other in others if other and all(map(knows, other.replace(" ", "")))), character)


def printable(text: str) -> str:
    """Without what a terminal would obey instead of showing."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def capital(text: str) -> str:
    """The text with a capital in front; the rest stays as it is, for a task may be called SQL."""
    return f"{text[:1].upper()}{text[1:]}"
