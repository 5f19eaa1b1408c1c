"""One batch to decode: what goes in, what is told meanwhile, and what comes out, all of it plain values.

A borrowed GPU's process is sent the one and sends the others back, so no model is in any of them.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seq2seq_core.decoding import Config, DecodeStep, ExactConfig, Tick
from seq2seq_core.documents.doubts import Doubt, confidence_of, doubts_of
from seq2seq_core.limits import Beside, SearchCost, beside, read_at_once
from seq2seq_core.neighbours import Neighbours, load_index, nearest
from seq2seq_core.pipeline import Translation, Translator
from seq2seq_core.text.languages import has_other_task
from seq2seq_core.types import MovedWeight
from seq2seq_core.why_not import WhyNot, beam_of, explain, look_into


@dataclass(frozen=True, eq=False)
class Question:
    """Why is a translation that was expected not what is said?

    known: what is known of it; None where nothing is yet.
    widths: of the beams to look into next, where something is known.
    """

    target: str
    known: WhyNot | None = None
    widths: tuple[int, ...] = ()


@dataclass(frozen=True)
class BesideQuestion:
    """What does this model make of the text, beside others?

    reference: a translation that all are held against; none where empty. place: of the token that is replaced, from 0.
    """

    reference: str
    place: int


@dataclass(frozen=True)
class NearQuestion:
    """In which training sentences was the decoder in nearly the same state?

    folder: of the checkpoint, with its index. token_ids: of a translation of the text.
    place: of the piece that came after the state, from 0. count: sentences to find.
    """

    folder: Path
    token_ids: tuple[int, ...]
    place: int
    count: int


@dataclass(frozen=True)
class ReadQuestion:
    """How long does one pass over a whole translation of the text take, as in training? token_ids: of it."""

    token_ids: tuple[int, ...]


AnyQuestion = Question | BesideQuestion | NearQuestion | ReadQuestion


@dataclass(frozen=True)
class Work:
    """Texts that one person wants decoded alike, in one batch.

    indices: number of each text, on which seeds hang.
    prefix: ids of the pieces that each translation must begin with.
    moved: attention that a person moved, of the one text.
    trace: also record the steps.
    watched: somebody wants to know of each step.
    document: the texts are units of a document, each of any number of sentences: other work goes first, and what
        comes of each is a ``DoneUnit`` and no ``DecodeResult``.
    question: about the one text: what comes of it is a ``WhyNot``, a ``Beside``, ``Neighbours`` or a ``SearchCost``.
    look: a translation of the one text, as ids of its pieces: what comes of it is its ``HeadAttention``.
    foresee: the beginning of one, as ids: what comes of it is a ``Foreseen``.
    """

    model: str
    config: Config
    texts: tuple[str, ...]
    indices: tuple[int, ...]
    prefix: tuple[int, ...] = ()
    moved: tuple[MovedWeight, ...] = ()
    trace: bool = False
    watched: bool = True
    document: bool = False
    question: AnyQuestion | None = None
    look: tuple[int, ...] = ()
    foresee: tuple[int, ...] | None = None

    @property
    def shares(self) -> bool:
        """Whether decoding it in one batch with other people's may be faster.

        Exact search takes one sentence after the other, and a forced beginning and moved attention belong to their own
        sentence.
        """
        alone = self.document or self.prefix or self.moved or self.question or self.look or len(self.texts) > 1
        return not (alone or self.foresee is not None or isinstance(self.config, ExactConfig))


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


@dataclass(frozen=True)
class Outcomes:
    """The end of a piece of work: what came of each of its texts."""

    results: tuple[Any, ...]


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


def search(translator: Translator, works: Sequence[Work]) -> Generator[Tick, None, list[Any]]:
    """Decodes works that differ in their texts alone: yields after each step, returns what came of all texts in order.

    Raises:
        CoreError: the core refuses it.
    """
    first = works[0]
    texts = [text for work in works for text in work.texts]
    indices = [index for work in works for index in work.indices]
    if first.question is not None:
        return [(yield from _answer(translator, first, first.question))]
    if first.look:
        return [translator.look(texts[0], first.look)]
    if first.foresee is not None:
        return [translator.foresee(texts[0], first.foresee, moved=first.moved)]
    if not first.document:
        return (
            yield from translator.stream_batch(
                texts, first.config, prefix=first.prefix, moved=first.moved, trace=first.trace, indices=indices
            )
        )
    # A unit may have hundreds of sentences; the budget was asked for as many as there are units.
    translations = yield from translator.stream_texts(
        texts, first.config, first_index=indices[0], batch_size=len(texts)
    )
    other_task = has_other_task(translator.metadata)
    return [_done(translation, other_task) for translation in translations]


def _answer(
    translator: Translator, work: Work, question: AnyQuestion
) -> Generator[Tick, None, WhyNot | Beside | Neighbours | SearchCost]:
    if isinstance(question, ReadQuestion):
        return read_at_once(translator, work.texts[0], question.token_ids)
    if isinstance(question, NearQuestion):
        # Read anew each time, which takes a tenth of a second: an index that nobody asks costs no memory.
        index = load_index(question.folder)
        return nearest(translator, index, work.texts[0], question.token_ids, question.place, question.count)
    if isinstance(question, BesideQuestion):
        return (yield from beside(translator, work.texts[0], question.reference, work.config, slip_at=question.place))
    if question.known is None:
        return (yield from explain(translator, work.texts[0], question.target, work.config))
    return (yield from look_into(translator, question.known, beam_of(work.config), question.widths))


def draft(tick: Tick, place: int) -> Draft:
    """What a step says of the text at this place of the batch."""
    step = tick.steps.get(place)
    begun = {row.row: row for row in step.rows} if step else {}
    going_on = [c for c in step.candidates if c.fate != "dropped" and c.parent in begun] if step else []
    if not going_on:
        return Draft(tick.index + 1, step)
    first, parent = going_on[0], begun[going_on[0].parent]
    return Draft(tick.index + 1, step, (*parent.token_ids, first.token_id), (*parent.tokens, first.token))


def _done(translation: Translation, other_task: bool) -> DoneUnit:
    asked = any(result.hypotheses[0].token_ids for result in translation.sentences)
    confidence = confidence_of(translation) if asked else None
    return DoneUnit(translation.text(), confidence, doubts_of(translation, other_task=other_task), translation.notes)
