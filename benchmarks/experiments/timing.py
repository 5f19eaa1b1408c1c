"""How long an epoch of each variant takes, measured for all of them one after the other in the same minutes."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

import torch

from benchmarks.experiments.runs import overrides, shared_tokenizer
from benchmarks.experiments.variants import RECIPE, VARIANTS
from seq2seq_core.training import Trainer, load_recipe, train
from seq2seq_core.training.events import StepEvent
from seq2seq_core.training.loop import REPORT_EVERY


def seconds_per_epoch(data: Path, runs: Path) -> dict[str, float]:
    """Seconds an epoch takes on one thread, by variant; measured once and kept in ``timing.json``."""
    path = runs / "timing.json"
    if path.exists():
        known: dict[str, float] = json.loads(path.read_text(encoding="utf-8"))
        return known
    torch.set_num_threads(1)
    tokenizer = shared_tokenizer(data, runs)
    seconds = {}
    for variant in VARIANTS:
        with tempfile.TemporaryDirectory() as folder:
            recipe = load_recipe(RECIPE, overrides(variant, 1, Path(folder), data, tokenizer))
            trainers: list[Trainer] = []
            begun = 0.0
            for event in train(recipe, on_ready=trainers.append):
                # The first report is of updates that also compile; the second is what counts.
                if isinstance(event, StepEvent) and event.step == 2 * REPORT_EVERY:
                    break
                begun = time.perf_counter()
            updates = trainers[0].total / recipe.training.epochs
            seconds[variant.name] = (time.perf_counter() - begun) / REPORT_EVERY * updates
            print(f"{variant.title}: {seconds[variant.name]:.0f} s an epoch", flush=True)
    path.write_text(json.dumps(seconds, indent=1), encoding="utf-8")
    return seconds
