"""The models that are served, by the names that people may send."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from demo.common.gpu import BORROWED
from demo.common.languages import Languages, languages
from demo.common.text_input import InputError
from demo.models import KnownModel, Models
from seq2seq_core.checkpoint import read_metadata
from seq2seq_core.decoding import DecodeResult
from seq2seq_core.neighbours import has_index
from seq2seq_core.pipeline import Translator
from seq2seq_core.text.languages import translates
from seq2seq_core.types import CoreError, pick_device
from seq2seq_core.why_not import Sign, signs_of, usual_of

T = TypeVar("T")


class ServedModels:
    """Those of some places. names: of all, the first one to show first."""

    def __init__(self, places: Path | Sequence[Path | str], device: str = "auto") -> None:
        """Begins to try every model of these places: folders of checkpoints, checkpoints, or models of transformers.

        Raises:
            CoreError: the device is not there, or a place holds no model.
        """
        self.device = str(pick_device(device))
        self._models = Models(places, self.device, at_once=BORROWED)
        self.names = self._models.names

    def folder(self, name: str) -> Path:
        """Where the model of this name lies."""
        return self._models.folder(name)

    def problems(self) -> dict[str, str]:
        """What is wrong with each model that did not load. Waits until all of ours were tried."""
        failures = {name: self._models.problem(name) for name in self.names if not self._models.pending(name)}
        return {name: problem for name, problem in failures.items() if problem}

    def working(self) -> dict[str, str]:
        """Titles of the models that loaded or still load, by name, the first one to show first.

        Waits until all of ours were tried, which takes seconds; what is fetched may take minutes.
        """
        problems = self.problems()
        return self._titles([name for name in self.names if name not in problems])

    def pending(self, name: str) -> str:
        """What is going on with a model that is still being fetched or loaded; "" where nothing is."""
        return self._models.pending(name) if name in self.names else ""

    def _titles(self, names: Sequence[str]) -> dict[str, str]:
        """What people call these models; those that are called the same are told apart by their names."""
        return _told_apart({name: self._title(name) for name in names})

    def _title(self, name: str) -> str:
        if self.pending(name):
            return f"{name} (still loading)"
        return str(self.known(name).metadata.get("title") or name)

    def title(self, name: object) -> str:
        """What people call the model of this name; "" where there is none that works."""
        return self.working().get(name, "") if isinstance(name, str) else ""

    def expected(self) -> Languages:
        """What the first of all models reads and writes, by its metrics.json alone, before any was tried."""
        try:
            return languages(read_metadata(self.folder(self.names[0])))
        except CoreError:
            return Languages()

    def told_titles(self) -> dict[str, str]:
        """Titles of all models by name, as their metrics.json says, before any was tried; else their names."""
        titles = {}
        for name in self.names:
            try:
                titles[name] = str(read_metadata(self.folder(name)).get("title") or name)
            except CoreError:
                titles[name] = name
        return _told_apart(titles)

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

    def rest(self) -> None:
        """There is nothing to do for now: models keep what the next requests will most likely need."""
        self._models.rest()

    def languages(self, name: object) -> Languages:
        """What the model of this name reads and writes; nothing is known of it while it loads.

        Raises:
            InputError: there is none, or it did not load.
        """
        if isinstance(name, str) and self.pending(name):
            return Languages()
        known = self.known(name)
        return languages(known.metadata, known.heads, has_index(self.folder(str(name))))

    def scored_by_exact(self, name: object) -> bool:
        """Whether outputs equal to the reference are a measure of this model's task: its card says so, and it is no
        translation, of which there are many good ones.

        Raises:
            InputError: there is no such model, or it did not load.
        """
        card = self.known(name).metadata
        return not translates(card) and any("exact" in score for score in card.get("scores") or ())

    def same_pieces(self, names: Sequence[object]) -> bool:
        """Whether these models write in the same pieces, so that each gives its probabilities to the same things.

        Raises:
            InputError: one is not there, or did not load.
        """
        first, *others = (self.translator(name).tokenizer for name in names)
        return all(
            len(other) == len(first) and other.pieces(range(len(other))) == first.pieces(range(len(first)))
            for other in others
        )

    def signs(self, name: object, result: DecodeResult, index: int) -> tuple[Sign, ...]:
        """Measures of one hypothesis of a result, beside what is usual for the model.

        Raises:
            InputError: there is no such model, or it did not load.
        """
        alone = replace(result, hypotheses=(result.hypotheses[index],))
        return signs_of(alone, usual_of(self.known(name).metadata)) if result.source_tokens else ()

    def _said_of(self, name: object, ask: Callable[[str], T]) -> T:
        if not isinstance(name, str) or name not in self.names:
            raise InputError(f"Choose one of the models: {', '.join(self.names)}.")
        if words := self.pending(name):
            raise InputError(f"The model {name} is still loading ({words}); try again in a moment.")
        try:
            return ask(name)
        except CoreError as error:
            raise InputError(f"The model {name} cannot be used: {error}.") from error


def _told_apart(titles: dict[str, str]) -> dict[str, str]:
    """Titles by name; those that are the same with the name behind."""
    shared = Counter(titles.values())
    return {name: title if shared[title] == 1 else f"{title} ({name})" for name, title in titles.items()}
