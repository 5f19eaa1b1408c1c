"""What a run leaves to read: its log, TensorBoard's files, and what stands on the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from seq2seq_core.training import load_recipe, log, report, train
from seq2seq_core.training.events import Sample, StepEvent, ValidationEvent
from seq2seq_core.training.log import RunLog, read_log
from seq2seq_core.training.report import Reporter, describe
from tests.tiny import write_recipe


def validation(step: int, loss: float, *samples: Sample) -> ValidationEvent:
    return ValidationEvent(step, 0, loss, 2.0, 1.5, True, 3.0, samples)


def test_a_resumed_run_repeats_nothing_in_its_log(tmp_path: Path) -> None:
    recipe = load_recipe(write_recipe(tmp_path, epochs=10, validate_every=30))
    for event in train(recipe):
        if event.step == 50:
            break  # as if killed: the last state is that of step 30
    with (recipe.folder / "log.jsonl").open("a") as file:
        file.write('{"event": "st')
    assert [event["step"] for event in read_log(recipe.folder)] == [30, 50]
    list(train(recipe, resume=True))
    steps = [(event["event"], event["step"]) for event in read_log(recipe.folder)]
    assert len(steps) == len(set(steps)) and sorted(steps, key=lambda pair: pair[1]) == steps
    assert steps[:2] == [("validation", 30), ("step", 50)]


def test_tensorboard_has_every_figure(tmp_path: Path) -> None:
    with RunLog(tmp_path, 0) as run:
        run.add(StepEvent(50, 0, 3.0, 1.0, 1e-3, 1.0, 900.0, 5.0, 50))
        run.add(validation(60, 2.5, Sample("a", "b", "c")))
    board = EventAccumulator(str(tmp_path / "tensorboard"))
    board.Reload()
    assert {(s.step, s.value) for s in board.Scalars("loss/validation")} == {(60, 2.5)}
    assert {"loss/training", "training/learning rate", "validation/BLEU"} <= set(board.Tags()["scalars"])
    assert [name for name in board.Tags()["tensors"] if "translations/1" in name]


def test_without_tensorboard_and_plotext_it_goes_on_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (log, report):
        monkeypatch.setattr(module, "HAS_TENSORBOARD", False)
    monkeypatch.setattr(report, "plotext", None)
    with RunLog(tmp_path, 0) as run:
        run.add(validation(1, 3.0))
        run.add(validation(2, 2.0))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log.jsonl"]
    ending = Reporter(tmp_path, live=False).ending()
    assert ending.startswith("all curves") and "pip install tensorboard" in ending


def test_the_curve_covers_all_sittings(tmp_path: Path) -> None:
    with RunLog(tmp_path, 0) as run:
        run.add(validation(100, 5.0))
    assert Reporter(tmp_path, live=True).curve() == ""
    with RunLog(tmp_path, 100) as run:
        run.add(validation(1_200, 2.0))
    curve = Reporter(tmp_path, live=True).curve()
    assert "5.00" in curve and "2.00" in curve and "100" in curve and "1,200" in curve
    assert "\x1b" not in curve


def test_what_a_terminal_would_obey_is_not_sent_to_it() -> None:
    text = describe(validation(1, 2.0, Sample("a\x1b[2J", "\x9bb", "c\u202e")))
    assert "\x1b" not in text and "\x9b" not in text and "\u202e" not in text
    assert text.splitlines()[1:] == ["    source     a\ufffd[2J", "    reference  \ufffdb", "    model      c\ufffd"]
