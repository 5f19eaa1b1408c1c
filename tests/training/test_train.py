"""A whole run on a language pair of a hundred sentences: it learns, and being killed changes nothing."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from seq2seq_core.data.checks import DataReport
from seq2seq_core.data.corpus import CorpusConfig, read_corpus
from seq2seq_core.data.store import encode_pairs
from seq2seq_core.pipeline import Translator
from seq2seq_core.training import Trainer, load_recipe, loop, measure, run, step, train
from seq2seq_core.training.events import StepEvent, Translations, ValidationEvent
from seq2seq_core.training.loss import sequence_loss
from seq2seq_core.training.measure import validation_loss
from seq2seq_core.training.recipe import TrainingConfig
from seq2seq_core.training.report import describe
from seq2seq_core.training.step import StepMetrics
from seq2seq_core.types import CoreError
from tests.tiny import PAIRS, write_recipe


def test_it_learns(tmp_path: Path) -> None:
    recipe = load_recipe(write_recipe(tmp_path, epochs=80, learning_rate=0.02, label_smoothing=0.0, validate_every=40))
    validations = [event for event in train(recipe) if isinstance(event, ValidationEvent)]
    assert validations[-1].perplexity < 1.5 < validations[0].perplexity
    translator = Translator.load(recipe.folder / "checkpoint", device="cpu")
    results = translator.translate([source for source, _ in PAIRS])
    right = sum(r.hypotheses[0].text == target for r, (_, target) in zip(results, PAIRS, strict=True))
    assert right >= 95
    assert translator.metadata["training"]["pairs"] == len(PAIRS)
    log = [json.loads(line) for line in (recipe.folder / "log.jsonl").read_text().splitlines()]
    assert {"step", "loss", "epsilon", "learning_rate"} <= set(next(e for e in log if e["event"] == "step"))
    assert {"perplexity", "bleu", "loss"} <= set(next(e for e in log if e["event"] == "validation"))


@pytest.mark.parametrize(
    "settings", [{}, {"teacher_forcing": '{ schedule = "linear", slope = 0.02 }'}, {"bpe_dropout": 0.2}]
)
def test_stopped_and_resumed_equals_never_stopped(tmp_path: Path, settings: dict[str, str]) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    whole = load_recipe(write_recipe(tmp_path / "a", **settings))
    updates = list(train(whole))[-1].step

    parts = load_recipe(write_recipe(tmp_path / "b", **settings))
    # As if killed: the generator is left in the middle, the last save is that of step 7, steps after it are lost.
    for event in train(parts):
        if isinstance(event, ValidationEvent) and event.step == 7:
            break
    trainers: list[Trainer] = []
    list(train(parts, resume=True, on_ready=trainers.append))
    assert trainers[0].progress.step == updates > 7
    assert "bpe_dropout" in settings or updates == trainers[0].total  # with it, epochs differ in length

    first, second = (load_file(folder / "state.safetensors") for folder in (whole.folder, parts.folder))
    assert first.keys() == second.keys()
    for name, tensor in first.items():
        assert tensor.equal(second[name]), name


def test_a_run_with_dropout_of_merges_goes_on_exactly_in_another_process(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    whole = load_recipe(write_recipe(tmp_path / "a", epochs=3, bpe_dropout=0.2))
    list(train(whole))
    path = write_recipe(tmp_path / "b", epochs=3, bpe_dropout=0.2)
    parts = load_recipe(path)
    next(event for event in train(parts) if isinstance(event, ValidationEvent) and event.step == 7)
    command = [sys.executable, "-m", "seq2seq_core", "train", str(path), "--resume"]
    threads = {**os.environ, "OMP_NUM_THREADS": str(torch.get_num_threads())}
    subprocess.run(command, check=True, capture_output=True, env=threads)
    first, second = (load_file(folder / "state.safetensors") for folder in (whole.folder, parts.folder))
    assert all(tensor.equal(second[name]) for name, tensor in first.items())


def test_stop_keeps_what_was_learnt(tmp_path: Path) -> None:
    recipe = load_recipe(write_recipe(tmp_path, epochs=1000, validate_every=10000))
    trainers: list[Trainer] = []
    events = []
    for event in train(recipe, on_ready=trainers.append):
        events.append(event)
        trainers[0].stop()
    assert isinstance(events[-1], ValidationEvent)
    assert events[-1].step == events[0].step <= 50
    Translator.load(recipe.folder / "checkpoint", device="cpu")


@pytest.mark.parametrize("validate_every", [12, 10_000])
def test_the_card_counts_the_epochs(tmp_path: Path, validate_every: int) -> None:
    recipe = load_recipe(write_recipe(tmp_path, epochs=2, validate_every=validate_every))
    list(train(recipe))
    assert Translator.load(recipe.folder / "checkpoint", device="cpu").metadata["training"]["epochs"] == 2


def test_a_run_may_end_within_an_epoch_at_the_end_of_its_schedule(tmp_path: Path) -> None:
    """And goes on from there when it is given more."""
    whole = load_recipe(write_recipe(tmp_path, epochs=9))
    trainers: list[Trainer] = []
    part = load_recipe(write_recipe(tmp_path, epochs=9), ["training.updates=10"])
    first = list(train(part, on_ready=trainers.append))
    [trainer] = trainers
    assert trainer.updates_an_epoch > 5 and trainer.progress.batch and 10 % trainer.updates_an_epoch
    assert isinstance(first[-1], ValidationEvent) and first[-1].step == trainer.progress.step == trainer.total == 10
    assert trainer._learning_rate() == pytest.approx(0.01 * TrainingConfig().final_learning_rate)
    assert list(train(part, resume=True)) == []
    more = dataclasses.replace(whole, training=dataclasses.replace(whole.training, updates=13))
    assert list(train(more, resume=True))[-1].step == 13
    most = dataclasses.replace(whole, training=dataclasses.replace(whole.training, updates=10**6))
    assert list(train(most, resume=True))[-1].step == 9 * trainer.updates_an_epoch


def test_early_stopping(tmp_path: Path) -> None:
    recipe = load_recipe(write_recipe(tmp_path, epochs=1000, learning_rate=0.0, warmup_steps=1, patience=2))
    validations = [event for event in train(recipe) if isinstance(event, ValidationEvent)]
    assert [event.best for event in validations] == [True, False, False]


def test_where_outputs_are_right_or_wrong_the_best_weights_have_most_of_them_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loss rises at the end, as it does where a model is ever more certain; and a resumed run knows the best."""
    losses, exact = iter([3.0, 1.0, 1.5, 1.25, 2.0, 0.5]), iter([10.0, 50.0, 60.0, 60.0, 40.0, 55.0])
    monkeypatch.setattr(loop, "validation_loss", lambda *_, **__: next(losses))
    recipe = load_recipe(write_recipe(tmp_path, epochs=1000, best_by='"exact"', average=0.0, validate_every=10))
    found, trainers = [], list[Trainer]()

    def on_ready(trainer: Trainer) -> None:
        trainer.translations = lambda model: Translations(None, next(exact), 5.0, ())
        trainers.append(trainer)

    for resume in (False, True):
        for event in train(recipe, resume=resume, on_ready=on_ready):
            if isinstance(event, ValidationEvent):
                found.append(event.best)
                if len(found) in (3, 6):
                    break
    assert found == [True, True, True, True, False, False]
    assert (trainers[-1].progress.best, trainers[-1].progress.exact) == (1.25, 60.0)
    with pytest.raises(CoreError, match=r"best_by = .exact. needs training.bleu_sentences"):
        load_recipe(write_recipe(tmp_path, best_by='"exact"', bleu_sentences=0))


