"""Several models as one: the mean of what they say of the next piece."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from seq2seq_core.models.base import Model
from seq2seq_core.types import CoreError, StepOutput


@dataclass(frozen=True)
class EnsembleState:
    """The members' states, in their order."""

    members: tuple[Any, ...]

    def select(self, rows: Tensor, sentences: Tensor | None = None) -> EnsembleState:
        """Each member's state with row i continuing ``rows[i]``."""
        return EnsembleState(tuple(state.select(rows, sentences) for state in self.members))


class Ensemble(Model[EnsembleState]):
    """Decodes like one model: probabilities and attention are the members' means.

    Members may differ in everything but the vocabulary. Not for training.
    """

    def __init__(self, members: Sequence[Model[Any]]) -> None:
        """
        Raises:
            CoreError: the members' vocabularies are not of one size.
        """
        super().__init__(members[0].config, members[0].specials)
        if len({member.config.vocab_size for member in members}) != 1:
            raise CoreError("models of several vocabularies cannot speak together; name some with the same tokenizer")
        self.members = nn.ModuleList(members)  # so that they move to a device
        self._members = tuple(members)

    @property
    def has_attention(self) -> bool:
        """Whether any member has."""
        return any(member.has_attention for member in self._members)

    @property
    def bytes_a_step(self) -> int:
        """Those of all members."""
        return sum(member.bytes_a_step for member in self._members)

    def start(self, source: Tensor, lengths: Tensor) -> EnsembleState:
        """As ``Model.start``."""
        return EnsembleState(tuple(member.start(source, lengths) for member in self._members))

    def step(self, last_tokens: Tensor, state: EnsembleState) -> StepOutput[EnsembleState]:
        """As ``Model.step``; the logits are logarithms of the mean probabilities."""
        outputs = [member.step(last_tokens, part) for member, part in zip(self._members, state.members, strict=True)]
        log_probs = torch.stack([output.logits.float().log_softmax(dim=-1) for output in outputs])
        attentions = [output.attention for output in outputs if output.attention is not None]
        return StepOutput(
            logits=log_probs.logsumexp(dim=0) - math.log(len(outputs)),
            attention=torch.stack(attentions).mean(dim=0) if attentions else None,
            state=EnsembleState(tuple(output.state for output in outputs)),
        )
