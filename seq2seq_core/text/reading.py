"""One door for text: what a person gave, as a model reads it, and what the model wrote, as the person gets it.

Everything that decodes goes through it: the app, the HTTP interface, the command line and Python.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Protocol

from seq2seq_core.text import masks
from seq2seq_core.text.casing import Casing, casing, ordinary
from seq2seq_core.text.characters import fitted, normalise
from seq2seq_core.text.scripts import script
from seq2seq_core.types import FloatArray

_FIRST, _LAST = 0xE000, 0xF8FF
_SIGN = re.compile("[\ue000-\uf8ff]")
"""Private characters stand for what is kept while a text is read or written; one that was given is kept itself."""
_NEIGHBOURS = re.compile("[\ue000-\uf8ff](?: ?[\ue000-\uf8ff])+")
_SYMBOL = re.compile(r"⟨\d+⟩")
_PUNCTUATION = ".,;:!?…"

_UNREADABLE = 0.5
"""Share of the letters from which on a person is warned that the model cannot read them."""
_CODE = "This looks like code, which this model was not trained on: it is given back as it is."
_STYLES: dict[Casing, tuple[str, ...]] = {
    "ordinary": (),
    "capitals": ("Read in small letters, and written back in capitals.",),
    "title": ("Title Case was read as ordinary writing.",),
}


class Vocabulary(Protocol):
    """What a tokenizer tells of itself here."""

    symbols: tuple[str, ...]

    def knows(self, character: str) -> bool:
        """Whether a piece holds it."""

    def encode(self, text: str) -> list[int]:
        """Ids of its pieces."""


@dataclass(frozen=True)
class KeptText:
    """Part of a text that is not translated.

    text: as it was given.
    symbol: what stands for it in what the model reads; "" where it was left out, as markup is, and what no symbol is
        left for.
    place: where that is, in characters.
    around: the characters before and after it, "" at the ends of the text.
    """

    text: str
    symbol: str
    place: int
    around: tuple[str, str]


@dataclass(frozen=True)
class Reading:
    """A sentence as a model reads it.

    raw: as it was given.
    text: what the model reads; "" where there is nothing to translate.
    style: how it was written; capitals are written back.
    kept: what is not translated, in its order.
    notes: what a person should know of it, a sentence each.
    """

    raw: str
    text: str
    style: Casing = "ordinary"
    kept: tuple[KeptText, ...] = ()
    notes: tuple[str, ...] = ()

    def piece(self, piece: str) -> str:
        """A piece of either side as it is shown: a symbol as what it stands for."""
        original = next((kept.text for kept in self.kept if kept.symbol and kept.symbol == piece), None)
        if original is not None:
            return original
        special = piece.startswith("<") and piece.endswith(">")  # the end, or a byte
        return piece.upper() if self.style == "capitals" and not special else piece

    def target(self, text: str) -> str:
        """A translation that a person gave, as the model would write it."""
        text = normalise(text)
        for kept in self.kept:
            text = text.replace(kept.text, kept.symbol, 1)
        return text.lower() if self.style == "capitals" and text.isupper() else text

    def written(
        self, text: str, source: Sequence[str], tokens: Sequence[str], attention: FloatArray | None
    ) -> tuple[str, tuple[str, ...]]:
        """What the model wrote, as the person gets it: each kept part once, and capitals where they were.

        Args:
            text: as the model wrote it.
            source, tokens: pieces of both sides, S and T of them.
            attention: [T, S]: it tells where a part belongs that the model left out. Without it that goes by the
                part's place in the source.

        Returns:
            the text, and the parts that the model left out and that were put back.
        """
        if not self.text:
            return normalise(self.raw), ()
        text = _SIGN.sub("", text.upper() if self.style == "capitals" else text)
        lost = []
        for number, kept in enumerate(self.kept):
            before, found, after = text.partition(kept.symbol) if kept.symbol else ("", "", "")
            if found:
                text = before + _sign(number) + after
            else:
                lost.append(number)
        if self.kept or "⟨" not in self.raw:
            text = _SYMBOL.sub("", text)  # said twice, or of the model's own making
        words = text.split()
        if lost:
            place = _Place(self.text, source, tokens, attention)
            after_word = {number: place.after(self.kept[number]) for number in lost}
            for number in sorted(lost, key=lambda number: (after_word[number], number), reverse=True):
                _put_back(words, _sign(number), self.kept[number].around, after_word[number])
        text = _SIGN.sub(lambda sign: self.kept[ord(sign[0]) - _FIRST].text, " ".join(words))
        return text, tuple(self.kept[number].text for number in lost)


class Reader:
    """Reads texts for one model."""

    def __init__(self, vocabulary: Vocabulary, *, prose: bool) -> None:
        """
        Args:
            vocabulary: the model's tokenizer.
            prose: the model translates sentences of a language into another. Then what they hold besides words is kept,
                and capitals are read as ordinary writing; any other model reads each character.
        """
        self._vocabulary = vocabulary
        self._prose = prose

    def read(self, raw: str) -> Reading:
        """A sentence as this model reads it."""
        text = normalise(raw)
        if not self._prose:
            return Reading(raw, fitted(text, self._knows))
        draft = _Draft(text)
        draft.keep(masks.spans(draft.text, self._vocabulary.knows))
        if masks.is_code(draft.text):
            return Reading(raw, "", notes=(_CODE,))
        draft.text = fitted(draft.text, self._knows)
        unread = masks.unread(draft.text, self._knows)
        unknown = "".join(draft.text[start:stop] for start, stop in unread)
        draft.keep(unread)
        notes = _warning(unknown, draft.text)
        draft.keep([found.span() for found in _NEIGHBOURS.finditer(draft.text)])
        if not any(map(str.isalnum, draft.text)):
            return Reading(raw, "", notes=notes)
        style = casing(draft.text, self._cost)
        draft.text = ordinary(draft.text, style, self._cost)
        reading = draft.reading(raw, self._vocabulary.symbols)
        return replace(reading, style=style, notes=(*_STYLES[style], *notes))

    def _knows(self, character: str) -> bool:
        return bool(_SIGN.match(character)) or self._vocabulary.knows(character)

    def _cost(self, word: str) -> tuple[int, int]:
        ids = self._vocabulary.encode(word)
        return len(ids), ids[0] if len(ids) == 1 else 0


class _Draft:
    """A text while it is being read: a private character stands for each part that is kept."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._originals: list[str] = []

    def keep(self, spans: Sequence[masks.Span]) -> None:
        """Puts these parts aside, as long as there are private characters."""
        parts, originals, end = [], list(self._originals), 0
        for start, stop in spans[: _LAST - _FIRST - len(originals)]:
            parts += [self.text[end:start], _sign(len(originals))]
            originals.append(self.given(self.text[start:stop]))
            end = stop
        rest = self.text[end:]
        self.text = "".join([*parts, rest if self._originals else _SIGN.sub("\ufffd", rest)])
        self._originals = originals

    def given(self, text: str) -> str:
        """A part of the text as it was given."""
        return _SIGN.sub(lambda sign: self._originals[ord(sign[0]) - _FIRST], text) if self._originals else text

    def reading(self, raw: str, symbols: Sequence[str]) -> Reading:
        """A symbol for each part that is kept, as long as there are symbols; the others are left out."""
        text, kept, end, free = "", [], 0, iter(symbols)
        for found in _SIGN.finditer(self.text):
            text += self.text[end : found.start()]
            end = found.end()
            before, after = text[-1:], self.text[end : end + 1]
            original = self.given(found[0])
            symbol = "" if masks.is_markup(original) else next(free, "")
            followed = after.isalnum() or bool(_SIGN.match(after))
            if not symbol and not followed and before in ("", " "):
                text = text[:-1]  # else two blanks would be left, or one at the beginning
                end += after == " " and not text
            elif not symbol and followed and before.isalnum():
                text += " "  # what it stood between are two words
            kept.append(KeptText(original, symbol, len(text), (before, after)))
            text += symbol
        return Reading(raw, (text + self.text[end:]).strip(), kept=tuple(kept))