def test_long_targets_of_short_sources_are_not_cut(tmp_path: Path) -> None:
    path = write_recipe(tmp_path, epochs=60, learning_rate=0.02, label_smoothing=0.0, validate_every=1000)
    short = [(f"{name}", " ".join([name] * 12)) for name in ("one", "two", "three")]
    (tmp_path / "pairs.tsv").write_text("".join(f"{s}\t{t}\n" for s, t in short * 30), encoding="utf-8")
    recipe = load_recipe(path, ['data.unit="char"', "data.unchanged=keep", "data.holdout=3"])
    list(train(recipe))
    translator = Translator.load(recipe.folder / "checkpoint", device="cpu")
    assert translator.output_length.of(4) > 1.25 * 12 * 4
    assert translator.translate(["one"])[0].hypotheses[0].finished


def test_a_stop_takes_nothing_off_the_patience_and_a_run_that_is_over_stays_so(tmp_path: Path) -> None:
    settings = {"epochs": 1000, "learning_rate": 0.0, "warmup_steps": 1, "patience": 2, "validate_every": 60}
    recipe = load_recipe(write_recipe(tmp_path, **settings))
    seen, trainers = [], list[Trainer]()
    for event in train(recipe, on_ready=trainers.append):
        seen.append(event)
        if isinstance(event, StepEvent) and event.step == 100:  # one validation was the best, none since
            trainers[0].stop()
    assert seen[-1].step == 100 and trainers[0].progress.since_best == 0
    rest = [event for event in train(recipe, resume=True) if isinstance(event, ValidationEvent)]
    assert [(event.step, event.best) for event in rest] == [(120, False), (180, False)]
    assert list(train(recipe, resume=True)) == []


