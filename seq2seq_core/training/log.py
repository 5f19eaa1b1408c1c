"""What a run leaves to look at: log.jsonl, and TensorBoard's event files where tensorboard is installed."""

from __future__ import annotations

import dataclasses
import json
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from seq2seq_core.config import is_of
from seq2seq_core.files import replacing, writing
from seq2seq_core.training.events import Event, StepEvent, ValidationEvent

try:
    from torch.utils.tensorboard import SummaryWriter
except ImportError:  # where only training's own needs are installed
    HAS_TENSORBOARD = False
else:
    HAS_TENSORBOARD = True


class RunLog:
    """Writes the events of a run. What a killed run logged after the state it goes on from is taken out first."""

    def __init__(self, folder: Path, step: int) -> None:
        """
        Args:
            folder: of the run.
            step: updates done before this sitting; 0 for a fresh run.
        """
        self._folder, path = folder, folder / "log.jsonl"
        with writing(folder):
            _end_at(path, step)
            self._lines = path.open("a", encoding="utf-8")
            self._board = SummaryWriter(str(folder / "tensorboard"), purge_step=step + 1) if HAS_TENSORBOARD else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with writing(self._folder) if error is None else suppress(OSError):  # what came first is what is to be said
            self._lines.close()
            if self._board:
                self._board.close()

    def add(self, event: Event) -> None:
        """Writes one event.

        Raises:
            CoreError: it cannot be written.
        """
        with writing(self._folder):
            self._add(event)

    def _add(self, event: Event) -> None:
        kind = "step" if isinstance(event, StepEvent) else "validation"
        self._lines.write(json.dumps({"event": kind, **dataclasses.asdict(event)}, ensure_ascii=False) + "\n")
        self._lines.flush()
        if self._board is None:
            return
        for name, value in _scalars(event).items():
            self._board.add_scalar(name, value, event.step)
        if isinstance(event, ValidationEvent):
            for number, sample in enumerate(event.samples, start=1):
                # Indented: to Markdown that is text as it stands.
                text = f"    {sample.source}\n    {sample.reference}\n    {sample.translation}"
                self._board.add_text(f"translations/{number}", text, event.step)
            self._board.flush()


def read_log(folder: Path) -> list[dict[str, Any]]:
    """The events that log.jsonl holds, those of earlier sittings included."""
    try:
        text = (folder / "log.jsonl").read_text(encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return []
    return [event for line in text.splitlines() if (event := _event(line))]


def _end_at(path: Path, step: int) -> None:
    """Takes out the events after ``step``, and what is none: a line that was being written when the run was killed."""
    if not path.exists():
        return
    with (
        path.open(encoding="utf-8", errors="surrogateescape", newline="\n") as old,
        replacing(path) as unfinished,
        unfinished.open("w", encoding="utf-8", errors="surrogateescape", newline="\n") as new,
    ):
        new.writelines(line for line in old if line.endswith("\n") and _event(line).get("step", step + 1) <= step)


def _event(line: str) -> dict[str, Any]:
    """What a line says; nothing where it is no event."""
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    whole = isinstance(event, dict) and is_of(int, event.get("step")) and is_of(float, event.get("loss"))
    return event if whole else {}


def _scalars(event: Event) -> dict[str, float]:
    if isinstance(event, StepEvent):
        return {
            "loss/training": event.loss,
            "training/gradient norm": event.gradient_norm,
            "training/learning rate": event.learning_rate,
            "training/teacher forcing": event.epsilon,
            "training/pieces a second": event.tokens_per_second,
        }
    scores = {"BLEU": event.bleu, "exact": event.exact, "character errors": event.character_errors}
    known = {f"validation/{name}": value for name, value in scores.items() if value is not None}
    return {"loss/validation": event.loss, "validation/perplexity": event.perplexity, **known}
