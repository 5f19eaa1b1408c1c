"""A vocabulary small enough to read: what a tokenizer tells the reader of texts."""

from __future__ import annotations

import re

TEXT = "where is the train station i know that dog runs on beach what weather like today a big in café press or and"
ENGLISH = TEXT.split()
NAMES = ["I", "Berlin", "Germany", "Monday"]


class SmallVocabulary:
    """Knows the letters of English, German and French, a few words whole, and all others letter by letter."""

    def __init__(self, symbols: int = 6) -> None:
        self.symbols = tuple(f"⟨{number}⟩" for number in range(1, symbols + 1))
        self._characters = frozenset(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789äöüßÄÖÜéèàçêâ .,;:!?\"'()-„“–"
        )
        self._words = {word: number for number, word in enumerate([*ENGLISH, *NAMES, "The", "What", "Is"])}

    def knows(self, character: str) -> bool:
        return character in self._characters

    def encode(self, text: str) -> list[int]:
        """A number for a known word, one for each letter of any other."""
        ids: list[int] = []
        for word in text.split():
            ids += [self._words[word]] if word in self._words else [1000 + ord(letter) for letter in word]
        return ids


def pieces(text: str) -> list[str]:
    """Words as pieces, symbols apart, and the end."""
    found = []
    for word in text.split():
        first, *rest = re.split(r"(⟨\d+⟩)", word)
        found += [piece for piece in ("▁" + first, *rest) if piece]
    return [*found, "</s>"]
