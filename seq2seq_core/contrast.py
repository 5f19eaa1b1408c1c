"""What tells translations of the same sentences apart: sentence by sentence, by groups of sentences, and in what words.

The questions are those of compare-mt (Neubig et al. 2019, arXiv 1903.07926) and MT-Telescope (Rei et al. 2021).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sacrebleu

from seq2seq_core.evaluation import word_cutter

LONGEST = 4
"""Words of an n-gram."""

LENGTHS = (5, 10, 15, 20, 30)
"""The last lengths, in words, of groups by length; one more holds what is longer."""

WHOLE = 2
"""Words that are cut into pieces; from here on sentences are of one group."""


@dataclass(frozen=True)
class NgramUse:
    """Words in a row, and how often they stand in our translations, in theirs, and in the references, if there are any.

    words: parted by blanks, punctuation marks as words of their own.
    """

    words: str
    ours: int
    theirs: int
    wanted: int | None


@dataclass(frozen=True)
class SentenceGroup:
    """Sentences that are alike in something. name: in what. places: which they are, from 0."""

    name: str
    places: tuple[int, ...]


def sentence_chrf(hypotheses: Sequence[str], references: Sequence[str]) -> tuple[float, ...]:
    """chrF of each text against its own reference, 0 to 100."""
    metric = sacrebleu.CHRF()
    return tuple(
        metric.sentence_score(text, [wanted]).score for text, wanted in zip(hypotheses, references, strict=True)
    )


def ngrams_apart(
    ours: Sequence[str], theirs: Sequence[str], references: Sequence[str] | None, most: int
) -> tuple[NgramUse, ...]:
    """What ours say more often than theirs, at most so many: the greatest difference first, of equal ones the longest.

    Of n-grams that stand in one another and are counted alike, only the longest is given.

    Args:
        ours, theirs: one text for each sentence.
        references: a good one for each; None where there are none.
        most: n-grams.
    """
    cut = word_cutter([references or ours])
    mine, others = _counts(map(cut, ours)), _counts(map(cut, theirs))
    wanted = None if references is None else _counts(map(cut, references))
    found = {gram: (count, others[gram]) for gram, count in mine.items() if count > others[gram]}
    ranked = sorted(found, key=lambda gram: (found[gram][1] - found[gram][0], -len(gram), gram))
    kept: list[tuple[str, ...]] = []
    for gram in ranked:
        if len(kept) == most:
            break
        if not any(found[gram] == found[longer] and _within(gram, longer) for longer in kept):
            kept.append(gram)
    return tuple(NgramUse(" ".join(gram), *found[gram], None if wanted is None else wanted[gram]) for gram in kept)


def by_length(texts: Sequence[str]) -> tuple[SentenceGroup, ...]:
    """Groups of sentences by their words, as blanks part them; the shortest first, none that is empty."""
    groups: dict[str, list[int]] = {}
    starts = (1, *(last + 1 for last in LENGTHS))
    for start, last in zip(starts, (*LENGTHS, None), strict=True):
        name = f"{start} words or more" if last is None else f"{start} to {last} words"
        groups[name] = [
            place for place, text in enumerate(texts)
            if start <= max(1, len(text.split())) and (last is None or len(text.split()) <= last)
        ]  # fmt: skip
    return _filled(groups)


def by_cut_words(pieces: Sequence[Sequence[str]], space: str) -> tuple[SentenceGroup, ...]:
    """Groups of sentences by how many of their words are no pieces of their own.

    Pieces are learnt from training texts, the most frequent first, so a word that is cut was seen too rarely to become
    one (Sennrich et al. 2016, arXiv 1508.07909).

    Args:
        pieces: of each sentence.
        space: the mark where a word begins.
    """
    groups: dict[str, list[int]] = {"no word cut": [], "1 word cut": [], f"{WHOLE} words cut or more": []}
    names = tuple(groups)
    for place, sentence in enumerate(pieces):
        groups[names[min(WHOLE, _cut_words(sentence, space))]].append(place)
    return _filled(groups)


def _cut_words(pieces: Sequence[str], space: str) -> int:
    """Words whose letters stand in two pieces or more."""
    words: list[int] = []
    for piece in pieces:
        if piece.startswith(space) or not words:
            words.append(0)
        words[-1] += any(sign.isalnum() for sign in piece) and not piece.startswith("</")
    return sum(count > 1 for count in words)


def _filled(groups: dict[str, list[int]]) -> tuple[SentenceGroup, ...]:
    return tuple(SentenceGroup(name, tuple(places)) for name, places in groups.items() if places)


def _counts(texts: Iterable[Sequence[str]]) -> Counter[tuple[str, ...]]:
    return Counter(
        tuple(words[start : start + length])
        for words in texts
        for length in range(1, LONGEST + 1)
        for start in range(len(words) - length + 1)
    )


def _within(gram: tuple[str, ...], longer: tuple[str, ...]) -> bool:
    return any(longer[start : start + len(gram)] == gram for start in range(len(longer) - len(gram) + 1))
