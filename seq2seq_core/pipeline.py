"""Text in, ``DecodeResult`` out: the facade of the app, the command line and Python users.

from seq2seq_core.pipeline import Translator

translator = Translator.load("checkpoints/en-de-attention")
result = translator.translate(["A dog runs on the beach."])[0]
print(result.hypotheses[0].text, result.hypotheses[0].score)
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, cast

import torch

from seq2seq_core.checkpoint import Checkpoint, Say, open_checkpoint, output_length_of
from seq2seq_core.data.batches import padded
from seq2seq_core.data.tokenizer import SPACE, OwnTokenizer, TextPieces, Tokenizer, TwoVocabularies
from seq2seq_core.decoding import (
    BeamConfig,
    Config,
    DecodeResult,
    DecodeStep,
    Hypothesis,
    Request,
    SampleConfig,
    ScoreConfig,
    ScoreParts,
    Source,
    Tick,
    decode,
    options,
    run,
    strategy_of,
)
from seq2seq_core.decoding.cost import Demand, cost_of
from seq2seq_core.decoding.next_token import Foreseen, foresee, shaped
from seq2seq_core.decoding.request import OtherT
from seq2seq_core.models.base import Model
from seq2seq_core.models.ensemble import Ensemble
from seq2seq_core.models.resting import Resting
from seq2seq_core.models.steered import SteeredState, steered
from seq2seq_core.text.languages import source_code, translates
from seq2seq_core.text.reading import Reader, Reading
from seq2seq_core.text.sentences import Sentences, sentences_of
from seq2seq_core.types import CoreError, HeadAttention, MovedWeight, NoRoomError, StepFn, StepOutput, pick_device

BATCH_SIZE = 64

BATCH_PIECES = 8192
"""Source and given target pieces of a batch, each sentence counted as its longest; a longer one is a batch of its own.
64 sentences of 128 fit, so that only where lines are long batches get smaller."""


@dataclass(frozen=True)
class Job:
    """One sentence to decode: all ids that the encoder reads, and what decoding needs to know of it."""

    ids: list[int]
    source: Source

    @property
    def size(self) -> int:
        """Pieces that it is known to need: of the source, EOS included, and of a given target."""
        return len(self.source.tokens) + len(self.source.prefix)


@dataclass(frozen=True)
class Translation:
    """A text of any number of sentences, and what became of each.

    source: the text as it was given.
    sentences: what decoding gave for each sentence, in their order; ``sentences[i].source`` is its text.
    between: white space and the marks of lists before, between and after them, one more than there are sentences.
    """

    source: str
    sentences: tuple[DecodeResult, ...]
    between: tuple[str, ...]

    def text(self, rank: int = 0) -> str:
        """The whole translation, of each sentence its hypothesis of this rank or its last, and what is between."""
        chosen = tuple(result.hypotheses[min(rank, len(result.hypotheses) - 1)].text for result in self.sentences)
        return Sentences(chosen, self.between).joined(chosen)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of how the sentences were read, each note once."""
        return tuple(dict.fromkeys(note for result in self.sentences for note in result.notes))

    def cut(self, rank: int = 0) -> bool:
        """Whether a sentence of ``text(rank)`` was broken off at the length limit."""
        chosen = (each.hypotheses[min(rank, len(each.hypotheses) - 1)] for each in self.sentences)
        return not all(hypothesis.finished for hypothesis in chosen)

    @property
    def ranks(self) -> int:
        """How many whole translations there are: as many as hypotheses of the sentence that has most; at least 1."""
        return max((len(result.hypotheses) for result in self.sentences), default=1)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON: the whole best translation, what is between, and each sentence's result."""
        return {
            "source": self.source,
            "text": self.text(),
            "between": list(self.between),
            "sentences": [result.to_dict() for result in self.sentences],
        }


