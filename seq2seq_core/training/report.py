"""Events of training in words, with what the model says now and the curve so far."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

from seq2seq_core.text.characters import printable
from seq2seq_core.training.events import Event, Sample, StepEvent, ValidationEvent
from seq2seq_core.training.log import HAS_TENSORBOARD, read_log

try:
    import plotext
except ImportError:  # where only training's own needs are installed
    plotext = None

CURVE_EVERY = 30.0
"""Seconds between two curves on a terminal."""

CURVE_SIZE = 72, 11


class Reporter:
    """What a person reads while a run goes on."""

    def __init__(self, folder: Path, *, live: bool) -> None:
        """
        Args:
            folder: of the run; what earlier sittings logged there belongs to the curve.
            live: draw the curve again and again, for who watches.
        """
        self._folder, self._live = folder, live
        self._drawn = time.monotonic()

    def describe(self, event: Event) -> str:
        """A line; for a validation also sample translations and, from time to time, the curve."""
        text = describe(event)
        if self._live and isinstance(event, ValidationEvent) and time.monotonic() - self._drawn > CURVE_EVERY:
            self._drawn = time.monotonic()
            text = f"{text}\n{self.curve()}".rstrip()
        return text

    def ending(self) -> str:
        """The whole curve, and what one can do now."""
        checkpoint, board = self._folder / "checkpoint", self._folder / "tensorboard"
        curves = f"tensorboard --logdir {board}" if HAS_TENSORBOARD else "need pip install tensorboard before training"
        return (
            f"{self.curve()}\n"
            f"all curves      {curves}\n"
            f"in the app      python app.py --checkpoints {checkpoint}\n"
            f"best weights    {checkpoint}"
        ).lstrip("\n")

    def curve(self) -> str:
        """The validation loss over all updates; empty with fewer than two points, and without plotext."""
        points = [(e["step"], e["loss"]) for e in read_log(self._folder) if e.get("event") == "validation"]
        if plotext is None or len(points) < 2:
            return ""
        steps, losses = zip(*points, strict=True)
        plotext.clear_figure()
        plotext.theme("clear")
        plotext.plot_size(*CURVE_SIZE)
        plotext.title("validation loss, nats a piece, by updates")
        plotext.plot(steps, losses, marker="braille")
        ticks = sorted({steps[0], steps[len(steps) // 2], steps[-1]})
        plotext.xticks(ticks, [f"{step:,}" for step in ticks])
        return str(plotext.uncolorize(plotext.build()))


def describe(event: Event) -> str:
    """An event for a person: one line, and three for each sample translation."""
    spent = timedelta(seconds=round(event.seconds))
    if isinstance(event, StepEvent):
        left = timedelta(seconds=round(event.seconds / event.step * event.left))
        return (
            f"step {event.step:>6}  epoch {event.epoch + 1:>2}  loss {event.loss:.3f}  lr {event.learning_rate:.1e}  "
            f"epsilon {event.epsilon:.2f}  {event.tokens_per_second:.0f} tokens/s  {spent}, {left} left"
        )
    scores = "" if event.bleu is None else f"  BLEU {event.bleu:.1f}"
    scores += "" if event.exact is None else f"  exact {event.exact:.1f}%"
    if event.bleu is None and event.character_errors is not None:
        scores += f"  character errors {event.character_errors:.1f}%"
    mark = f"  best yet{' (raw weights)' if event.weights == 'raw' else ''}" if event.best else ""
    line = (
        f"validation at {event.step}: loss {event.loss:.3f}  perplexity {event.perplexity:.2f}{scores}{mark}  {spent}"
    )
    return "\n".join([line, *(_sample(sample) for sample in event.samples)])


def _sample(sample: Sample) -> str:
    return (
        f"    source     {printable(sample.source)}\n"
        f"    reference  {printable(sample.reference)}\n"
        f"    model      {printable(sample.translation)}"
    )
