"""SentencePiece pieces as people read them."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SPACE = "▁"
END = "</s>"
END_SIGN = "∎"
CONTINUED = "·"
NO_WORDS = "(empty: the model ended the sentence at once)"
"""In place of a translation that has no words."""

_BYTE = re.compile(r"<0x([0-9A-F]{2})>")


@dataclass(frozen=True)
class Unit:
    """What is tinted as one: a piece, or a run of byte pieces that only together spell characters.

    text: as it is read, without the space before it.
    first, last: positions of its pieces among the tokens.
    log_prob: sum of its tokens' log P.
    starts_word: a space stands before it.
    """

    text: str
    first: int
    last: int
    log_prob: float
    starts_word: bool

    @property
    def probability(self) -> float:
        """P of all its pieces."""
        return math.exp(self.log_prob)


@dataclass(frozen=True)
class Word:
    """A word, or the end of the sentence, as a run of tokens: those from ``first`` to ``last``."""

    text: str
    first: int
    last: int


def letters(tokens: Sequence[str]) -> bool:
    """Whether this is text of a model that reads and writes letter by letter."""
    return all(len(token) == 1 or token.startswith("<") for token in tokens)


def label(piece: str, *, longest: int = 14, letter: bool = False) -> str:
    """A piece for an axis: bare where it begins a word, "·" before letters that go on with one, "∎" for the end.

    Args:
        piece: as the tokenizer names it.
        longest: characters; what is longer is cut.
        letter: of a model that writes letter by letter, where nearly each goes on with a word, so that none is marked.
    """
    if piece == END:
        return END_SIGN
    if match := _BYTE.fullmatch(piece):
        character = chr(int(match[1], 16))
        return character if character.isascii() and character.isprintable() else f"0x{match[1]}"
    goes_on = not letter and not piece.startswith(SPACE) and any(character.isalnum() for character in piece)
    shown = CONTINUED + piece if goes_on else piece.removeprefix(SPACE)
    shown = (shown or "␣").replace(SPACE, "␣")
    return clip(shown, longest)


def clip(text: str, longest: int = 14) -> str:
    """``text``, or its beginning where it is longer than that."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def percent(probability: float) -> str:
    """A probability as people read it; a small one is not shown as none."""
    return f"{probability:.1%}" if probability >= 0.001 else "below 0.1%"


def units(tokens: Sequence[str], log_probs: Sequence[float]) -> Iterator[Unit]:
    """The tokens of a text from left to right, its end left out."""
    numbered = [(i, token) for i, token in enumerate(tokens) if token != END]
    for in_bytes, run in itertools.groupby(numbered, key=lambda item: bool(_BYTE.fullmatch(item[1]))):
        if in_bytes:
            places = [i for i, _ in run]
            spelled = bytes(int(match[1], 16) for i in places if (match := _BYTE.fullmatch(tokens[i])))
            log_prob = sum(log_probs[i] for i in places)
            yield Unit(spelled.decode("utf-8", "replace"), places[0], places[-1], log_prob, starts_word=False)
        else:
            for i, token in run:
                yield Unit(token.removeprefix(SPACE).replace(SPACE, " "), i, i, log_probs[i], token.startswith(SPACE))


def words(tokens: Sequence[str], log_probs: Sequence[float]) -> list[list[Unit]]:
    """The units of a text, grouped into words; a unit that is nothing but a space only parts two words."""
    grouped = [[unit for unit in word if unit.text] for word in _grouped(tokens, log_probs)]
    return [word for word in grouped if word]


def runs(tokens: Sequence[str]) -> list[Word]:
    """The words of a text with their places: every token is in exactly one, and the end stands alone."""
    found = [
        Word("".join(unit.text for unit in word) or "␣", word[0].first, word[-1].last)
        for word in _grouped(tokens, [0.0] * len(tokens))
    ]
    ends = [Word(END_SIGN, i, i) for i, token in enumerate(tokens) if token == END]
    return sorted([*found, *ends], key=lambda word: word.first)


def _grouped(tokens: Sequence[str], log_probs: Sequence[float]) -> list[list[Unit]]:
    grouped: list[list[Unit]] = []
    for unit in units(tokens, log_probs):
        if unit.starts_word or not grouped:
            grouped.append([])
        grouped[-1].append(unit)
    return grouped


def minus(text: str) -> str:
    """With a true minus sign before numbers."""
    return re.sub(r"(?<![\w])-(?=\d)", "−", text)
