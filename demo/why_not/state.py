"""What is known of a translation that was expected, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

from demo.common.languages import Languages
from demo.common.question import PageQuestion

if TYPE_CHECKING:
    from demo.service import AskedWhy
    from demo.why_not.what_if import Instead
    from seq2seq_core.neighbours import Neighbours
    from seq2seq_core.why_not import Agreement, TrueBest, WhyNot, WordsApart


@dataclass
class Answering:
    """What is under way for an answer: the beams are looked into, or a wish is searched for; one after the other.

    asked: the turn in which its question was asked.
    busy: something is under way. latest: the answer with all that is known by now.
    """

    asked: int = 0
    busy: bool = False
    latest: Explained | None = None

    def begin(self) -> bool:
        """Makes it busy; False where it is already."""
        with _LOCK:
            free, self.busy = not self.busy, True
            return free

    def know(self, shown: Explained, **more: Any) -> Explained:
        """The answer with this, too, and all that was added to it meanwhile; ``shown`` where nothing is known yet."""
        with _LOCK:
            self.latest = replace(self.latest or shown, **more)
            return self.latest

    def end(self) -> None:
        """What was under way is over."""
        self.busy = False


_LOCK = Lock()
"""One for all: it is held for nothing but to look, and Gradio could not copy a lock of one's own."""


@dataclass(frozen=True)
class Explained:
    """A wish and what came of it.

    strategy: its name. done: every beam was looked into.
    exact: what exact search found, if it was asked for.
    instead: the words that were asked for, and what came of each.
    agreement: candidates that were drawn, if they were asked for.
    near: training sentences near to the state before a token of what was expected, if they were asked for.
    question: what the page's widgets said when it was asked.
    answering: what is under way for it; the same one for all that this answer comes to.
    """

    asked: AskedWhy
    strategy: str
    known: WhyNot
    languages: Languages
    device: str
    done: bool = False
    exact: TrueBest | None = None
    instead: tuple[Instead, ...] = ()
    agreement: Agreement | None = None
    near: Neighbours | None = None
    question: PageQuestion | None = None
    answering: Answering = field(default_factory=Answering, compare=False)

    @property
    def apart(self) -> WordsApart:
        """The words in which the two translations differ."""
        return self.known.apart
