"""The live rows of a search that lets hypotheses branch, and everything that is carried along with them.

Shared by beam search, diverse beam search and stochastic beam search. L is the number of sentences still in the batch,
each with the same number of rows: 1 before the first step, K after it. Other letters: see ``seq2seq_core.types``.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from seq2seq_core.decoding.base import Request, Tick
from seq2seq_core.decoding.chain import Chain
from seq2seq_core.decoding.history import History, Step
from seq2seq_core.decoding.pool import Pool
from seq2seq_core.decoding.stepping import Stepper, limits_of, survivors
from seq2seq_core.decoding.trace import DecodeStep
from seq2seq_core.decoding.tracing import Choices, Tracer


@dataclass(frozen=True)
class Seen:
    """What one call of the step function said: logits [N, V], their logsumexp [N, 1], attention [N, S] or None."""

    logits: Tensor
    total: Tensor
    attention: Tensor | None
    state: Any

    @property
    def log_probs(self) -> Tensor:
        """[N, V], under the model."""
        return self.logits - self.total


@dataclass(frozen=True)
class Chosen:
    """The rows after a step, [L, K] each: the row of the sentence and of all N that each continues, and with what."""

    row: Tensor
    flat: Tensor
    token: Tensor
    log_prob: Tensor


class Frontier:
    """Rows, states and finished hypotheses of all sentences; what a strategy adds is carried in ``rows``.

    rows: tensors [N, ...] by name, reordered with the rows and dropped with their sentences.
    pool: finished hypotheses of the L sentences. done: [L, G], True = a group that will not change any more.
    """

    def __init__(self, request: Request, *, groups: int, width: int) -> None:
        count, device = len(request.sources), request.device
        self.request, self.limits = request, limits_of(request)
        self.chain, self.history, self.tracer = Chain(request), History(count), Tracer(request)
        self.sentences = torch.arange(count, device=device)
        self.calls = torch.zeros(count, dtype=torch.long, device=device)
        self.done = torch.zeros(count, groups, dtype=torch.bool, device=device)
        self.pool = Pool.empty(self.sentences, groups, width)
        self.rows: dict[str, Tensor] = {}
        self._stepper = Stepper(request)
        self._retired: list[Pool] = []
        self._state: Any = request.state
        self._tokens = torch.full((count,), request.specials.bos, device=device)
        self._generated = torch.zeros(count, 0, dtype=torch.long, device=device)

    @property
    def last(self) -> Tensor:
        """[L], True = the length limit ends every hypothesis with the step being taken."""
        return len(self.history) + 1 >= self.limits[self.sentences]

    def see(self) -> Seen:
        """One call of the step function."""
        self.calls[self.sentences] += ~self.done.all(1)
        return Seen(*self._stepper(self._tokens, self._state))

    def trail(self, scores: Tensor) -> list[Tensor]:
        """``Chain.trail`` at this step."""
        step, history = len(self.history), self._generated
        return self.chain.trail(scores, step=step, sentences=self.sentences, history=history)

    def watch(self, scores: Tensor, live: Tensor) -> None:
        """``Stepper.watch``: scores of what was chosen, and which of them matter."""
        self._stepper.watch(scores, live)

    def flat(self, row: Tensor, rows: int) -> Tensor:
        """Rows of their sentences, [L, ...] with ``rows`` of them to each, as rows among all N."""
        first = torch.arange(len(row), device=row.device) * rows
        return row + first.view(-1, *(1,) * (row.dim() - 1))

    def show(self, stages: list[Tensor], seen: Seen, what: Choices) -> dict[int, DecodeStep]:
        """The trace of this step; ``stages`` after the model's own distribution."""
        names = self.chain.names
        return self.tracer.add(
            names, self.sentences, [seen.log_probs, *stages[: len(names)]], seen.attention, what.flatten()
        )

    def advance(self, seen: Seen, chosen: Chosen, **rows: Tensor) -> None:
        """Goes on with the chosen rows; ``rows`` [N, ...] are new and already in their order."""
        flat, tokens = chosen.flat.flatten(), chosen.token.flatten()
        self.history.add(Step(self.sentences, chosen.row, chosen.token, chosen.log_prob, seen.attention))
        self._state, self._tokens = seen.state.select(flat), tokens
        if self.chain.looks_back:
            self._generated = torch.cat((self._generated[flat], tokens.unsqueeze(1)), 1)
        else:
            self._generated = self._generated.new_zeros(len(flat), 0)
        self.rows = {name: rows[name] if name in rows else old[flat] for name, old in {**rows, **self.rows}.items()}

    def search(self, step: Callable[[], dict[int, DecodeStep]]) -> Generator[Tick, None, None]:
        """Takes steps until every sentence is done; the pool then holds all that was finished, tensors [H]."""
        while live := len(self.sentences):
            steps = step()
            yield Tick(len(self.history) - 1, live, steps)
            if self._stepper.due() and (keep := survivors(self.done.all(1))) is not None:
                self._compact(keep)
        self._stepper.check()
        self.pool = Pool.gather(self._retired)

    def _compact(self, keep: Tensor) -> None:
        """Goes on with the sentences at these positions only."""
        each = len(self._tokens) // len(self.sentences)
        rows = (keep.unsqueeze(1) * each + torch.arange(each, device=keep.device)).flatten()
        gone = torch.ones_like(self.sentences, dtype=torch.bool).index_fill(0, keep, False)
        self._retired.append(self.pool.select(gone))
        self.pool, self._state = self.pool.select(keep), self._state.select(rows, keep)
        self.sentences, self.done = self.sentences[keep], self.done[keep]
        self._tokens, self._generated = self._tokens[rows], self._generated[rows]
        self.rows = {name: tensor[rows] for name, tensor in self.rows.items()}
