"""A text into its sentences, and what stands between them."""

from __future__ import annotations

from dataclasses import dataclass

import sentencex


@dataclass(frozen=True)
class Sentences:
    """A text in parts: ``between[0] + sentences[0] + between[1] + ... + between[-1]`` is the text.

    sentences: without white space at their ends; none of them is empty.
    between: white space before, between and after them, one more than there are sentences.
    """

    sentences: tuple[str, ...]
    between: tuple[str, ...]

    def joined(self, translations: tuple[str, ...]) -> str:
        """As many other sentences in the place of these."""
        words = [gap + sentence for gap, sentence in zip(self.between, translations, strict=False)]
        return "".join([*words, self.between[-1]])


def sentences_of(text: str, language: str = "en") -> Sentences:
    """The sentences of a text. A line break ends one.

    Args:
        text: anything; of blanks alone there are no sentences.
        language: its ISO 639 code, whose abbreviations are known where the library has them.
    """
    found, between, end = [], [], 0
    for line in text.splitlines(keepends=True):
        for part in sentencex.segment(language, line):
            sentence = part.strip()
            if sentence:
                start = text.index(sentence, end)
                between.append(text[end:start])
                found.append(sentence)
                end = start + len(sentence)
    return Sentences(tuple(found), (*between, text[end:]))
