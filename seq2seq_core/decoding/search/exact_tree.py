"""The tree of exact search: hypotheses as linked nodes, and the lists of children still to be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic

import numpy as np
import torch
from torch import Tensor

from seq2seq_core.types import FloatArray, StateT


@dataclass(frozen=True)
class Node:
    """A beginning of a hypothesis: its last token and the node before it; the root has neither.

    log_prob: of the token, under the model. total_log_prob: of the whole beginning. depth: tokens in it.
    attention: [S], while the token was chosen; None where the model has none.
    """

    parent: Node | None = None
    token: int | None = None
    log_prob: float = 0.0
    total_log_prob: float = 0.0
    depth: int = 0
    attention: FloatArray | None = None

    def path(self) -> tuple[tuple[int, ...], tuple[float, ...], FloatArray | None]:
        """Token ids, their log P, and attention [T, S]."""
        nodes, node = [], self
        while node.parent is not None:
            nodes.append(node)
            node = node.parent
        nodes.reverse()
        rows = [node.attention for node in nodes if node.attention is not None]
        ids = tuple(node.token for node in nodes if node.token is not None)
        return ids, tuple(node.log_prob for node in nodes), np.stack(rows) if rows else None


@dataclass(frozen=True)
class Block(Generic[StateT]):
    """C beginnings of one length to be opened by one call of the step function: their last tokens [C], their state.

    places: [C] on the CPU, how far the last character was spelled before these tokens, see ``Spelling``.
    """

    nodes: tuple[Node, ...]
    tokens: Tensor
    state: StateT
    places: Tensor


@dataclass(frozen=True)
class Opened(Generic[StateT]):
    """Nodes after one call of the step function: the state after it, and their children's log P.

    log_probs: [rows, V] of the tokens. total_log_probs: [rows, V] of the hypotheses. attention: [rows, S] or None.
    places: [rows], how far the last character of each is spelled.
    """

    state: StateT
    nodes: tuple[Node, ...]
    log_probs: Tensor
    total_log_probs: Tensor
    attention: FloatArray | None
    places: Tensor

    @property
    def depth(self) -> int:
        """Tokens in each of the beginnings."""
        return self.nodes[0].depth

    def child(self, row: int, token: int) -> Node:
        """One child as a node."""
        attention = None if self.attention is None else self.attention[row]
        log_prob, total = float(self.log_probs[row, token]), float(self.total_log_probs[row, token])
        return Node(self.nodes[row], token, log_prob, total, self.depth + 1, attention)

    def best_child(self, allowed: Tensor) -> Node | None:
        """The likeliest hypothesis among the children with an allowed token, [rows, V] bool; None if there is none."""
        total, row, token = (item.item() for item in self.likeliest(allowed, 1))
        return self.child(int(row), int(token)) if total > float("-inf") else None

    def likeliest(self, allowed: Tensor, count: int) -> tuple[Tensor, Tensor, Tensor]:
        """Total log P (-inf: not allowed), row and token of the ``count`` likeliest children, best first."""
        considered = self.total_log_probs.masked_fill(~allowed, float("-inf")).flatten()
        best = considered.topk(min(count, len(considered)))
        width = self.total_log_probs.shape[1]
        return best.values, best.indices // width, best.indices % width

    def children(self, allowed: Tensor, needed: float) -> Pending[StateT]:
        """The children with an allowed token and more than the log P needed, likeliest first."""
        row, token = ((self.total_log_probs > needed) & allowed).nonzero().unbind(1)
        order = self.total_log_probs[row, token].argsort(descending=True, stable=True)
        row, token = row[order], token[order]
        return Pending(self, row, token, self.total_log_probs[row, token])


@dataclass(frozen=True)
class Pending(Generic[StateT]):
    """C children of opened nodes, likeliest first, not yet expanded.

    opened: where they come from. row, token, total_log_prob: [C] on the CPU, each child's row there, its token and the
    log P of the whole.
    """

    opened: Opened[StateT]
    row: Tensor
    token: Tensor
    total_log_prob: Tensor

    @property
    def best(self) -> float:
        """log P of the likeliest."""
        return float(self.total_log_prob[0])

    def split(self, count: int, needed: float) -> tuple[Pending[StateT] | None, Pending[StateT] | None]:
        """The first ``count`` and the rest, of those above the log P needed; None for nothing."""
        viable = int((self.total_log_prob > needed).sum())
        middle = min(count, viable)
        return self._slice(0, middle), self._slice(middle, viable)

    def block(self, device: torch.device) -> Block[StateT]:
        """All of them."""
        places = zip(self.row.tolist(), self.token.tolist(), strict=True)
        nodes = tuple(self.opened.child(row, token) for row, token in places)
        state = self.opened.state.select(self.row.to(device))
        return Block(nodes, self.token.to(device), state, self.opened.places[self.row])

    def _slice(self, start: int, stop: int) -> Pending[StateT] | None:
        part = slice(start, stop)
        if start == stop:
            return None
        return Pending(self.opened, self.row[part], self.token[part], self.total_log_prob[part])
