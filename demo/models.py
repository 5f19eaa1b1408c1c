"""The models of one folder: all are tried once, in the background, and each is kept from when somebody needs it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from seq2seq_core.checkpoint import checkpoint_name
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import CoreError

if TYPE_CHECKING:
    from seq2seq_core.models import ModelConfig

DEFAULT_MODEL = "en-de"


@dataclass(frozen=True)
class KnownModel:
    """What a model is, known without its weights.

    metadata: of its metrics.json. shape: of its config.json. weights: how many it has.
    """

    name: str
    metadata: dict[str, Any]
    shape: ModelConfig
    weights: int


class Models:
    """Only read from when they are loaded. The first is loaded at once, the others when somebody asks for them.

    names: of all, in the order in which they are shown.
    """

    def __init__(self, folder: Path, device: str, *, at_once: bool = False) -> None:
        """Begins to try every checkpoint in ``folder``, or the one that it is.

        Args:
            folder: where they are.
            device: where they are to run.
            at_once: keep all of them, and return when all were tried.

        Raises:
            CoreError: the folder holds no checkpoint.
        """
        self._folders, self._device = _folders(folder), device
        self.names = tuple(sorted(self._folders, key=lambda name: (name != DEFAULT_MODEL, name)))
        self._kept: dict[str, Translator] = {}
        self._wanted = set(self.names if at_once else self.names[:1])
        self._loading = Lock()
        loader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="checkpoints")
        self._known: dict[str, Future[KnownModel]] = {name: loader.submit(self._try, name) for name in self.names}
        loader.shutdown(wait=at_once)

    def folder(self, name: str) -> Path:
        """Where the model of this name lies."""
        return self._folders[name]

    def problem(self, name: str) -> str:
        """What is wrong with a model that did not load; "" where it did. Waits until it was tried."""
        error = self._known[name].exception()
        return str(error) if error else ""

    def known(self, name: str) -> KnownModel:
        """What the model of this name is. Waits until it was tried.

        Raises:
            CoreError: it did not load.
        """
        return self._known[name].result()

    def translator(self, name: str) -> Translator:
        """The model of this name, loaded.

        Raises:
            CoreError: it did not load.
        """
        if name in self._kept:
            return self._kept[name]
        self._wanted.add(name)  # if it is still to be tried, it need not be loaded twice
        self.known(name)
        with self._loading:
            if name not in self._kept:
                with _said():
                    translator = Translator.load(self._folders[name], device=self._device)
                translator.metadata = self.known(name).metadata  # what everybody was told of it
                self._kept[name] = translator
            return self._kept[name]

    def _try(self, name: str) -> KnownModel:
        """Loads a model, and keeps it if somebody needs it."""
        try:
            with _said():
                translator = Translator.load(self._folders[name], device=self._device)
        except CoreError as error:
            print(f"{name} is left out: {error}", file=sys.stderr, flush=True)
            raise
        print(f"{name} is ready on {self._device}", flush=True)
        if name in self._wanted:
            self._kept[name] = translator
        weights = sum(matrix.numel() for matrix in translator.model.parameters())
        return KnownModel(name, translator.metadata, translator.model.config, weights)


@contextmanager
def _said() -> Iterator[None]:
    """Whatever a damaged folder makes happen is a CoreError: the other models must not know of it."""
    try:
        yield
    except CoreError:
        raise
    except Exception as error:
        raise CoreError(f"loading it ends in {type(error).__name__}; copy the checkpoint again") from None


def _folders(folder: Path) -> dict[str, Path]:
    """Of the checkpoints in a folder, or of the one that it is, by name.

    Raises:
        CoreError: there is none.
    """
    if (folder / "config.json").is_file():
        return {checkpoint_name(folder): folder}
    if folders := {checkpoint_name(path): path for path in _subfolders(folder)} if folder.is_dir() else {}:
        return folders
    raise CoreError(
        f"there is no checkpoint in {folder}; name their folder with --checkpoints, or train one with "
        "python -m seq2seq_core train recipes/en-de-attention.toml"
    )


def _subfolders(folder: Path) -> list[Path]:
    """Those whose names can be sent to a browser; the others are named and left out."""
    found = [path for path in folder.iterdir() if path.is_dir()]
    for path in found:
        if not _is_text(path.name):
            print(f"{path.name!a} is left out: its name is no text; rename it", file=sys.stderr, flush=True)
    return [path for path in found if _is_text(path.name)]


def _is_text(name: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in name)  # how Python reads bytes that are no UTF-8
