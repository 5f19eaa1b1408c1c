"""The true best: the most probable translation of all under the model, and what stands where beside it.

Exact search by log P alone (Stahlberg and Byrne 2019, arXiv 1908.10090) within a budget: it proves its best, or says
how much more probable a translation could be that it did not come to.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seq2seq_core.decoding import DecodeResult, ExactConfig, Tick
from seq2seq_core.pipeline import Translator

if TYPE_CHECKING:
    from seq2seq_core.why_not.diagnosis import WhyNot

MOST_CALLS = 1_000_000
"""Of the model: more than any budget of seconds here is enough for."""


@dataclass(frozen=True)
class RankedText:
    """A translation among others. name: what it is there for. log_prob: in nats."""

    name: str
    text: str
    log_prob: float


@dataclass(frozen=True)
class TrueBest:
    """What exact search found.

    result: of the search. ranked: its best, the expected translation, what was found and the empty one, by log P.
    """

    result: DecodeResult
    ranked: tuple[RankedText, ...]

    @property
    def proven(self) -> bool:
        """No translation at all is more probable than its best."""
        return bool(self.result.proven)

    @property
    def upper_bound(self) -> float:
        """log P above which no translation is left; that of its best where it is proven."""
        return float(self.result.details["upper_bound"])

    @property
    def said(self) -> str:
        """Whether it is proven, or how far from it, in a sentence or two."""
        calls, best = f"{self.result.forward_calls:,} model calls", self.result.hypotheses[0]
        if not self.proven:
            return (
                f"Not proven after {calls}: a translation of log P up to {self.upper_bound:.2f} may be left, "
                f"{self.upper_bound - best.log_prob:.2f} nats above this one. Give it a larger budget."
            )
        empty = "" if best.text else " It is the empty translation: the model's own error, not the search's."
        return f"Proven in {calls}: this is the most probable translation of all under the model.{empty}"

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON: the search's result, and what is said of it."""
        ranked = [{"name": each.name, "text": each.text, "log_prob": each.log_prob} for each in self.ranked]
        return {**self.result.to_dict(), "upper_bound": self.upper_bound, "said": self.said, "ranked": ranked}


def exact_config(seconds: float) -> ExactConfig:
    """The search for the most probable translation of all, in so many seconds.

    Raises:
        CoreError: there is no such budget.
    """
    return ExactConfig(max_seconds=float(seconds), max_forward_calls=MOST_CALLS)


def true_best(translator: Translator, known: WhyNot, config: ExactConfig) -> Generator[Tick, None, TrueBest]:
    """Searches the same sentence for the most probable translation of all."""
    return true_best_of((yield from translator.stream(known.source, config, trace=False)), known)


def true_best_of(result: DecodeResult, known: WhyNot) -> TrueBest:
    """What exact search found of the same sentence, with the others beside it."""
    best, said, expected = result.hypotheses[0], known.found.hypotheses[0], known.expected.hypothesis
    rows = (
        RankedText("the true best" if result.proven else "the best so far", best.text, best.log_prob),
        RankedText("expected", expected.text, expected.log_prob),
        RankedText("found", said.text, said.log_prob),
        RankedText("empty", "", known.empty.hypothesis.log_prob),
    )
    return TrueBest(result, tuple(sorted(rows, key=lambda row: -row.log_prob)))
