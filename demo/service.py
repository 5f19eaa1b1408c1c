"""Where the app has the core do something: finds and loads models, validates requests, runs them.

The rest of the app knows the core's results, its strategies and their settings, and nothing that runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from demo.common.gpu import BORROWED, on_gpu
from demo.common.languages import Languages, languages
from demo.common.settings import configure
from demo.common.text_input import MAX_CHARACTERS, InputError, clean, clean_text
from demo.lane import Lane
from demo.models import KnownModel, Models
from seq2seq_core import documents
from seq2seq_core.decoding import (
    STRATEGIES,
    AnyStrategy,
    BeamConfig,
    Config,
    DecodeResult,
    DecodeStep,
    ExactConfig,
    ScoreConfig,
    Tick,
    options,
    strategy_of,
)
from seq2seq_core.decoding.cost import Demand
from seq2seq_core.decoding.strategies.utility import (
    utility_matrix as utility_matrix,  # for samples: how much they agree
)
from seq2seq_core.documents import Document, Limits
from seq2seq_core.documents.doubts import Doubt, confidence_of, doubts_of
from seq2seq_core.pipeline import Translation, Translator
from seq2seq_core.text.sentences import Sentences, sentences_of
from seq2seq_core.types import CoreError, pick_device
from seq2seq_core.why_not import MAX_WIDTH as MAX_WIDTH
from seq2seq_core.why_not import WhyNot, stream_why_not

if TYPE_CHECKING:
    from seq2seq_core.evaluation import Quality, ResampledQuality

DEADLINE = 20.0
"""Seconds that one request may decode."""

TEXT_DEADLINE = 60.0
"""Seconds that all sentences of a text may decode together."""

TEXT_ROWS = 40_000
"""Rows of all steps that the searches of a text may leave behind, about 200 MB. A text of the greatest length
under a beam of 50 stays below it."""

SET_DEADLINE = 120.0
"""Seconds that a whole set of sentences may decode, under all strategies together."""

CHUNK = 8
"""Sentences of a set that are decoded in one batch, where they are within the budget together."""

BUDGET = 2 << 30
"""Bytes that decoding one batch may take: enough for all that the sliders offer on the longest English text."""

DOCUMENT_DEADLINE = 1800.0
"""Seconds that a document may take, those in which it stands back included."""

DOCUMENT_CHUNK = 64
DOCUMENT_CHUNK_CHARACTERS = 8000
"""Most units of a document that are decoded before the page is told, and most characters in them; a longer unit is a
chunk of its own. Larger ones would take longer steps, and somebody's sentence may have to wait for one."""

DOCUMENT_FORMATS = tuple(documents.FORMATS)
"""Suffixes of the documents that can be read."""

DOCUMENT_LIMITS = Limits(size=2_000_000, units=10_000, unpacked=40_000_000)
"""Of a document that a stranger may send."""

MAX_UNIT = 20_000
"""Characters of one unit."""

WIDEST = BeamConfig(num_beams=MAX_WIDTH, num_return_sequences=MAX_WIDTH)
"""The widest beam that is looked into for a translation that was expected."""

MOST_SECONDS = 15
"""That exact search may take of a person's deadline."""

SEVERAL = (
    "These are several sentences, decoded as one here, since the translation is one; Translate takes them one by one."
)


T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """A valid wish: what to translate, with what, and what its author should know of how it was read.

    prefix: ids of the pieces that the translation must begin with.
    index: number of the sentence; seeds hang on it.
    """

    text: str
    note: str
    model: str
    config: Config
    prefix: tuple[int, ...] = ()
    index: int = 0


@dataclass(frozen=True)
class AskedText:
    """A valid wish for a text: a request for each of its sentences.

    between: what stands before, between and after them, one more than there are: white space and marks of lists.
    note: what its author should know of how the text was read.
    """

    sentences: tuple[Asked, ...]
    between: tuple[str, ...] = ("", "")
    note: str = ""


@dataclass(frozen=True)
class AskedWhy:
    """A valid wish to know why ``target`` is not what ``request`` gives."""

    request: Asked
    target: str


@dataclass(frozen=True)
class Part:
    """Decoding a set under several strategies: a step was done, and with it perhaps the next few sentences.

    turn: number of the request, from 0.
    results: of the sentences after those of earlier parts; none for most steps.
    """

    turn: int
    results: tuple[DecodeResult, ...]


