"""What a filter is: a setting, and what it does to the scores of the next token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial
from typing import ClassVar

import torch
from torch import Tensor

from seq2seq_core.decoding.config import Config
from seq2seq_core.decoding.phrases import Lexicon

REMOVED = float("-inf")
"""Score of a token that a filter took away."""


@dataclass(frozen=True)
class Moment:
    """What a filter may look at. history: [N, t] generated ids. fresh: [N] tokens after the prefix. eos: its id.
    lexicon: how texts are written in ids, where that is known."""

    history: Tensor
    fresh: Tensor
    eos: int
    lexicon: Lexicon | None = None


@dataclass(frozen=True, kw_only=True)
class Filter(Config):
    """A config of one field, off at the field's default; a strategy's config inherits from the filters it heeds.

    ``scores`` [N, V] are logits where tokens are drawn or picked one by one and log-probabilities in beam search, as in
    Hugging Face; -inf marks what an earlier filter took away. A filter fills with -inf, never changes its input, and
    leaves at least one token where it shapes a distribution to draw from.
    """

    looks_back: ClassVar[bool] = False
    """Whether it needs ``Moment.history``."""

    def apply(self, scores: Tensor, moment: Moment) -> Tensor:
        """The scores [N, V] after this filter."""
        raise NotImplementedError


def filters_of(config: Config | type[Config]) -> tuple[type[Filter], ...]:
    """The filters that a config heeds, in the order of application."""
    kind = config if isinstance(config, type) else type(config)
    return tuple(base for base in reversed(kind.__mro__) if Filter in base.__bases__)


def setting_of(filter: type[Filter]) -> str:
    """The name of a filter: that of its one field."""
    common = {field.name for field in fields(Filter)}
    return next(field.name for field in fields(filter) if field.name not in common)


def active_filters(config: Config) -> dict[str, Callable[[Tensor, Moment], Tensor]]:
    """What each filter does that the config switches on, by its name, in the order of application."""
    if not isinstance(config, Filter):
        return {}
    named = {setting_of(each): each for each in filters_of(config)}
    return {
        name: partial(each.apply, config)
        for name, each in named.items()
        if getattr(config, name) != each.__dataclass_fields__[name].default
    }


def unsorted(flags: Tensor, order: Tensor) -> Tensor:
    """``flags`` [N, V], given in sorted ``order``, back in the order of the vocabulary."""
    return torch.zeros_like(flags).scatter(-1, order, flags)
