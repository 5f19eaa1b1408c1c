"""Minimum Bayes risk decoding: of many candidates, the one that agrees best with all the others.

Eikema & Aziz 2020, arXiv 2005.10283, equation 8, with the candidates as pseudo-references, each as often as it was
found. By default they are drawn by epsilon sampling, the best source in Freitag et al. 2023, arXiv 2305.09860.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

from seq2seq_core.decoding.config import Config, option
from seq2seq_core.decoding.filters import FilterConfig
from seq2seq_core.decoding.record.recorder import Recorder
from seq2seq_core.decoding.request import Request
from seq2seq_core.decoding.search.hypotheses import distinct
from seq2seq_core.decoding.strategies import beam, diverse_beam, sample, stochastic_beam
from seq2seq_core.decoding.strategies.utility import UTILITIES, utilities
from seq2seq_core.decoding.strategy import AnyStrategy, Outcome, Search, Strategy
from seq2seq_core.types import StateT

SOURCES: dict[str, AnyStrategy] = {
    module.STRATEGY.name: module.STRATEGY for module in (sample, beam, diverse_beam, stochastic_beam)
}


@dataclass(frozen=True, kw_only=True)
class MbrConfig(FilterConfig):
    """Where candidates come from, how many, and what agreement is. The filters shape what is drawn."""

    candidates: str = option(
        "sample", label="Candidates from", choices=tuple(SOURCES),
        help="The strategy that finds the candidates, which are each other's references too.",
    )  # fmt: skip
    num_candidates: int = option(
        32, label="Candidates", min=2, max=1000, step=1, soft_max=128,
        help="How many to find; the comparisons grow with the square.",
    )  # fmt: skip
    utility: str = option(
        "chrf", label="Utility", choices=UTILITIES,
        help="What agreement is: chrF, or sentence BLEU with exponential smoothing, both by sacreBLEU.",
    )  # fmt: skip
    num_return_sequences: int = option(
        1, label="Outputs", min=1, max=1000, step=1, soft_max=20, at_most="num_candidates",
        help="How many of the best candidates to return, at most their number.",
    )  # fmt: skip
    epsilon_cutoff: float = option(
        0.02, label="Epsilon cut-off", min=0.0, max=0.99, step=0.005, soft_max=0.1,
        help="Never draw a token less likely than this; 0 = off.",
    )  # fmt: skip

    def of_candidates(self) -> Config:
        """The config of the strategy that finds the candidates."""
        values: dict[str, Any] = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        many = {"num_return_sequences": self.num_candidates, "num_beams": self.num_candidates}
        groups = {"num_beam_groups": self.num_candidates}
        config: Config = SOURCES[self.candidates].configure({**values, **many, **groups})
        return config


def search(request: Request[StateT, MbrConfig], recorder: Recorder | None) -> Search:
    """The candidates of highest expected utility, with the whole utility matrix."""
    config = request.config
    finder = SOURCES[config.candidates]
    found = yield from finder.search(request.under(config.of_candidates()), recorder)
    chosen = []
    for outcome in found:
        chosen.append((yield from _choose(outcome, config)))
    return chosen


def _choose(outcome: Outcome, config: MbrConfig) -> Generator[int, None, Outcome]:
    texts = tuple(item.text for item in outcome.hypotheses)
    matrix = yield from utilities(texts, config.utility)
    expected = matrix.mean(1, dtype=float).tolist()
    # Of equal utility, say the same words in other pieces, the likelier first.
    order = sorted(range(len(texts)), key=lambda i: (-expected[i], -outcome.hypotheses[i].log_prob))
    ranked = distinct(dataclasses.replace(outcome.hypotheses[i], score=expected[i]) for i in order)
    best = ranked[: config.num_return_sequences]
    details: Mapping[str, float | int | str | bool] = {"distinct": len(ranked), "utility": config.utility}
    return dataclasses.replace(outcome, hypotheses=best, utilities=matrix, candidates=texts, details=details)


STRATEGY = Strategy(
    name="mbr",
    label="Minimum Bayes risk",
    everyday="Ask what most agree on",
    summary="Finds many candidates and returns the one that agrees best with all of them.",
    Config=MbrConfig,
    search=search,
    ranks_by="utility",
    rows="num_candidates",
)
