"""Exact search: depth first through every hypothesis that can still beat the best one found.

Stahlberg & Byrne 2019, arXiv 1908.10090, algorithm 1. log P only falls as a hypothesis grows, so a beginning of
log P l leads to no score above l / d, where d is the largest divisor up to the length limit: l itself for plain
log P, which is tight, and l / limit^alpha and the like for normalised scores, which is valid but loose, so that they
are seldom proven within a budget. The score of a beam search is the first bound.

The paper expands one hypothesis at a time. Here one call of the step function expands up to ``BLOCK`` brothers and
cousins, the likeliest first; the order does not change what is proven.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Generator
from dataclasses import dataclass

import torch
from torch import Tensor

from seq2seq_core.decoding import beam
from seq2seq_core.decoding.base import Outcome, Request, Search, Strategy, Tick
from seq2seq_core.decoding.beam_config import BeamConfig
from seq2seq_core.decoding.config import Config, option
from seq2seq_core.decoding.exact_tree import Opened, Pending
from seq2seq_core.decoding.history import Path
from seq2seq_core.decoding.results import hypothesis
from seq2seq_core.decoding.scoring import LENGTH_PENALTIES, length_divisor, parts_of
from seq2seq_core.decoding.stepping import Stepper, limits
from seq2seq_core.decoding.trace import DecodeStep, Hypothesis
from seq2seq_core.decoding.tracing import Tracer

BLOCK = 16
"""Rows of one call: more cost little more time, but those that a better bound would have spared are wasted."""

MARGIN = 1e-4
"""By how much a score must be better to count as better. On a real model the same tokens, scored in two batches in
float32, were seen to differ by 1e-5: with a smaller margin the beam's own result would be found again and be called
a search error."""


@dataclass(frozen=True, kw_only=True)
class ExactConfig(Config):
    """What to maximise, and how much it may cost for each sentence."""

    max_forward_calls: int = option(
        1000, label="Budget: calls", min=1, max=10_000_000, step=100, soft_max=10_000,
        help="Most calls of the model for one sentence, those of the beam search not counted.",
    )  # fmt: skip
    max_seconds: float = option(
        30.0, label="Budget: seconds", min=0.1, max=86_400.0, step=1.0, soft_max=120.0,
        help="Most time for one sentence; what is found by then is not proven.",
    )  # fmt: skip
    num_beams: int = option(
        5, label="Beam width of the first bound", min=1, max=1000, step=1, soft_max=20,
        help="A beam search of this width gives the first score to beat.",
    )  # fmt: skip
    length_penalty_type: str = option(
        "none", label="Length normalisation", choices=LENGTH_PENALTIES,
        help="none: log P, whose bound is tight; avg and gnmt have a loose bound and are seldom proven.",
    )  # fmt: skip
    length_penalty: float = option(
        1.0, label="Length penalty alpha", min=0.0, max=10.0, step=0.1, soft_max=2.0,
        help="Exponent of the length normalisation: 0 = none.",
    )  # fmt: skip

    @property
    def coverage_penalty(self) -> float:
        """Coverage has no part in this search: its bound would be looser still."""
        return 0.0


def search(request: Request) -> Search:
    """The best hypothesis of all, ``proven`` if the budget sufficed; ``details`` say how far it got."""
    config = request.config
    assert isinstance(config, ExactConfig)
    first = BeamConfig(
        num_beams=config.num_beams, length_penalty_type=config.length_penalty_type,
        length_penalty=config.length_penalty, early_stopping="never", max_new_tokens=config.max_new_tokens,
    )  # fmt: skip
    bounds = yield from beam.search(dataclasses.replace(request, config=first, trace=False))
    ends = limits(request)
    tracer, outcomes = Tracer(request), []
    for sentence, bound in enumerate(bounds):
        tree = _Tree(request, config, sentence, ends[sentence], bound.hypotheses[0], tracer)
        yield from tree.search()
        outcomes.append(tree.outcome(bound.forward_calls))
    return outcomes


class _Tree:
    """The search for one sentence."""

    def __init__(
        self, request: Request, config: ExactConfig, sentence: int, limit: int, found: Hypothesis, tracer: Tracer
    ) -> None:
        self._request, self._config, self._sentence, self._limit = request, config, sentence, limit
        self._prefix, self._specials = request.sources[sentence].prefix, request.specials
        self._first, self._found, self._tracer = found, found, tracer
        self._stepper = Stepper(request)
        only = torch.tensor([sentence], device=request.device)
        self._stack = [Pending.root(request.state.select(only, only), request.specials.bos)]
        self._divisor = length_divisor(float(limit), config.length_penalty_type, config.length_penalty)
        self._rows, self._empty = 0, float("-inf")
        self._stopped = "proven"

    def search(self) -> Generator[Tick, None, None]:
        """Expands until nothing can be better, or the budget is spent."""
        start = time.perf_counter()
        while self._stack:
            if self._stepper.calls >= self._config.max_forward_calls:
                self._stopped = "calls"
                break
            if time.perf_counter() - start > self._config.max_seconds:
                self._stopped = "seconds"
                break
            block, rest = self._stack.pop().split(BLOCK, self._needed)
            if rest is not None:
                self._stack.append(rest)
            if block is not None:
                steps = self._expand(block)
                yield Tick(self._stepper.calls - 1, 1, steps)

    def outcome(self, calls: int) -> Outcome:
        """What was found, after ``calls`` of the beam search."""
        self._stack = [pending for pending in self._stack if pending.best > self._needed]
        proven = not self._stack
        reach = max((pending.best / self._divisor for pending in self._stack), default=self._found.score)
        return Outcome(
            hypotheses=(self._found,),
            steps=self._tracer.steps(self._sentence),
            forward_calls=calls + self._stepper.calls,
            proven=proven,
            details={
                "stopped_by": "proven" if proven else self._stopped,
                "upper_bound": max(reach, self._found.score),
                "expanded": self._rows,
                "beam_score": self._first.score,
                "search_error": self._found.score > self._first.score + MARGIN,
                "empty_score": self._empty,
                "empty_is_best": proven and self._found.token_ids == (self._specials.eos,),
            },
        )

    @property
    def _needed(self) -> float:
        """The log P that a beginning must be above to lead to something better."""
        return (self._found.score + MARGIN) * self._divisor

    def _expand(self, block: Pending) -> dict[int, DecodeStep]:
        device = self._request.device
        logits, total, attention, state = self._stepper(
            block.token.to(device), block.state.select(block.row.to(device))
        )
        self._stepper.check()
        log_probs = (logits - total).cpu().double()
        weights = None if attention is None else attention.cpu().numpy()
        opened = Opened(state, tuple(block.nodes()), log_probs, block.total.unsqueeze(1) + log_probs, weights)
        self._rows += len(opened.nodes)
        depth = opened.nodes[0].depth
        allowed = self._allowed(depth, log_probs.shape[1])
        before = self._needed
        if depth == 0 and allowed[self._specials.eos]:
            self._empty = self._score(float(log_probs[0, self._specials.eos]), 1)
        ends = allowed & (torch.arange(len(allowed)) == self._specials.eos) if depth + 1 < self._limit else allowed
        self._finish(opened, ends, depth + 1)
        children = opened.children(allowed & ~ends, self._needed if depth >= len(self._prefix) else float("-inf"))
        if len(children.token):
            self._stack.append(children)
        if not self._request.trace:
            return {}
        return opened.trace(self._tracer, self._sentence, ends=ends, goes_on=allowed & ~ends, needed=before)

    def _allowed(self, depth: int, width: int) -> Tensor:
        """[V], which tokens may come at this depth: the prefix's, then all but PAD and BOS."""
        allowed = torch.ones(width, dtype=torch.bool)
        if depth < len(self._prefix):
            return torch.arange(width) == self._prefix[depth]
        allowed[[token for token in (self._specials.pad, self._specials.bos) if token < width]] = False
        return allowed

    def _finish(self, opened: Opened, ends: Tensor, length: int) -> None:
        """Takes the best of the hypotheses that end here if it is better than what was found."""
        totals = opened.total.masked_fill(~ends, float("-inf"))
        best = int(totals.argmax())
        row, token = divmod(best, totals.shape[1])
        if self._score(float(totals[row, token]), length) > self._found.score + MARGIN:
            node = opened.child(row, token)
            ids, log_probs, attention = node.path()
            parts = parts_of(self._config, log_prob=sum(log_probs), length=length, adjustment=0.0, covered=0.0)
            self._found = hypothesis(self._request, Path(self._sentence, ids, log_probs, attention), parts)

    def _score(self, total: float, length: int) -> float:
        return total / length_divisor(float(length), self._config.length_penalty_type, self._config.length_penalty)


STRATEGY = Strategy(
    name="exact",
    label="Exact search",
    summary="Searches until no translation can be more probable than the best one found, or its budget is spent.",
    Config=ExactConfig,
    search=search,
)