@pytest.mark.parametrize("override", ["data.max_pieces=2", "data.holdout=0"])
def test_nothing_left_to_learn_or_to_validate_is_said(tmp_path: Path, override: str) -> None:
    recipe = load_recipe(write_recipe(tmp_path), ["data.valid=[]", override])
    with pytest.raises(CoreError, match="no pair is left to"):
        list(train(recipe))


def test_a_tokenizer_that_another_try_left_is_not_taken(tmp_path: Path) -> None:
    recipe = load_recipe(write_recipe(tmp_path))
    recipe.folder.mkdir(parents=True)
    (recipe.folder / "tokenizer.model").write_bytes(b"of other data")
    list(train(recipe))
    assert Translator.load(recipe.folder / "checkpoint", device="cpu")


def test_held_out_pairs_are_not_trained_on(tmp_path: Path) -> None:
    recipe = load_recipe(write_recipe(tmp_path), ["data.valid=[]", "data.holdout=20"])
    trainers: list[Trainer] = []
    for event in train(recipe, on_ready=trainers.append):
        assert event
        break
    train_sources = {tuple(source) for source, _ in trainers[0].pairs}
    assert len(train_sources) == 80
    held = [row for batch in trainers[0].valid for row in batch.source.tolist()]
    assert len(held) == 20
    assert not train_sources & {tuple(piece for piece in row[:-1] if piece) for row in held}
    written = read_corpus(CorpusConfig(path="held-out.tsv"), recipe.folder)
    assert len(written) == 20 and set(written) < set(PAIRS)


def test_a_run_is_not_overwritten_by_accident(tmp_path: Path) -> None:
    recipe = load_recipe(write_recipe(tmp_path))
    with pytest.raises(CoreError, match="no run to resume"):
        next(train(recipe, resume=True))
    list(train(recipe))
    with pytest.raises(CoreError, match="already holds a run"):
        next(train(recipe))
    other = load_recipe(write_recipe(tmp_path), ["model.decoder_size=20"])
    with pytest.raises(CoreError, match="another shape"):
        next(train(other, resume=True))


def test_progress_is_reported(tmp_path: Path) -> None:
    recipe = load_recipe(write_recipe(tmp_path, epochs=10, validate_every=1000))
    steps = [event for event in train(recipe) if isinstance(event, StepEvent)]
    assert steps[0].step == 50 and steps[0].tokens_per_second > 0
    assert [a.left - b.left for a, b in pairwise(steps)] == [50] * (len(steps) - 1)


