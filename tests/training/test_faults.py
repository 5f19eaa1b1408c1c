"""What can go wrong with a run's folder is one sentence, and nothing in it is overwritten."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from seq2seq_core.checkpoint import load_checkpoint
from seq2seq_core.files import only_one, replacing, write_whole
from seq2seq_core.training import Recipe, load_recipe, train
from seq2seq_core.training.log import RunLog, read_log
from seq2seq_core.types import CoreError
from tests.tiny import write_recipe

Tensors = dict[str, torch.Tensor]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a recipe whose run has ended."""
    folder = tmp_path_factory.mktemp("finished")
    list(train(load_recipe(write_recipe(folder, epochs=1))))
    return folder


@pytest.fixture
def recipe(finished: Path, tmp_path: Path) -> Recipe:
    """The same run in a folder of its own, with an epoch more to go."""
    shutil.copytree(finished, tmp_path, dirs_exist_ok=True)
    return load_recipe(tmp_path / "recipe.toml", [f"output={tmp_path / 'run'}", "training.epochs=2"])


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Of all files but TensorBoard's and the lock."""
    paths = [path for path in folder.rglob("*") if path.is_file() and "tensorboard" not in path.parts]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths if path.name != ".lock"}


def saved_anew(state: Path, weights: Tensors, **metadata: str) -> None:
    with safe_open(state, framework="pt") as file:
        known = file.metadata()
    save_file(weights, state, metadata=known | metadata)


def without(prefix: str) -> Callable[[Tensors], Tensors]:
    return lambda tensors: {name: value for name, value in tensors.items() if not name.startswith(prefix)}


def with_change(name: str, change: Callable[[torch.Tensor], torch.Tensor]) -> Callable[[Tensors], Tensors]:
    return lambda tensors: {**tensors, name: change(tensors[name])}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (without("optimizer."), "lacks some of what was saved"),
        (without("optimizer.3.exp_avg_sq"), "lacks some of what was saved"),
        (without("random.cpu"), "lacks some of what was saved"),
        (with_change("optimizer.3.exp_avg", lambda t: t[:1].clone()), "moments that are none of this model's"),
        (
            lambda tensors: {**tensors, "optimizer.999.exp_avg": torch.zeros(3)},
            "lacks some of what|none of this model's",
        ),
        (with_change("optimizer.3.exp_avg", lambda t: t * torch.nan), "no number, in 'optimizer.3.exp_avg'"),
        (with_change("model.output.bias", lambda t: t * torch.inf), "no number, in 'model.output.bias'"),
        (with_change("average.module.output.bias", lambda t: t.to(torch.int8)), "no number, in 'average"),
        (with_change("model.output.bias", lambda t: t[:5].clone()), "another shape"),
        (with_change("random.cpu", lambda t: t[:-8].clone()), "no state of a random generator"),
        (with_change("random.cpu", lambda t: t.flip(0)), "no state of a random generator"),
        (with_change("random.cpu", lambda t: t.float()), "no state of a random generator"),
    ],
)
def test_a_state_that_is_not_whole_is_refused(recipe: Recipe, change: Callable[[Tensors], Tensors], words: str) -> None:
    state = recipe.folder / "state.safetensors"
    saved_anew(state, change(load_file(state)))
    before = bytes_of(recipe.folder)
    with pytest.raises(CoreError, match=f"state.safetensors.*({words}).*start without --resume") as raised:
        next(train(recipe, resume=True))
    assert "\n" not in str(raised.value) and bytes_of(recipe.folder) == before


def test_moments_missing_from_an_older_state_are_missed_too(recipe: Recipe) -> None:
    state = recipe.folder / "state.safetensors"
    kept = without("optimizer.3.exp_avg_sq")(load_file(state))
    saved_anew(state, kept, tensors=str(len(kept)))
    with pytest.raises(CoreError, match="lacks some of the optimiser's moments"):
        next(train(recipe, resume=True))


@pytest.mark.parametrize(
    "progress",
    ["", "[]", "null", "{", '{"step": "5"}', '{"step": -1}', '{"best": NaN}', '{"seconds": Infinity}', '{"steps": 1}',
     '{"epoch": 1' + "0" * 50 + "}", "[" * 100_000],
    ids=range(11),
)  # fmt: skip
def test_junk_in_progress_is_refused(recipe: Recipe, progress: str) -> None:
    state = recipe.folder / "state.safetensors"
    saved_anew(state, load_file(state), progress=progress)
    before = bytes_of(recipe.folder)
    with pytest.raises(CoreError, match=r"state\.safetensors .*; move it away and start without --resume$"):
        next(train(recipe, resume=True))
    assert bytes_of(recipe.folder) == before


