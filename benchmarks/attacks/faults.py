"""Damaged checkpoints, and processes killed while they train and while they save."""

from __future__ import annotations

import os
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from safetensors.torch import load_file

from benchmarks.attacks.outcome import Attack
from seq2seq_core.checkpoint import load_checkpoint, save_checkpoint
from seq2seq_core.decoding import GreedyConfig
from seq2seq_core.pipeline import Translator
from seq2seq_core.training import load_recipe, train
from seq2seq_core.types import CoreError
from tests.tiny import tiny_checkpoint, tiny_tokenizer, write_recipe

STATE = "state.safetensors"


def corruptions(scale: float) -> Iterator[Attack]:
    """300 bytes changed or files cut, of a checkpoint whose sums do not tell of it, and of one whose sums do."""
    rng, number = random.Random(22), max(20, round(300 * scale))
    for sealed in (True, False):
        attack = Attack(f"corruptions of a checkpoint {'with' if sealed else 'without'} checksums")
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "tiny"
            save_checkpoint(copy, tiny_checkpoint(tiny_tokenizer()))
            if not sealed:
                card = copy / "metrics.json"
                card.write_text("{}", encoding="utf-8")
            for _ in range(number // 2):
                path = copy / rng.choice(["config.json", "metrics.json", "model.safetensors", "tokenizer.model"])
                whole = path.read_bytes()
                place = rng.randrange(len(whole))
                path.write_bytes(whole[:place] + rng.choice([b"", rng.randbytes(1) + whole[place + 1 :]]))
                attack.saw(_loads_or_says(copy))
                path.write_bytes(whole)
        yield attack


def _loads_or_says(folder: Path) -> str | None:
    try:
        Translator.load(folder, device="cpu").translate(["one, two."], GreedyConfig(max_new_tokens=3))
    except CoreError as error:
        return None if "\n" not in str(error) and str(folder) not in str(error) else f"not one sentence: {error}"
    except Exception as error:
        return f"{type(error).__name__}"
    return None


def _killed(work: Callable[[], None], seconds: float) -> bool:
    """Whether a process that does this had to be killed after so many seconds; else it had come to its end.

    Raises:
        RuntimeError: it ended with an error.
    """
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    time.sleep(seconds)
    ended, status = os.waitpid(child, os.WNOHANG)
    if not ended:
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    if os.WEXITSTATUS(status):
        raise RuntimeError(f"it ended with {os.WEXITSTATUS(status)}")
    return False


def kills_in_training(scale: float) -> Iterator[Attack]:
    """50 kills of runs with dropout of merges, each of which goes on until it ends as one that nobody killed."""
    rng, number = random.Random(5), max(3, round(50 * scale))
    attack, runs = Attack("kills while training, dropout of merges on"), 0
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        settings = {"epochs": 40, "bpe_dropout": 0.2, "validate_every": 5}
        (Path(folder) / "whole").mkdir()
        whole = load_recipe(write_recipe(Path(folder) / "whole", **settings))
        begun = time.monotonic()
        list(train(whole))
        longest, expected = time.monotonic() - begun, load_file(whole.folder / STATE)
        while attack.tried < number:
            runs += 1
            home = Path(folder) / str(runs)
            home.mkdir()
            recipe = load_recipe(write_recipe(home, **settings))

            def go(recipe=recipe) -> None:  # type: ignore[no-untyped-def]
                list(train(recipe, resume=(recipe.folder / STATE).exists()))

            try:
                while attack.tried < number and _killed(go, rng.uniform(0.05, longest)):
                    attack.saw(None)
                go()
                found = load_file(recipe.folder / STATE)
                if not all(tensor.equal(found[name]) for name, tensor in expected.items()):
                    attack.failures["another end than without a kill"] += 1
            except (CoreError, RuntimeError) as error:
                attack.saw(f"it did not go on: {error}")
            shutil.rmtree(home)
    attack.measured = f"{runs} runs, each bit for bit as without a kill" if not attack.failures else f"{runs} runs"
    yield attack


def kills_in_saving(scale: float) -> Iterator[Attack]:
    """50 kills of a process that saves a checkpoint over and over: what lies there loads."""
    rng, number = random.Random(7), max(3, round(50 * scale))
    attack, made = Attack("kills while saving a checkpoint"), tiny_checkpoint(tiny_tokenizer())
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "tiny"
        save_checkpoint(home, made)

        def go() -> None:
            while True:
                save_checkpoint(home, made)

        for _ in range(number):
            _killed(go, rng.uniform(0.01, 0.3))
            try:
                load_checkpoint(home)
                attack.saw(None)
            except CoreError as error:
                attack.saw(str(error))
    yield attack
