"""What can be measured of a translation without knowing a better one; of a result's first hypothesis each.

Letters for shapes: see ``seq2seq_core.types``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from rapidfuzz import fuzz

from seq2seq_core.data.tokenizer import SPACE
from seq2seq_core.decoding import DecodeResult, Hypothesis

FEWEST_LETTERS = 12
"""Of a source: with fewer, its length says nothing of its translation's."""

FEWEST_WORDS = 3
"""Of a source: with fewer, it may well be a name, which is the same in both languages."""


@dataclass(frozen=True)
class Touched:
    """A source word, and the attention that its pieces got from all steps together."""

    word: str
    attention: float


def best(result: DecodeResult) -> Hypothesis:
    """The hypothesis that is measured."""
    return result.hypotheses[0]


def repetition(result: DecodeResult) -> float:
    """Share of the pairs of words in a row that stood in the translation before, less that share of the source."""
    return _repeated(best(result).text) - _repeated(result.source)


def likeness(result: DecodeResult) -> float | None:
    """Likeness of source and translation, from 0 to 1: 1 less the edits for a letter (Indel)."""
    if sum(any(map(str.isalpha, word)) for word in result.source.split()) < FEWEST_WORDS:
        return None
    return fuzz.ratio(result.source, best(result).text) / 100


def length_ratio(result: DecodeResult) -> float | None:
    """Letters of the translation for each of the source, white space not counted; 0 of an empty one at any length."""
    source, said = ("".join(text.split()) for text in (result.source, best(result).text))
    if not said:
        return 0.0
    return len(said) / len(source) if len(source) >= FEWEST_LETTERS else None


def mean_log_prob(result: DecodeResult) -> float | None:
    """log P of a piece, on average; None where there is none."""
    log_probs = best(result).token_log_probs
    return sum(log_probs) / len(log_probs) if log_probs else None


def touched(result: DecodeResult) -> tuple[Touched, ...]:
    """The words of the source, signs left out, each with its attention; none where the model has no attention."""
    attention, pieces = best(result).attention, result.source_tokens[:-1]
    if attention is None or not pieces:
        return ()
    firsts = [place for place, piece in enumerate(pieces) if place == 0 or piece.startswith(SPACE)]
    words = [
        "".join(pieces[first:last]).replace(SPACE, "") for first, last in pairwise([*firsts, len(pieces)])
    ]  # fmt: skip
    had = np.add.reduceat(attention[:, : len(pieces)].sum(0, dtype=float), firsts)
    told = (Touched(word, float(value)) for word, value in zip(words, had, strict=True))
    return tuple(one for one in told if any(map(str.isalnum, one.word)))


def least_touched(result: DecodeResult) -> float | None:
    """The attention of the word that got least."""
    return min((one.attention for one in touched(result)), default=None)


def on_one_piece(result: DecodeResult) -> float | None:
    """The greatest share of all attention that one source piece got, the end left out, times the number of pieces.

    1 = as much as each would get if all were alike.
    """
    attention = best(result).attention
    if attention is None or attention.shape[1] < 2 or not len(attention):
        return None
    return float(attention[:, :-1].mean(0, dtype=float).max() * (attention.shape[1] - 1))


def on_the_end(result: DecodeResult) -> float | None:
    """Share of the attention that went to the source's end while words were written."""
    attention = best(result).attention
    if attention is None or len(attention) < 2:
        return None
    return float(attention[:-1, -1].mean(dtype=float))


def _repeated(text: str) -> float:
    pairs = list(pairwise(text.casefold().split()))
    return 1 - len(set(pairs)) / len(pairs) if pairs else 0.0
