"""Filters on the next token's distribution: pure functions of logits that fill with -inf and never change their input.

Each takes logits [N, V], in which -inf marks what an earlier filter took away, and leaves at least one token.
Letters for shapes: see ``seq2seq_core.types``.
"""

from __future__ import annotations

import torch
from torch import Tensor

REMOVED = float("-inf")


def temperature(logits: Tensor, value: float) -> Tensor:
    """logits / T: below 1 sharpens the distribution, above 1 flattens it (Ackley, Hinton & Sejnowski 1985)."""
    return logits / value


def top_k(logits: Tensor, k: int) -> Tensor:
    """Keeps the k likeliest tokens, and whatever ties with the last of them (Fan, Lewis & Dauphin 2018)."""
    kth = logits.topk(min(k, logits.shape[-1])).values[..., -1:]
    return logits.masked_fill(logits < kth, REMOVED)


def top_p(logits: Tensor, p: float) -> Tensor:
    """Keeps the smallest set of likeliest tokens whose probabilities reach p (Holtzman et al. 2020, eq. 2)."""
    probabilities, order = logits.softmax(-1).sort(descending=True, stable=True)
    before = probabilities.cumsum(-1) - probabilities
    outside = before >= p
    outside[..., 0] = False
    return logits.masked_fill(_unsort(outside, order), REMOVED)


def min_p(logits: Tensor, share: float) -> Tensor:
    """Keeps tokens at least ``share`` as likely as the likeliest (Nguyen et al. 2024)."""
    probabilities = logits.softmax(-1)
    return logits.masked_fill(probabilities < share * probabilities.amax(-1, keepdim=True), REMOVED)


def typical_p(logits: Tensor, p: float) -> Tensor:
    """Keeps the smallest set, of total p, whose surprise is nearest to the entropy (Meister et al. 2023, eq. 8)."""
    log_probs = logits.log_softmax(-1)
    probabilities = log_probs.exp()
    entropy = -(probabilities * log_probs).nansum(-1, keepdim=True)
    order = (-log_probs - entropy).abs().argsort(stable=True)
    ordered = probabilities.gather(-1, order)
    outside = ordered.cumsum(-1) - ordered >= p
    outside[..., 0] = False
    return logits.masked_fill(_unsort(outside, order), REMOVED)


def epsilon_cutoff(logits: Tensor, epsilon: float) -> Tensor:
    """Keeps tokens of probability epsilon or more, and always the likeliest (Hewitt, Manning & Liang 2022)."""
    probabilities = logits.softmax(-1)
    unlikely = (probabilities < epsilon) & (logits < logits.amax(-1, keepdim=True))
    return logits.masked_fill(unlikely, REMOVED)


def _unsort(flags: Tensor, order: Tensor) -> Tensor:
    """``flags``, given in sorted ``order``, back in the order of the vocabulary."""
    return torch.zeros_like(flags).scatter(-1, order, flags)
