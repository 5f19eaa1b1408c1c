"""What a text is written in, by the names that Unicode gives its characters."""

from __future__ import annotations

import unicodedata
from collections import Counter

_NAMES = {
    "CJK": "Chinese",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "HANGUL": "Korean",
    "LATIN": "A Latin alphabet with other letters",
}


def script(text: str) -> str | None:
    """What most letters of a text are: "Arabic", "Chinese", "Cyrillic"; None where it has no letter."""
    names = Counter(
        _NAMES.get(name, name.capitalize())
        for name in (unicodedata.name(character, "").split(" ")[0] for character in text if character.isalpha())
        if name
    )
    return names.most_common(1)[0][0] if names else None
