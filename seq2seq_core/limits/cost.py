"""What decoding costs by beam width, length and batch, and what reading a whole target at once does, as in training."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

import torch

from seq2seq_core.data.batches import padded
from seq2seq_core.decoding import BeamConfig, Config, DecodeResult, GreedyConfig
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import CoreError

WIDTHS = (1, 2, 5, 10, 20, 50)
TIMES = (1, 2, 4)
"""How often the sentence stands in a source."""

BATCHES = (1, 4, 16)
MOST_WORDS = 60
"""Of a source that is made by repeating the sentence."""

READINGS = 3
"""Of which the median is told, after one that only warms up: they are short."""


@dataclass(frozen=True)
class Trial:
    """One search: which axis it is a point of, and where on it."""

    axis: str
    value: int
    config: Config
    texts: tuple[str, ...]


@dataclass(frozen=True)
class SearchCost:
    """What a search took, or what reading its translation at once did.

    axis: "width", "length", "batch" or "read".
    value: the width, pieces of the source, sentences at once, or pieces of the translation that was read.
    calls: of the model. seconds: of all sentences together.
    """

    axis: str
    value: int
    calls: int
    seconds: float


def measure(translator: Translator, text: str) -> Iterator[SearchCost]:
    """One search after the other, each timed once, with a pass over each translation of the length axis.

    Raises:
        CoreError: see ``trials``.
    """
    for trial in trials(translator, text):
        results = translator.translate(trial.texts, trial.config, trace=False)
        cost = cost_of(trial, results)
        if cost is not None:
            yield cost
        if trial.axis == "length" and translator.model.tells_states:
            yield read_at_once(translator, trial.texts[0], results[0].hypotheses[0].token_ids)


def trials(translator: Translator, text: str) -> Iterator[Trial]:
    """Each axis in turn, the others at one sentence and greedy search or a beam of 5.

    Raises:
        CoreError: there is no text, or the model reads nothing of it.
    """
    if not text.strip():
        raise CoreError("a sentence is needed")
    if not translator.source_ids(text):
        raise CoreError("the model reads nothing of this text, so there is nothing to time; type words")
    yield Trial("warm", 1, GreedyConfig(), (text,))  # what only the first search pays is nobody's cost
    for width in WIDTHS:
        yield Trial("width", width, BeamConfig(num_beams=width), (text,))
    words = len(text.split())
    for times in TIMES:
        repeated = " ".join([text] * times)
        # What is one sentence alone may be nothing to read twice: [so] [so] is a reference, which is kept as it is.
        if times == 1 or (times * words <= MOST_WORDS and translator.source_ids(repeated)):
            yield Trial("length", times, BeamConfig(), (repeated,))
    for count in BATCHES:
        yield Trial("batch", count, BeamConfig(), (text,) * count)


def cost_of(trial: Trial, results: Sequence[DecodeResult]) -> SearchCost | None:
    """A point of an axis; None of the search that only warms up."""
    if trial.axis == "warm":
        return None
    value = len(results[0].source_tokens) if trial.axis == "length" else trial.value
    calls = max(result.forward_calls for result in results)
    return SearchCost(trial.axis, value, calls, sum(result.seconds for result in results))  # each has its share


def read_at_once(translator: Translator, text: str, token_ids: Sequence[int]) -> SearchCost:
    """One pass over a whole translation, encoder included, as training reads a reference.

    Of a model whose family tells its states (``Model.tells_states``).
    """
    specials, device = translator.tokenizer.specials, translator.device
    batch, lengths = padded([translator.source_ids(text)], specials)
    source, target = batch.to(device), torch.tensor([[specials.bos, *token_ids[:-1]]], device=device)
    seconds = []
    with torch.inference_mode():
        for _ in range(1 + READINGS):
            begun = time.perf_counter()
            translator.model(source, lengths, target).sum().item()  # waits for a GPU, too
            seconds.append(time.perf_counter() - begun)
    return SearchCost("read", len(token_ids), 1, median(seconds[1:]))