def _vocabularies(tokenizer: TextPieces) -> tuple[bytes, bytes] | None:
    """The models of SentencePiece that it reads and writes with; None for a tokenizer of ``transformers``."""
    if isinstance(tokenizer, TwoVocabularies):
        return tokenizer.source.model, tokenizer.target.model
    return (tokenizer.model, tokenizer.model) if isinstance(tokenizer, Tokenizer) else None


class Translator:
    """A trained model with its tokenizer, on a device. Safe to share: nothing of a request is kept in it."""

    def __init__(self, checkpoint: Checkpoint, *, name: str, device: torch.device, precision: str = "float32") -> None:
        self.name = name
        self.device = device
        self.metadata: dict[str, Any] = checkpoint.metadata
        self.folder = checkpoint.folder
        self.tokenizer = checkpoint.tokenizer
        model = checkpoint.model.to(device).eval()
        self._resting = Resting(model)
        self.precision = model.precision(precision)
        self._packed: Model[Any] | None = None
        self.output_length = output_length_of(checkpoint.metadata)
        self._reader = Reader(self.tokenizer, prose=translates(self.metadata) and not self.tokenizer.as_given)

    @classmethod
    def load(
        cls, folder: str | Path, device: str = "auto", *, precision: str = "float32", say: Say | None = None
    ) -> Translator:
        """The translator in a checkpoint folder, of this project or of ``transformers``, or on the Hub.

        Args:
            folder: with config.json, model.safetensors and tokenizer.model; or as ``save_pretrained`` writes it; or
                hf:USER/NAME@REVISION. How a model of ``transformers`` is to be read may follow, see
                ``models.hugging_face.place``: ?source=en&target=de.
            device: auto, cpu, cuda or mps.
            precision: float32, or fewer bits for the products, which is faster on a CPU: bfloat16, int8, bfloat16+int8,
                or auto for the fastest of them here; what it came to is ``Translator.precision``.
            say: is told in a few words what takes long.

        Raises:
            CoreError: the folder holds no such model, the Hub has none, or the device or the precision is not there.
        """
        where = pick_device(device)
        name, checkpoint = open_checkpoint(str(folder), say)
        try:
            return cls(checkpoint, name=name, device=where, precision=precision)
        except torch.OutOfMemoryError as error:
            raise NoRoomError(f"{name} is larger than what is free on {where}; choose another --device") from error

    @classmethod
    def together(
        cls, folders: Sequence[str | Path], device: str = "auto", *, precision: str = "float32", say: Say | None = None
    ) -> Translator:
        """An ensemble: the mean of the probabilities of several models of this project that have one tokenizer.

        It has the card of the first. The rest is as in ``load``, which one folder is left to.

        Raises:
            CoreError: as in ``load``; or they do not have the same tokenizer.
        """
        if len(folders) == 1:
            return cls.load(folders[0], device, precision=precision, say=say)
        where = pick_device(device)
        opened = [open_checkpoint(str(folder), say) for folder in folders]
        first = opened[0][1]
        vocabularies = {_vocabularies(one.tokenizer) for _, one in opened}
        if len(vocabularies) > 1 or None in vocabularies:
            raise CoreError("models of several vocabularies cannot speak together; name some with the same tokenizer")
        model = Ensemble([one.model for _, one in opened])
        name = " and ".join(name for name, _ in opened)
        return cls(Checkpoint(model, first.tokenizer, first.metadata), name=name, device=where, precision=precision)

    @property
    def language(self) -> str | None:
        """ISO 639 code of the language it reads; None where its card names none, as that of a model of dates."""
        return source_code(self.metadata)

    @property
    def has_attention(self) -> bool:
        """Whether hypotheses carry attention."""
        return self.model.has_attention

    def translate(
        self,
        texts: str | Sequence[str],
        config: Config | None = None,
        *,
        prefix: str | Sequence[int] = "",
        moved: Sequence[MovedWeight] = (),
        trace: bool = False,
        batch_size: int = BATCH_SIZE,
        first_index: int = 0,
    ) -> list[DecodeResult]:
        """Translations in the order of ``texts``. An empty text gives one empty hypothesis.

        Args:
            texts: sentences; a string is one.
            config: a strategy's settings; beam search of width 5 where None.
            prefix: what every translation must begin with, as text or as piece ids.
            moved: attention that is moved by hand, at most one weight a step; each text is then decoded alone.
            trace: also record the steps.
            batch_size: most sentences decoded together, fewer where they are long; it changes the speed and not
                the result.
            first_index: number of the first text in the person's whole input; seeds hang on it.

        Raises:
            CoreError: a setting or the prefix does not suit the model, nothing may follow, or a text is no string.
        """
        config = config or BeamConfig()
        texts = _texts(texts)
        jobs = self._jobs(texts, prefix, range(first_index, first_index + len(texts)), moved)
        return self._results(jobs, config, trace, batch_size)

    def translate_texts(
        self,
        texts: str | Sequence[str],
        config: Config | None = None,
        *,
        prefix: str | Sequence[int] = "",
        moved: Sequence[MovedWeight] = (),
        trace: bool = False,
        batch_size: int = BATCH_SIZE,
        first_index: int = 0,
        split: bool = True,
    ) -> list[Translation]:
        """Translations of texts of several sentences each, every sentence on its own.

        Args:
            texts: any number; a string is one.
            split: False takes each text as one sentence, as is always done where the model's card names no language.

        Other arguments and errors: see ``translate``; a prefix, and what is moved, is of each text's first sentence.
        """
        config = config or BeamConfig()
        parts, jobs = self._sentence_jobs(texts, prefix, first_index, split, moved)
        return _put_together(_texts(texts), parts, self._results(jobs, config, trace, batch_size))

    def stream_texts(
        self,
        texts: str | Sequence[str],
        config: Config | None = None,
        *,
        prefix: str | Sequence[int] = "",
        batch_size: int = BATCH_SIZE,
        first_index: int = 0,
        split: bool = True,
    ) -> Generator[Tick, None, list[Translation]]:
        """Translates texts of several sentences each: yields after each step, returns what ``translate_texts`` does.

        One batch is decoded after the other, and ticks begin anew with each. Close it to stop. Arguments and errors:
        see ``translate_texts``.
        """
        config = config or BeamConfig()
        parts, jobs = self._sentence_jobs(texts, prefix, first_index, split)
        results: dict[int, DecodeResult] = {}
        full = [place for place, job in enumerate(jobs) if job.ids]
        for batch in _batches([jobs[place].size for place in full], batch_size):
            chosen = [full[i] for i in batch]
            found = yield from decode(self._request([jobs[place] for place in chosen], config, False))
            results |= zip(chosen, found, strict=True)
        whole = [results.get(i) or self._untranslated(job.source, config) for i, job in enumerate(jobs)]
        return _put_together(_texts(texts), parts, whole)

    def stream(
        self,
        text: str,
        config: Config | None = None,
        *,
        prefix: str | Sequence[int] = "",
        moved: Sequence[MovedWeight] = (),
        trace: bool = True,
    ) -> Generator[Tick, None, DecodeResult]:
        """Translates one text step by step: yields after each step, returns the result. Close it to stop.

        Arguments and errors: see ``translate``.
        """
        [result] = yield from self.stream_batch([text], config, prefix=prefix, moved=moved, trace=trace)
        return result

    def stream_batch(
        self,
        texts: str | Sequence[str],
        config: Config | None = None,
        *,
        prefix: str | Sequence[int] = "",
        moved: Sequence[MovedWeight] = (),
        trace: bool = False,
        first_index: int = 0,
        indices: Sequence[int] | None = None,
    ) -> Generator[Tick, None, list[DecodeResult]]:
        """Translates texts in one batch step by step: yields after each step, returns what ``translate`` does.

        Close it to stop. Other arguments and errors: see ``translate``; where weights are moved there is one text.

        Args:
            indices: the number of each text, where they do not follow on ``first_index``, as those of several people.
        """
        config, texts = config or BeamConfig(), _texts(texts)
        numbers = range(first_index, first_index + len(texts)) if indices is None else indices
        jobs = self._jobs(texts, prefix, numbers, moved)
        if jobs and all(job.ids for job in jobs):
            return decode(self._request(jobs, config, trace))
        return self._stream_around_empty(jobs, config, trace)

    def cost(self, texts: Sequence[str], config: Config, *, prefix: Sequence[int] = (), trace: bool = False) -> Demand:
        """The most that translating these texts in one batch may take."""
        lengths = [max(len(self.tokenizer.encode_source(text)), 1) for text in texts]
        return cost_of(
            config,
            lengths,
            vocab_size=len(self.tokenizer),
            output_length=self.output_length,
            prefix=len(prefix),
            trace=trace,
            bytes_a_step=self.model.bytes_a_step,
        )

    def score(
        self,
        pairs: tuple[str, str] | Sequence[tuple[str, str]],
        config: ScoreConfig | None = None,
        *,
        segmentations: int = 0,
        trace: bool = False,
        batch_size: int = BATCH_SIZE,
    ) -> list[DecodeResult]:
        """Forced decoding: what the model thinks of given targets, EOS included, in the order of ``pairs``.

        Args:
            pairs: each a source and its target; a tuple of two strings is one.
            config: how the score is normalised; not at all where None.
            segmentations: score each target also in up to so many other pieces, see ``Tokenizer.segmentations``. The
                first hypothesis is the target in the tokenizer's own pieces, the others follow, best first.
            trace: also record the steps, of the tokenizer's own pieces.
            batch_size: most pairs decoded together, fewer where they are long.

        Raises:
            CoreError: coverage has a weight and the model no attention, a pair is not two strings, or ``segmentations``
                is below 0.
        """
        if segmentations < 0:
            raise CoreError(f"segmentations is {segmentations}; it must be 0 or more")
        tokenizer, eos = self.tokenizer, self.tokenizer.specials.eos
        read = [(self._reader.read(source), target) for source, target in _pairs(pairs)]
        wanted = [reading.target(target) for reading, target in read]
        spelled = [
            [tokenizer.encode_target(text), *(tokenizer.segmentations(text, segmentations) if segmentations else ())]
            for text in wanted
        ]
        jobs = [self._job(read[i][0], [*ids, eos], i) for i, ways in enumerate(spelled) for ids in ways]
        results = self._run(jobs, config or ScoreConfig(), trace, batch_size)
        return [_with_others(*islice(results, len(ways))) for ways in spelled]

    def source_ids(self, source: str) -> list[int]:
        """All ids of a sentence that the encoder reads, the end included; [] where there is nothing to read."""
        return self.tokenizer.encode_source(self._reader.read(source).text)

    def source_pieces(self, text: str) -> tuple[str, ...]:
        """The pieces of a sentence as the model reads it, its end left out."""
        end = self.tokenizer.specials.eos
        return tuple(self.tokenizer.source_pieces([i for i in self.source_ids(text) if i != end]))

    def target_ids(self, source: str, target: str) -> list[int]:
        """The pieces of a whole translation of ``source``, EOS included, as ``score`` reads it."""
        return [*self.tokenizer.encode_target(self._reader.read(source).target(target)), self.tokenizer.specials.eos]

    @property
    def model(self) -> Model[Any]:
        """The model itself."""
        return self._resting.model()

    @property
    def _prepared(self) -> Model[Any]:
        """The model as it decodes fastest here, see ``Model.prepared``."""
        prepared = self._packed  # whoever decodes has a copy of its own hold of it: it may be unpacked meanwhile
        if prepared is None:
            with torch.inference_mode(False), torch.no_grad():
                prepared = self._packed = self.model.prepared(self.precision)
        return prepared

    def pack(self) -> None:
        """Makes ready what decoding needs beside the weights, nearly as many bytes again; else the first one does."""
        _ = self._prepared

    def unpack(self) -> None:
        """Gives that back, and half of what the weights take where that loses nothing (``models.resting``).

        What is being decoded goes on, and the next to decode packs again, in some 0.1 s.
        """
        self._packed = None
        self._resting.rest()

    def look(self, text: str, target: Sequence[int]) -> HeadAttention:
        """The attention of every layer and head while a translation is read.

        Args:
            text: a source sentence.
            target: piece ids of a hypothesis of it, EOS included where it has one.

        Raises:
            CoreError: the model has no heads, or there is nothing to read or to look at.
        """
        if not self.model.has_heads:
            raise CoreError(f"{self.name} has no heads to look at; choose a Transformer")
        ids = self.source_ids(text)
        if not ids or not target:
            raise CoreError("there is nothing to look at: the sentence or its translation is empty")
        source, given = (torch.tensor([part], device=self.device) for part in (ids, list(target)))
        with torch.inference_mode():
            return self._prepared.look(source, given)

    def foresee(self, text: str, token_ids: Sequence[int], *, moved: Sequence[MovedWeight] = ()) -> Foreseen:
        """What the model says of the token after the beginning of a translation, over its whole vocabulary.

        Args:
            text: a source sentence.
            token_ids: of the beginning, none for the first token.
            moved: see ``translate``.

        Raises:
            CoreError: there is nothing to read, or the model's numbers are no distribution.
        """
        job = self._job(self._reader.read(text), token_ids, 0, moved)
        if not job.ids:
            raise CoreError("there is nothing to translate: the sentence is empty")
        return foresee(self._request([job], SampleConfig(), False), token_ids)

    def shaped(
        self,
        text: str,
        known: Foreseen,
        config: SampleConfig,
        *,
        given: int = 0,
        index: int = 0,
        sample: int = 0,
    ) -> DecodeStep:
        """What a sampler's filters make of that token, and which one its seed draws; the model is not asked again.

        Args:
            text, known: the sentence, and what ``foresee`` gave for it.
            config: the filters and the seed.
            given: tokens at the beginning that were given rather than generated.
            index: number of the sentence; seeds hang on it.
            sample: number of the sample.

        Raises:
            CoreError: the filters leave no token.
        """
        job = self._job(self._reader.read(text), known.token_ids[:given], index)
        return shaped(self._described([job], config, False, _asked_for_nothing, None), known, sample)

    def _sentence_jobs(
        self,
        texts: str | Sequence[str],
        prefix: str | Sequence[int],
        first_index: int,
        split: bool,
        moved: Sequence[MovedWeight] = (),
    ) -> tuple[list[Sentences], list[Job]]:
        """The sentences of each text, and a job for each of them all."""
        language = self.language if split else None
        parts = [sentences_of(text, language) for text in _texts(texts)]
        jobs = [
            self._job(
                self._reader.read(sentence),
                prefix if place == 0 else "",
                first_index + number + (place << 32),
                moved if place == 0 else (),
            )
            for number, part in enumerate(parts)
            for place, sentence in enumerate(part.sentences)
        ]
        return parts, jobs

    def _jobs(
        self,
        texts: Sequence[str],
        prefix: str | Sequence[int],
        indices: Sequence[int],
        moved: Sequence[MovedWeight] = (),
    ) -> list[Job]:
        readings = map(self._reader.read, texts)
        return [self._job(reading, prefix, index, moved) for reading, index in zip(readings, indices, strict=True)]

    def _job(self, reading: Reading, prefix: str | Sequence[int], index: int, moved: Sequence[MovedWeight] = ()) -> Job:
        ids = self.tokenizer.encode_source(reading.text)
        forced = self._begun(reading.target(prefix)) if isinstance(prefix, str) else prefix
        tokens = self.tokenizer.source_pieces(ids or [self.tokenizer.specials.eos])
        source = Source(
            text=reading.raw,
            tokens=tuple(tokens),
            index=index,
            prefix=tuple(forced),
            moved=tuple(moved),
            words=reading,
            read_as=reading.text if reading.text != reading.raw else None,
            notes=(*reading.notes, *self._moves(moved, tokens)),
        )
        return Job(ids, source)

    def _moves(self, moved: Sequence[MovedWeight], tokens: Sequence[str]) -> Iterator[str]:
        """What each moved weight is, in a sentence.

        Raises:
            CoreError: the model cannot be steered, or one is of no step, no pieces or no share.
        """
        if moved and not self.model.can_steer:
            raise CoreError(f"attention of {self.name} cannot be moved; that takes a recurrent model with attention")
        if len({each.step for each in moved}) < len(moved):
            raise CoreError("one weight is moved at a step; name each step once")
        for each in moved:
            if not 0 <= each.first <= each.last < len(tokens) or each.last - each.first + 1 == len(tokens):
                raise CoreError(f"weight is moved to some, not all, of the {len(tokens)} pieces of this sentence")
            if each.step < 0 or not 0 <= each.weight <= 1:  # not of nan
                raise CoreError("a moved weight has a step from the first on, and is from 0 to 1")
            pieces = "".join(tokens[each.first : each.last + 1]).replace(SPACE, " ").strip()
            yield f"At step {each.step + 1} attention on “{pieces}” was set to {each.weight:.2f} by hand."

    def _begun(self, prefix: str) -> Sequence[int]:
        """Ids of the beginning of a translation; none for none, whatever every translation begins with."""
        return self.tokenizer.encode_target(prefix) if prefix else ()

    def _stream_around_empty(
        self, jobs: Sequence[Job], config: Config, trace: bool
    ) -> Generator[Tick, None, list[DecodeResult]]:
        full = [job for job in jobs if job.ids]
        results = iter((yield from decode(self._request(full, config, trace))) if full else [])
        return [next(results) if job.ids else self._untranslated(job.source, config) for job in jobs]

    def _results(self, jobs: Sequence[Job], config: Config, trace: bool, batch_size: int) -> list[DecodeResult]:
        """Of all jobs in their order, those without a piece included."""
        results = self._run([job for job in jobs if job.ids], config, trace, batch_size)
        return [next(results) if job.ids else self._untranslated(job.source, config) for job in jobs]

    def _run(self, jobs: Sequence[Job], config: Config, trace: bool, batch_size: int) -> Iterator[DecodeResult]:
        """Decodes jobs in batches; results in their order."""
        results: dict[int, DecodeResult] = {}
        count = 1 if any(job.source.moved for job in jobs) else batch_size
        for chosen in _batches([job.size for job in jobs], count):
            results |= zip(chosen, run(self._request([jobs[i] for i in chosen], config, trace)), strict=True)
        return (results[i] for i in range(len(jobs)))

    def _request(self, jobs: Sequence[Job], config: OtherT, trace: bool) -> Request[Any, OtherT]:
        """One batch to decode; the source is encoded here, once."""
        specials = self.tokenizer.specials
        # Of nothing to read, which can be scored, the end is read.
        source, lengths = padded([job.ids or [specials.eos] for job in jobs], specials)
        with torch.inference_mode():
            state = self._prepared.start(source.to(self.device), lengths)
        step_fn: StepFn[Any] = self._prepared.step
        if moved := jobs[0].source.moved:
            if len(jobs) > 1:
                raise CoreError("where weights are moved, sentences are decoded one at a time; give one text")
            step_fn, state = steered(self._prepared, moved), SteeredState(state)
        return self._described(jobs, config, trace, step_fn, state)

    def _described(
        self, jobs: Sequence[Job], config: OtherT, trace: bool, step_fn: StepFn[Any], state: Any
    ) -> Request[Any, OtherT]:
        """A batch with all that is known of its texts, on this step function."""
        return Request(
            step_fn=step_fn,
            state=state,
            sources=tuple(job.source for job in jobs),
            config=config,
            specials=self.tokenizer.specials,
            device=self.device,
            precision=self.precision,
            pieces=self.tokenizer.pieces,
            text=self.tokenizer.decode,
            byte_pieces=self.tokenizer.byte_pieces,
            output_length=self.output_length,
            lexicon=self.tokenizer.target if isinstance(self.tokenizer, OwnTokenizer) else None,
            trace=trace,
        )

    def _untranslated(self, source: Source, config: Config) -> DecodeResult:
        """Of a text that holds nothing to translate: one hypothesis that is the text, without asking the model."""
        text, _ = source.words.written("", (), (), None)
        nothing = Hypothesis(
            token_ids=(),
            tokens=(),
            token_log_probs=(),
            log_prob=0.0,
            score=0.0,
            text=text,
            finished=True,
            attention=None,
            parts=ScoreParts(log_prob=0.0, length=0),
        )
        return DecodeResult(
            source=source.text,
            source_tokens=(),
            strategy=strategy_of(config).name,
            config={field.name: getattr(config, field.name) for field in options(config)},
            hypotheses=(nothing,),
            steps=(),
            forward_calls=0,
            seconds=0.0,
            device=str(self.device),
            precision=self.precision,
            read_as=source.read_as,
            notes=source.notes,
        )


