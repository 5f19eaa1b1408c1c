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
class Parents(Generic[StateT]):
    """Nodes after one call of the step function, and what their children need of them.

    state: after the call. attention: [rows, S] or None. places: [rows], how far the last character of each is spelled.
    """

    state: StateT
    nodes: tuple[Node, ...]
    attention: FloatArray | None
    places: Tensor

    @property
    def depth(self) -> int:
        """Tokens in each of the beginnings."""
        return self.nodes[0].depth

    def child(self, row: int, token: int, log_prob: float, total_log_prob: float) -> Node:
        """One child as a node."""
        attention = None if self.attention is None else self.attention[row]
        return Node(self.nodes[row], token, log_prob, total_log_prob, self.depth + 1, attention)


@dataclass(frozen=True)
class Opened(Generic[StateT]):
    """Nodes after one call of the step function, and the log P of all their children.

    log_probs: [rows, V] of the tokens. total_log_probs: [rows, V] of the hypotheses.
    """

    parents: Parents[StateT]
    log_probs: Tensor
    total_log_probs: Tensor

    def best_child(self, allowed: Tensor) -> Node | None:
        """The likeliest hypothesis among the children with an allowed token, [rows, V] bool; None if there is none."""
        total, row, token = (item.tolist()[0] for item in self.likeliest(allowed, 1))
        if total == float("-inf"):
            return None
        return self.parents.child(row, token, float(self.log_probs[row, token]), total)

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
        return Pending(self.parents, row, token, self.log_probs[row, token], self.total_log_probs[row, token])


@dataclass(frozen=True)
class Pending(Generic[StateT]):
    """C children of opened nodes, likeliest first, not yet expanded.

    parents: where they come from; not all that was seen there, which is far more than what is still needed. row, token,
    log_prob, total_log_prob: [C] on the CPU, each child's row there, its token, the log P of it and of the whole.
    """

    parents: Parents[StateT]
    row: Tensor
    token: Tensor
    log_prob: Tensor
    total_log_prob: Tensor

    @property
    def held(self) -> int:
        """How many children it takes memory for: those split off are slices, which hold on to all."""
        return self.row.untyped_storage().nbytes() // self.row.element_size()

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
        columns = (self.row, self.token, self.log_prob, self.total_log_prob)
        nodes = tuple(self.parents.child(*child) for child in zip(*(each.tolist() for each in columns), strict=True))
        state = self.parents.state.select(self.row.to(device))
        return Block(nodes, self.token.to(device), state, self.parents.places[self.row])

    def _slice(self, start: int, stop: int) -> Pending[StateT] | None:
        part = slice(start, stop)
        if start == stop:
            return None
        columns = (self.row, self.token, self.log_prob, self.total_log_prob)
        return Pending(self.parents, *(each[part] for each in columns))
