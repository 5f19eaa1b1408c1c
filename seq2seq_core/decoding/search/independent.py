"""What the strategies share that carry each row on by itself: greedy search and sampling.

K rows for each sentence, each its own group; after the first step, which they share, a row is nobody's parent but its
own. A finished row is carried along until its whole sentence is finished, so that sentences keep the same number of
rows.
"""

from __future__ import annotations

from functools import partial
from typing import Generic

import torch
from torch import Tensor

from seq2seq_core.decoding.record.recorder import Recorder
from seq2seq_core.decoding.record.verdicts import Considered, Verdict, judged
from seq2seq_core.decoding.request import ConfigT, Request
from seq2seq_core.decoding.search.continuations import DEAD, Appended, among_all
from seq2seq_core.decoding.search.filter_chain import Filtered
from seq2seq_core.decoding.search.finished import Ended
from seq2seq_core.decoding.search.hypotheses import outcomes
from seq2seq_core.decoding.search.live import Live
from seq2seq_core.decoding.search.model_step import Seen, surely_none
from seq2seq_core.decoding.strategy import Outcome
from seq2seq_core.types import StateT


class IndependentRows(Generic[StateT]):
    """``count`` rows for each sentence. The length is the number of sentences still in the batch."""

    def __init__(self, request: Request[StateT, ConfigT], recorder: Recorder | None, *, count: int) -> None:
        self._live = Live(request, recorder, groups=count, width=1)
        self._count, self._eos = count, request.specials.eos
        self._own = torch.arange(count, device=request.device)

    def __len__(self) -> int:
        """Sentences still in the batch: at 0 the search is over."""
        return len(self._live)

    @property
    def sentences(self) -> Tensor:
        """[L], places in the request."""
        return self._live.sentences

    @property
    def steps(self) -> int:
        """Tokens generated so far."""
        return len(self._live.history)

    def step(self) -> tuple[Seen[StateT], Filtered]:
        """One call of the model for all rows, and what penalties and filters make of the logits."""
        seen = self._live.step()
        return seen, self._live.filtered(seen.logits)

    def of_each_row(self, filtered: Filtered) -> Tensor:
        """[L * K, V], what each row chooses by: at the first step all rows of a sentence by the same."""
        scores = filtered.scores
        return scores if self._live.each == self._count else scores.repeat_interleave(self._count, 0)

    def append(self, token: Tensor, seen: Seen[StateT], filtered: Filtered, verdict: Verdict) -> None:
        """Every row goes on with its token, or ends with it.

        Args:
            token: [L * K].
            verdict: what the record says of how it was chosen.
        """
        chosen, live = self._chosen(token, seen), self._live
        scores, going = self.of_each_row(filtered).gather(1, token.unsqueeze(1)).view_as(chosen.token), ~live.done
        live.watch(scores, going)
        ends = going & live.complete(chosen.token)
        if not surely_none(ends):
            live.finished.offer(self._ended(chosen, ends))
        if live.recorded:
            # What V scores a row are for is done with now; the rest waits until somebody asks.
            ranked_by = self.of_each_row(filtered).log_softmax(-1).gather(1, token.unsqueeze(1)).view_as(chosen.token)
            live.record(
                seen, filtered, partial(_considered, chosen, ends, live.done, ranked_by, self._eos, verdict)
            )  # fmt: skip
        live.go_on(seen, chosen)
        live.done = live.done | ends

    def drop_done(self) -> None:
        """Goes on without the sentences whose rows are all finished."""
        self._live.drop_done()

    def outcomes(self) -> list[Outcome]:
        """The hypothesis of every row, best log P first."""
        return outcomes(self._live, count=self._count, adjusted=False, repeats=True)

    def _chosen(self, token: Tensor, seen: Seen[StateT]) -> Appended:
        own, token = self._own.expand(len(self), self._count), token.view(len(self), self._count)
        parent = own.clamp(max=self._live.each - 1)
        row = among_all(parent, self._live.each)
        stays = self._live.each == self._count
        return Appended(parent=parent, row=None if stays else row, token=token, log_prob=seen.log_prob(row, token))

    def _ended(self, chosen: Appended, ends: Tensor) -> Ended:
        """The rows that end, [L, K]: of each group, which has one place, its one row."""
        nothing = torch.zeros_like(chosen.log_prob).unsqueeze(-1)
        return Ended(
            score=nothing.masked_fill(~ends.unsqueeze(-1), DEAD),
            search_score=nothing,
            log_prob=chosen.log_prob.unsqueeze(-1),
            sentence=self.sentences.view(-1, 1, 1).expand_as(nothing),
            step=torch.full_like(chosen.parent, self.steps).unsqueeze(-1),
            parent=chosen.parent.unsqueeze(-1),
            token=chosen.token.unsqueeze(-1),
        )


def _considered(
    chosen: Appended, ends: Tensor, done: Tensor, scores: Tensor, eos: int, how: Verdict
) -> Considered:  # fmt: skip
    """What became of each row's token, for the record."""
    own = torch.arange(ends.shape[1], device=ends.device).expand_as(chosen.parent)
    is_eos = chosen.token == eos
    verdicts = judged(
        own,
        (~ends, how),
        (ends & ~is_eos, Verdict.CUT),
        (ends & is_eos, Verdict.ENDED),
        (done, Verdict.NOT_CONSIDERED),
    )
    return Considered(chosen.parent, own.masked_fill(ends, -1), chosen.token, chosen.log_prob, scores, verdicts)
