"""A step function in which, at some steps, attention is as a person moved it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

from torch import Tensor

from seq2seq_core.models.base import Model
from seq2seq_core.types import MovedWeight, StateT, StepFn, StepOutput


@dataclass(frozen=True)
class SteeredState(Generic[StateT]):
    """A model's state, and the step that comes next: all rows of a call are equally long."""

    inner: StateT
    step: int = 0

    def select(self, rows: Tensor, sentences: Tensor | None = None) -> SteeredState[StateT]:
        """As the model's own."""
        return SteeredState(self.inner.select(rows, sentences), self.step)


def steered(model: Model[StateT], moved: Sequence[MovedWeight]) -> StepFn[SteeredState[StateT]]:
    """The model's step function, one sentence at a time, with these weights moved; at most one of them a step."""
    by_step = {each.step: each for each in moved}

    def step(last_tokens: Tensor, state: SteeredState[StateT]) -> StepOutput[SteeredState[StateT]]:
        move = by_step.get(state.step)
        if move is None:
            output = model.step(last_tokens, state.inner)
        else:
            output = model.step_steered(last_tokens, state.inner, move.of)
        return StepOutput(output.logits, output.attention, SteeredState(output.state, state.step + 1))

    return step