def _sign(number: int) -> str:
    return chr(_FIRST + number)


def _warning(unknown: str, rest: str) -> tuple[str, ...]:
    """Where the model can read but the smaller part of a text's letters."""
    written_in, letters = script(unknown), [sum(map(str.isalpha, text)) for text in (unknown, _SIGN.sub("", rest))]
    if written_in is None or letters[0] <= _UNREADABLE * sum(letters):
        return ()
    return (f"{written_in} is not among what this model was trained on: those words are given back as they are.",)


class _Place:
    """Where in a translation a part of the source belongs that the model left out."""

    def __init__(self, read: str, source: Sequence[str], tokens: Sequence[str], attention: FloatArray | None) -> None:
        """
        Args:
            read: what the model read.
            source, tokens: pieces of both sides, S and T of them.
            attention: [T, S]; without, a part goes where it stands in the source, by its share of the words.
        """
        self._read = read
        self._begins = [found.start() for found in re.finditer(r"\S+", read)]
        self._source, self._words_read, self._words = source, _words(source), _words(tokens)
        self._attention = attention

    def after(self, kept: KeptText) -> int:
        """Number of the translation's word after which it belongs; -1 for its beginning."""
        before, words = bisect.bisect_left(self._begins, kept.place), len(self._begins)
        count = self._words[-1] + 1 if self._words else 0
        if kept.around[1].isalnum() and not kept.around[0].isalnum() and self._attention is not None and count:
            looked_at = min(bisect.bisect_left(self._words_read, before), len(self._source) - 1)  # what it opens
            return self._words[int(self._attention[:, looked_at].argmax())] - 1
        if kept.place == 0:
            return -1
        if not self._read[kept.place + len(kept.symbol) :].strip(_PUNCTUATION + " "):
            return count
        if self._attention is None or not count:
            return round(before / words * count) - 1
        if kept.symbol in self._source:
            looked_at = self._source.index(kept.symbol)
        else:
            looked_at = bisect.bisect_right(self._words_read, before - 1) - 1
        return self._words[int(self._attention[:, looked_at].argmax())]


def _words(tokens: Sequence[str]) -> list[int]:
    """The number of the word, from 0, that each token belongs to."""
    begun = list(accumulate(token.count("▁") for token in tokens))
    return [max(number - begun[0], 0) for number in begun]


def _put_back(words: list[str], sign: str, around: tuple[str, str], after: int) -> None:
    """Puts a sign after this word, with blanks and marks around it as they were."""
    after = min(after, len(words) - 1)
    if around[1].isalnum() and after + 1 < len(words):
        words[after + 1] = sign + words[after + 1]
    elif after < 0:
        words.insert(0, sign)
    else:
        stem = words[after].rstrip(_PUNCTUATION) if around[1] and around[1] in _PUNCTUATION else words[after]
        words[after] = stem + (" " if around[0] == " " else "") + sign + words[after][len(stem) :]
