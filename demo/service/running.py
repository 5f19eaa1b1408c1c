"""What the app has the core do for a request: decoded within a deadline, with whatever there is to see meanwhile."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from demo.common.gpu import BORROWED, on_gpu
from demo.common.settings import configure
from demo.common.stopping import Watch
from demo.common.text_input import InputError
from demo.service.budget import DOCUMENT_CHUNK, afford, batches, chunks
from demo.service.files import sentence
from demo.service.groups import Groups, Steps
from demo.service.wishes import Asked, AskedBeside, AskedText, AskedWhy, Wishes
from demo.service.work import (
    BesideQuestion,
    DoneUnit,
    Draft,
    NearQuestion,
    Outcomes,
    Question,
    ReadQuestion,
    Work,
    draft,
    search,
)
from seq2seq_core.decoding import DecodeResult, DecodeStep, SampleConfig, ScoreConfig, returned, rows_of
from seq2seq_core.decoding.next_token import Foreseen
from seq2seq_core.limits import Beside, SearchCost, cost_of, trials
from seq2seq_core.neighbours import DEFAULT_COUNT, Neighbours
from seq2seq_core.types import CoreError, HeadAttention
from seq2seq_core.why_not import MAX_WIDTH, WhyNot, beam_of

DEADLINE = 20.0
"""Seconds that one request may decode."""

TEXT_DEADLINE = 60.0
"""Seconds that all sentences of a text may decode together."""

TEXT_ROWS = 40_000
"""Rows of all steps that the searches of a text may leave behind, about 200 MB. A text of the greatest length
under a beam of 50 stays below it."""

SET_DEADLINE = 120.0
"""Seconds that a whole set of sentences may decode, under all strategies together."""

WHY_DEADLINE = 120.0
"""Seconds that it may take to say why a translation is not what is said, all beams included."""

BEAMS = 5
"""Beams that are looked into before the page is told."""

CHUNK = 8
"""Sentences of a set that are decoded in one batch, where they are within the budget together."""

DOCUMENT_DEADLINE = 1800.0
"""Seconds that a document may take, those in which it stands back included."""


@dataclass(frozen=True)
class Part:
    """Decoding a set under several strategies: a step was done, and with it perhaps the next few sentences.

    turn: number of the request, from 0.
    results: of the sentences after those of earlier parts; none for most steps.
    """

    turn: int
    results: tuple[DecodeResult, ...]


class Service(Wishes):
    """The models, what may be asked of them, and what comes of it.

    Whoever iterates over a run can close it between two of its events, and the search stops. An event comes at least
    every quarter of a second, None where nothing happened meanwhile.
    """

    def __init__(self, places: Path | Sequence[Path | str], device: str = "auto") -> None:
        """See ``ServedModels``."""
        super().__init__(places, device)
        self._groups = Groups(self._search)
        self._on_gpu = on_gpu(self._alone)

    def run(
        self, request: Asked, *, trace: bool = True, watched: bool = True
    ) -> Generator[Draft | DecodeResult | None, None, None]:
        """Decodes, with a draft after each step and at last the result.

        Args:
            request: what to decode.
            trace: also record the steps, without which drafts know nothing but how many there were.
            watched: somebody wants the drafts.

        Raises:
            InputError: the core refuses the request, or it took longer than ``DEADLINE``.
        """
        yield from self.run_text(AskedText((request,)), trace=trace, watched=watched)

    def ranks(self, request: Asked, token_ids: tuple[int, ...]) -> tuple[int, ...]:
        """Of each token of a translation how many the model held likelier there, and one: 1 = its first choice.

        Raises:
            InputError: see ``run``.
        """
        scoring = replace(request, config=ScoreConfig(), prefix=token_ids)
        for event in self.run(scoring, trace=False, watched=False):
            if isinstance(event, DecodeResult):
                return event.hypotheses[0].ranks or ()
        raise AssertionError("a run ends with its result")

    def run_text(
        self, asked: AskedText, *, trace: bool = True, watched: bool = True
    ) -> Generator[Draft | DecodeResult | None, None, None]:
        """Decodes one sentence after the other, each with its drafts and at last its result, as ``run`` does.

        One after the other, so that the first can be read before the last is there, and that what is done stays when
        it is stopped.

        Raises:
            InputError: the core refuses a request, or a single sentence took longer than ``DEADLINE``, several longer
                than ``TEXT_DEADLINE``, or their traces have more than ``TEXT_ROWS`` rows.
        """
        alone = len(asked.sentences) == 1
        limit, shorter = (DEADLINE, "sentence") if alone else (TEXT_DEADLINE, "text")
        watch, rows = Watch(limit, f"Stopped after {limit:.0f} seconds; try a shorter {shorter} or fewer beams."), 0
        for request in asked.sentences:
            if rows > TEXT_ROWS:
                raise InputError("Stopped: all these searches would take too much memory; try fewer beams.")
            work = Work(
                request.model, request.config, (request.text,), (request.index,), request.prefix, request.moved, trace,
                watched,
            )  # fmt: skip
            [result] = yield from self._decode(work, watch)
            yield result
            rows += rows_of(result.steps)

    def run_many(self, requests: Sequence[Asked], texts: Sequence[str]) -> Generator[Part, None, None]:
        """Decodes all ``texts`` as one request after the other asks, each in place of its own text.

        Raises:
            InputError: the core refuses a request, or it all took longer than ``SET_DEADLINE``.
        """
        watch = Watch(SET_DEADLINE, f"One set may take {SET_DEADLINE:.0f} seconds; try fewer strategies or sentences.")
        plans = [batches(self.translator(request.model), request.config, texts, CHUNK) for request in requests]
        for turn, (request, plan) in enumerate(zip(requests, plans, strict=True)):
            for places in plan:
                together = tuple(texts[places.start : places.stop])
                steps = self._decode(Work(request.model, request.config, together, tuple(places)), watch)
                results = yield from _told(steps, Part(turn, ()))
                yield Part(turn, results)

    def run_why(self, asked: AskedWhy) -> Generator[WhyNot | None, None, None]:
        """What is known of a translation that was expected: first the verdict, then some more beams each time.

        Yields None after each step of a search.

        Raises:
            InputError: the core refuses the request, or it took longer than ``WHY_DEADLINE``.
        """
        request, texts = asked.request, (asked.request.text,)
        watch = _within(WHY_DEADLINE)
        work = Work(request.model, request.config, texts, (0,), watched=False, question=Question(asked.target))
        [known] = yield from _told(self._decode(work, watch), None)
        yield known
        for first in range(0, MAX_WIDTH, BEAMS):
            widths = tuple(range(first + 1, min(first + BEAMS, MAX_WIDTH) + 1))
            widest = replace(beam_of(request.config), num_beams=widths[-1], num_return_sequences=widths[-1])
            question = Question(asked.target, known, widths)
            work = Work(request.model, widest, texts, (0,), trace=True, watched=False, question=question)
            [known] = yield from _told(self._decode(work, watch), None)
            yield known

    def run_beside(self, asked: AskedBeside) -> Generator[Beside | None, None, None]:
        """What each model makes of the sentence, one after the other. Yields None after each step of a search.

        Raises:
            InputError: the core refuses a request, or it took longer than ``WHY_DEADLINE``.
        """
        watch = _within(WHY_DEADLINE)
        question = BesideQuestion(asked.reference, asked.place)
        for request in asked.requests:
            work = Work(request.model, request.config, (request.text,), (0,), watched=False, question=question)
            [known] = yield from _told(self._decode(work, watch), None)
            yield known

    def run_cost(self, request: Asked) -> Generator[SearchCost | None, None, None]:
        """What decoding costs here and now, by beam width, length and batch, and what reading a translation does.

        Yields None after each step of a search.

        Raises:
            InputError: the core refuses a request, or it took longer than ``WHY_DEADLINE``.
        """
        watch, translator = _within(WHY_DEADLINE), self.translator(request.model)
        try:
            planned = list(trials(translator, request.text))
        except CoreError as error:
            raise InputError(sentence(error)) from None
        for trial in planned:
            work = Work(request.model, trial.config, trial.texts, tuple(range(len(trial.texts))), watched=False)
            results = yield from _told(self._decode(work, watch), None)
            yield cost_of(trial, results)
            if trial.axis == "length" and translator.model.tells_states:
                question = ReadQuestion(tuple(results[0].hypotheses[0].token_ids))
                work = Work(request.model, trial.config, trial.texts, (0,), watched=False, question=question)
                [read] = yield from _told(self._decode(work, watch), None)
                yield read

    def run_look(self, request: Asked, target: tuple[int, ...]) -> HeadAttention:
        """The attention of every layer and head while a translation of the request's text is read.

        Raises:
            InputError: the model has none, or it took longer than ``DEADLINE``.
        """
        work = Work(request.model, request.config, (request.text,), (0,), watched=False, look=target)
        [found] = returned(self._decode(work, _within(DEADLINE)))
        assert isinstance(found, HeadAttention)
        return found

    def run_neighbours(
        self, request: Asked, token_ids: tuple[int, ...], place: int, count: int = DEFAULT_COUNT
    ) -> Neighbours:
        """Training sentences in which the decoder's state was near to that before piece ``place`` of a translation.

        Raises:
            InputError: the model has no index or a damaged one, there is no such piece, or it took too long.
        """
        question = NearQuestion(self.folder(request.model), token_ids, place, count)
        work = Work(request.model, request.config, (request.text,), (0,), watched=False, question=question)
        [found] = returned(self._decode(work, _within(DEADLINE)))
        assert isinstance(found, Neighbours)
        return found

    def run_foresee(self, request: Asked, token_ids: tuple[int, ...]) -> Foreseen:
        """What the model says of the token after the beginning of a translation of the request's text.

        Raises:
            InputError: it took longer than ``DEADLINE``.
        """
        work = Work(
            request.model, request.config, (request.text,), (0,), watched=False, foresee=token_ids, moved=request.moved
        )
        [found] = returned(self._decode(work, _within(DEADLINE)))
        assert isinstance(found, Foreseen)
        return found

    def shaped(
        self, request: Asked, known: Foreseen, settings: Mapping[str, object], sample: int
    ) -> tuple[SampleConfig, DecodeStep]:
        """What a sampler of these settings makes of that token; the model is not asked.

        Raises:
            InputError: a setting cannot be used, or they leave no token.
        """
        config = configure(self.strategies["sample"], settings)
        assert isinstance(config, SampleConfig)
        given = len(request.prefix)
        try:
            step = self.translator(request.model).shaped(
                request.text, known, config, given=given, index=request.index, sample=sample
            )
        except CoreError as error:
            raise InputError(sentence(error)) from error
        return config, step

    def run_document(self, request: Asked, texts: Sequence[str]) -> Generator[tuple[DoneUnit, ...], None, None]:
        """Decodes all ``texts``, each in place of the request's own and sentence by sentence.

        Yields after each step what became of the units that are done since, which is nothing after most steps. It
        stands back for ``run`` and ``run_many``, and takes turns with other documents.

        Raises:
            InputError: the core refuses the request, or it all took longer than ``DOCUMENT_DEADLINE``.
        """
        limit = f"A document may take {DOCUMENT_DEADLINE / 60:.0f} minutes"
        watch, first = Watch(DOCUMENT_DEADLINE, f"{limit}; cut it into parts, or choose a faster strategy."), 0
        for chunk in chunks(texts):
            for places in batches(self.translator(request.model), request.config, chunk, DOCUMENT_CHUNK):
                together, indices = tuple(chunk[places.start : places.stop]), tuple(first + place for place in places)
                work = Work(request.model, request.config, together, indices, document=True)
                yield (yield from _told(self._decode(work, watch), ()))
            first += len(chunk)

    def _decode(self, work: Work, watch: Watch) -> Generator[Draft | None, None, tuple[Any, ...]]:
        """What comes of the work, told as ``Groups.decode`` does.

        Raises:
            InputError: it is beyond the budget, the core refuses it, or it is not wanted any more.
        """
        cost = self.translator(work.model).cost(work.texts, work.config, prefix=work.prefix, trace=work.trace)
        afford(work.config, cost)
        try:
            if not BORROWED:
                return (yield from self._groups.decode(work, cost, watch))
            for event in self._on_gpu(work):
                watch.check()
                if isinstance(event, Outcomes):
                    return event.results
                yield event
        except CoreError as error:
            raise InputError(sentence(error)) from error
        raise AssertionError("work ends with its results")

    def _search(self, works: Sequence[Work]) -> Steps:
        return search(self.translator(works[0].model), works)

    def _alone(self, work: Work) -> Generator[Draft | Outcomes, None, None]:
        """Decodes on a borrowed GPU: what its process gives back goes through a queue, the results with the rest."""
        results = yield from _drafts(self._search([work]))
        yield Outcomes(tuple(results))


def _drafts(steps: Steps) -> Generator[Draft, None, list[Any]]:
    """A draft of the first text after each step; returns what the search does."""
    while True:
        try:
            tick = next(steps)
        except StopIteration as done:
            results: list[Any] = done.value
            return results
        yield draft(tick, 0)


def _within(seconds: float) -> Watch:
    return Watch(seconds, f"Stopped after {seconds:.0f} seconds; try a shorter sentence.")


def _told(steps: Generator[object, None, tuple[Any, ...]], event: Any) -> Generator[Any, None, tuple[Any, ...]]:
    """The same event after each step, whatever happened in it; returns what the steps do."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            results: tuple[Any, ...] = done.value
            return results
        yield event
