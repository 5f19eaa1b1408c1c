"""The live rows of a search and everything that is carried along with them, for all strategies that go on row by row.

L is the number of sentences still in the batch, each with the same number of rows: 1 before the first step, K after
it. Other letters: see ``seq2seq_core.types``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic

import torch
from torch import Tensor

from seq2seq_core.decoding.record.recorder import Recorder
from seq2seq_core.decoding.record.verdicts import Considered
from seq2seq_core.decoding.request import ConfigT, Request
from seq2seq_core.decoding.search.continuations import Appended
from seq2seq_core.decoding.search.filter_chain import FilterChain, Filtered
from seq2seq_core.decoding.search.finished import Finished
from seq2seq_core.decoding.search.history import Extension, History
from seq2seq_core.decoding.search.model_step import ModelStep, Seen
from seq2seq_core.decoding.search.spelling import BETWEEN, Spelling
from seq2seq_core.types import StateT

COMPACT_SHARE = 8
"""Finished sentences leave the batch when they are one in this many; moving the others' memory costs too."""


@dataclass(frozen=True)
class Kept:
    """What goes on when sentences leave the batch: positions [L'] of the sentences, and of their rows [N']."""

    sentences: Tensor
    rows: Tensor


class Live(Generic[StateT]):
    """Rows, states and finished hypotheses of the sentences still in the batch. False when none is left.

    sentences: [L], places in the request. done: [L, G], True = a group that will not change any more.
    limits: [L], the step at which hypotheses are cut off. finished: the finished hypotheses, G groups of them for each
    sentence. calls: [B], of the model, those of a sentence once it left the batch.
    """

    def __init__(
        self, request: Request[StateT, ConfigT], recorder: Recorder | None, *, groups: int, width: int, spare: int = 0
    ) -> None:
        count, device = len(request.sources), request.device
        self.request, self.filters = request, FilterChain(request)
        self.limits, self._shortest = torch.tensor(request.limits(), device=device), min(request.limits())
        self.sentences = torch.arange(count, device=device)
        self.done = torch.zeros(count, groups, dtype=torch.bool, device=device)
        self.finished = Finished(self.sentences, groups=groups, width=width, spare=spare)
        self.history = History(count)
        self.calls = torch.zeros(count, dtype=torch.long, device=device)
        self._calls, self._going = self.calls.clone(), torch.ones(count, dtype=torch.bool, device=device)
        self._recorder, self._model = recorder, ModelStep(request)
        self._state = request.state
        self._tokens = torch.full((count,), request.specials.bos, device=device)
        # With the start token, as in Hugging Face: of some models it is one that may be generated.
        self._generated = self._tokens.unsqueeze(1)
        self._allowed = torch.empty(0, 0, device=device)
        self._spelling, self._places = Spelling(request, device), torch.full((count,), BETWEEN, device=device)

    def __len__(self) -> int:
        """L. At 0 the search is over."""
        return len(self.sentences)

    @property
    def each(self) -> int:
        """Rows of each sentence."""
        return len(self._tokens) // len(self.sentences)

    def complete(self, token: Tensor) -> Tensor:
        """Which of these tokens [L, ...] end a hypothesis: EOS, and at the length limit every one."""
        is_eos, length = token == self.request.specials.eos, len(self.history) + 1
        if length < self._shortest:
            return is_eos
        return is_eos | (length >= self.limits).view(-1, *(1,) * (token.dim() - 1))

    @property
    def at_limit(self) -> Tensor:
        """[L], True = the steps taken are as many as there may be."""
        return len(self.history) >= self.limits

    def step(self) -> Seen[StateT]:
        """One call of the model, for all rows at once."""
        self._calls += self._going
        return self._model(self._tokens, self._state)

    def never(self, width: int) -> Tensor:
        """[V] or [N, V], -inf for the tokens that may not follow a row whatever the settings, 0 elsewhere."""
        return self._spelling.never(self._places, width)

    def allowed(self, scores: Tensor) -> Tensor:
        """Scores [N, V] with -inf for what may never follow, in memory that the next call uses again.

        Taken anew and given back with each step, its pages would go back to the system, which costs batches 20 %.
        """
        if len(self._allowed) < len(scores):
            self._allowed = torch.empty_like(scores)
        return torch.add(scores, self.never(scores.shape[1]), out=self._allowed[: len(scores)])

    def filtered(self, scores: Tensor) -> Filtered:
        """What the active filters make of each row's scores [N, V]."""
        step, history, never = len(self.history), self._generated, self.never(scores.shape[1])
        return self.filters(scores, never, step=step, sentences=self.sentences, history=history)

    def watch(self, scores: Tensor, live: Tensor) -> None:
        """See ``ModelStep.watch``."""
        self._model.watch(scores, live)

    @property
    def recorded(self) -> bool:
        """Whether somebody wants to know of the steps."""
        return self._recorder is not None

    def record(self, seen: Seen[StateT], filtered: Filtered | None, considered: Callable[[], Considered]) -> None:
        """Tells the recorder, where there is one, of this step and of how to learn what became of its continuations."""
        if self._recorder is not None:
            self._recorder.add(
                self.sentences, considered,
                log_probs=seen.log_probs, attention=seen.attention, stages=filtered.stages if filtered else {},
            )  # fmt: skip

    def go_on(self, seen: Seen[StateT], chosen: Appended) -> None:
        """The chosen continuations, [L, K], become the rows of their sentences."""
        self._tokens, self._state = chosen.token.flatten(), seen.state
        self.history.add(Extension(self.sentences, chosen.parent, chosen.token, chosen.log_prob, seen.attention))
        if chosen.row is not None:
            self._pick(chosen.row.flatten())
        self._places = self._spelling.after(self._places, self._tokens, seen.logits.shape[1])
        if self.filters.looks_back:
            self._generated = torch.cat((self._generated, self._tokens.unsqueeze(1)), 1)

    def drop_done(self) -> Kept | None:
        """Goes on without the sentences that are done, once enough of them are to pay for moving the rest.

        Returns:
            What goes on, for whoever carries more along; None where all do.

        Raises:
            CoreError: see ``ModelStep.check``.
        """
        self._going = ~self.done.all(1)
        if not self._model.due() or (keep := _survivors(self._going)) is None:
            return None
        self.calls[self.sentences] = self._calls
        each = self.each
        rows = (keep.unsqueeze(1) * each + torch.arange(each, device=keep.device)).flatten()
        self.finished.leave(keep)
        self.sentences, self.done, self.limits = self.sentences[keep], self.done[keep], self.limits[keep]
        self._calls, self._going, self._tokens = self._calls[keep], self._going[keep], self._tokens[rows]
        self._pick(rows, keep)
        return Kept(keep, rows)

    def _pick(self, rows: Tensor, sentences: Tensor | None = None) -> None:
        """What is carried along is that of these rows, [N'], of all sentences or of these."""
        self._state = self._state.select(rows, sentences)
        self._places = self._places[rows]
        if self.filters.looks_back:
            self._generated = self._generated[rows]


def _survivors(going: Tensor) -> Tensor | None:
    """Positions of the sentences to go on with, once enough of them are over to pay for moving the rest.

    Args:
        going: [L], False = finished.

    Returns:
        [L'] int64, empty when all are finished; None where it is better to carry the finished ones along.
    """
    finished = len(going) - int(going.sum())
    if finished == 0 or (finished < len(going) and finished * COMPACT_SHARE < len(going)):
        return None
    return going.nonzero().squeeze(1)
