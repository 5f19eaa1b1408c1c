"""Models set beside each other on one sentence, as the page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from demo.common.languages import Languages

if TYPE_CHECKING:
    from demo.service import AskedBeside
    from seq2seq_core.limits import Beside


@dataclass(frozen=True)
class BesideEachOther:
    """A wish and what came of it so far.

    found: one for each model that is done. scores: BLEU and chrF of each against the reference; None without one.
    """

    asked: AskedBeside
    languages: Languages
    device: str
    found: tuple[Beside, ...] = ()
    scores: tuple[tuple[float | None, float | None], ...] = ()

    @property
    def source(self) -> str:
        """The sentence."""
        return self.asked.requests[0].text

    @property
    def models(self) -> tuple[str, ...]:
        """Names of all that were asked for."""
        return tuple(request.model for request in self.asked.requests)

    @property
    def done(self) -> bool:
        """Every model was asked."""
        return len(self.found) == len(self.asked.requests)
