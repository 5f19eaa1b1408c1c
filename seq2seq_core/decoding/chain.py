"""The one ordered list of what a distribution goes through before a token is chosen, and its application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from seq2seq_core.decoding import filters, penalties
from seq2seq_core.decoding.base import Request
from seq2seq_core.types import CoreError


@dataclass(frozen=True)
class Moment:
    """What penalties may look at. history: [N, t] generated ids. fresh: [N] tokens after the prefix. eos: its id."""

    history: Tensor
    fresh: Tensor
    eos: int


@dataclass(frozen=True)
class Stage:
    """One penalty or filter, named like the config field that sets it; off where the field has the neutral value."""

    name: str
    neutral: Any
    apply: Callable[[Tensor, Any, Moment], Tensor]


STAGES = (
    Stage("repetition_penalty", 1.0, lambda scores, value, at: penalties.repetition_penalty(scores, value, at.history)),
    Stage("no_repeat_ngram_size", 0, lambda scores, value, at: penalties.no_repeat_ngram(scores, value, at.history)),
    Stage("min_new_tokens", 0, lambda scores, value, at: penalties.min_new_tokens(scores, value, at.fresh, at.eos)),
    Stage("temperature", 1.0, lambda scores, value, at: filters.temperature(scores, value)),
    Stage("top_k", 0, lambda scores, value, at: filters.top_k(scores, value)),
    Stage("top_p", 1.0, lambda scores, value, at: filters.top_p(scores, value)),
    Stage("min_p", 0.0, lambda scores, value, at: filters.min_p(scores, value)),
    Stage("typical_p", 1.0, lambda scores, value, at: filters.typical_p(scores, value)),
    Stage("epsilon_cutoff", 0.0, lambda scores, value, at: filters.epsilon_cutoff(scores, value)),
)
"""In the order of application, that of Hugging Face; the app draws it."""


class Chain:
    """The stages that a request's config switches on, between two rules that always hold.

    Before them PAD and BOS are removed, which are never generated; after them a given prefix is enforced.
    """

    def __init__(self, request: Request) -> None:
        chosen = [(stage, getattr(request.config, stage.name, stage.neutral)) for stage in STAGES]
        self._active = [(stage, value) for stage, value in chosen if value != stage.neutral]
        self._specials = request.specials
        self._device = request.device
        self._never: Tensor | None = None
        longest = max((len(source.prefix) for source in request.sources), default=0)
        free = [source.prefix + (-1,) * (longest - len(source.prefix)) for source in request.sources]
        self._prefix = torch.tensor(free, device=request.device).long().view(len(free), longest)
        self._prefix_lengths = torch.tensor([len(source.prefix) for source in request.sources], device=request.device)
        _check_prefixes(request)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the active stages, in order."""
        return tuple(stage.name for stage, _ in self._active)

    @property
    def looks_back(self) -> bool:
        """Whether a stage needs the history of generated tokens."""
        return bool({"repetition_penalty", "no_repeat_ngram_size"} & set(self.names))

    def is_plain(self, step: int) -> bool:
        """Whether the chain removes PAD and BOS and does nothing else at this step."""
        return not self._active and step >= self._prefix.shape[1]

    def never(self, width: int) -> Tensor:
        """[V], -inf for the tokens that are never generated, 0 elsewhere: a bias to add."""
        if self._never is None:
            banned = [token for token in (self._specials.pad, self._specials.bos) if token < width]
            self._never = torch.zeros(width, device=self._device)
            self._never[banned] = filters.REMOVED
        return self._never

    def trail(self, scores: Tensor, *, step: int, sentences: Tensor, history: Tensor) -> list[Tensor]:
        """The scores after each active stage, one tensor each; the last is what a token is chosen by.

        Args:
            scores: [N, V], logits or log-probabilities.
            step: tokens generated so far, the prefix among them.
            sentences: [B'] places in the request of the sentences whose rows these are, N / B' rows each.
            history: [N, t] generated ids; t may be 0 where no stage looks back.
        """
        places = sentences.repeat_interleave(len(scores) // len(sentences))
        moment = Moment(history, step - self._prefix_lengths[places], self._specials.eos)
        results = [scores + self.never(scores.shape[1])]
        for stage, value in self._active:
            results.append(stage.apply(results[-1], value, moment))
        if step < self._prefix.shape[1]:
            results.append(_force(results.pop(), scores, self._prefix[places, step].unsqueeze(1)))
        return results[1:] if len(results) > 1 else results

    def __call__(self, scores: Tensor, *, step: int, sentences: Tensor, history: Tensor) -> Tensor:
        """What a token is chosen by, [N, V]; arguments as for ``trail``."""
        return self.trail(scores, step=step, sentences=sentences, history=history)[-1]


def _force(allowed: Tensor, scores: Tensor, forced: Tensor) -> Tensor:
    """``scores`` of the forced token alone in rows that have one (``forced`` [N, 1] >= 0), ``allowed`` elsewhere."""
    ids = torch.arange(scores.shape[1], device=scores.device)
    return torch.where(forced < 0, allowed, scores.masked_fill(ids != forced, filters.REMOVED))


def _check_prefixes(request: Request) -> None:
    for source in request.sources:
        if request.specials.eos in source.prefix[:-1]:
            raise CoreError("the prefix has an end-of-sentence token in its middle; it may only be the last")
        if {request.specials.pad, request.specials.bos} & set(source.prefix):
            raise CoreError("the prefix contains a padding or start token, which are never generated; leave it out")
