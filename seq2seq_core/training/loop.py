"""The training loop: a generator of events, which the command line prints and the log keeps."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from seq2seq_core.data.batches import Batch, Pair, make_batch, plan_batches
from seq2seq_core.models import Seq2Seq, sequence_loss
from seq2seq_core.training.recipe import TrainingConfig
from seq2seq_core.training.schedules import learning_rate_factor
from seq2seq_core.training.state import Progress, load_state, save_state
from seq2seq_core.training.step import StepMetrics, train_step

STATE = "state.safetensors"
REPORT_EVERY = 50


@dataclass(frozen=True)
class StepEvent:
    """The last ``REPORT_EVERY`` updates.

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
    """What greedy translations of validation sentences show: their BLEU, and some of them to read."""

    bleu: float
    samples: tuple[Sample, ...]


@dataclass(frozen=True)
class ValidationEvent:
    """A look at the validation pairs, with averaged weights.

    loss: nats per piece without label smoothing; perplexity is its exponential. bleu: greedy, None where not asked for.
    samples: a few validation sentences as the model translates them now.
    """

    step: int
    epoch: int
    loss: float
    perplexity: float
    bleu: float | None
    best: bool
    seconds: float
    samples: tuple[Sample, ...] = ()


Event = StepEvent | ValidationEvent


class Trainer:
    """One run. ``run`` may be left at any event; ``stop`` ends it at the next update, with everything saved."""

    def __init__(
        self,
        model: Seq2Seq,
        config: TrainingConfig,
        *,
        train: Sequence[Pair],
        valid: Sequence[Pair],
        folder: Path,
        keep: Callable[[Seq2Seq, Progress], None],
        translations: Callable[[Seq2Seq], Translations] | None = None,
    ) -> None:
        """
        Args:
            model: fresh weights.
            config: the recipe's section.
            train, valid: piece ids.
            folder: where the state to resume from is kept.
            keep: called with the averaged weights whenever they are the best yet.
            translations: what a model makes of validation sentences.
        """
        self.config = config
        self.pairs = train
        self.lengths = [(len(source), len(target)) for source, target in train]
        self.folder = folder
        self.keep = keep
        self.translations = translations
        self.specials = model.specials
        # One process may train twice, in different precisions; accelerate would keep to the first.
        AcceleratorState._reset_state()
        # "no" is accelerate's word for float32
        self.accelerator = Accelerator(mixed_precision="bf16" if self._bf16() else "no")
        self.plain = model.to(self.accelerator.device)
        optimizer = torch.optim.AdamW(
            model.parameters(), lr=config.learning_rate, betas=(0.9, 0.98), weight_decay=config.weight_decay, fused=True
        )
        self.model, self.optimizer = self.accelerator.prepare(self.plain, optimizer)
        self.averaged = AveragedModel(self.plain, multi_avg_fn=get_ema_multi_avg_fn(config.average))
        self.valid = [
            make_batch([valid[i] for i in batch], self.specials)
            for batch in plan_batches([(len(s), len(t)) for s, t in valid], max_tokens=config.max_tokens, seed=0)
        ]
        self.progress = Progress()
        self.stopped = False
        self.total = config.epochs * len(self._plan(0))

    def resume(self) -> None:
        """Goes on from the state in the folder."""
        self.progress = load_state(
            self.folder / STATE, model=self.plain, average=self.averaged, optimizer=self.optimizer.optimizer
        )
        # AveragedModel copies instead of averaging while this counter is 0
        self.averaged.n_averaged.fill_(self.progress.step)

    def stop(self) -> None:
        """Ends the run after the update in hand."""
        self.stopped = True

    def run(self) -> Iterator[Event]:
        """Trains to the end of the recipe, early stopping or ``stop``; yields what happens."""
        progress, window = self.progress, Window()
        progress_at_start = progress.seconds
        while progress.epoch < self.config.epochs and not self._exhausted():
            plan = self._plan(progress.epoch)
            while progress.batch < len(plan):
                self._update([self.pairs[i] for i in plan[progress.batch]], window)
                progress.batch += 1
                progress.seconds = progress_at_start + window.elapsed()
                if progress.step % REPORT_EVERY == 0:
                    yield self._report(window)
                if self.stopped:
                    yield self._validate()
                    return
                if progress.step % self.config.validate_every == 0:
                    yield self._validate()
                    if self._exhausted():
                        return
            progress.epoch, progress.batch = progress.epoch + 1, 0
        if progress.step % self.config.validate_every:
            yield self._validate()

    def _update(self, pairs: list[Pair], window: Window) -> None:
        """One update on these pairs, and the average's."""
        step = self.progress.step
        self.model.train()
        self.optimizer.param_groups[0]["lr"] = self._learning_rate()
        metrics = train_step(
            self.model,
            make_batch(pairs, self.specials).to(self.accelerator.device),
            self.optimizer,
            self.accelerator,
            pad=self.specials.pad,
            label_smoothing=self.config.label_smoothing,
            clip=self.config.clip,
            teacher_forcing=self.config.teacher_forcing.ratio(step),
        )
        self.averaged.update_parameters(self.plain)
        self.progress.step += 1
        window.add(metrics)

    def _learning_rate(self) -> float:
        return self.config.learning_rate * learning_rate_factor(
            self.progress.step,
            warmup=self.config.warmup_steps,
            total=self.total,
            final=self.config.final_learning_rate,
        )

    def _report(self, window: Window) -> StepEvent:
        loss, norm, speed = window.read()
        return StepEvent(
            step=self.progress.step,
            epoch=self.progress.epoch,
            loss=loss,
            gradient_norm=norm,
            learning_rate=self._learning_rate(),
            epsilon=self.config.teacher_forcing.ratio(self.progress.step),
            tokens_per_second=speed,
            seconds=self.progress.seconds,
            left=self.total - self.progress.step,
        )

    def _validate(self) -> ValidationEvent:
        """Loss of the averaged weights; keeps them where they are the best yet, and saves the state."""
        model = self.averaged.module.eval()
        assert isinstance(model, Seq2Seq)
        loss = validation_loss(model, self.valid, self.accelerator.device)
        best = loss < self.progress.best
        self.progress.best = min(loss, self.progress.best)
        self.progress.since_best = 0 if best else self.progress.since_best + 1
        seen = self.translations(model) if self.translations else None
        if best:
            self.keep(model, self.progress)
        save_state(
            self.folder / STATE,
            model=self.plain,
            average=self.averaged,
            optimizer=self.optimizer.optimizer,
            progress=self.progress,
        )
        return ValidationEvent(
            step=self.progress.step,
            epoch=self.progress.epoch,
            loss=loss,
            perplexity=math.exp(min(loss, 50.0)),
            bleu=seen.bleu if seen else None,
            best=best,
            seconds=self.progress.seconds,
            samples=seen.samples if seen else (),
        )

    def _exhausted(self) -> bool:
        return 0 < self.config.patience <= self.progress.since_best

    def _plan(self, epoch: int) -> list[list[int]]:
        seed = self.config.seed * 1_000_003 + epoch
        return plan_batches(self.lengths, max_tokens=self.config.max_tokens, seed=seed)

    def _bf16(self) -> bool:
        if self.config.precision == "auto":
            return torch.cuda.is_available()
        return self.config.precision == "bf16"


