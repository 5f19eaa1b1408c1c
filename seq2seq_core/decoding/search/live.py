"""The live rows of a search and everything that is carried along with them, for all strategies that go on row by row.

L is the number of sentences still in the batch, each with the same number of rows: 1 before the first step, K after
it. Other letters: see ``seq2seq_core.types``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic

import torch
from torch import Tensor

from seq2seq_core.decoding.record.recorder import Recorder
from seq2seq_core.decoding.record.verdicts import Considered
from seq2seq_core.decoding.request import ConfigT, Request
from seq2seq_core.decoding.search.continuations import Continuations
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
    finished: the finished hypotheses, G groups of them for each sentence.
    """

    def __init__(
        self, request: Request[StateT, ConfigT], recorder: Recorder | None, *, groups: int, width: int, spare: int = 0
    ) -> None:
        count, device = len(request.sources), request.device
        self.request, self.filters = request, FilterChain(request)
        self.limits = torch.tensor(request.limits(), device=device)
        self.sentences = torch.arange(count, device=device)
        self.done = torch.zeros(count, groups, dtype=torch.bool, device=device)
        self.finished = Finished(self.sentences, groups=groups, width=width, spare=spare)
        self.history = History(count)
        self.calls = torch.zeros(count, dtype=torch.long, device=device)
        self._recorder, self._model = recorder, ModelStep(request)
        self._state = request.state
        self._tokens = torch.full((count,), request.specials.bos, device=device)
        self._generated = torch.zeros(count, 0, dtype=torch.long, device=device)
        self._spelling, self._places = Spelling(request, device), torch.full((count,), BETWEEN, device=device)

    def __len__(self) -> int:
        """L. At 0 the search is over."""
        return len(self.sentences)

    @property
    def each(self) -> int:
        """Rows of each sentence."""
        return len(self._tokens) // len(self.sentences)

    @property
    def at_limit(self) -> Tensor:
        """[L], True = the length limit ends every hypothesis with the step being taken."""
        return len(self.history) + 1 >= self.limits[self.sentences]

    def step(self) -> Seen[StateT]:
        """One call of the model, for all rows at once."""
        self.calls[self.sentences] += ~self.done.all(1)
        return self._model(self._tokens, self._state)

    def never(self, width: int) -> Tensor:
        """[V] or [N, V], -inf for the tokens that may not follow a row whatever the settings, 0 elsewhere."""
        return self._spelling.never(self._places, width)

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

    def record(self, seen: Seen[StateT], filtered: Filtered | None, considered: Considered) -> None:
        """Tells the recorder of this step, where there is one."""
        if self._recorder is not None:
            self._recorder.add(
                self.sentences, considered,
                log_probs=seen.log_probs, attention=seen.attention, stages=filtered.stages if filtered else {},
            )  # fmt: skip

    def go_on(self, seen: Seen[StateT], chosen: Continuations) -> None:
        """The chosen continuations, [L, K], become the rows of their sentences."""
        rows, self._tokens = chosen.row.flatten(), chosen.token.flatten()
        self.history.add(Extension(self.sentences, chosen.parent, chosen.token, chosen.log_prob, seen.attention))
        self._state = seen.state.select(rows)
        self._places = self._spelling.after(self._places[rows], self._tokens, seen.logits.shape[1])
        if self.filters.looks_back:
            self._generated = torch.cat((self._generated[rows], self._tokens.unsqueeze(1)), 1)
        else:
            self._generated = self._generated.new_zeros(len(rows), 0)

    def drop_done(self) -> Kept | None:
        """Goes on without the sentences that are done, once enough of them are to pay for moving the rest.

        Returns:
            What goes on, for whoever carries more along; None where all do.

        Raises:
            CoreError: see ``ModelStep.check``.
        """
        if not self._model.due() or (keep := _survivors(self.done.all(1))) is None:
            return None
        each = self.each
        rows = (keep.unsqueeze(1) * each + torch.arange(each, device=keep.device)).flatten()
        self.finished.leave(keep)
        self._state = self._state.select(rows, keep)
        self.sentences, self.done = self.sentences[keep], self.done[keep]
        self._tokens, self._generated, self._places = self._tokens[rows], self._generated[rows], self._places[rows]
        return Kept(keep, rows)


def _survivors(over: Tensor) -> Tensor | None:
    """Positions of the sentences to go on with, once enough of them are over to pay for moving the rest.

    Args:
        over: [L], True = finished.

    Returns:
        [L'] int64, empty when all are finished; None where it is better to carry the finished ones along.
    """
    finished = int(over.sum())
    if finished == 0 or (finished < len(over) and finished * COMPACT_SHARE < len(over)):
        return None
    return (~over).nonzero().squeeze(1)
