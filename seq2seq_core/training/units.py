"""What the pieces of each side should be, by its shape, and whether both sides share one vocabulary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from seq2seq_core.data.store import TextPair
from seq2seq_core.data.tokenizer import Unit
from seq2seq_core.types import CoreError

UNITS: tuple[Unit, ...] = get_args(Unit)

SYMBOL_LENGTH = 4.0
"""Characters of a symbol on average, at most: phonemes, tags and notes are short, words are longer."""

UNSEEN = 0.001
"""The share of symbols that one half of the texts has and the other has not, at most: theirs is a closed set."""

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

LIMITED_OFTEN, LIMITED_UNSEEN = 20.0, 0.03
"""Outputs are made of a limited set of words where each of these stands there so often and so few come new, at most in
this share: numbers in words, queries and commands, of which one that is not the reference is wrong."""

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
    words = [text.split() for text in side]
    counted = Counter(word for text in words for word in text)
    every = max(1, counted.total())
    length = sum(len(word) * count for word, count in counted.items()) / every
    ends = sum(count for word, count in counted.items() if word[-1] in ".!?,;:。！？") / every
    often, unseen = every / max(1, len(counted)), _unseen(words)
    closed = length <= SYMBOL_LENGTH and ends <= SENTENCE_ENDS and every >= 2 * len(side) and unseen <= UNSEEN
    return SideShape(
        words=every / max(1, len(side)),
        characters=sum(map(len, side)) / max(1, len(side)),
        often=often,
        kinds=len(counted) if closed else None,
        ends=ends,
        limited=often >= LIMITED_OFTEN and unseen <= LIMITED_UNSEEN,
    )


def _unseen(words: Sequence[Sequence[str]]) -> float:
    """The share of what the second half of the texts says in words that the first half has not; 1 of hardly any."""
    if len(words) < 20:
        return 1.0
    known = {word for text in words[::2] for word in text}
    others = [word for text in words[1::2] for word in text]
    return sum(word not in known for word in others) / max(1, len(others))


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
