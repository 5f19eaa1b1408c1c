"""Every hypothesis of a table model, by brute force: what the searches are held against."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from tests.decoding.tables import SPECIALS, TableModel


@dataclass(frozen=True)
class Complete:
    """One sequence that ended with EOS or at the limit."""

    token_ids: tuple[int, ...]
    log_probs: tuple[float, ...]

    @property
    def log_prob(self) -> float:
        return sum(self.log_probs)


def log_probs(model: TableModel, source: int, history: tuple[int, ...]) -> list[float]:
    """The model's log P of each next token."""
    return torch.tensor(model.logits(source, history), dtype=torch.float64).log_softmax(-1).tolist()


def forced(model: TableModel, source: int, token_ids: tuple[int, ...]) -> tuple[float, ...]:
    """log P of each token of this sequence, one after the other."""
    return tuple(log_probs(model, source, token_ids[:t])[token] for t, token in enumerate(token_ids))


def enumerate_all(model: TableModel, source: int, limit: int) -> list[Complete]:
    """Every possible sequence of at most ``limit`` tokens, likeliest first."""
    open_ones, complete = [((), ())], []
    while open_ones:
        ids, scores = open_ones.pop()
        for token, value in enumerate(log_probs(model, source, ids)):
            if value == -math.inf or token in SPECIALS.never_generated:
                continue
            grown = Complete((*ids, token), (*scores, value))
            if token == SPECIALS.eos or len(grown.token_ids) == limit:
                complete.append(grown)
            else:
                open_ones.append((grown.token_ids, grown.log_probs))
    return sorted(complete, key=lambda item: -item.log_prob)