def test_a_validation_does_not_slow_the_pieces_per_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock that only an update, one second, and a validation, a hundred, move on."""
    clock = [0.0]
    monkeypatch.setattr(measure, "time", SimpleNamespace(monotonic=lambda: clock[0]))

    def takes(seconds: float, function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **settings: Any) -> Any:
            clock[0] += seconds
            return function(*arguments, **settings)

        return called

    monkeypatch.setattr(loop, "train_step", takes(1.0, loop.train_step))
    monkeypatch.setattr(loop, "validation_loss", takes(100.0, loop.validation_loss))
    events = list(train(load_recipe(write_recipe(tmp_path, epochs=20, validate_every=50))))
    steps = [event for event in events if isinstance(event, StepEvent)]
    assert [type(event) for event in events[:3]] == [StepEvent, ValidationEvent, StepEvent]
    first, second, *_ = [event.tokens_per_second for event in steps]
    assert 0.7 * first < second < 1.4 * first


def test_each_epoch_is_cut_into_pieces_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seeds = []

    def counting(*arguments: Any, **settings: Any) -> Any:
        if settings:  # the training pairs: those of validation are cut without dropout
            seeds.append(settings["seed"])
        return encode_pairs(*arguments, **settings)

    monkeypatch.setattr(run, "encode_pairs", counting)
    recipe = load_recipe(write_recipe(tmp_path, epochs=3, bpe_dropout=0.2, learning_rate=0.02))
    best = [event.epoch for event in train(recipe) if isinstance(event, ValidationEvent) and event.best]
    assert set(best) > {0}  # a checkpoint, and with it the card's number of pairs, was written in later epochs too
    assert seeds == [loop.epoch_seed(recipe.training.seed, epoch) for epoch in range(3)]


def test_tuning_begins_with_the_weights_of_a_checkpoint(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first = load_recipe(write_recipe(tmp_path / "a", epochs=20))
    list(train(first))
    checkpoint = first.folder / "checkpoint"
    overrides = [
        f"start_from={checkpoint}",
        "model.dropout=0.3",
        "model.word_dropout=0.1",
        "model.recurrent_dropout=0.2",
    ]
    second = load_recipe(write_recipe(tmp_path / "b", epochs=1, learning_rate=0.0), overrides)
    events = [event for event in train(second) if isinstance(event, ValidationEvent)]
    best = json.loads((checkpoint / "metrics.json").read_text())["training"]["validation_loss"]
    assert events[-1].loss == pytest.approx(best, rel=1e-2)  # half precision on disk
    training = json.loads((second.folder / "checkpoint" / "metrics.json").read_text())["training"]
    assert training["start_from"] == first.folder.name
    assert (second.folder / "checkpoint" / "tokenizer.model").read_bytes() == (
        checkpoint / "tokenizer.model"
    ).read_bytes()

    other = load_recipe(write_recipe(tmp_path / "b"), [*overrides, "model.decoder_size=20", f"output={tmp_path}/c"])
    with pytest.raises(CoreError, match="shape"):
        next(train(other))


def test_mixed_precision_learns_too(tmp_path: Path) -> None:
    recipe = load_recipe(write_recipe(tmp_path, epochs=20, precision='"bf16"', validate_every=60))
    validations = [event for event in train(recipe) if isinstance(event, ValidationEvent)]
    assert validations[-1].loss < validations[0].loss < 6.0
    weights = load_file(recipe.folder / "state.safetensors")
    assert {tensor.dtype for name, tensor in weights.items() if name.startswith("model.")} == {torch.float32}


def test_logits_stay_in_bf16(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Turned into float32 they would be an update's largest tensor twice, and a fifth of its time."""
    seen = []

    def looking(logits: torch.Tensor, *arguments: Any, **settings: Any) -> torch.Tensor:
        seen.append(logits.dtype)
        return sequence_loss(logits, *arguments, **settings)

    monkeypatch.setattr(step, "sequence_loss", looking)
    list(train(load_recipe(write_recipe(tmp_path, epochs=1, precision='"bf16"'))))
    assert set(seen) == {torch.bfloat16}


def test_ctrl_c_ends_cleanly_with_what_was_learnt(tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path, epochs=100_000, validate_every=1_000_000)
    command = [sys.executable, "-u", "-m", "seq2seq_core", "train", str(recipe)]
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1"}  # two wait for each other where the machine is busy
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=one_thread
    ) as process:
        assert process.stdout and process.stderr
        assert process.stdout.readline().startswith("step ")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert "stopping after this update" in err and "Traceback" not in err
    assert "validation at" in out and out.splitlines()[-1].startswith("best weights ")
    Translator.load(tmp_path / "run" / "checkpoint", device="cpu")


def test_a_loss_that_is_no_number_ends_the_run_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, seen = loop.train_step, list[int]()

    def step(*arguments: Any, **settings: Any) -> StepMetrics:
        seen.append(1)
        metrics = real(*arguments, **settings)
        return dataclasses.replace(metrics, loss=metrics.loss * math.nan) if len(seen) == 10 else metrics

    monkeypatch.setattr(loop, "train_step", step)
    recipe = load_recipe(write_recipe(tmp_path, epochs=50))
    with pytest.raises(CoreError, match=r"no number at step 10 \(learning rate .*run keeps the last good weights"):
        list(train(recipe))
    assert len(seen) == 10
    Translator.load(recipe.folder / "checkpoint", device="cpu")
    monkeypatch.undo()
    trainers: list[Trainer] = []
    next(train(recipe, resume=True, on_ready=trainers.append))
    assert trainers[0].progress.step == 14  # from the state of step 7 to the next validation


@pytest.mark.parametrize("override", ["training.bleu_sentences=0", "training.bleu_sentences=10"])
def test_weights_that_explode_are_named_before_they_are_kept(tmp_path: Path, override: str) -> None:
    wild = ["training.learning_rate=10", "training.weight_decay=10", "training.clip=1e9", "training.warmup_steps=0"]
    recipe = load_recipe(write_recipe(tmp_path, epochs=50, validate_every=1000), [*wild, override])
    with pytest.raises(CoreError, match=r"no number at step .*nothing was kept yet.*lower training\.learning_rate"):
        list(train(recipe))
    assert not (recipe.folder / "state.safetensors").exists() and not (recipe.folder / "checkpoint").exists()


