"""The models of one folder, loaded once, in the background, and only read from then on."""

from __future__ import annotations

import sys
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from demo.common.gpu import BORROWED
from demo.common.languages import Languages, languages
from demo.common.text_input import InputError
from seq2seq_core.checkpoint import checkpoint_name
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import CoreError, pick_device

DEFAULT_MODEL = "en-de"


class Models:
    """The models by their names; those that do not load are named and left out."""

    def __init__(self, folder: Path, device: str = "auto") -> None:
        """Begins to load every checkpoint in ``folder``, or the one that it is.

        Raises:
            CoreError: the device is not there, or the folder holds no checkpoint.
        """
        self.device = str(pick_device(device))
        if (folder / "config.json").is_file():
            folders = {checkpoint_name(folder.resolve()): folder}
        else:
            folders = {path.name: path for path in _subfolders(folder)} if folder.is_dir() else {}
        if not folders:
            raise CoreError(
                f"there is no checkpoint in {folder}; name their folder with --checkpoints, or train one with "
                "python -m seq2seq_core train recipes/en-de-attention.toml"
            )
        self.names = tuple(sorted(folders, key=lambda name: (name != DEFAULT_MODEL, name)))
        loader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="checkpoints")
        self._models: dict[str, Future[Translator]] = {
            name: loader.submit(_load, name, folders[name], self.device) for name in self.names
        }
        loader.shutdown(wait=False)
        if BORROWED:
            self.problems()  # waits until all were tried

    def problems(self) -> dict[str, str]:
        """What is wrong with each model that did not load. Waits until all were tried."""
        failures = {name: future.exception() for name, future in self._models.items()}
        return {name: str(error) for name, error in failures.items() if error}

    def working(self) -> dict[str, str]:
        """Titles of the models that loaded, by name, the first one to show first. Waits until all were tried."""
        problems = self.problems()
        loaded = {name: self._models[name].result() for name in self.names if name not in problems}
        return {name: str(model.metadata.get("title") or name) for name, model in loaded.items()}

    def translator(self, name: object) -> Translator:
        """The model of this name.

        Raises:
            InputError: there is none, or it did not load.
        """
        if not isinstance(name, str) or name not in self._models:
            raise InputError(f"Choose one of the models: {', '.join(self.names)}.")
        try:
            return self._models[name].result()
        except CoreError as error:
            raise InputError(f"The model {name} cannot be used: {error}.") from error

    def languages(self, name: object) -> Languages:
        """What the model of this name reads and writes.

        Raises:
            InputError: there is none, or it did not load.
        """
        return languages(self.translator(name).metadata)


def _subfolders(folder: Path) -> list[Path]:
    """Those whose names can be sent to a browser; the others are named and left out."""
    found = [path for path in folder.iterdir() if path.is_dir()]
    for path in found:
        if not _is_text(path.name):
            print(f"{path.name!a} is left out: its name is no text; rename it", file=sys.stderr, flush=True)
    return [path for path in found if _is_text(path.name)]


def _is_text(name: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in name)  # how Python reads bytes that are no UTF-8


def _load(name: str, folder: Path, device: str) -> Translator:
    try:
        translator = Translator.load(folder, device=device)
    except Exception as error:  # whatever a damaged folder makes happen, the other models must not know of it
        if not isinstance(error, CoreError):
            error = CoreError(f"loading it ends in {type(error).__name__}; copy the checkpoint again")
        print(f"{name} is left out: {error}", file=sys.stderr, flush=True)
        raise error from None
    print(f"{name} is ready on {device}", flush=True)
    return translator
