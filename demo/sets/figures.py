"""A set of sentences under several strategies: what was decoded so far, and the figures to set beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean, median
from typing import TYPE_CHECKING

from demo.common.contestant import Contestant, called
from demo.common.question import PageQuestion
from demo.common.several_runs import Range, range_of
from demo.service import Part, resampled_quality
from demo.sets.sentences import SentenceSet

if TYPE_CHECKING:
    from demo.sets.contrasts import Contrasts
    from seq2seq_core.evaluation import Estimate, ResampledQuality


@dataclass(frozen=True)
class Output:
    """A strategy's best translation of one sentence.

    log_prob: in nats.
    length: t, tokens with EOS.
    forward_calls: calls of the decoder in which this sentence took part.
    rows: its rows in them, see ``DecodeResult.rows_decoded``.
    milliseconds: of decoding its batch, over the sentences in it.
    finished: EOS was generated.
    """

    text: str
    log_prob: float
    length: int
    forward_calls: int
    rows: int
    milliseconds: float
    finished: bool


@dataclass(frozen=True)
class Entrant:
    """One strategy: its translations of the first sentences, and their quality once it has ended.

    times: of the runs that timed it again, the mean milliseconds of a sentence; none where nobody asked for them.
    """

    card: Contestant
    outputs: tuple[Output, ...] = ()
    quality: ResampledQuality | None = None
    times: tuple[float, ...] = ()


@dataclass(frozen=True)
class SetRun:
    """N sentences under several strategies, so far.

    model: of the strategies that have none of their own.
    seed: of all strategies that draw at random.
    scale: what can be compared where there are several models; "" = all is of one.
    exact: exact matches are a measure of the task.
    against: place of the strategy that the others are held against.
    apart: what tells the strategies apart; None before the end.
    device: where it was decoded; "" before the first part.
    question: what the page said when it was asked for.
    titles: what people call the models, by name; a model that is not among them is called by its name.
    """

    sentences: SentenceSet
    model: str
    seed: int
    entries: tuple[Entrant, ...]
    device: str = ""
    scale: str = ""
    exact: bool = False
    against: int = 0
    apart: Contrasts | None = None
    question: PageQuestion | None = None
    titles: Mapping[str, str] = field(default_factory=dict)

    def model_of(self, entry: Entrant) -> str:
        """The model that a strategy is run on."""
        return entry.card.model or self.model

    def title(self, model: str) -> str:
        """What people call a model."""
        return self.titles.get(model, model)

    def called(self, place: int) -> str:
        """What a strategy is called on the page; files call it by its card."""
        return called(self.entries[place].card, self.title)

    @property
    def size(self) -> int:
        """N."""
        return len(self.sentences.sources)

    @property
    def done(self) -> int:
        """Sentences decoded, counted once for each strategy."""
        return sum(len(entry.outputs) for entry in self.entries)

    @property
    def whole(self) -> bool:
        """Whether every strategy has translated every sentence."""
        return self.done == self.size * len(self.entries)


@dataclass(frozen=True)
class StrategyRow:
    """One strategy's figures over the sentences that it has done; means a sentence, in the units of ``Output``.

    milliseconds: where it was timed again, the median of those runs.
    times: of those runs.
    same: sentences whose translation is that of the strategy that all are held against, of those that both have; None
        for that one itself.
    """

    name: str
    done: int
    log_prob: float
    length: float
    forward_calls: float
    rows: float
    milliseconds: float
    same: int | None
    bleu: Estimate | None
    chrf: Estimate | None
    exact: Estimate | None = None
    times: tuple[float, ...] = ()

    @property
    def range(self) -> Range | None:
        """The shortest and the longest of its times; None where it was timed once."""
        return range_of(self.times)


def with_part(run: SetRun, part: Part) -> SetRun:
    """The run with the sentences of one more part; a strategy that has them all gets its quality."""
    best = [(result, result.hypotheses[0]) for result in part.results]
    new = tuple(
        Output(h.text, h.log_prob, h.parts.length, r.forward_calls, r.rows_decoded, r.seconds * 1000, h.finished)
        for r, h in best
    )
    entry = run.entries[part.turn]
    entry = replace(entry, outputs=entry.outputs + new)
    whole = len(entry.outputs) == run.size
    device = part.results[0].device if part.results else run.device
    grown = replace(run, entries=_put(run.entries, part.turn, entry), device=device)
    return _judged(grown, part.turn) if whole else grown


def ended(run: SetRun) -> SetRun:
    """A run that will not go on: the strategy it stopped in gets its quality on what it has done."""
    for turn, entry in enumerate(run.entries):
        if entry.outputs and (not entry.quality or run.against):
            run = _judged(run, turn)
    return run


def held(run: SetRun, against: int) -> SetRun:
    """The run with all strategies held against another one; nothing is decoded."""
    run = replace(run, against=against)
    for turn, entry in enumerate(run.entries):
        if entry.quality:
            run = _judged(run, turn)
    return run


def timed(run: SetRun, times: Sequence[tuple[float, ...]]) -> SetRun:
    """The run with the times of several more, of each strategy in milliseconds a sentence."""
    entries = tuple(replace(entry, times=of) for entry, of in zip(run.entries, times, strict=True))
    return replace(run, entries=entries)


def rows(run: SetRun) -> tuple[StrategyRow | None, ...]:
    """A row for each strategy; None where nothing is done."""
    base = run.entries[run.against].outputs if run.entries else ()
    return tuple(_row(run, place, None if place == run.against else base) for place in range(len(run.entries)))


def _row(run: SetRun, place: int, base: Sequence[Output] | None) -> StrategyRow | None:
    entry = run.entries[place]
    if not (outputs := entry.outputs):
        return None
    quality = entry.quality
    return StrategyRow(
        name=run.called(place),
        done=len(outputs),
        log_prob=fmean(output.log_prob for output in outputs),
        length=fmean(output.length for output in outputs),
        forward_calls=fmean(output.forward_calls for output in outputs),
        rows=fmean(output.rows for output in outputs),
        milliseconds=median(entry.times or [fmean(output.milliseconds for output in outputs)]),
        # not strict: a strategy may have been stopped before it had them all
        same=None if base is None else sum(a.text == b.text for a, b in zip(outputs, base, strict=False)),
        bleu=quality.bleu if quality else None,
        chrf=quality.chrf if quality else None,
        exact=quality.exact if quality else None,
        times=entry.times,
    )


def _judged(run: SetRun, turn: int) -> SetRun:
    """The run with the quality of one strategy; as it was where there are no references."""
    entry, references = run.entries[turn], run.sentences.references
    if references is None:
        return run
    texts = [output.text for output in entry.outputs]
    base = [output.text for output in run.entries[run.against].outputs][: len(texts)]
    # What has fewer sentences by now is held against nothing: the run's end does that again.
    quality = resampled_quality(texts, references[: len(texts)], base if len(base) == len(texts) else texts)
    return replace(run, entries=_put(run.entries, turn, replace(entry, quality=quality)))


def _put(entries: tuple[Entrant, ...], turn: int, entry: Entrant) -> tuple[Entrant, ...]:
    return (*entries[:turn], entry, *entries[turn + 1 :])
