"""What exact search knows of one sentence: the best hypothesis found, and what may still lead to a better one."""

from __future__ import annotations

from functools import partial
from typing import Generic

import torch
from torch import Tensor

from seq2seq_core.decoding.record.recorder import LENS, Recorder
from seq2seq_core.decoding.record.verdicts import Considered, Verdict, judged
from seq2seq_core.decoding.request import Request
from seq2seq_core.decoding.score import length_divisor, normalised
from seq2seq_core.decoding.search.exact_config import ExactConfig
from seq2seq_core.decoding.search.exact_tree import Block, Node, Opened, Parents, Pending
from seq2seq_core.decoding.search.history import Path
from seq2seq_core.decoding.search.hypotheses import hypothesis
from seq2seq_core.decoding.search.model_step import ModelStep
from seq2seq_core.decoding.search.spelling import BETWEEN, Spelling
from seq2seq_core.decoding.strategy import Outcome
from seq2seq_core.types import StateT

BLOCK = 16
"""Rows of one call: more cost little more time, but those that a better bound would have spared are wasted."""

MARGIN = 1e-4
"""By how much a score must be better to count as better. On a real model the same tokens, scored in two batches in
float32, were seen to differ by 1e-5: with a smaller margin the beam's own result would be found again and be called
a search error."""


