"""The models that are served, by the names that people may send."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from demo.common.gpu import BORROWED
from demo.common.languages import Languages, languages
from demo.common.text_input import InputError
from demo.models import KnownModel, Models
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import CoreError, pick_device

T = TypeVar("T")


class ServedModels:
    """Those of one folder. names: of all, the first one to show first."""

    def __init__(self, folder: Path, device: str = "auto") -> None:
        """Begins to try every checkpoint in ``folder``, or the one that it is.

        Raises:
            CoreError: the device is not there, or the folder holds no checkpoint.
        """
        self.device = str(pick_device(device))
        self._models = Models(folder, self.device, at_once=BORROWED)
        self.names = self._models.names

    def folder(self, name: str) -> Path:
        """Where the model of this name lies."""
        return self._models.folder(name)

    def problems(self) -> dict[str, str]:
        """What is wrong with each model that did not load. Waits until all were tried."""
        failures = {name: self._models.problem(name) for name in self.names}
        return {name: problem for name, problem in failures.items() if problem}

    def working(self) -> dict[str, str]:
        """Titles of the models that loaded, by name, the first one to show first. Waits until all were tried."""
        problems = self.problems()
        return {
            name: str(self.known(name).metadata.get("title") or name) for name in self.names if name not in problems
        }

    def title(self, name: object) -> str:
        """What people call the model of this name; "" where there is none that works."""
        try:
            return str(self.known(name).metadata.get("title") or name)
        except InputError:
            return ""

    def first(self) -> str:
        """Name of the first model that loaded, or of the first of all; later ones need not have been tried."""
        return next((name for name in self.names if not self._models.problem(name)), self.names[0])

    def known(self, name: object) -> KnownModel:
        """What the model of this name is, known without loading it.

        Raises:
            InputError: there is none, or it did not load.
        """
        return self._said_of(name, self._models.known)

    def translator(self, name: object) -> Translator:
        """The model of this name, loaded where nobody asked for it before.

        Raises:
            InputError: there is none, or it did not load.
        """
        return self._said_of(name, self._models.translator)

    def languages(self, name: object) -> Languages:
        """What the model of this name reads and writes.

        Raises:
            InputError: there is none, or it did not load.
        """
        return languages(self.known(name).metadata)

    def _said_of(self, name: object, ask: Callable[[str], T]) -> T:
        if not isinstance(name, str) or name not in self.names:
            raise InputError(f"Choose one of the models: {', '.join(self.names)}.")
        try:
            return ask(name)
        except CoreError as error:
            raise InputError(f"The model {name} cannot be used: {error}.") from error
