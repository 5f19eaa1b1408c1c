"""The training loop: a generator of events, which the command line prints and the log keeps."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from seq2seq_core.data.batches import Pair, make_batch, plan_batches
from seq2seq_core.distributed import join
from seq2seq_core.models import Model
from seq2seq_core.training.events import Event, StepEvent, Translations, ValidationEvent
from seq2seq_core.training.measure import Window, validation_loss
from seq2seq_core.training.recipe import TrainingConfig
from seq2seq_core.training.schedules import average_decay, learning_rate_factor
from seq2seq_core.training.state import Progress, load_state, random_states, save_state
from seq2seq_core.training.step import train_step
from seq2seq_core.types import CoreError

STATE = "state.safetensors"
REPORT_EVERY = 50

FIRST_LOOK = 100.0
"""Seconds after which the first validation comes at the latest, so that whoever waits sees something."""

LOOK_EVERY = 600.0
"""Seconds between two validations at the longest, so that little is lost with a run that is killed."""


def epoch_seed(seed: int, epoch: int) -> int:
    """Of what is drawn anew in each epoch of a run with this seed."""
    return seed * 1_000_003 + epoch


class Trainer:
    """One run. ``run`` may be left at any event; ``stop`` ends it at the next update, with everything saved.

    Under ``accelerate launch`` each process of the team has a trainer of its own with the same weights. An update takes
    one batch of the plan for each process, and its gradient is that of the mean loss over all their pieces. The leader
    alone writes. ``stop`` on one stops all; who leaves ``run`` on one must leave it on all, or the others wait.
    """

    def __init__(
        self,
        model: Model,
        config: TrainingConfig,
        *,
        train: Callable[[int], Sequence[Pair]],
        valid: Sequence[Pair],
        folder: Path,
        keep: Callable[[Model, Progress], None],
        translations: Callable[[Model], Translations | None] | None = None,
        origin: dict[str, Any] | None = None,
    ) -> None:
        """
        Args:
            model: what is trained, in place.
            config: the recipe's section.
            train: the pairs of an epoch, counted from 0, as piece ids.
            valid: the pairs to validate on, as piece ids.
            folder: where the state to resume from is kept.
            keep: called with the averaged or the raw weights whenever they are the best yet, on the leader.
            translations: what a model makes of validation sentences; it gives None but on the leader.
            origin: of the run, to be kept with its state: recipe and data, as plain values.
        """
        self.team = join()
        self.config = config
        self.train = train
        self.folder = folder
        self.keep = keep
        self.translations = translations
        self.origin = origin or {}
        self.specials = model.specials
        self.accelerator = Accelerator(mixed_precision="no")  # train_step sees to it itself
        self.plain = model.to(self.accelerator.device)
        optimizer = torch.optim.AdamW(
            model.parameters(), lr=config.learning_rate, betas=(0.9, 0.98), weight_decay=config.weight_decay, fused=True
        )
        self.model, self.optimizer = self.accelerator.prepare(self.plain, optimizer)
        self.averaged = AveragedModel(self.plain, multi_avg_fn=self._average)
        looked_at = plan_batches([(len(s), len(t)) for s, t in valid], max_tokens=config.max_tokens, seed=0)
        self.valid = [
            make_batch([valid[i] for i in batch], self.specials)
            for batch in looked_at[self.team.index :: self.team.size]
        ]
        self.progress = Progress()
        self.looked = 0.0  # the seconds of progress at the last validation
        self.stopped = False
        # with BPE dropout, that of the first epoch: the others differ from it by some thousandths
        self.updates_an_epoch = math.ceil(len(self._enter(0)) / self.team.size)
        self.total = config.epochs * self.updates_an_epoch
        if config.updates:
            self.total = min(config.updates, self.total)
        if not self.team.leads:
            torch.manual_seed(config.seed + self.team.index * 1_000_003)  # each drops out its own units

    def resume(self) -> None:
        """Goes on from the state in the folder, whatever number of processes left it there."""
        self.progress = load_state(
            self.folder / STATE,
            model=self.plain,
            average=self.averaged,
            optimizer=self.optimizer.optimizer,
            process=self.team.index,
        )
        self.looked = self.progress.seconds
        # AveragedModel copies instead of averaging while this counter is 0
        self.averaged.n_averaged.fill_(self.progress.step)

    def stop(self) -> None:
        """Ends the run after the update in hand."""
        self.stopped = True

    def run(self) -> Iterator[Event]:
        """Trains to the end of the recipe, early stopping or ``stop``; yields what happens."""
        progress, window = self.progress, Window()
        if self._over():
            return
        progress_at_start = progress.seconds
        while not self._over():
            plan = self._enter(progress.epoch)
            while progress.batch < len(plan) and not self._over():
                self._update(plan[progress.batch : progress.batch + self.team.size], window)
                progress.batch = min(progress.batch + self.team.size, len(plan))
                progress.seconds = progress_at_start + window.elapsed()
                overdue = self._look_around(window)
                if progress.step % REPORT_EVERY == 0:
                    yield self._report(window)
                if self.team.any(self.stopped):
                    self._save()  # first of all: who asked to stop may not wait for a validation
                    yield self._validate(counts=False)
                    return
                if progress.step % self.config.validate_every == 0:
                    with window.paused():
                        yield self._validate()
                    if self._exhausted():
                        return
                elif overdue:
                    with window.paused():
                        yield self._validate(counts=False)
            if progress.batch >= len(plan):
                progress.epoch, progress.batch = progress.epoch + 1, 0
        if progress.step % self.config.validate_every:
            yield self._validate()

    def _update(self, batches: list[list[int]], window: Window) -> None:
        """One update on these batches, one a process, and the average's."""
        step = self.progress.step
        members, weight = self._share(batches)
        self.model.train()
        self.optimizer.param_groups[0]["lr"] = self._learning_rate()
        metrics = train_step(
            self.model,
            make_batch([self.pairs[i] for i in members], self.specials).to(self.accelerator.device),
            self.optimizer,
            self.accelerator,
            pad=self.specials.pad,
            label_smoothing=self.config.label_smoothing,
            clip=self.config.clip,
            teacher_forcing=self.config.teacher_forcing.ratio(step),
            bf16=self._bf16(),
            weight=weight,
        )
        self.averaged.update_parameters(self.plain)
        self.progress.step += 1
        window.add(metrics)

    def _average(self, averaged: Sequence[Tensor], now: Sequence[Tensor], _: Tensor | int) -> None:
        """Moves the average of the weights towards what they are now."""
        decay = average_decay(self.progress.step, self.config.average)
        torch._foreach_lerp_(list(averaged), list(now), 1 - decay)

    def _look_around(self, window: Window) -> bool:
        """Whether a validation is overdue; the same for all processes.

        Raises:
            CoreError: the loss is no number any more. On a GPU, which it would make wait, that is asked now and then.
        """
        progress = self.progress
        asks = self.accelerator.device.type == "cpu" or self.stopped
        asks = asks or progress.step % REPORT_EVERY == 0 or progress.step % self.config.validate_every == 0
        broken = window.broken() if asks else 0
        overdue = progress.seconds - self.looked > (FIRST_LOOK if math.isinf(progress.best) else LOOK_EVERY)
        overdue, broken = self.team.stack(torch.tensor([overdue, broken])).amax(dim=0).tolist()
        if broken:
            self._refuse(progress.step - broken + 1)
        return bool(overdue)

    def _refuse(self, step: int) -> None:
        rate = self.optimizer.param_groups[0]["lr"]
        kept = (
            "nothing was kept yet" if math.isinf(self.progress.best) else f"{self.folder} keeps the last good weights"
        )
        raise CoreError(
            f"the loss is no number at step {step} (learning rate {rate:.1e}); {kept}. Try a lower "
            "training.learning_rate, a smaller training.clip or more training.warmup_steps"
        )

    def _share(self, batches: list[list[int]]) -> tuple[list[int], float]:
        """This process's pairs of an update, and how much more than an average process's share of the pieces they are.

        Accelerate takes the mean of the processes' gradients; weighted like this, it is that of one process that had
        all the batches. Where the last update of an epoch lacks batches, some take the first and count for nothing.
        """
        pieces = [sum(self.lengths[i][1] + 1 for i in members) for members in batches]
        if self.team.index >= len(batches):
            return batches[0], 0.0
        return batches[self.team.index], self.team.size * pieces[self.team.index] / sum(pieces)

    def _position(self) -> int:
        """Updates up to here, had there always been as many processes as now."""
        within = min(math.ceil(self.progress.batch / self.team.size), self.updates_an_epoch)
        return self.progress.epoch * self.updates_an_epoch + within

    def _learning_rate(self) -> float:
        return self.config.learning_rate * learning_rate_factor(
            self._position(),
            warmup=self.config.warmup_steps,
            total=self.total,
            final=self.config.final_learning_rate,
        )

    def _report(self, window: Window) -> StepEvent:
        loss, norm, speed = window.read(self.team)
        return StepEvent(
            step=self.progress.step,
            epoch=self.progress.epoch,
            loss=loss,
            gradient_norm=norm,
            learning_rate=self._learning_rate(),
            epsilon=self.config.teacher_forcing.ratio(self.progress.step),
            tokens_per_second=speed,
            seconds=self.progress.seconds,
            left=self.total - self._position(),
        )

    def _validate(self, *, counts: bool = True) -> ValidationEvent:
        """Loss of the averaged and the raw weights; keeps the better where they are the best yet, and saves the state.

        One that does not count takes nothing off ``patience``: the run was stopped there, and is to go on as if not.
        """
        self.looked = self.progress.seconds
        averaged = self.averaged.module.eval()
        assert isinstance(averaged, Model)
        models = {"average": averaged, "raw": self.plain.eval()} if self.config.average else {"raw": self.plain.eval()}
        losses = {
            name: validation_loss(model, self.valid, self.accelerator.device, self.team, bf16=self._bf16())
            for name, model in models.items()
        }
        if not all(map(math.isfinite, losses.values())):
            self._refuse(self.progress.step)
        weights = min(losses, key=lambda name: losses[name])
        model, loss = models[weights], losses[weights]
        seen = self.translations(model) if self.translations else None
        best = self._best_yet(loss, seen)
        self.progress.since_best = 0 if best else self.progress.since_best + counts
        if best and self.team.leads:
            self.keep(model, self.progress)
        self._save()
        return ValidationEvent(
            step=self.progress.step,
            epoch=self.progress.epoch,
            loss=loss,
            perplexity=math.exp(min(loss, 50.0)),
            bleu=seen.bleu if seen else None,
            best=best,
            seconds=self.progress.seconds,
            samples=seen.samples if seen else (),
            weights=weights,
            exact=seen.exact if seen else None,
            character_errors=seen.character_errors if seen else None,
        )

    def _best_yet(self, loss: float, seen: Translations | None) -> bool:
        """Whether these are the best weights yet; for all processes, of which the leader has ``seen``."""
        exact = -1.0
        if self.config.best_by == "exact":
            exact = float(self.team.stack(torch.tensor(seen.exact if seen else -1.0, dtype=torch.float64)).amax())
        best = (-exact, loss) < (-self.progress.exact, self.progress.best)
        if best:
            self.progress.best, self.progress.exact = loss, exact
        return best

    def _save(self) -> None:
        """The state to resume from. All wait for it, so that none runs into an update whose time limit goes by."""
        random = {name: self.team.stack(state).flatten() for name, state in random_states().items()}
        if self.team.leads:
            save_state(
                self.folder / STATE,
                model=self.plain,
                average=self.averaged,
                optimizer=self.optimizer.optimizer,
                progress=self.progress,
                random=random,
                origin=self.origin,
            )
        self.team.wait()

    def _over(self) -> bool:
        """Whether there is nothing left to do: the epochs or the updates are made, or patience is at its end."""
        enough = 0 < self.config.updates <= self._position()
        return self.progress.epoch >= self.config.epochs or enough or self._exhausted()

    def _exhausted(self) -> bool:
        return 0 < self.config.patience <= self.progress.since_best

    def _enter(self, epoch: int) -> list[list[int]]:
        """Takes up the pairs of an epoch, and plans its batches."""
        self.pairs = self.train(epoch)
        self.lengths = [(len(source), len(target)) for source, target in self.pairs]
        return plan_batches(self.lengths, max_tokens=self.config.max_tokens, seed=epoch_seed(self.config.seed, epoch))

    def _bf16(self) -> bool:
        if self.config.precision == "auto":
            return torch.cuda.is_available()
        return self.config.precision == "bf16"