def _asked_for_nothing(tokens: torch.Tensor, state: Any) -> StepOutput[Any]:
    raise AssertionError("what the model says is known")


def _with_others(own: DecodeResult, *others: DecodeResult) -> DecodeResult:
    """The score of a target in its own pieces, with what it scores in others behind, best first."""
    [first] = own.hypotheses
    ranked = sorted((other.hypotheses[0] for other in others), key=lambda item: -item.score)
    spellings = tuple(sorted((item.log_prob for item in ranked), reverse=True))
    return replace(own, hypotheses=(replace(first, spellings=spellings), *ranked))


def _put_together(
    texts: Sequence[str], parts: Sequence[Sentences], results: Sequence[DecodeResult]
) -> list[Translation]:
    """Texts with the results of their sentences, all of which stand in a row."""
    following = iter(results)
    return [
        Translation(text, tuple(islice(following, len(part.sentences))), part.between)
        for text, part in zip(texts, parts, strict=True)
    ]


def _batches(sizes: Sequence[int], count: int) -> Iterator[list[int]]:
    """Places in ``sizes``, at most ``count`` together and at most ``BATCH_PIECES`` pieces, each counted as the longest.

    Sentences of like length stand together: little padding, and they finish together.
    """
    batch: list[int] = []
    for place in sorted(range(len(sizes)), key=sizes.__getitem__):
        # In this order the next is the longest, to which all others of its batch are padded.
        if batch and (len(batch) == count or (len(batch) + 1) * sizes[place] > BATCH_PIECES):
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def _texts(texts: str | Sequence[str]) -> Sequence[str]:
    """The sentences that were given: a string is one of them, not a list of letters."""
    given = [texts] if isinstance(texts, str | bytes) else texts
    for text in given:
        if not isinstance(text, str):
            raise CoreError(f"a sentence must be a string, not {type(text).__name__}; give one, or a list of them")
    return given


def _pairs(pairs: tuple[str, str] | Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """The pairs that were given: two strings in a tuple are one of them."""
    given = [pairs] if isinstance(pairs, tuple) and isinstance(next(iter(pairs), None), str) else pairs
    for pair in given:
        if not (isinstance(pair, tuple | list) and len(pair) == 2 and all(isinstance(text, str) for text in pair)):
            raise CoreError(
                f"a pair must be two strings, a source and its target, not {pair!r:.60}; give a list of pairs"
            )
    return cast(Sequence[tuple[str, str]], given)
