"""Two processes under ``accelerate launch``, on CPUs with gloo, against one process."""

from __future__ import annotations

import json
import math
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from safetensors import safe_open
from safetensors.torch import load_file

from seq2seq_core.checkpoint import save_checkpoint
from seq2seq_core.cli import main
from seq2seq_core.data.batches import plan_batches
from seq2seq_core.distributed import Team, join
from seq2seq_core.training import Trainer, load_recipe, train
from seq2seq_core.training.events import ValidationEvent
from seq2seq_core.types import CoreError
from tests.tiny import PAIRS, tiny_checkpoint, tiny_tokenizer, write_recipe

ROOT = Path(__file__).resolve().parents[2]
LAUNCH = ["-m", "accelerate.commands.launch", "--multi_gpu", "--num_machines", "1", "--num_processes", "2"]
LAUNCH += ["--mixed_precision", "no", "--dynamo_backend", "no", "--main_process_port", "0", "-m", "seq2seq_core"]
PATIENCE = 400
"""Seconds; a launch takes about ten on two idle cores, of which nearly all is imports."""


@contextmanager
def launched(*arguments: str | Path) -> Iterator[subprocess.Popen[str]]:
    """Two processes on a command of ours; none is left behind."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    command = [sys.executable, *LAUNCH, *map(str, arguments)]
    with subprocess.Popen(command, **pipes, text=True, cwd=ROOT, env=environment) as process:  # type: ignore[call-overload]
        family = [psutil.Process(process.pid)]
        try:
            yield process
        finally:
            if process.poll() is None:
                family += family[0].children(recursive=True)
                for member in family:
                    member.kill()


def output(*arguments: str | Path, given: str = "") -> list[str]:
    with launched(*arguments) as process:
        out, err = process.communicate(given, timeout=PATIENCE)
    assert process.returncode == 0, err
    return out.splitlines()


def signal_second(process: subprocess.Popen[str], number: signal.Signals) -> None:
    """A signal to the process that is not the leader, alone."""
    workers = psutil.Process(process.pid).children(recursive=True)
    next(worker for worker in workers if worker.environ().get("RANK") == "1").send_signal(number)


def log(folder: Path, event: str) -> list[dict[str, Any]]:
    rows = map(json.loads, (folder / "log.jsonl").read_text(encoding="utf-8").splitlines())
    return [row for row in rows if row["event"] == event]


def progress(folder: Path) -> dict[str, Any]:
    with safe_open(folder / "state.safetensors", framework="pt") as file:
        return json.loads(file.metadata()["progress"])


def test_two_processes_are_one_with_both_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where an epoch's last update has one batch for two processes."""
    path = write_recipe(tmp_path, epochs=20, max_tokens=130, validate_every=20)
    overrides = ["model.dropout=0"]
    planned = []

    def both(*arguments: Any, **settings: Any) -> list[list[int]]:
        plan = plan_batches(*arguments, **settings)
        planned.append(len(plan))
        return [[*a, *b] for a, b in zip(plan[::2], [*plan[1::2], []], strict=False)]

    two, one = tmp_path / "run", tmp_path / "one"
    out = output("train", path, "--override", *overrides)
    monkeypatch.setattr("seq2seq_core.training.loop.plan_batches", both)
    list(train(load_recipe(path, [*overrides, f"output={one}"])))

    assert planned[-1] % 2 == 1, "the test is to see an uneven end"
    assert len(log(one, "step")) >= 1 and len(log(one, "validation")) >= 3
    for event in ("step", "validation"):
        assert len(log(two, event)) == len(log(one, event))
        for ours, expected in zip(log(two, event), log(one, event), strict=True):
            for name in {"step", "loss", "gradient_norm", "learning_rate", "left", "bleu", "best"} & expected.keys():
                assert ours[name] == pytest.approx(expected[name], rel=1e-4), (event, name)
    # One writer: nothing is said twice.
    assert len([line for line in out if line.startswith("validation at")]) == len(log(one, "validation"))
    assert "\n".join(out).count("best weights") == 1


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recipe's folder, whose run of two processes ended when one of them was killed."""
    folder = tmp_path_factory.mktemp("killed")
    with launched("train", long_recipe(folder), "--override", "training.epochs=100000") as process:
        assert process.stdout and process.stdout.readline().startswith("validation at 20")
        signal_second(process, signal.SIGKILL)
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode != 0 and "SIGKILL" in err
    return folder


def long_recipe(folder: Path) -> Path:
    """Of epochs long enough that a run is killed in the first; its learning rate knows nothing of the end."""
    path = write_recipe(folder, validate_every=20, final_learning_rate=1.0, bleu_sentences=0)
    text = path.read_text(encoding="utf-8").replace('"pairs.tsv" }', '"pairs.tsv", repeat = 20 }', 1)
    path.write_text(text, encoding="utf-8")
    return path


