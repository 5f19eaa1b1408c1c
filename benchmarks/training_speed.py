"""How fast we train beside Joey NMT, on the same sizes in one process.

    python -m benchmarks.training_speed --data ../shared/data [--updates 8] [--profile]

Both train a fresh model of a checkpoint's shape on Multi30k, cut by its tokenizer, with the same budget of tokens a
batch, dropout, label smoothing and clipping, each in its own way: batches of one source length and the trainer's
update here, batches in a random order, as Joey makes them, and its update there. Counted are target pieces that are
not padding. They take turns, update by update. Joey's loop is written out below, since its own wants its own files.
"""

from __future__ import annotations

import argparse
import gzip
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import torch
from torch.profiler import ProfilerActivity, profile

from benchmarks.goals import Goal, LeftOut, missing, table
from benchmarks.peers.joey import joey_model
from benchmarks.timing import one_thread, setting
from seq2seq_core.data.batches import Pair, make_batch
from seq2seq_core.models import Model, Seq2Seq, make_model
from seq2seq_core.pipeline import Translator
from seq2seq_core.training import Trainer
from seq2seq_core.training.measure import Window
from seq2seq_core.training.recipe import TrainingConfig
from seq2seq_core.types import SpecialTokens

WARM_UP = 2
PRODUCTS = ("aten::mm", "aten::addmm", "aten::bmm", "aten::baddbmm", "aten::mkldnn_rnn_layer", "mkldnn_linear")
"""By the beginnings of their names; a recurrent layer is one call, which is nearly all products."""

Update = Callable[[], int]
"""One update of the weights; gives the real target pieces it was made on."""


def read_pairs(data: Path, translator: Translator, count: int) -> list[Pair]:
    """The first pairs of Multi30k's training text as piece ids."""
    sides = []
    for side in (translator.metadata["source_language"], translator.metadata["target_language"]):
        code = {"English": "en", "German": "de", "French": "fr"}[side]
        with gzip.open(data / f"multi30k/train.{code}.gz", "rt", encoding="utf-8") as file:
            sides.append([translator.tokenizer.encode(line.strip()) for _, line in zip(range(count), file)])  # noqa: B905
    return list(zip(*sides, strict=True))


def our_updates(model: Model, pairs: list[Pair], config: TrainingConfig, folder: Path) -> Update:
    """The trainer's own update, one batch of its plan after the other."""
    trainer = Trainer(model, config, train=lambda epoch: pairs, valid=pairs[:1], folder=folder, keep=lambda *kept: None)
    batches, window = iter(trainer._enter(0)), Window()

    def update() -> int:
        members = next(batches)
        trainer._update([members], window)
        return sum(len(pairs[i][1]) + 1 for i in members)

    return update


def joey_batches(pairs: list[Pair], budget: int, seed: int = 1) -> Iterator[list[Pair]]:
    """As Joey's TokenBatchSampler: in a random order, each full once its longest side times its pairs is the budget."""
    order = random.Random(seed).sample(range(len(pairs)), len(pairs))
    batch: list[Pair] = []
    longest = 0
    for i in order:
        batch.append(pairs[i])
        longest = max(longest, len(pairs[i][0]) + 1, len(pairs[i][1]) + 1)
        if longest * len(batch) >= budget:
            yield batch
            batch, longest = [], 0


def joey_updates(model: Seq2Seq, pairs: list[Pair], config: TrainingConfig, bf16: bool) -> Update:
    """Joey's TrainManager, one batch: loss, backward, clip, step."""
    from joeynmt.batch import Batch as JoeyBatch

    specials = model.specials
    joey = joey_model(model, dropout=model.config.dropout).train()
    joey.loss_function = ("crossentropy", config.label_smoothing)
    optimizer = torch.optim.Adam(joey.parameters(), lr=config.learning_rate)
    batches = joey_batches(pairs, config.max_tokens)

    def update() -> int:
        batch = _joey_batch(JoeyBatch, next(batches), specials)
        batch.sort_by_src_length()
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            loss, _, _, _ = joey(return_type="loss", **vars(batch))
        batch.normalize(loss, normalization="tokens").backward()
        torch.nn.utils.clip_grad_norm_(joey.parameters(), config.clip)
        optimizer.step()
        joey.zero_grad()
        return int(batch.ntokens)

    return update


