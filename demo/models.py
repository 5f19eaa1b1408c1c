"""The models that are served: all are tried once, in the background, and each is kept from when somebody needs it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from seq2seq_core.checkpoint import checkpoint_name, place_name
from seq2seq_core.models.hugging_face.place import ON_THE_HUB, is_foreign, parse_place
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import CoreError, NoRoomError

if TYPE_CHECKING:
    from seq2seq_core.models import ModelConfig

DEFAULT_MODEL = "en-de"

AWAKE = 1
"""Models that do not rest when the app is idle: what somebody's next sentence most likely asks. Rest is 60 of the
82 MB of the largest, and 0.1 s when it is asked again."""


@dataclass(frozen=True)
class KnownModel:
    """What a model is, known without its weights.

    metadata: of its metrics.json. shape: of its config.json. weights: how many it has. heads: its attention can be
    looked at by head. folder: of its files, see ``Checkpoint``. built: rows of its card, see ``Model.describe``.
    """

    name: str
    metadata: dict[str, Any]
    shape: ModelConfig
    weights: int
    heads: bool = False
    folder: Path | None = None
    built: Mapping[str, str] = field(default_factory=dict)


class Models:
    """Only read from when they are loaded. The first is loaded at once, as are those of transformers, which somebody
    named; the others when somebody asks for them.

    names: of all, in the order in which they are shown: ours, then those of transformers as they were named.
    """

    def __init__(self, places: Path | Sequence[Path | str], device: str, *, at_once: bool = False) -> None:
        """Begins to try every model of these places.

        Args:
            places: folders of checkpoints, checkpoints, or models of transformers as people name them.
            device: where they are to run.
            at_once: keep all of them, and return when all were tried.

        Raises:
            CoreError: a folder holds no checkpoint, a name is none, or two models are called the same.
        """
        own, foreign = _found([places] if isinstance(places, Path) else places)
        self._places, self._device, self._foreign = own | foreign, device, frozenset(foreign)
        self.names = (*sorted(own, key=lambda name: (name != DEFAULT_MODEL, name)), *foreign)
        self._kept: dict[str, Translator] = {}
        self._turns = count()
        self._asked: dict[str, int] = {}  # in which turn a model was asked for last
        self._wanted = {*(self.names if at_once else self.names[:1]), *foreign}
        self._progress: dict[str, str] = {}
        self._loading = Lock()
        loader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="checkpoints")
        self._known: dict[str, Future[KnownModel]] = {name: loader.submit(self._try, name) for name in self.names}
        loader.shutdown(wait=at_once)

    def folder(self, name: str) -> Path:
        """Where the model of this name lies; of one on the Hub, while it is not here, a folder that there is not."""
        trial = self._known[name]
        if trial.done() and trial.exception() is None and (found := trial.result().folder) is not None:
            return found
        return Path(str(self._places[name]).partition("?")[0])

    def pending(self, name: str) -> str:
        """What is going on with a model of transformers that is still being fetched or loaded; "" where nothing is."""
        going_on = name in self._foreign and not self._known[name].done()
        return self._progress.get(name, "waiting for the others") if going_on else ""

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
        self._asked[name] = next(self._turns)
        if (kept := self._kept.get(name)) is not None:
            return kept
        self._wanted.add(name)  # if it is still to be tried, it need not be loaded twice
        self.known(name)
        with self._loading:
            if name not in self._kept:
                translator = self._load(name)
                translator.metadata = self.known(name).metadata  # what everybody was told of it
                self._kept[name] = translator
            return self._kept[name]

    def _try(self, name: str) -> KnownModel:
        """Loads a model, and keeps it if somebody needs it."""
        try:
            translator = self._load(name)
        except CoreError as error:
            print(f"{name} is left out: {error}", file=sys.stderr, flush=True)
            raise
        matrices = list(translator.model.parameters())
        size = sum(matrix.numel() * matrix.element_size() for matrix in matrices)
        print(f"{name} is ready on {self._device}: {size / 1e6:,.0f} MB", flush=True)
        if name in self._wanted:
            translator.pack()
            self._kept[name] = translator
        weights = sum(matrix.numel() for matrix in matrices)
        model = translator.model
        return KnownModel(
            name, translator.metadata, model.config, weights, model.has_heads, translator.folder, model.describe()
        )

    def _load(self, name: str) -> Translator:
        """Loads a model; where there is no room for it, models of transformers go until there is.

        Raises:
            CoreError: it cannot be loaded.
        """

        def say(words: str) -> None:
            self._progress[name] = words
            print(f"{name}: {words}", flush=True)

        while True:
            try:
                with _said():
                    return Translator.load(self._places[name], device=self._device, say=say)
            except NoRoomError:
                if not self._drop_one(name):
                    raise

    def rest(self) -> None:
        """Has all models but the ``AWAKE`` that were asked for last rest (``Translator.unpack``)."""
        for name in self._by_turn()[:-AWAKE]:
            if (kept := self._kept.get(name)) is not None:  # it may have been dropped just now
                kept.unpack()

    def _by_turn(self) -> list[str]:
        """The loaded models, the one that was asked for longest ago first."""
        return sorted(self._kept, key=lambda name: self._asked.get(name, -1))

    def _drop_one(self, name: str) -> bool:
        """Drops the model of transformers that was asked for longest ago, for this one; False where there is none."""
        oldest = next((other for other in self._by_turn() if other in self._foreign and other != name), None)
        if oldest is None:
            return False
        del self._kept[oldest]
        print(f"{oldest} was dropped to make room for {name}; it is loaded again when somebody asks for it", flush=True)
        return True


@contextmanager
def _said() -> Iterator[None]:
    """Whatever a damaged folder makes happen is a CoreError: the other models must not know of it."""
    try:
        yield
    except CoreError:
        raise
    except Exception as error:
        raise CoreError(f"loading it ends in {type(error).__name__}; copy the checkpoint again") from None


Found = dict[str, Path | str]
"""Of models, by name."""


def _found(places: Sequence[Path | str]) -> tuple[Found, Found]:
    """Our models of these places, and those of transformers.

    Raises:
        CoreError: see ``Models``.
    """
    own: Found = {}
    foreign: Found = {}
    for place in places:
        for name, found in _models_in(place).items():
            if name in own or name in foreign:
                raise CoreError(f"two models are called {name}; rename the folder of one")
            (own if isinstance(found, Path) and not is_foreign(found) else foreign)[name] = found
    return own, foreign


def _models_in(place: Path | str) -> Found:
    """The models of a place that somebody named.

    Raises:
        CoreError: see ``Models``.
    """
    text = str(place)
    if text.startswith(ON_THE_HUB) or ("?" in text and not Path(text).exists()):
        return {place_name(parse_place(text)): text}
    folder = Path(text)
    if (folder / "config.json").is_file():
        return {place_name(parse_place(text)): folder}
    if folders := {checkpoint_name(path): path for path in _subfolders(folder)} if folder.is_dir() else {}:
        return dict(folders)
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