class Window:
    """Sums since the last report, kept on the device so that adding to them waits for nothing."""

    def __init__(self) -> None:
        self.begun = self.since = time.monotonic()
        self.sums = torch.zeros(3)
        self.updates = 0

    def elapsed(self) -> float:
        """Seconds since this sitting began."""
        return time.monotonic() - self.begun

    def add(self, metrics: StepMetrics) -> None:
        """One update's figures."""
        figures = torch.stack([metrics.loss * metrics.tokens, metrics.gradient_norm, metrics.tokens])
        self.sums = self.sums.to(figures.device) + figures
        self.updates += 1

    def read(self) -> tuple[float, float, float]:
        """Mean loss per piece, mean gradient norm, pieces per second; starts anew."""
        loss, norm, tokens = self.sums.tolist()
        means = loss / tokens, norm / self.updates, tokens / (time.monotonic() - self.since)
        self.sums, self.updates, self.since = torch.zeros(3), 0, time.monotonic()
        return means


@torch.no_grad()
def validation_loss(model: Seq2Seq, batches: list[Batch], device: torch.device) -> float:
    """Mean cross-entropy in nats per real target piece, no label smoothing."""
    pad = model.specials.pad
    total, tokens = torch.zeros((), device=device), torch.zeros((), device=device)
    for batch in batches:
        batch = batch.to(device)
        count = (batch.target_out != pad).sum()
        logits = model(batch.source, batch.lengths, batch.target_in)
        total += sequence_loss(logits, batch.target_out, pad=pad) * count
        tokens += count
    return float(total / tokens)