@dataclass(frozen=True)
class DoneUnit:
    """What became of one unit of a document.

    confidence: how sure the model was, 0 to 1: the geometric mean of its pieces' probabilities; None where it was not
        asked, since nothing in the unit is to be translated.
    doubts: what is doubtful about it.
    notes: what a person should know of how it was read.
    """

    text: str
    confidence: float | None
    doubts: tuple[Doubt, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    """A search under way.

    steps: how many are done.
    step: what the last saw and chose; None where the strategy does not say.
    token_ids, tokens: the pieces of the hypothesis that leads; none where the strategy does not say.
    """

    steps: int
    step: DecodeStep | None = None
    token_ids: tuple[int, ...] = ()
    tokens: tuple[str, ...] = ()


class Service:
    """The models of one folder, and what may be asked of them."""

    def __init__(self, folder: Path, device: str = "auto") -> None:
        """Begins to try every checkpoint in ``folder``, or the one that it is.

        Raises:
            CoreError: the device is not there, or the folder holds no checkpoint.
        """
        self.device = str(pick_device(device))
        self.strategies: Mapping[str, AnyStrategy] = STRATEGIES
        self._models = Models(folder, self.device, at_once=BORROWED)
        self.names = self._models.names
        self._on_gpu = on_gpu(self._decode)
        self._many_on_gpu = on_gpu(self._decode_many)
        self._chunk_on_gpu = on_gpu(self._decode_chunk)
        self._why_on_gpu = on_gpu(self._explain)
        self._lane = Lane()

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

    def text_request(self, text: object, model: object, strategy: object, settings: Mapping[str, object]) -> AskedText:
        """Valid requests for the sentences of a text.

        Raises:
            InputError: something in it cannot be used.
        """
        known = self.languages(model)
        # What has no language has no full stops either: a date like "3. Mai 1999" is one sentence.
        language = self.translator(model).language
        split = partial(sentences_of, language=language) if language else _lines
        cleaned, config = clean_text(text, split, known.missing), _config(strategy, settings)
        sentences = (
            Asked(sentence, "", str(model), config, index=place << 32)  # as ``Translator.translate_texts`` numbers them
            for place, sentence in enumerate(cleaned.sentences)
        )
        return AskedText(tuple(sentences), cleaned.between, cleaned.note)

    def decoding(self, model: object, strategy: object, settings: Mapping[str, object]) -> Asked:
        """A valid request without its text, from whatever came in.

        Raises:
            InputError: something in it cannot be used.
        """
        self.translator(model)
        return Asked("", "", str(model), _config(strategy, settings))

    def scoring(self, text: object, target: object, model: object) -> Asked:
        """A valid request for the score of a given target: its pieces and the end of the sentence are the prefix.

        Raises:
            InputError: something in it cannot be used. Nothing is cut here, for parts do not score like the whole.
        """
        source, wanted = clean(text), clean(target, "Give a translation to score.")
        if source.note or wanted.note:
            raise InputError(f"Only texts of up to {MAX_CHARACTERS:,} characters can be scored; give shorter ones.")
        prefix = tuple(self.translator(model).target_ids(source.text, wanted.text))
        return Asked(source.text, "", str(model), ScoreConfig(), prefix)

    def expecting(
        self, text: object, target: object, model: object, strategy: object, settings: Mapping[str, object]
    ) -> AskedWhy:
        """A valid request to hold a translation that was expected against what a strategy finds.

        Raises:
            InputError: something in it cannot be used. Nothing is cut here, for parts do not score like the whole.
        """
        known = self.languages(model)
        source, wanted = clean(text, known.missing), clean(target, "Type the translation that you expected.")
        if source.note or wanted.note:
            raise InputError(
                f"Only texts of up to {MAX_CHARACTERS:,} characters can be looked into; give shorter ones."
            )
        config, translator = _config(strategy, settings), self.translator(model)
        _afford(config, translator.cost([source.text], config))
        _afford(WIDEST, translator.cost([source.text], WIDEST, trace=True))
        several = translator.language and len(sentences_of(source.text, translator.language).sentences) > 1
        return AskedWhy(Asked(source.text, SEVERAL if several else "", str(model), config), wanted.text)

    def true_best(self, asked: AskedWhy, seconds: object) -> Asked:
        """A valid request for the most probable translation of the same sentence, by exact search in so many seconds.

        Raises:
            InputError: that is no such time.
        """
        if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not 1 <= seconds <= MOST_SECONDS:
            raise InputError(f"Give exact search from 1 to {MOST_SECONDS} seconds.")
        return replace(asked.request, config=ExactConfig(max_seconds=float(seconds), max_forward_calls=1_000_000))

    def continued(self, request: Asked, prefix: tuple[int, ...]) -> Asked:
        """The same request, its translation made to begin with these pieces, if the model has them all."""
        if all(0 <= piece < len(self.translator(request.model).tokenizer) for piece in prefix):
            return replace(request, prefix=prefix)
        note = "The link's beginning of the translation was left out: this model has no such pieces."
        return replace(request, note=f"{request.note} {note}".strip())

    def weighed(self, request: Asked, alpha: float, beta: float) -> Asked:
        """The same request under another length and coverage penalty.

        Raises:
            InputError: its strategy has neither, or no coverage penalty and beta is not 0.
        """
        config = request.config
        if not isinstance(config, BeamConfig | ExactConfig):
            raise InputError("This strategy does not search by these penalties: choose beam search, then search again.")
        kind = "avg" if config.length_penalty_type == "none" else config.length_penalty_type
        config = replace(config, length_penalty_type=kind, length_penalty=alpha)
        if isinstance(config, BeamConfig):
            config = replace(config, coverage_penalty=beta)
        elif beta:
            raise InputError("Exact search knows no coverage penalty: set β to 0, then search again.")
        return replace(request, config=config)

    def run(self, request: Asked, *, trace: bool = True) -> Generator[Draft | DecodeResult, None, None]:
        """Decodes, with a draft after each step and at last the result; closing it between two steps stops it.

        Args:
            request: what to decode.
            trace: also record the steps, without which drafts know nothing but how many there were.

        Raises:
            InputError: the core refuses the request, or it took longer than ``DEADLINE``.
        """
        with self._lane.sentence():
            yield from self._on_gpu((request,), DEADLINE, trace)

    def run_text(self, asked: AskedText, *, trace: bool = True) -> Generator[Draft | DecodeResult, None, None]:
        """Decodes one sentence after the other, each with its drafts and at last its result, as ``run`` does.

        One after the other, so that the first can be read before the last is there, and that what is done stays when
        it is stopped.

        Raises:
            InputError: the core refuses a request, or a single sentence took longer than ``DEADLINE``, several longer
                than ``TEXT_DEADLINE``, or their traces have more than ``TEXT_ROWS`` rows.
        """
        limit = DEADLINE if len(asked.sentences) == 1 else TEXT_DEADLINE
        with self._lane.sentence():
            yield from self._on_gpu(asked.sentences, limit, trace)

    def run_many(self, requests: Sequence[Asked], texts: Sequence[str]) -> Generator[Part, None, None]:
        """Decodes all ``texts`` as one request after the other asks, each in place of its own text.

        Yields after each step, so that closing it stops the work between two.

        Raises:
            InputError: the core refuses a request, or it all took longer than ``SET_DEADLINE``.
        """
        with self._lane.sentence():
            yield from self._many_on_gpu(requests, texts)

    def run_why(self, asked: AskedWhy) -> Generator[WhyNot | None, None, None]:
        """Whatever becomes known of a translation that was expected, and nothing after each step of a search.

        Closing it between two steps stops it.

        Raises:
            InputError: the core refuses the request, or it took longer than ``SET_DEADLINE``.
        """
        with self._lane.sentence():
            yield from self._why_on_gpu(asked)

    def run_document(self, request: Asked, texts: Sequence[str]) -> Generator[tuple[DoneUnit, ...], None, None]:
        """Decodes all ``texts``, each in place of the request's own and sentence by sentence.

        Yields after each step what became of the units that are done since, which is nothing after most steps;
        closing it stops the work between two. Between two it stands back for ``run``, ``run_many`` and other documents.

        Raises:
            InputError: the core refuses the request, or it all took longer than ``DOCUMENT_DEADLINE``.
        """
        start, first = time.monotonic(), 0
        for chunk in _chunks(texts):
            with closing(self._chunk_on_gpu(request, chunk, first)) as steps:
                while (done := self._step(steps)) is not None:
                    yield done
                    if time.monotonic() - start > DOCUMENT_DEADLINE:
                        limit = f"A document may take {DOCUMENT_DEADLINE / 60:.0f} minutes"
                        raise InputError(f"{limit}; cut it into parts, or choose a faster strategy.")
            first += len(chunk)

    def _step(self, steps: Generator[T, None, None]) -> T | None:
        """The next of a document's steps, when it is its turn; None after the last."""
        with self._lane.step():
            return next(steps, None)

    # What a borrowed GPU's process gives back goes through a queue: plain values, the result among what is yielded.
    def _decode(
        self, requests: Sequence[Asked], limit: float, trace: bool
    ) -> Generator[Draft | DecodeResult, None, None]:
        start, rows = time.monotonic(), 0
        shorter = "sentence" if len(requests) == 1 else "text"
        try:
            for request in requests:
                if rows > TEXT_ROWS:
                    raise InputError("Stopped: all these searches would take too much memory; try fewer beams.")
                translator, config = self.translator(request.model), request.config
                _afford(config, translator.cost([request.text], config, prefix=request.prefix, trace=trace))
                search = translator.stream_batch(
                    [request.text], config, prefix=request.prefix, trace=trace, first_index=request.index
                )
                while isinstance(event := _next(search), Tick):
                    yield _draft(event)
                    if time.monotonic() - start > limit:
                        raise InputError(f"Stopped after {limit:.0f} seconds; try a shorter {shorter} or fewer beams.")
                yield from event
                rows += sum(len(step.rows) for result in event for step in result.steps)
        except CoreError as error:
            raise InputError(_sentence(error)) from error

    def _explain(self, asked: AskedWhy) -> Generator[WhyNot | None, None, None]:
        start, request = time.monotonic(), asked.request
        try:
            for known in stream_why_not(self.translator(request.model), request.text, asked.target, request.config):
                yield known
                if time.monotonic() - start > SET_DEADLINE:
                    raise InputError(f"Stopped after {SET_DEADLINE:.0f} seconds; try a shorter sentence.")
        except CoreError as error:
            raise InputError(_sentence(error)) from error

    def _decode_many(self, requests: Sequence[Asked], texts: Sequence[str]) -> Generator[Part, None, None]:
        start = time.monotonic()
        try:
            plans = [_batches(self.translator(request.model), request.config, texts, CHUNK) for request in requests]
            for turn, request in enumerate(requests):
                translator = self.translator(request.model)
                for batch in plans[turn]:
                    first, last = batch.start, batch.stop
                    search = translator.stream_batch(texts[first:last], request.config, first_index=first)
                    while isinstance(event := _next(search), Tick):
                        yield Part(turn, ())
                        if time.monotonic() - start > SET_DEADLINE:
                            limit = f"One set may take {SET_DEADLINE:.0f} seconds"
                            raise InputError(f"{limit}; try fewer strategies or sentences.")
                    yield Part(turn, tuple(event))
        except CoreError as error:
            raise InputError(_sentence(error)) from error

    def _decode_chunk(
        self, request: Asked, texts: Sequence[str], first: int
    ) -> Generator[tuple[DoneUnit, ...], None, None]:
        try:
            translator, config = self.translator(request.model), request.config
            for places in _batches(translator, config, texts, DOCUMENT_CHUNK):
                together = texts[places.start : places.stop]
                # A unit may have hundreds of sentences; the budget was asked for as many as there are units.
                search = translator.stream_texts(
                    together, config, first_index=first + places.start, batch_size=len(together)
                )
                while isinstance(event := _next(search), Tick):
                    yield ()
                yield tuple(map(_done, event))
        except CoreError as error:
            raise InputError(_sentence(error)) from error


def _chunks(texts: Sequence[str]) -> Generator[Sequence[str], None, None]:
    """In their order, so many and with so many characters together as a chunk may have; a longer one alone."""
    first = characters = 0
    for place, text in enumerate(texts):
        characters += len(text)
        if place > first and (place - first == DOCUMENT_CHUNK or characters > DOCUMENT_CHUNK_CHARACTERS):
            yield texts[first:place]
            first, characters = place, len(text)
    if first < len(texts):
        yield texts[first:]


def _config(strategy: object, settings: Mapping[str, object]) -> Config:
    if not isinstance(strategy, str) or strategy not in STRATEGIES:
        raise InputError(f"Choose one of the strategies: {', '.join(STRATEGIES)}.")
    return configure(STRATEGIES[strategy], settings)


def _lines(text: str) -> Sentences:
    """The lines of a text that hold something, as its sentences."""
    found, between, end = [], [], 0
    for line in filter(str.strip, text.splitlines()):
        start = text.index(line.strip(), end)
        between.append(text[end:start])
        found.append(line.strip())
        end = start + len(line.strip())
    return Sentences(tuple(found), (*between, text[end:]))


def _afford(config: Config, cost: Demand) -> None:
    """Refuses what may take more than the budget, and says what to lower.

    Raises:
        InputError: it does.
    """
    if cost.bytes <= BUDGET:
        return
    fields = {field.name: field.metadata["label"] for field in options(config)}
    rows = strategy_of(config).rows
    lower = f"lower {fields[rows]} ({strategy_of(config).rows_of(config)})" if rows else "lower Longest output"
    raise InputError(
        f"This may take up to {cost.bytes / 2**30:.1f} GB of memory, and a request may take {BUDGET / 2**30:.0f}: "
        f"{lower}, or give a shorter text than these {cost.pieces:,} pieces."
    )


def _batches(translator: Translator, config: Config, texts: Sequence[str], most: int) -> list[range]:
    """Places in ``texts`` to decode together: as many as the budget is enough for, and at most ``most``.

    Raises:
        InputError: a text by itself is beyond the budget.
    """
    batches, first = list[range](), 0
    while first < len(texts):
        size = min(most, len(texts) - first)
        while size > 1 and translator.cost(texts[first : first + size], config).bytes > BUDGET:
            size -= 1
        _afford(config, translator.cost(texts[first : first + size], config))
        batches.append(range(first, first + size))
        first += size
    return batches


def _next(search: Generator[Tick, None, list[T]]) -> Tick | list[T]:
    """The next step of a search, or at its end what came of it."""
    try:
        return next(search)
    except StopIteration as done:
        results: list[T] = done.value
        return results


def read_document(name: str, data: bytes, column: str | None, target: str | None) -> Document:
    """The texts of a file, within ``DOCUMENT_LIMITS``.

    Args:
        name: of the file; its suffix says the format.
        data: what is in it.
        column: of a table, by its heading or its number from 1; None for the first that holds text.
        target: language that it is translated into, in English; None where that is not known.

    Raises:
        InputError: it cannot be read, or there is too much in it.
    """
    try:
        document = documents.read_document(name, data, column, target_language=target, limits=DOCUMENT_LIMITS)
    except CoreError as error:
        raise InputError(_sentence(error, name)) from error
    for unit in document.units:
        if len(unit.text) > MAX_UNIT:
            raise InputError(
                f"{unit.place.capitalize()} has {len(unit.text):,} characters, and at most {MAX_UNIT:,} are translated "
                "at once; break it into lines or paragraphs."
            )
    return document


def _sentence(error: CoreError, name: str = "") -> str:
    """What the core says, as a sentence of its own; a file's name at its beginning stays as it is."""
    said = str(error)
    return f"{said}." if name and said.startswith(name) else f"{said[:1].upper()}{said[1:]}."


def _done(translation: Translation) -> DoneUnit:
    asked = any(result.hypotheses[0].token_ids for result in translation.sentences)
    confidence = confidence_of(translation) if asked else None
    return DoneUnit(translation.text(), confidence, doubts_of(translation), translation.notes)


def sentence_quality(text: str, reference: str) -> Quality:
    """chrF and BLEU of one translation; see ``seq2seq_core.evaluation``."""
    # Here and not above: sacreBLEU takes longer to load than a translation, and only who has a reference needs it.
    from seq2seq_core.evaluation import sentence_quality

    return sentence_quality(text, reference)


def resampled_quality(texts: Sequence[str], references: Sequence[str], baseline: Sequence[str]) -> ResampledQuality:
    """BLEU and chrF of translations of a set, and their difference to those of ``baseline``."""
    from seq2seq_core.evaluation import resampled_quality

    return resampled_quality(texts, references, baseline=baseline)


def _draft(tick: Tick) -> Draft:
    step = tick.steps.get(0)
    begun = {row.row: row for row in step.rows} if step else {}
    going_on = [c for c in step.candidates if c.fate != "dropped" and c.parent in begun] if step else []
    if not going_on:
        return Draft(tick.index + 1, step)
    first, parent = going_on[0], begun[going_on[0].parent]
    return Draft(tick.index + 1, step, (*parent.token_ids, first.token_id), (*parent.tokens, first.token))
