"""What a distribution goes through before a token is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from seq2seq_core.decoding.filters.base import REMOVED, Moment, active_filters, filters_of, setting_of
from seq2seq_core.decoding.request import AnyRequest
from seq2seq_core.types import CoreError


@dataclass(frozen=True)
class Filtered:
    """What the active filters make of the scores of N rows.

    scores: [N, V], what a token is chosen by; -inf = not to be chosen.
    stages: [N, V] each, the scores after each active filter, by its name.
    """

    scores: Tensor
    stages: Mapping[str, Tensor]


class FilterChain:
    """The filters that a request's config switches on, between two rules that always hold.

    Before them what may never be generated is removed; after them a given prefix is enforced.

    looks_back: whether an active filter needs the history of generated tokens.
    """

    def __init__(self, request: AnyRequest) -> None:
        self._active = active_filters(request.config)
        self.looks_back = any(
            each.looks_back for each in filters_of(request.config) if setting_of(each) in self._active
        )
        self._eos, self._lexicon = request.specials.eos, request.lexicon
        longest = max((len(source.prefix) for source in request.sources), default=0)
        free = [source.prefix + (-1,) * (longest - len(source.prefix)) for source in request.sources]
        self._prefix = torch.tensor(free, device=request.device).long().view(len(free), longest)
        self._prefix_lengths = torch.tensor([len(source.prefix) for source in request.sources], device=request.device)
        _check_prefixes(request)

    @property
    def active(self) -> bool:
        """Whether any filter is switched on."""
        return bool(self._active)

    def changes(self, step: int) -> bool:
        """Whether the chain does more at this step than remove what may never be generated."""
        return self.active or step < self._prefix.shape[1]

    def __call__(self, scores: Tensor, never: Tensor, *, step: int, sentences: Tensor, history: Tensor) -> Filtered:
        """The scores through every active filter.

        Args:
            scores: [N, V], logits or log-probabilities.
            never: [V] or [N, V], -inf for what may never be generated, 0 elsewhere.
            step: tokens generated so far, the prefix among them.
            sentences: [L], places in the request of the sentences whose rows these are, N / L rows each.
            history: [N, t] generated ids; t may be 0 where no filter looks back.
        """
        result = scores + never
        stages: dict[str, Tensor] = {}
        if not self.changes(step):
            return Filtered(result, stages)
        places = sentences.repeat_interleave(len(scores) // len(sentences))
        moment = Moment(history, step - self._prefix_lengths[places], self._eos, self._lexicon)
        for name, apply in self._active.items():
            result = stages[name] = apply(result, moment)
        if step < self._prefix.shape[1]:
            result = _force(result, scores, self._prefix[places, step].unsqueeze(1))
            stages.update(dict.fromkeys(list(stages)[-1:], result))
        return Filtered(result, stages)


def _force(allowed: Tensor, scores: Tensor, forced: Tensor) -> Tensor:
    """``scores`` of the forced token alone in rows that have one (``forced`` [N, 1] >= 0), ``allowed`` elsewhere."""
    ids = torch.arange(scores.shape[1], device=scores.device)
    return torch.where(forced < 0, allowed, scores.masked_fill(ids != forced, REMOVED))


def _check_prefixes(request: AnyRequest) -> None:
    for source in request.sources:
        if request.specials.eos in source.prefix[:-1]:
            raise CoreError("the prefix has an end-of-sentence token in its middle; it may only be the last")
        if set(request.specials.never_generated) & set(source.prefix):
            raise CoreError(
                "the prefix contains a padding, unknown or start token, which are never generated; leave it out"
            )