def test_junk_in_the_log_is_taken_out_and_the_run_goes_on(recipe: Recipe) -> None:
    log = recipe.folder / "log.jsonl"
    good = log.read_bytes()
    junk = [b"\xff\xfe\n", b"[1]\n", b'{"step": "7", "loss": 1}\n', b'{"step": 3}\n', b"{" * 9999 + b"\n", b"\x00\n"]
    log.write_bytes(b"".join(junk) + good + junk[0])
    events = list(train(recipe, resume=True))
    assert log.read_bytes().startswith(good) and b"\xff" not in log.read_bytes()
    assert len(read_log(recipe.folder)) == good.count(b"\n") + len(events)


def limited(size: int, action: Callable[[], Any]) -> None:
    """With a limit on the size of files, which to a program is what a full disk is."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        action()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [0, 3000, 20_000, 50_000])
def test_a_full_disk_is_one_sentence_and_what_was_there_stays(recipe: Recipe, size: int) -> None:
    before = bytes_of(recipe.folder)
    with pytest.raises(CoreError, match=r"^cannot write ") as raised:
        limited(size, lambda: list(train(recipe, resume=True)))
    assert "\n" not in str(raised.value)
    load_checkpoint(recipe.folder / "checkpoint")
    after = bytes_of(recipe.folder)
    assert not [name for name in after if name.endswith(".part")]
    assert after["state.safetensors"] == before["state.safetensors"]
    assert list(train(recipe, resume=True))  # there is room again


def test_a_folder_that_cannot_be_written_to_is_one_sentence(tmp_path: Path) -> None:
    path = write_recipe(tmp_path)
    (tmp_path / "file").write_text("")
    for output in (
        "/proc/self",
        tmp_path / "file",
        tmp_path / "file" / "under",
    ):  # /proc takes no file, not from root either
        with pytest.raises(CoreError, match=r"^cannot write to .*choose another output"):
            next(train(load_recipe(path, [f"output={output}"])))


def test_what_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    write_whole(path, "first")
    with pytest.raises(KeyError), replacing(path) as unfinished:
        unfinished.write_text("sec")
        raise KeyError
    with pytest.raises(CoreError, match=r"cannot write .*/kept: .*; what was there is as it was"):
        limited(2, lambda: write_whole(path, "second"))
    assert [item.name for item in tmp_path.iterdir()] == ["kept"] and path.read_text() == "first"


def test_a_second_run_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    recipe = load_recipe(write_recipe(tmp_path, epochs=5))
    first = train(recipe)
    next(first)
    for resume in (True, False):
        with pytest.raises(CoreError, match=r"another run is writing to .*choose another output"):
            next(train(recipe, resume=resume))
    first.close()  # type: ignore[attr-defined]
    assert next(train(recipe, resume=True))


def test_the_lock_dies_with_the_process_that_holds_it(tmp_path: Path) -> None:
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom seq2seq_core.files import only_one\n"
        "with only_one(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stdout.readline() == "held\n"
        with pytest.raises(CoreError, match="another run"), only_one(tmp_path):
            pass
        process.kill()
    with only_one(tmp_path):
        pass


@pytest.mark.parametrize("seconds", [0.2, 2.0, 5.0])
def test_ctrl_c_in_the_first_seconds_is_clean(tmp_path: Path, seconds: float) -> None:
    recipe = write_recipe(tmp_path, epochs=100_000, validate_every=1_000_000)
    command = [sys.executable, "-m", "seq2seq_core", "train", str(recipe)]
    with subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        # Where the tests run in the background of a shell, Ctrl-C is ignored, and so would it be there.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        try:
            _, err = process.communicate(timeout=120)
        finally:
            process.kill()
    assert process.returncode in (0, 130, -signal.SIGINT), err
    assert "Traceback" not in err and "Error" not in err


def test_a_log_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").mkdir()
    with pytest.raises(CoreError, match=r"^cannot write"):
        RunLog(tmp_path, 0)