def _joey_batch(kind: Any, pairs: list[Pair], specials: SpecialTokens) -> Any:
    made = make_batch(pairs, specials)
    width = max(len(target) for _, target in pairs) + 2
    target = torch.full((len(pairs), width), specials.pad)
    for row, (_, pieces) in enumerate(pairs):
        target[row, : len(pieces) + 2] = torch.tensor([specials.bos, *pieces, specials.eos])
    return kind(
        src=made.source,
        src_length=made.lengths,
        src_prompt_mask=None,
        trg=target,
        trg_prompt_mask=None,
        indices=torch.arange(len(pairs)),
        device=torch.device("cpu"),
        pad_index=specials.pad,
        eos_index=specials.eos,
    )


def pieces_a_second(contestants: dict[str, Update], updates: int) -> dict[str, float]:
    """Target pieces a CPU second of each, by the median update; they take turns after some to warm up."""
    speeds: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(WARM_UP + updates):
        for name, update in contestants.items():
            start = time.process_time()
            pieces = update()
            if number >= WARM_UP:
                speeds[name].append(pieces / (time.process_time() - start))
    return {name: statistics.median(found) for name, found in speeds.items()}


def shares(update: Update) -> list[tuple[str, float]]:
    """The shares of an update's time, the largest first: the matrix products together, and every other operation."""
    with profile(activities=[ProfilerActivity.CPU]) as profiled:
        update()
    spent: dict[str, float] = {}
    for event in profiled.key_averages():
        name = "matrix products" if event.key.startswith(PRODUCTS) else event.key
        spent[name] = spent.get(name, 0.0) + event.self_cpu_time_total
    total = sum(spent.values())
    return sorted(((name, time_ / total) for name, time_ in spent.items()), key=lambda item: -item[1])


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, default=Path("checkpoints/en-de"), help="whose sizes and pieces")
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds multi30k/")
    parser.add_argument("--updates", type=int, default=8)
    parser.add_argument("--max-tokens", type=int, default=2500)
    parser.add_argument("--profile", action="store_true", help="the shares of an update only, no peer")
    flags = parser.parse_args()
    translator = Translator.load(flags.checkpoint, device="cpu")
    pairs = read_pairs(flags.data, translator, 29_000)
    absent = None if flags.profile else missing("joeynmt")
    print(f"{flags.checkpoint.name}, {flags.max_tokens} tokens a batch; {setting(*() if absent else ('joeynmt',))}")
    contestants: dict[str, Update] = {}
    with one_thread(), tempfile.TemporaryDirectory() as folder:
        for precision in ("float32", "bf16"):
            contestants |= _contestants(translator, pairs, flags.max_tokens, precision, Path(folder), bool(absent))
        _report(contestants, flags, absent)


def _contestants(
    translator: Translator,
    pairs: list[Pair],
    budget: int,
    precision: Literal["float32", "bf16"],
    folder: Path,
    alone: bool,
) -> dict[str, Update]:
    config = TrainingConfig(max_tokens=budget, precision=precision)
    torch.manual_seed(1)
    model = make_model(translator.model.config)
    assert isinstance(model, Seq2Seq)
    found = {f"ours, {precision}": our_updates(model, pairs, config, folder)}
    if not alone:
        found[f"Joey NMT, {precision}"] = joey_updates(model, pairs, config, precision == "bf16")
    return found


def _report(contestants: dict[str, Update], flags: argparse.Namespace, absent: str | None) -> None:
    ours = {name: update for name, update in contestants.items() if name.startswith("ours")}
    if not flags.profile:
        speeds = pieces_a_second(contestants, flags.updates)
        for name, speed in speeds.items():
            print(f"{name}: {speed:,.0f} target pieces a CPU second")
        goals: list[Goal | LeftOut] = [LeftOut("training, times Joey NMT", absent)] if absent else []
        if not absent:
            best = max(speed for name, speed in speeds.items() if name.startswith("Joey"))
            like = speeds["ours, float32"] / speeds["Joey NMT, float32"]
            goals.append(
                Goal(
                    "training in bf16, times Joey NMT at its faster precision",
                    speeds["ours, bf16"] / best,
                    "at least",
                    4,
                )
            )
            goals.append(Goal("training, both in float32, times Joey NMT", like, "at least", 4))
        print(f"\n{table(goals)}\n")
    for name, update in ours.items():
        if flags.profile:
            update()
        print(f"{name}, shares of an update: " + ", ".join(f"{what} {share:.0%}" for what, share in shares(update)[:6]))


if __name__ == "__main__":
    main()