class OpenTree(Generic[StateT]):
    """The beginnings of one sentence's translation: the best hypothesis found, and what may still lead to a better.

    calls: of the model, those of the beam search not counted.
    """

    def __init__(self, request: Request[StateT, ExactConfig], sentence: int, bound: Outcome) -> None:
        self._request, self._config, self._sentence = request, request.config, sentence
        self._bound, self._found = bound, bound.hypotheses[0]
        self._prefix, self._limit = request.sources[sentence].prefix, request.limits()[sentence]
        self._divisor = self._divisor_at(self._limit)
        self._model, self._spelling = ModelStep(request), Spelling(request, torch.device("cpu"))
        self._root: Block[StateT] | None = self._nothing_yet()
        self._stack: list[Pending[StateT]] = []
        self._waiting = self._recorded = 0
        self._expanded, self._empty_score = 0, float("-inf")

    @property
    def calls(self) -> int:
        """Calls of the model so far."""
        return self._model.calls

    @property
    def waiting(self) -> int:
        """Beginnings that are kept to be opened later."""
        return self._waiting

    @property
    def recorded(self) -> int:
        """Rows that were recorded."""
        return self._recorded

    @property
    def needed(self) -> float:
        """The log P that a beginning must be above to lead to something better."""
        return (self._found.score + MARGIN) * self._divisor

    def next_block(self) -> Block[StateT] | None:
        """The likeliest beginnings of one length that can still lead to something better; None when there are none."""
        if self._root is not None:
            root, self._root = self._root, None
            return root
        while self._stack:
            pending = self._stack.pop()
            self._waiting -= pending.held
            block, rest = pending.split(BLOCK, self.needed)
            if rest is not None:
                self._put(rest)
            if block is not None:
                return block.block(self._request.device)
        return None

    def expand(self, block: Block[StateT]) -> Opened[StateT]:
        """One call of the model for all beginnings of the block."""
        seen = self._model(block.tokens, block.state)
        self._model.check()
        log_probs = seen.log_probs.cpu().double()
        before = torch.tensor([node.total_log_prob for node in block.nodes], dtype=torch.double).unsqueeze(1)
        attention = None if seen.attention is None else seen.attention.cpu().numpy()
        places = self._spelling.after(block.places, block.tokens.cpu(), log_probs.shape[1])
        opened = Opened(Parents(seen.state, block.nodes, attention, places), log_probs, before + log_probs)
        self._expanded += len(block.nodes)
        ends = self._ends(opened)
        if opened.parents.depth == 0 and ends[0, self._request.specials.eos]:
            self._empty_score = float(log_probs[0, self._request.specials.eos]) / self._divisor_at(1)
        return opened

    def take_better(self, opened: Opened[StateT]) -> None:
        """Takes the best of the hypotheses that end here if it is better than what was found."""
        best = opened.best_child(self._ends(opened))
        if best and best.total_log_prob / self._divisor_at(best.depth) > self._found.score + MARGIN:
            path = Path(self._sentence, *best.path())
            self._found = hypothesis(self._request, path, partial(normalised, config=self._config))

    def grow(self, opened: Opened[StateT]) -> None:
        """Keeps the children that can still lead to something better; all where the prefix says what comes."""
        in_prefix = opened.parents.depth < len(self._prefix)
        children = opened.children(self._goes_on(opened), float("-inf") if in_prefix else self.needed)
        if len(children.token):
            self._put(children)

    def record(self, recorder: Recorder, opened: Opened[StateT], needed: float) -> None:
        """The likeliest children: which ended, which could still become better than the best found, at ``needed``."""
        self._recorded += len(opened.parents.nodes)
        ends = self._ends(opened)
        totals, row, token = opened.likeliest(ends | self._goes_on(opened), 2 * LENS)
        verdicts = judged(
            row,
            (totals > needed, Verdict.OPEN),
            (totals <= needed, Verdict.HOPELESS),
            (ends[row, token], Verdict.ENDED),
            (totals == float("-inf"), Verdict.NOT_CONSIDERED),
        )
        columns = (row, torch.full_like(row, -1), token, opened.log_probs[row, token], totals, verdicts)
        considered = Considered(*(column.unsqueeze(0) for column in columns))
        recorder.add(
            torch.tensor([self._sentence]),
            lambda: considered,
            log_probs=opened.log_probs,
            attention=None if opened.parents.attention is None else torch.from_numpy(opened.parents.attention),
            rows={self._sentence: opened.parents.nodes},
        )

    def outcome(self, stopped_by: str) -> Outcome:
        """What was found, and how far the search got."""
        still_open = [pending.best for pending in self._stack if pending.best > self.needed]
        if self._root is not None:
            still_open.append(0.0)
        found, proven = self._found, not still_open
        beam_score = self._bound.hypotheses[0].score
        return Outcome(
            hypotheses=(found,),
            forward_calls=self._bound.forward_calls + self.calls,
            proven=proven,
            details={
                "stopped_by": "proven" if proven else stopped_by,
                "upper_bound": max([found.score, *(best / self._divisor for best in still_open)]),
                "expanded": self._expanded,
                "bound_calls": self._bound.forward_calls,
                "beam_score": beam_score,
                "search_error": found.score > beam_score + MARGIN,
                "empty_score": self._empty_score,
                "empty_is_best": proven and found.token_ids == (self._request.specials.eos,),
            },
        )

    def _put(self, pending: Pending[StateT]) -> None:
        self._stack.append(pending)
        self._waiting += pending.held

    def _nothing_yet(self) -> Block[StateT]:
        """The beginning without a token."""
        device = self._request.device
        only = torch.tensor([self._sentence], device=device)
        start = torch.tensor([self._request.specials.bos], device=device)
        return Block((Node(),), start, self._request.state.select(only, only), torch.tensor([BETWEEN]))

    def _allowed(self, opened: Opened[StateT]) -> Tensor:
        """[rows, V], which tokens may come: the prefix's, then all but what may never be generated."""
        rows, width = opened.log_probs.shape
        if opened.parents.depth < len(self._prefix):
            return (torch.arange(width) == self._prefix[opened.parents.depth]).expand(rows, width)
        return (self._spelling.never(opened.parents.places, width) == 0).expand(rows, width)

    def _ends(self, opened: Opened[StateT]) -> Tensor:
        """[rows, V], with which tokens a hypothesis ends: EOS, and any at the length limit."""
        allowed = self._allowed(opened)
        if opened.parents.depth + 1 >= self._limit:
            return allowed
        return allowed & (torch.arange(allowed.shape[1]) == self._request.specials.eos)

    def _goes_on(self, opened: Opened[StateT]) -> Tensor:
        """[rows, V], with which tokens it goes on."""
        return self._allowed(opened) & ~self._ends(opened)

    def _divisor_at(self, length: int) -> float:
        return length_divisor(float(length), self._config.length_penalty_type, self._config.length_penalty)
