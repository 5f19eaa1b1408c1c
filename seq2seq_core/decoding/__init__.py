"""Decoding strategies over a step function. Nothing here knows a model or a tokenizer.

    step by step:  for tick in (search := decode(step_fn, state, sources, config=BeamConfig(), ...)): ...
    all at once:   results = run(step_fn, state, sources, config=BeamConfig(num_beams=8), ...)

``decode`` is a generator of ``Tick`` whose return value is the list of ``DecodeResult``; both take the same arguments:

    step_fn   ``(last_tokens [N], state) -> StepOutput``
    state     before the first step, one row for each of the B sentences
    sources   B times ``Source(text, tokens, index=0, prefix=())``: tokens are the source pieces, EOS included;
              index is the sentence's number in the person's whole input (seeds hang on it); prefix is target ids
    config    which strategy and its settings: the strategy is the one registered for the config's type
    specials  ``SpecialTokens``
    device    where step_fn's tensors live
    pieces    target ids -> as many pieces, special tokens included
    text      target ids -> words, special tokens left out
    trace     also record the steps; costs nothing when off
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Generator, Sequence

import torch

from seq2seq_core.decoding import beam, diverse_beam, exact, greedy, mbr, sample, score, stochastic_beam
from seq2seq_core.decoding.base import Outcome, Pieces, Request, Search, Source, Strategy, Text, Tick
from seq2seq_core.decoding.beam_config import BeamConfig
from seq2seq_core.decoding.config import Config, options, parse_option
from seq2seq_core.decoding.diverse_beam import DiverseBeamConfig
from seq2seq_core.decoding.exact import ExactConfig
from seq2seq_core.decoding.greedy import GreedyConfig
from seq2seq_core.decoding.mbr import MbrConfig
from seq2seq_core.decoding.sample import SampleConfig
from seq2seq_core.decoding.score import ScoreConfig
from seq2seq_core.decoding.stochastic_beam import StochasticBeamConfig
from seq2seq_core.decoding.trace import Candidate, DecodeResult, DecodeStep, Hypothesis, ScoreParts, StepRow
from seq2seq_core.types import CoreError, DecoderState, SpecialTokens, StepFn

_MODULES = (greedy, beam, diverse_beam, sample, stochastic_beam, mbr, exact)
STRATEGIES: dict[str, Strategy] = {module.STRATEGY.name: module.STRATEGY for module in _MODULES}
"""Every strategy to translate with by its name, in the order in which a person meets them."""

FORCED = score.STRATEGY
"""Forced decoding, which needs a target: ``Source.prefix``, EOS included."""

__all__ = [
    "FORCED",
    "STRATEGIES",
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
    "Source",
    "StepRow",
    "StochasticBeamConfig",
    "Strategy",
    "Tick",
    "decode",
    "options",
    "parse_option",
    "run",
    "strategy_of",
]


def strategy_of(config: Config) -> Strategy:
    """The strategy whose settings these are."""
    for strategy in (*STRATEGIES.values(), FORCED):
        if strategy.Config is type(config):
            return strategy
    raise CoreError(f"no strategy takes a {type(config).__name__}; there are: {', '.join(STRATEGIES)}")


def decode(
    step_fn: StepFn,
    state: DecoderState,
    sources: Sequence[Source],
    *,
    config: Config,
    specials: SpecialTokens,
    device: torch.device,
    pieces: Pieces,
    text: Text,
    trace: bool = False,
) -> Generator[Tick, None, list[DecodeResult]]:
    """Decodes B sentences, yielding after each step; returns their results in order. Arguments: see the module."""
    strategy = strategy_of(config)
    request = Request(step_fn, state, tuple(sources), config, specials, device, pieces, text, trace)
    search, seconds = strategy.search(request), 0.0
    while True:
        # Entered anew for each step: what the caller does between two must neither be timed nor run in this mode.
        start = time.perf_counter()
        with torch.inference_mode():
            try:
                tick = next(search)
            except StopIteration as done:
                outcomes: list[Outcome] = done.value
                break
            finally:
                seconds += time.perf_counter() - start
        yield tick
    settings = {field.name: getattr(config, field.name) for field in options(config)}
    return [
        DecodeResult(
            source=source.text,
            source_tokens=source.tokens,
            strategy=strategy.name,
            config=settings,
            seconds=seconds / len(request.sources),
            device=str(device),
            **{field.name: getattr(outcome, field.name) for field in dataclasses.fields(outcome)},
        )
        for source, outcome in zip(request.sources, outcomes, strict=True)
    ]


def run(
    step_fn: StepFn,
    state: DecoderState,
    sources: Sequence[Source],
    *,
    config: Config,
    specials: SpecialTokens,
    device: torch.device,
    pieces: Pieces,
    text: Text,
    trace: bool = False,
) -> list[DecodeResult]:
    """Decodes B sentences and returns their results in order. Arguments: see the module."""
    search = decode(
        step_fn, state, sources, config=config, specials=specials, device=device, pieces=pieces, text=text, trace=trace
    )
    while True:
        try:
            next(search)
        except StopIteration as done:
            results: list[DecodeResult] = done.value
            return results
