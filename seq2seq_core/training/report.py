"""Events of training in words."""

from __future__ import annotations

from datetime import timedelta

from seq2seq_core.training.loop import Event, StepEvent


def describe(event: Event) -> str:
    """One line for a person."""
    spent = timedelta(seconds=round(event.seconds))
    if isinstance(event, StepEvent):
        left = timedelta(seconds=round(event.seconds / event.step * event.left))
        return (
            f"step {event.step:>6}  epoch {event.epoch + 1:>2}  loss {event.loss:.3f}  lr {event.learning_rate:.1e}  "
            f"epsilon {event.epsilon:.2f}  {event.tokens_per_second:.0f} tokens/s  {spent}, {left} left"
        )
    bleu = "" if event.bleu is None else f"  BLEU {event.bleu:.1f}"
    mark = "  best yet" if event.best else ""
    return f"validation at {event.step}: loss {event.loss:.3f}  perplexity {event.perplexity:.2f}{bleu}{mark}  {spent}"
