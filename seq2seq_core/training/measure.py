"""The figures of a run: of the last updates, and of the validation pairs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from seq2seq_core.data.batches import Batch
from seq2seq_core.distributed import Team
from seq2seq_core.models import Model
from seq2seq_core.training.loss import sequence_loss
from seq2seq_core.training.step import StepMetrics, precision


class Window:
    """Sums since the last report, kept on the device so that adding to them waits for nothing."""

    def __init__(self) -> None:
        self.begun = self.since = time.monotonic()
        self.sums = torch.zeros(3)
        self.sound = torch.zeros((), dtype=torch.long)
        self.updates = 0

    def elapsed(self) -> float:
        """Seconds since this sitting began."""
        return time.monotonic() - self.begun

    @contextmanager
    def paused(self) -> Iterator[None]:
        """What is done meanwhile is no training: its time does not count in the pieces per second."""
        begun = time.monotonic()
        try:
            yield
        finally:
            self.since += time.monotonic() - begun

    def add(self, metrics: StepMetrics) -> None:
        """One update's figures."""
        figures = torch.stack([metrics.loss * metrics.tokens, metrics.gradient_norm, metrics.tokens])
        self.sums = self.sums.to(figures.device) + figures
        self.sound = self.sound.to(figures.device) + self.sums.isfinite().all()  # once not finite, never again
        self.updates += 1

    def broken(self) -> int:
        """How many updates ago the loss or the gradient was no number for the first time, from 1; 0: it never was.

        Waits for the device.
        """
        return self.updates - int(self.sound)

    def read(self, team: Team) -> tuple[float, float, float]:
        """Mean loss per piece, mean gradient norm, pieces per second of the whole team; starts anew."""
        loss, norm, tokens = team.stack(self.sums).sum(dim=0).tolist()
        means = loss / tokens, norm / (self.updates * team.size), tokens / (time.monotonic() - self.since)
        self.sums, self.sound, self.updates = torch.zeros(3), torch.zeros((), dtype=torch.long), 0
        self.since = time.monotonic()
        return means


@torch.no_grad()
def validation_loss(
    model: Model, batches: list[Batch], device: torch.device, team: Team, *, bf16: bool = False
) -> float:
    """Mean cross-entropy in nats per real target piece of all processes' ``batches``, no label smoothing."""
    pad = model.specials.pad
    total, tokens = torch.zeros((), device=device), torch.zeros((), device=device)
    for batch in batches:
        batch = batch.to(device)
        count = (batch.target_out != pad).sum()
        with precision(device, bf16):
            logits = model(batch.source, batch.lengths, batch.target_in)
        total += sequence_loss(logits, batch.target_out, pad=pad) * count
        tokens += count
    total, tokens = team.stack(torch.stack([total, tokens])).sum(dim=0)
    return float(total / tokens)
