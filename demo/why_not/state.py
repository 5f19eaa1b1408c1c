"""What is known of a translation that was expected, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from demo.common.languages import Languages
from demo.common.question import PageQuestion

if TYPE_CHECKING:
    from demo.service import AskedWhy
    from demo.why_not.what_if import Instead
    from seq2seq_core.decoding import DecodeResult
    from seq2seq_core.why_not import Agreement, WhyNot, WordsApart


@dataclass(frozen=True)
class Explained:
    """A wish and what came of it.

    strategy: its name. done: every beam was looked into.
    exact: what exact search found, if it was asked for.
    instead: the words that were asked for, and what came of each.
    agreement: candidates that were drawn, if they were asked for.
    question: what the page's widgets said when it was asked.
    """

    asked: AskedWhy
    strategy: str
    known: WhyNot
    languages: Languages
    device: str
    done: bool = False
    exact: DecodeResult | None = None
    instead: tuple[Instead, ...] = ()
    agreement: Agreement | None = None
    question: PageQuestion | None = None

    @property
    def apart(self) -> WordsApart:
        """The words in which the two translations differ."""
        return self.known.apart