@pytest.mark.parametrize("damage", ["cut", "empty", "garbage", "no progress"])
def test_a_damaged_state_is_one_sentence(tmp_path: Path, damage: str) -> None:
    recipe = load_recipe(write_recipe(tmp_path, epochs=1))
    list(train(recipe))
    state = recipe.folder / "state.safetensors"
    whole = state.read_bytes()
    if damage == "no progress":
        save_file(load_file(state), state)
    else:
        state.write_bytes({"cut": whole[: len(whole) // 2], "empty": b"", "garbage": b"x" * 3000}[damage])
    with pytest.raises(CoreError, match=r"state\.safetensors.*; move it away and start without --resume"):
        next(train(recipe, resume=True))


def test_the_average_begins_with_what_is_learnt_and_the_better_is_kept(tmp_path: Path) -> None:
    """With an average of a thousand updates, a short run would save nearly random weights."""
    recipe = load_recipe(write_recipe(tmp_path, epochs=20, validate_every=60, average=0.999))
    trainers: list[Trainer] = []
    for event in train(recipe, on_ready=trainers.append):
        if not isinstance(event, ValidationEvent):
            continue
        (trainer,) = trainers
        raw, average = (
            validation_loss(model.eval(), trainer.valid, torch.device("cpu"), trainer.team)
            for model in (trainer.plain, trainer.averaged.module)
        )
        assert event.loss == pytest.approx(min(raw, average))
        assert event.weights == ("raw" if raw < average else "average")
        assert average < raw + 0.5
        if event.best:
            kept = Translator.load(recipe.folder / "checkpoint", device="cpu").model
            wanted = trainer.plain if event.weights == "raw" else trainer.averaged.module
            for ours, theirs in zip(kept.parameters(), wanted.parameters(), strict=True):
                assert torch.allclose(ours.float(), theirs, atol=1e-2)


def test_the_first_validation_does_not_wait_for_its_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "FIRST_LOOK", 0.0)
    recipe = load_recipe(write_recipe(tmp_path, epochs=20, validate_every=60))
    seen = [(event.step, event.best) for event in train(recipe) if isinstance(event, ValidationEvent)]
    assert seen[0] == (1, True) and [step for step, _ in seen[1:3]] == [60, 120]


def test_what_a_run_goes_on_with_that_it_did_not_begin_with_is_said(tmp_path: Path) -> None:
    recipe = load_recipe(write_recipe(tmp_path, epochs=1))
    list(train(recipe))
    reports: list[DataReport] = []
    list(train(recipe, resume=True, on_data=reports.append))
    assert not any(report.notes for report in reports)
    (tmp_path / "other.tsv").write_text("".join(f"{s}\t{t}\n" for s, t in PAIRS[:-1]), encoding="utf-8")
    path = tmp_path / "recipe.toml"
    path.write_text(path.read_text("utf-8").replace('path = "pairs.tsv"', 'path = "other.tsv", comment = "#"'), "utf-8")
    changed = load_recipe(tmp_path / "recipe.toml", ["training.learning_rate=0.5", "training.epochs=2"])
    list(train(changed, resume=True, on_data=reports.append))
    said = "\n".join(note for report in reports for note in report.notes)
    assert "training.learning_rate was 0.01 and is 0.5" in said and "training.epochs was 1 and is 2" in said
    assert 'data.train was [{"path": "pairs.tsv", "repeat": 1}] and is [{"path": "other.tsv", "comment": "#", ' in said
    assert re.search(r"training pairs was 100 pairs, .* and is 99 pairs", said) and "vocab_size" not in said


def test_single_words_are_scored_by_exact_matches(tmp_path: Path) -> None:
    path = write_recipe(tmp_path, epochs=1)
    (tmp_path / "pairs.tsv").write_text("".join(f"{s}\t{t[:4]}\n" for s, t in PAIRS), encoding="utf-8")
    *_, event = (event for event in train(load_recipe(path)) if isinstance(event, ValidationEvent))
    assert event.bleu is None and event.exact is not None
    line = describe(event).splitlines()[0]
    assert "BLEU" not in line and f"exact {event.exact:.1f}%" in line and "character errors" in line
