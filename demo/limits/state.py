"""Models set beside each other on one sentence, as the page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from demo.common.languages import Languages
from demo.common.question import PageQuestion

if TYPE_CHECKING:
    from demo.service import AskedBeside
    from seq2seq_core.limits import Beside


@dataclass(frozen=True)
class BesideEachOther:
    """A wish and what came of it so far.

    found: one for each model that is done. scores: BLEU and chrF of each against the reference; None without one.
    question: what the page's widgets said when it was asked. titles: what people call each model, by name.
    """

    asked: AskedBeside
    languages: Languages
    device: str
    found: tuple[Beside, ...] = ()
    scores: tuple[tuple[float | None, float | None], ...] = ()
    question: PageQuestion | None = None
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The sentence."""
        return self.asked.requests[0].text

    @property
    def models(self) -> tuple[str, ...]:
        """Names of all that were asked for."""
        return tuple(request.model for request in self.asked.requests)

    def title(self, name: str) -> str:
        """What people call a model."""
        return self.titles.get(name, name)

    @property
    def called(self) -> dict[str, str]:
        """What people call the models that were asked for, by name."""
        return {name: self.title(name) for name in self.models}

    @property
    def done(self) -> bool:
        """Every model was asked."""
        return len(self.found) == len(self.asked.requests)
