"""What a person asked for in the Translate view, and looks at: everything on the page follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from demo.common.languages import Languages

if TYPE_CHECKING:
    from demo.service import Asked
    from seq2seq_core.decoding import DecodeResult

PIECES, WORDS = "Pieces", "Words"
"""What the rows and columns of the heatmap are."""


@dataclass(frozen=True)
class Shown:
    """A request and what came of it.

    languages: of its model.
    index: the candidate looked into.
    before: what the model chose by itself, where the request forces a beginning; one click goes back to it.
    """

    request: Asked
    result: DecodeResult
    languages: Languages
    index: int = 0
    before: Shown | None = None

    @property
    def given(self) -> int:
        """Pieces at the beginning of the translation that were chosen rather than found."""
        return len(self.request.prefix)

    @property
    def opened(self) -> int:
        """The token whose alternatives show at first: the last of those that were chosen."""
        return max(self.given - 1, 0)
