"""What is known of a translation that was expected, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from demo.common.languages import Languages
from demo.common.question import PageQuestion

if TYPE_CHECKING:
    from demo.service import AskedWhy
    from seq2seq_core.decoding import DecodeResult
    from seq2seq_core.why_not import WhyNot


@dataclass(frozen=True)
class Explained:
    """A wish and what came of it.

    strategy: its name. done: every beam was looked into.
    exact: what exact search found, if it was asked for.
    question: what the page's widgets said when it was asked.
    """

    asked: AskedWhy
    strategy: str
    known: WhyNot
    languages: Languages
    device: str
    done: bool = False
    exact: DecodeResult | None = None
    question: PageQuestion | None = None
