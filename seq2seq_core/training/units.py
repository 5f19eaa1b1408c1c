"""What the pieces of each side should be, by its shape, and whether both sides share one vocabulary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import get_args

from seq2seq_core.data.store import TextPair
from seq2seq_core.data.tokenizer import Unit
from seq2seq_core.types import CoreError

UNITS: tuple[Unit, ...] = get_args(Unit)

SYMBOL_LENGTH = 4.0
"""Characters of a kind of symbol on average, at most: phonemes, tags and notes are short, words are longer but for the
most frequent ones. Those without small letters, as PROPN or I_TURN_LEFT, may have any length."""

KINDS, NEW_OF_FEW, NEW = 300, 0.025, 0.001
"""Symbols are a closed set where the next one is new with the last probability at most. A little table has not shown
its rare ones yet: where there are no more kinds than the first, as of phonemes and tags, the second is enough."""

LEAST_TEXTS = 20
"""Fewer say nothing of what comes new."""

ENDS = ".!?,;:。！？"
"""Signs within or at the end of a sentence."""

SENTENCE_ENDS = 0.05
"""The share of symbols that end in a sentence's sign, at most: then they are no words of sentences."""

PUNCTUATED = 0.2
"""The same share of what is short and yet no name or single word: "Go." and "Who knows?" are sentences."""

FEW_WORDS, SHORT, BESIDE = 3.0, 30.0, 80.0
"""Fewer words and characters than the first two a side, on average, are names and single words; beside such a side one
of fewer characters than the last is read letter by letter, too."""

LONG, TOLD_OFTEN = 60.0, 8.0
"""Little text can be cut into pieces of words all the same where its texts have so many characters on average, on one
side at least, and each of its words stands there so often, on both: queries and commands say the same things."""

LIMITED_OFTEN, LIMITED_NEW = 20.0, 0.015
"""Outputs are made of a limited set of words where each of these stands there so often, and the next one is new with
this probability at most: numbers in words, queries and commands, of which one that is not the reference is wrong."""

LITTLE_SHARED = 0.3
"""The share of one side's characters that the other side has, at most: then one vocabulary has nothing in common."""


@dataclass(frozen=True)
class Units:
    """source, target: what a piece is. two: each side has a vocabulary of its own. reason: why, in sentences.

    right_or_wrong: a target is no sentence that can be said otherwise, so exact matches say how good outputs are.
    """

    source: Unit
    target: Unit
    two: bool
    reason: str
    right_or_wrong: bool = False


@dataclass(frozen=True)
class SideShape:
    """Of one side. words, characters: of a text on average. often: how many times a word stands there, on average.
    kinds: of words, where they are a closed set. limited: they are words of a set that hardly grows.
    ends: the share of words that end in a sentence's sign.
    """

    words: float
    characters: float
    often: float
    kinds: int | None
    limited: bool
    ends: float

    @property
    def short(self) -> bool:
        """Names and single words."""
        return self.words < FEW_WORDS and self.characters <= SHORT and self.ends <= PUNCTUATED

    @property
    def right_or_wrong(self) -> bool:
        """Whether such an output is the reference or none."""
        return self.short or self.limited or self.kinds is not None


def parse_units(text: str) -> tuple[Unit, Unit]:
    """What a person asked for: one unit for both sides, or SOURCE:TARGET.

    Raises:
        CoreError: it is none.
    """
    parts = text.split(":")
    chosen = [unit for part in parts for unit in UNITS if unit == part]
    if len(chosen) != len(parts) or len(parts) > 2:
        raise CoreError(f"--unit wants one of {', '.join(UNITS)}, or one for each side, say char:word; not {text!r}")
    return chosen[0], chosen[-1]


