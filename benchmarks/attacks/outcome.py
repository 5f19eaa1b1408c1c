"""What came of an attack."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Attack:
    """How often something was tried, and how often it failed; why, for each reason once.

    measured: what else was seen, in words.
    """

    name: str
    tried: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    measured: str = ""

    def saw(self, fault: str | None) -> None:
        """One more try; ``fault`` says what was wrong, None for nothing."""
        self.tried += 1
        if fault:
            self.failures[fault[:200]] += 1

    @property
    def row(self) -> str:
        """A line of the table in docs/security.md."""
        failed = self.failures.total()
        return f"| {self.name} | {self.tried:,} | {self.tried - failed:,} | {failed:,} | {self.measured} |"


HEADING = "| attack | tried | survived | failed | measured |\n|---|---:|---:|---:|---|"
