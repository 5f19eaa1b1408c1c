"""The tree of exact search: hypotheses as linked nodes, and the lists of children still to be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor

from seq2seq_core.decoding.trace import DecodeStep
from seq2seq_core.decoding.tracing import LENS, Choices, Tracer, Verdict
from seq2seq_core.types import FloatArray


@dataclass(frozen=True)
class Node:
    """A beginning of a hypothesis: its last token and the node before it; the root has neither."""

    parent: Node | None
    token: int
    log_prob: float
    total: float
    depth: int
    attention: FloatArray | None

    def path(self) -> tuple[tuple[int, ...], tuple[float, ...], FloatArray | None]:
        """Token ids, their log P, and attention [T, S]."""
        nodes, node = [], self
        while node.parent is not None:
            nodes.append(node)
            node = node.parent
        nodes.reverse()
        rows = [node.attention for node in nodes if node.attention is not None]
        ids, log_probs = tuple(node.token for node in nodes), tuple(node.log_prob for node in nodes)
        return ids, log_probs, np.stack(rows) if rows else None


@dataclass(frozen=True)
class Pending:
    """C children of the rows of one state, likeliest first, not yet expanded.

    parents: nodes of the state's rows. row, token, log_prob, total: [C] on the CPU, each child's row of the state, its
    token, that token's log P and the log P of the whole. attention: [rows, S] of the step that the tokens are from.
    """

    state: Any
    parents: tuple[Node, ...]
    row: Tensor
    token: Tensor
    log_prob: Tensor
    total: Tensor
    attention: FloatArray | None

    @classmethod
    def root(cls, state: Any, bos: int) -> Self:
        """The one beginning without tokens; the state has one row."""
        zero = torch.zeros(1, dtype=torch.double)
        return cls(state, (), torch.tensor([0]), torch.tensor([bos]), zero, zero, None)

    @property
    def best(self) -> float:
        """log P of the likeliest."""
        return float(self.total[0])

    def split(self, count: int, needed: float) -> tuple[Pending | None, Pending | None]:
        """The first ``count`` and the rest, of those above the log P needed; None for nothing."""
        viable = int((self.total > needed).sum()) if self.parents else len(self.total)
        first, rest = self._slice(0, min(count, viable)), self._slice(min(count, viable), viable)
        return first if len(first.token) else None, rest if len(rest.token) else None

    def nodes(self) -> list[Node]:
        """The children as nodes."""
        if not self.parents:
            return [Node(None, -1, 0.0, 0.0, 0, None)]
        made = []
        children = zip(self.row.tolist(), self.token.tolist(), self.log_prob.tolist(), self.total.tolist(), strict=True)
        for row, token, log_prob, total in children:
            parent, seen = self.parents[row], None if self.attention is None else self.attention[row]
            made.append(Node(parent, token, log_prob, total, parent.depth + 1, seen))
        return made

    def _slice(self, start: int, stop: int) -> Pending:
        part = slice(start, stop)
        return Pending(
            self.state, self.parents, self.row[part], self.token[part], self.log_prob[part], self.total[part],
            self.attention,
        )  # fmt: skip


@dataclass(frozen=True)
class Opened:
    """Nodes after one call of the step function: the state after it, and their children's log P.

    log_prob: [rows, V] of the tokens. total: [rows, V] of the hypotheses. attention: [rows, S] or None.
    """

    state: Any
    nodes: tuple[Node, ...]
    log_prob: Tensor
    total: Tensor
    attention: FloatArray | None

    def child(self, row: int, token: int) -> Node:
        """One child as a node."""
        attention = None if self.attention is None else self.attention[row]
        log_prob, total = float(self.log_prob[row, token]), float(self.total[row, token])
        return Node(self.nodes[row], token, log_prob, total, self.nodes[row].depth + 1, attention)

    def children(self, allowed: Tensor, needed: float) -> Pending:
        """The children with an allowed token and more than the log P needed, likeliest first."""
        row, token = ((self.total > needed) & allowed).nonzero().unbind(1)
        order = self.total[row, token].argsort(descending=True, stable=True)
        row, token = row[order], token[order]
        return Pending(
            self.state, self.nodes, row, token, self.log_prob[row, token], self.total[row, token], self.attention
        )

    def trace(
        self, tracer: Tracer, sentence: int, *, ends: Tensor, goes_on: Tensor, needed: float
    ) -> dict[int, DecodeStep]:
        """The likeliest children: which ended, which can still become better than the best found."""
        considered = self.total.masked_fill(~(ends | goes_on), float("-inf")).flatten()
        best = considered.topk(min(2 * LENS, len(considered)))
        row, token = best.indices // self.total.shape[1], best.indices % self.total.shape[1]
        code = torch.where(best.values > needed, Verdict.OPEN.code, Verdict.HOPELESS.code)
        code = torch.where(ends[token], Verdict.ENDED.code, code)
        code = code.masked_fill(best.values == float("-inf"), Verdict.NONE.code).unsqueeze(0)
        log_prob = self.log_prob[row, token].unsqueeze(0)
        what = Choices(
            row.unsqueeze(0), torch.full_like(code, -1), token.unsqueeze(0), log_prob, best.values.unsqueeze(0), code
        )
        tracer.place(sentence, [(*node.path()[:1], node.total) for node in self.nodes])
        attention = None if self.attention is None else torch.from_numpy(self.attention)
        return tracer.add((), torch.tensor([sentence]), [self.log_prob], attention, what)