def test_killed_and_resumed_equals_never_killed(killed: Path, tmp_path: Path) -> None:
    shutil.copytree(killed / "run", tmp_path / "resumed")
    epochs = f"training.epochs={progress(killed / 'run')['epoch'] + 1}"
    recipe = killed / "recipe.toml"
    output("train", recipe, "--resume", "--override", epochs, f"output={tmp_path / 'resumed'}")
    output("train", recipe, "--override", epochs, f"output={tmp_path / 'whole'}")
    first, second = (load_file(tmp_path / name / "state.safetensors") for name in ("whole", "resumed"))
    assert first.keys() == second.keys()
    for name, tensor in first.items():
        assert tensor.equal(second[name]), name
    assert log(tmp_path / "whole", "validation")[-1]["loss"] == log(tmp_path / "resumed", "validation")[-1]["loss"]


def test_one_process_goes_on_where_two_stood(killed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(killed / "run", tmp_path / "run")
    before = progress(tmp_path / "run")
    overrides = [f"training.epochs={before['epoch'] + 1}", f"output={tmp_path / 'run'}"]
    seen: list[list[int]] = []
    update = Trainer._update

    def recorded(self: Trainer, batches: list[list[int]], window: Any) -> None:
        seen.extend(batches)
        update(self, batches, window)

    monkeypatch.setattr(Trainer, "_update", recorded)
    trainers: list[Trainer] = []
    list(train(load_recipe(killed / "recipe.toml", overrides), resume=True, on_ready=trainers.append))
    assert before["batch"] > 0 and seen == trainers[0]._enter(before["epoch"])[before["batch"] :]
    assert trainers[0].progress.step == before["step"] + len(seen)


def test_two_go_on_where_one_stood_and_one_stops_both(tmp_path: Path) -> None:
    recipe = long_recipe(tmp_path)
    trainers: list[Trainer] = []
    for event in train(load_recipe(recipe, ["training.validate_every=7"]), on_ready=trainers.append):
        if isinstance(event, ValidationEvent):
            break  # as if killed
    with launched("train", recipe, "--resume", "--override", "training.epochs=100000") as process:
        assert process.stdout and process.stdout.readline().startswith("validation at 20")
        signal_second(process, signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    assert out.count("best weights") == 1
    now, an_epoch = progress(tmp_path / "run"), len(trainers[0]._enter(0))
    batches = [an_epoch] * now["epoch"] + [now["batch"]]  # of each epoch; one process did the first seven
    batches[0] -= 7
    assert now["step"] == 7 + sum(math.ceil(count / 2) for count in batches) > 20


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("distributed") / "tiny"
    save_checkpoint(folder, tiny_checkpoint(tiny_tokenizer(), seed=5))
    return folder


def test_a_file_is_shared_out_and_written_in_order(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In three rounds, the last of them uneven; the n-th sentence's chance is its own, whoever translates it."""
    sources = [*(source for source, _ in PAIRS), "", "  one two  ", "<b>😀</b>", *(source for source, _ in PAIRS[:30])]
    (tmp_path / "source").write_text("".join(f"{line}\n" for line in sources), encoding="utf-8")
    (tmp_path / "reference").write_text("".join(f"{line.upper()}\n" for line in sources), encoding="utf-8")
    files = ("--src", str(tmp_path / "source"), "--ref", str(tmp_path / "reference"))
    flags = ("evaluate", "--checkpoint", str(checkpoint), "--batch-size", "1", "--strategy", "sample", *files, "--json")
    two = json.loads("\n".join(output(*flags)))
    assert main(flags) == 0
    one = json.loads(capsys.readouterr().out)
    assert two.pop("seconds") > 0 < one.pop("seconds")
    assert two == one and two["chrf"] > 0

    flags = ("translate", "--checkpoint", str(checkpoint), "--batch-size", "1", "--strategy", "sample", "--json")
    rows = [json.loads(line) for line in output(*flags, given=(tmp_path / "source").read_text(encoding="utf-8"))]
    assert [row["source"] for row in rows] == sources


def test_translation_ends_when_a_process_dies(checkpoint: Path) -> None:
    with launched("translate", "--checkpoint", checkpoint, "--batch-size", "1") as process:
        assert process.stdin and process.stdout
        process.stdin.write("one two.\n" * 64)
        process.stdin.flush()
        assert [process.stdout.readline() for _ in range(64)][-1]
        signal_second(process, signal.SIGKILL)
        assert process.wait(PATIENCE) != 0  # though its input goes on
        assert process.stderr and "SIGKILL" in process.stderr.read()


def test_one_alone_that_was_meant_to_be_several_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """``accelerate launch --cpu --num_processes 2`` starts one process and tells it nothing of a second."""
    join.cache_clear()
    monkeypatch.setenv("ACCELERATE_MIXED_PRECISION", "no")
    monkeypatch.setenv("MASTER_ADDR", "127.0.0.1")
    with pytest.raises(CoreError, match="--multi_gpu"):
        join()


@pytest.mark.parametrize("count", [0, 1, 5, 6])
def test_parts_are_the_whole_in_order(count: int) -> None:
    items = [str(number) for number in range(count)]
    parts = [Team(index, 3).part(items) for index in range(3)]
    assert [item for _, part in parts for item in part] == items
    assert all(list(part) == items[start : start + len(part)] for start, part in parts)
    assert max(len(part) for _, part in parts) - min(len(part) for _, part in parts) <= 1
