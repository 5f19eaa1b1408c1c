"""Goals of speed: a ratio that was measured, beside what it is to be."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Goal:
    """One ratio. bound: of ``aim``; "publish" is only to be known, and has no aim."""

    what: str
    ratio: float
    bound: Literal["at least", "at most", "publish"] = "publish"
    aim: float | None = None

    @property
    def reached(self) -> bool | None:
        """None where there is nothing to reach."""
        if self.aim is None or self.bound == "publish":
            return None
        return self.ratio >= self.aim if self.bound == "at least" else self.ratio <= self.aim

    def row(self) -> str:
        """Of a table in Markdown."""
        goal = "–" if self.aim is None else f"{self.bound} {self.aim:g}"
        return f"| {self.what} | {self.ratio:.2f} | {goal} | {VERDICTS[self.reached]} |"


VERDICTS = {True: "reached", False: "not reached", None: "–"}


@dataclass(frozen=True)
class LeftOut:
    """What could not be measured. why: one sentence."""

    what: str
    why: str

    def row(self) -> str:
        """Of the same table."""
        return f"| {self.what} | – | – | left out: {self.why} |"


def table(found: Iterable[Goal | LeftOut]) -> str:
    """All of them, in Markdown."""
    head = "| what | ratio | goal | |\n|---|---|---|---|\n"
    return head + "\n".join(one.row() for one in found)


def missing(*modules: str) -> str | None:
    """What to install where one of these peers is not there; None where all are."""
    absent = [name for name in modules if importlib.util.find_spec(name) is None]
    if not absent:
        return None
    return f"{' and '.join(absent)} not installed; see benchmarks/requirements.txt"
