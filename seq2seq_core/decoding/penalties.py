"""Penalties on tokens that depend on what was generated so far; pure functions like the filters.

``scores`` [N, V] are logits where tokens are drawn or picked one by one and log-probabilities in beam search, as in
Hugging Face. ``history`` [N, t] holds the generated ids, BOS left out.
"""

from __future__ import annotations

import torch
from torch import Tensor

from seq2seq_core.decoding.filters import REMOVED


def repetition_penalty(scores: Tensor, penalty: float, history: Tensor) -> Tensor:
    """Scores of tokens generated before, divided by the penalty if positive, else multiplied by it.

    Keskar et al. 2019 (CTRL), section 4.1, whose formula divides only; a negative score divided would become likelier.
    """
    seen = scores.gather(1, history)
    return scores.scatter(1, history, torch.where(seen < 0, seen * penalty, seen / penalty))


def no_repeat_ngram(scores: Tensor, size: int, history: Tensor) -> Tensor:
    """Removes each token that would complete an n-gram already generated (Paulus, Xiong & Socher 2018, section 2.5)."""
    if history.shape[1] < size:
        return scores
    grams = history.unfold(1, size, 1)  # [N, windows, size]
    context = history[:, history.shape[1] - size + 1 :].unsqueeze(1)
    repeats = (grams[..., :-1] == context).all(-1)
    # One token may end a matching and a different window: the others write into a column beyond the vocabulary.
    width = scores.shape[1]
    tokens = torch.where(repeats, grams[..., -1], width)
    banned = torch.zeros(len(scores), width + 1, dtype=torch.bool, device=scores.device)
    return scores.masked_fill(banned.scatter(1, tokens, True)[:, :width], REMOVED)


def min_new_tokens(scores: Tensor, least: int, fresh: Tensor, eos: int) -> Tensor:
    """Removes EOS until it would be token number ``least`` or later; ``fresh`` [N] tokens follow the prefix so far."""
    early = (fresh + 1 < least).unsqueeze(1)
    is_eos = torch.arange(scores.shape[1], device=scores.device) == eos
    return scores.masked_fill(early & is_eos, REMOVED)
