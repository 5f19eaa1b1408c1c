"""What decoding costs by beam width, length and batch: what is tried, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from seq2seq_core.decoding import BeamConfig, Config, DecodeResult, GreedyConfig

WIDTHS = (1, 2, 5, 10, 20, 50)
TIMES = (1, 2, 4)
"""How often the sentence stands in a source."""

BATCHES = (1, 4, 16)
MOST_WORDS = 60
"""Of a source that is made by repeating the sentence."""


@dataclass(frozen=True)
class Trial:
    """One search: which axis it is a point of, and where on it."""

    axis: str
    value: int
    config: Config
    texts: tuple[str, ...]


@dataclass(frozen=True)
class SearchCost:
    """What a search took.

    axis: "width", "length" or "batch". value: the width, pieces of the source, or sentences at once.
    calls: of the model. seconds: of all sentences together.
    """

    axis: str
    value: int
    calls: int
    seconds: float


def trials(text: str) -> Iterator[Trial]:
    """Each axis in turn, the others at one sentence and greedy search or a beam of 5."""
    yield Trial("warm", 1, GreedyConfig(), (text,))  # what only the first search pays is nobody's cost
    for width in WIDTHS:
        yield Trial("width", width, BeamConfig(num_beams=width), (text,))
    words = len(text.split())
    for times in TIMES:
        if times == 1 or times * words <= MOST_WORDS:
            yield Trial("length", times, BeamConfig(), (" ".join([text] * times),))
    for count in BATCHES:
        yield Trial("batch", count, BeamConfig(), (text,) * count)


def cost_of(trial: Trial, results: Sequence[DecodeResult]) -> SearchCost | None:
    """A point of an axis; None of the search that only warms up."""
    if trial.axis == "warm":
        return None
    value = len(results[0].source_tokens) if trial.axis == "length" else trial.value
    calls = max(result.forward_calls for result in results)
    return SearchCost(trial.axis, value, calls, max(result.seconds for result in results))
