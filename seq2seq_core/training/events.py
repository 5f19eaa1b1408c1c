"""What a run has to say while it trains."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StepEvent:
    """The updates since the last one.

    loss: mean nats per piece, label smoothing included. epsilon: the teacher-forcing ratio. left: steps to go.
    """

    step: int
    epoch: int
    loss: float
    gradient_norm: float
    learning_rate: float
    epsilon: float
    tokens_per_second: float
    seconds: float
    left: int


@dataclass(frozen=True)
class Sample:
    """A validation sentence, its reference, and what the model says now."""

    source: str
    reference: str
    translation: str


@dataclass(frozen=True)
class Translations:
    """What greedy translations of validation sentences show: their scores, and some of them to read.

    bleu: None where references are single words. exact: per cent that are the reference. character_errors: edits for
    each hundred characters.
    """

    bleu: float | None
    exact: float
    character_errors: float
    samples: tuple[Sample, ...]


@dataclass(frozen=True)
class ValidationEvent:
    """A look at the validation pairs, with the averaged weights or the raw ones, whichever have the lower loss.

    loss: nats per piece without label smoothing; perplexity is its exponential. bleu: greedy, None where not asked for,
    or where references are single words. exact, character_errors: as in ``Translations``; None where not asked for.
    samples: a few validation sentences as the model translates them now. weights: average or raw.
    """

    step: int
    epoch: int
    loss: float
    perplexity: float
    bleu: float | None
    best: bool
    seconds: float
    samples: tuple[Sample, ...] = ()
    weights: str = "average"
    exact: float | None = None
    character_errors: float | None = None


Event = StepEvent | ValidationEvent