def choose_units(sample: Sequence[TextPair], usual: Unit, asked: tuple[Unit, Unit] | None = None) -> Units:
    """The units of both sides.

    Args:
        sample: of the pairs.
        usual: for sentences, of so much data.
        asked: by a person, if one did.
    """
    sides = [[pair[side] for pair in sample] for side in (0, 1)]
    shapes = [shape_of(side) for side in sides]
    if asked:
        return _put_together(asked, sides, ("as asked for", "as asked for"), shapes[1])
    if max(shape.characters for shape in shapes) >= LONG and min(shape.often for shape in shapes) >= TOLD_OFTEN:
        usual = "bpe"
    found = [_by_itself(shape, usual) for shape in shapes]
    for own, other in ((0, 1), (1, 0)):
        if found[own][0] == "bpe" and found[other][0] == "char" and shapes[own].characters < BESIDE:
            found[own] = "char", "letters stand for letters of the other side"
    (source, why_source), (target, why_target) = found
    return _put_together((source, target), sides, (why_source, why_target), shapes[1])


def shape_of(side: Sequence[str]) -> SideShape:
    """What a side looks like."""
    counted = Counter(word for text in side for word in text.split())
    every = max(1, counted.total())
    often, new = every / max(1, len(counted)), _new(counted) if len(side) >= LEAST_TEXTS else 1.0
    several = every >= 2 * len(side)
    return SideShape(
        words=every / max(1, len(side)),
        characters=sum(map(len, side)) / max(1, len(side)),
        often=often,
        kinds=len(counted) if several and _are_symbols(counted) and _is_closed(counted, new) else None,
        ends=_share(counted, lambda word: word[-1] in ENDS),
        limited=often >= LIMITED_OFTEN and new <= LIMITED_NEW,
    )


def _share(counted: Counter[str], holds: Callable[[str], bool]) -> float:
    """The share of the words that it holds of, each as often as it stands there."""
    return sum(count for word, count in counted.items() if holds(word)) / max(1, counted.total())


def _new(counted: Counter[str]) -> float:
    """The probability that the next word is a new one, estimated by the share of those that stand there once.

    I. J. Good (1953), "The population frequencies of species and the estimation of population parameters".
    """
    return sum(count == 1 for count in counted.values()) / max(1, counted.total())


def _is_closed(counted: Counter[str], new: float) -> bool:
    return new <= (NEW_OF_FEW if len(counted) <= KINDS else NEW)


def _are_symbols(counted: Counter[str]) -> bool:
    """By how they are written: short, or without small letters; and no words with a sentence's sign at their end."""
    length = sum(map(len, counted)) / max(1, len(counted))
    if _share(counted, lambda word: len(word) > 1 and word[-1] in ENDS) > SENTENCE_ENDS:
        return False
    return length <= SYMBOL_LENGTH or not any(letter.islower() for word in counted for letter in word)


def _by_itself(shape: SideShape, usual: Unit) -> tuple[Unit, str]:
    if shape.kinds is not None:
        return "word", f"{shape.kinds} symbols with blanks between them, and hardly ever a new one"
    if shape.short:
        return "char", "names or single words, of which new ones come all the time"
    return usual, "sentences" if usual == "bpe" else "too little text to learn pieces of words from"


def _put_together(
    units: tuple[Unit, Unit], sides: Sequence[Sequence[str]], why: tuple[str, str], target: SideShape
) -> Units:
    names = {"bpe": "pieces of words", "char": "characters", "word": "words"}
    two = units[0] != units[1] or _shared(*sides) <= LITTLE_SHARED
    if units[0] == units[1] and why[0] == why[1]:
        reason = f"Both sides are cut into {names[units[0]]}: {why[0]}."
    else:
        reason = f"Sources are cut into {names[units[0]]}: {why[0]}. Targets into {names[units[1]]}: {why[1]}."
    if two:
        reason += " They share little, so each side has a vocabulary of its own."
    return Units(*units, two, f"{reason} --unit chooses otherwise.", target.right_or_wrong)


def _shared(source: Sequence[str], target: Sequence[str]) -> float:
    """The share of the characters, blanks aside, of the side that has more of them in common with the other."""
    counts = [Counter("".join(side).replace(" ", "")) for side in (source, target)]
    return max(
        sum(count for sign, count in own.items() if sign in other) / max(1, own.total())
        for own, other in (counts, reversed(counts))
    )
