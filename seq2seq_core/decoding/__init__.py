"""Decoding strategies over a step function. Nothing here knows a model or a tokenizer.

    step by step:  for tick in (search := decode(request)): ...
    all at once:   results = run(request)

``decode`` is a generator of ``Tick`` whose return value is the list of ``DecodeResult``; a ``Request`` holds all that
they need to know.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, fields
from typing import TypeVar

import torch

from seq2seq_core.decoding.config import Config, options, parse_option
from seq2seq_core.decoding.cost import rows_decoded
from seq2seq_core.decoding.filters import FilterConfig, filters_of, setting_of
from seq2seq_core.decoding.record.recorder import Recorder, rows_of
from seq2seq_core.decoding.record.result import Candidate, DecodeResult, DecodeStep, Hypothesis, StepRow
from seq2seq_core.decoding.record.so_far import SoFar
from seq2seq_core.decoding.request import ConfigT, Request, Source
from seq2seq_core.decoding.score import ScoreParts
from seq2seq_core.decoding.search.beam_config import BeamConfig
from seq2seq_core.decoding.search.exact_config import ExactConfig
from seq2seq_core.decoding.strategies import FORCED, STRATEGIES, strategy_of
from seq2seq_core.decoding.strategies.diverse_beam import DiverseBeamConfig
from seq2seq_core.decoding.strategies.forced import ScoreConfig
from seq2seq_core.decoding.strategies.greedy import GreedyConfig
from seq2seq_core.decoding.strategies.mbr import MbrConfig
from seq2seq_core.decoding.strategies.sample import SampleConfig
from seq2seq_core.decoding.strategies.stochastic_beam import StochasticBeamConfig
from seq2seq_core.decoding.strategy import AnyStrategy, Outcome, Search, Strategy
from seq2seq_core.types import StateT

FoundT = TypeVar("FoundT")

FILTERS = tuple(setting_of(each) for each in filters_of(FilterConfig))
"""Names of the settings of all filters, in the order in which they apply."""

__all__ = [
    "FILTERS",
    "FORCED",
    "STRATEGIES",
    "AnyStrategy",
    "BeamConfig",
    "Candidate",
    "Config",
    "DecodeResult",
    "DecodeStep",
    "DiverseBeamConfig",
    "ExactConfig",
    "GreedyConfig",
    "Hypothesis",
    "MbrConfig",
    "Outcome",
    "Request",
    "SampleConfig",
    "ScoreConfig",
    "ScoreParts",
    "Search",
    "SoFar",
    "Source",
    "StepRow",
    "StochasticBeamConfig",
    "Strategy",
    "Tick",
    "decode",
    "options",
    "parse_option",
    "returned",
    "rows_of",
    "run",
    "strategy_of",
]


@dataclass(frozen=True)
class Tick:
    """One step of a search was done; between two of them a caller may show it, or stop by closing the generator.

    index: 0 for the first, one more with each.
    live: sentences that the step was taken for.
    steps: what the step saw and chose, by the sentence's place in the batch, made when it is read; empty where the
        trace is off.
    """

    index: int
    live: int
    steps: Mapping[int, DecodeStep] = field(default_factory=dict)


def decode(request: Request[StateT, ConfigT]) -> Generator[Tick, None, list[DecodeResult]]:
    """Decodes B sentences, yielding after each step; returns their results in order.

    Raises:
        CoreError: the model's numbers are no distribution, nothing may follow, or a prefix or a setting does not suit
            the model.
    """
    strategy = strategy_of(request.config)
    recorder = Recorder(request) if request.trace else None
    search, seconds, index = strategy.search(request, recorder), 0.0, 0
    while True:
        recorded = recorder.count if recorder is not None else 0
        # Entered anew for each step: what the caller does between two must neither be timed nor run in this mode.
        start = time.perf_counter()
        with torch.inference_mode():
            try:
                live = next(search)
            except StopIteration as done:
                outcomes: list[Outcome] = done.value
                break
            finally:
                seconds += time.perf_counter() - start
        told = recorder.steps_since(recorded) if recorder is not None else {}
        yield Tick(index, live, told)
        index += 1
    # Recording is for whoever looks on; decoding costs what it costs without.
    seconds -= recorder.seconds if recorder is not None else 0.0
    settings = {option.name: getattr(request.config, option.name) for option in options(request.config)}
    return [
        DecodeResult(
            source=source.text,
            source_tokens=tuple(map(source.words.piece, source.tokens)),
            read_as=source.read_as,
            notes=source.notes,
            moved=source.moved,
            strategy=strategy.name,
            config=settings,
            steps=recorder.steps(sentence) if recorder is not None else (),
            seconds=seconds / len(request.sources),
            device=str(request.device),
            precision=request.precision,
            rows_decoded=rows_decoded(strategy, request.config, outcomes[sentence]),
            **{part.name: getattr(outcomes[sentence], part.name) for part in fields(Outcome)},
        )
        for sentence, source in enumerate(request.sources)
    ]


def run(request: Request[StateT, ConfigT]) -> list[DecodeResult]:
    """Decodes B sentences and returns their results in order.

    Raises:
        CoreError: see ``decode``.
    """
    return returned(decode(request))


def returned(steps: Generator[object, None, FoundT]) -> FoundT:
    """What a search returns at its end, its steps unseen."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            found: FoundT = done.value
            return found
