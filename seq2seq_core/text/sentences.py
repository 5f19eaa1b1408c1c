"""A text into its sentences, and what stands between them.

The boundaries are those of the library sentencex, corrected where docs/decisions/0007-sentences.md says why. Each
rule of ours is one function or one pattern here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

WINDOW = 5000
"""Characters that the library sees at once: it takes time squared where many quotations are open."""

ABBREVIATIONS = {
    "en": {
        "approx", "attn", "ca", "ed", "eds", "est", "excl", "fig", "figs", "fri", "hrs", "incl", "lbs", "max",
        "min", "misc", "mon", "pop", "resp", "tbsp", "tel", "temp", "thur", "thurs", "tsp", "tue", "tues",
        "vol", "vols", "wed", "weds", "yrs",
    },
}  # fmt: skip
"""Of a language, what the library does not know: a small letter or a digit after one goes on with its sentence."""

_QUOTES = "\"'“”„‟«»‹›‘’‚‛"
# Quotation marks, but no apostrophe within a word, and :( which opens nothing.
_QUOTATION_MARK = re.compile(rf"(?!(?<=\w)['’](?=\w))[{_QUOTES}]|(?<=[:;=])-?[()]")
_WHOLE_ASIDE = re.compile(r"(?<=[.!?]\s)\(([^\W\d_][^()]{0,1000}[.!?])\)(?=\s|$)")  # He left. (She did not.)
_CLOSING = re.compile(rf"[{_QUOTES})]*(?:\s+[{_QUOTES}]+(?=\s|$))?")  # also « as in French »
_SURROGATE = re.compile("[\ud800-\udfff]")  # no library in Rust takes one
_NEXT = re.compile(r"\s*(\S?)")
_SEVERAL_MARKS = re.compile(r"[?!.…]{2,}(?=\s|$)")
_DOTS = re.compile(r"(?<=\w)…(?=\s+(\w))")
_NO_ABBREVIATION = re.compile(r"\b(?:etc\.(?=\s+[A-Z])|[Nn]o\.(?=\s+I\b))")  # but "no. 7", "etc. for"
_WORD = re.compile(r"([^\W\d_]+)\.$")
_WORD_LENGTH = 16  # longest that is looked at

# What begins the item of a list: a bullet, a number or letter with a parenthesis, a small letter with a full stop;
_ITEM = re.compile(r"(?:[-*•·▪◦‣–—>]+|#{1,6}|\(?(?:\d{1,3}|[A-Za-z]|[ivx]+|[IVX]+)\)|[a-z]\.(?=\s+[^\W\d]))\s+(?=\S)")
# and what does where the library takes it for a sentence. "1984." and "I." are none.
_NUMBER = re.compile(r"(?:\d{1,3}|[IVX]{2,5})\.")


@dataclass(frozen=True)
class Sentences:
    """A text in parts: ``between[0] + sentences[0] + between[1] + ... + between[-1]`` is the text.

    sentences: without white space at their ends; none of them is empty.
    between: white space and the marks of lists before, between and after them, one more than there are sentences.
    """

    sentences: tuple[str, ...]
    between: tuple[str, ...]

    def joined(self, translations: tuple[str, ...]) -> str:
        """As many other sentences in the place of these."""
        words = [gap + sentence for gap, sentence in zip(self.between, translations, strict=False)]
        return "".join([*words, self.between[-1]])


def sentences_of(text: str, language: str | None = "en") -> Sentences:
    """The sentences of a text. A line break ends one.

    Args:
        text: anything; of white space alone there are no sentences.
        language: its ISO 639 code, whose abbreviations are known where the library has them, else those of English.
            None takes the text as one sentence.
    """
    spans = iter([_stripped(text, 0, len(text))]) if language is None else _spans(text, language)
    found, between, end = [], [], 0
    for start, stop in spans:
        if start < stop:
            between.append(text[end:start])
            found.append(text[start:stop])
            end = stop
    return Sentences(tuple(found), (*between, text[end:]))


def _spans(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends; those of white space alone end where they begin."""
    offset = 0
    for line in text.splitlines(keepends=True):
        final = _stripped(line, 0, len(line))[1]
        for edge, next_edge in pairwise([0, *_ends(line, language), len(line)]):
            start, stop = _stripped(line, edge, next_edge)
            if stop < final and _NUMBER.fullmatch(line, start, stop):
                continue
            mark = _ITEM.match(line, start, stop)
            yield offset + (mark.end() if mark else start), offset + stop
        offset += len(line)


def _ends(line: str, language: str) -> Iterator[int]:
    """The places in a line where one sentence ends and another follows, in rising order."""
    plain, before, last = _plain(line), 0, 0
    for found in _library_ends(plain, language):
        stop = _stripped(plain, before, found)[1]
        end = _CLOSING.match(line, stop).end()  # type: ignore[union-attr]  # it may match nothing, but it matches
        if end > last and not _goes_on(line, stop, end, language):
            yield end
            last = end
        before = found


def _plain(line: str) -> str:
    """The line as the library does best with it, letter for letter as long.

    It never splits between quotation marks or parentheses; ``???``, ``…`` and ``etc.`` it takes for no end.
    """
    line = _SURROGATE.sub("x", line)
    line = _QUOTATION_MARK.sub(lambda m: " " * len(m[0]), line)
    line = _WHOLE_ASIDE.sub(r" \1 ", line)
    line = _NO_ABBREVIATION.sub(lambda m: "x" + m[0][1:], line)
    line = _SEVERAL_MARKS.sub(lambda m: "x" * (len(m[0]) - 1) + "!" if "?" in m[0] or "!" in m[0] else m[0], line)
    return _DOTS.sub(lambda m: "." if m[1].isupper() else m[0], line)


def _library_ends(line: str, language: str) -> Iterator[int]:
    """Where the library sees a sentence end, the white space after it included, but for the last."""
    import sentencex  # here: what only trains and measures single sentences runs without it

    start = 0
    while start < len(line):
        window = line[start : start + WINDOW]
        ends = [start + found["end_index"] for found in sentencex.get_sentence_boundaries(language, window)]
        # The last one ends where the window does, perhaps in the middle of a sentence.
        yield from ends[:-1]
        start = ends[-2] if len(ends) > 1 and start + WINDOW < len(line) else start + WINDOW


def _goes_on(line: str, stop: int, end: int, language: str) -> bool:
    """Whether a sentence goes on after its mark, which ends at ``stop``, and the quotation marks up to ``end``."""
    following = _NEXT.match(line, end)
    assert following  # it may match nothing, but it matches
    sign = following[1]
    if end > stop and (sign.islower() or sign in set(",;:)-–—")):
        return True  # "Come in!" she called.
    word = _WORD.search(line, max(0, stop - _WORD_LENGTH), stop)
    if following.end() == end + len(sign) and line[stop - 1] == "." and not (word and word[1].islower()):
        return True  # Array.From, v2.Final; but: he left.She stayed.
    known = ABBREVIATIONS.get(language, set())
    return word is not None and word[1].casefold() in known and (sign.islower() or sign.isdigit() or sign in set("$€£"))


def _stripped(text: str, start: int, stop: int) -> tuple[int, int]:
    """A stretch of a text without the white space at its ends; of white space alone, nothing at its beginning."""
    first, last = start, stop
    while first < stop and text[first].isspace():
        first += 1
    while last > first and text[last - 1].isspace():
        last -= 1
    return (first, last) if first < last else (start, start)
