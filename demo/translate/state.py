"""What a person asked for in the Translate view, and looks at: everything on the page follows from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from demo.common.languages import Languages
from demo.common.question import PageQuestion
from demo.common.text_input import joined

if TYPE_CHECKING:
    from demo.service import Asked
    from seq2seq_core.decoding import DecodeResult
    from seq2seq_core.neighbours import Neighbours
    from seq2seq_core.why_not import Sign

PIECES, WORDS = "Pieces", "Words"
"""What the rows and columns of the heatmap are."""


@dataclass(frozen=True)
class Shown:
    """A sentence's request and what came of it.

    languages: of its model.
    index: the candidate looked into.
    before: what the model chose by itself, where the request forces a beginning; one click goes back to it.
    rank: under the model, of the token ``opened``, where the record does not have it.
    near: training sentences near to the state before a token of the candidate, where somebody asked.
    signs: measures of the candidate looked into.
    """

    request: Asked
    result: DecodeResult
    languages: Languages
    index: int = 0
    before: Shown | None = None
    rank: int | None = None
    near: Neighbours | None = None
    signs: tuple[Sign, ...] = ()

    @property
    def given(self) -> int:
        """Pieces at the beginning of the translation that were chosen rather than found."""
        return len(self.request.prefix)

    @property
    def opened(self) -> int:
        """The token whose alternatives show at first.

        That which was asked about, the first after attention was moved, or the last that was chosen.
        """
        if self.near:
            return self.near.place
        return self.given if self.request.moved else max(self.given - 1, 0)


@dataclass(frozen=True)
class ShownText:
    """A text and what came of each of its sentences; most texts are one.

    sentences: those that were translated, from the first on.
    between: what stands before, between and after all sentences of the text, one more than there are: white space and
        marks of lists.
    at: the sentence looked into.
    note: what its author should know of how the text was read.
    undone: the sentences after them, which were not translated since the search was stopped.
    asked: what the page's widgets said when this was asked for.
    """

    sentences: tuple[Shown, ...]
    between: tuple[str, ...] = ("", "")
    at: int = 0
    note: str = ""
    undone: tuple[str, ...] = ()
    asked: PageQuestion | None = None

    @property
    def shown(self) -> Shown:
        """The sentence looked into."""
        return self.sentences[self.at]

    @property
    def count(self) -> int:
        """Sentences of the text."""
        return len(self.sentences) + len(self.undone)

    @property
    def source(self) -> str:
        """The text as it was read."""
        return joined([*(each.request.text for each in self.sentences), *self.undone], self.between)

    @property
    def translation(self) -> str:
        """All that is translated, of each sentence the candidate looked into."""
        return joined([each.result.hypotheses[each.index].text for each in self.sentences], self.between)

    def changed(self, shown: Shown) -> ShownText:
        """With another result of the sentence looked into."""
        return replace(self, sentences=(*self.sentences[: self.at], shown, *self.sentences[self.at + 1 :]))
