"""Where strategies part over a set: in which sentences, in which groups of them, and in what words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from demo.service import groups_of, ngrams_apart, resampled_quality, sentence_chrf
from demo.sets.figures import Entrant, SetRun

if TYPE_CHECKING:
    from seq2seq_core.contrast import NgramUse, SentenceGroup
    from seq2seq_core.evaluation import Estimate

MOST_NGRAMS = 10
"""Of each side of a pair of strategies."""


@dataclass(frozen=True)
class SentenceContrast:
    """One sentence under several strategies.

    place: of the sentence in the set, from 0.
    chrf: of each strategy, 0 to 100, against the reference; without one, against what the strategy says that all are
        held against.
    """

    place: int
    chrf: tuple[float, ...]

    @property
    def apart(self) -> float:
        """The greatest difference of chrF."""
        return max(self.chrf) - min(self.chrf)


@dataclass(frozen=True)
class GroupRow:
    """A group of sentences, and of each strategy chrF, or where the task asks for it exact matches in per cent.

    scores: with intervals, where the group is large enough to have one.
    """

    group: SentenceGroup
    scores: tuple[Estimate, ...]


@dataclass(frozen=True)
class NgramPair:
    """What the strategy at ``place`` says and the one that all are held against does not, and the other way round."""

    place: int
    ours: tuple[NgramUse, ...]
    theirs: tuple[NgramUse, ...]


@dataclass(frozen=True)
class Contrasts:
    """What tells the strategies of a run apart, on the sentences that all of them have done.

    entries: places of the strategies that have begun.
    common: sentences that all of these have done.
    sentences: those on which they say different things, the greatest difference first.
    lengths, rare: groups by the words of the source, and by how many of them ``cut_by`` cuts into pieces; none without
        references.
    cut_by: name of a model.
    ngrams: of each strategy but the one that all are held against.
    """

    entries: tuple[int, ...]
    common: int
    sentences: tuple[SentenceContrast, ...]
    lengths: tuple[GroupRow, ...]
    rare: tuple[GroupRow, ...]
    cut_by: str
    ngrams: tuple[NgramPair, ...]


def contrasts(run: SetRun, pieces: Callable[[str, str], Sequence[str]]) -> Contrasts | None:
    """What tells the strategies apart; None before anything is done.

    Args:
        run: as far as it came.
        pieces: a text's pieces, by a model's name and the text.
    """
    entries = tuple(place for place, entry in enumerate(run.entries) if entry.outputs)
    if not entries:
        return None
    common = min(len(run.entries[place].outputs) for place in entries)
    base = run.against if run.against in entries else entries[0]
    texts = {place: [output.text for output in run.entries[place].outputs[:common]] for place in entries}
    given = run.sentences.references
    references = None if given is None else given[:common]
    scores = list(zip(*(sentence_chrf(texts[place], references or texts[base]) for place in entries), strict=True))
    found = [SentenceContrast(at, each) for at, each in enumerate(scores) if len({texts[e][at] for e in entries}) > 1]
    cut_by = run.model_of(run.entries[base])
    lengths, rare = _groups(run, texts, references, [pieces(cut_by, text) for text in run.sentences.sources[:common]])
    return Contrasts(
        entries, common, tuple(sorted(found, key=lambda one: -one.apart)), lengths, rare, cut_by,
        tuple(
            NgramPair(
                place,
                ngrams_apart(texts[place], texts[base], references, MOST_NGRAMS),
                ngrams_apart(texts[base], texts[place], references, MOST_NGRAMS),
            )
            for place in entries if place != base
        ),
    )  # fmt: skip


def likeness_of(run: SetRun, entry: Entrant) -> tuple[float, ...]:
    """chrF of each of a strategy's translations against its reference; none without references."""
    given = run.sentences.references
    return sentence_chrf([o.text for o in entry.outputs], given[: len(entry.outputs)]) if given else ()


def _groups(
    run: SetRun, texts: dict[int, list[str]], references: Sequence[str] | None, pieces: Sequence[Sequence[str]]
) -> tuple[tuple[GroupRow, ...], ...]:
    if references is None:
        return (), ()
    kinds = groups_of(run.sentences.sources[: len(pieces)], pieces)
    return tuple(tuple(_group(run, each, texts, references) for each in groups) for groups in kinds)


def _group(run: SetRun, group: SentenceGroup, texts: dict[int, list[str]], references: Sequence[str]) -> GroupRow:
    wanted = [references[at] for at in group.places]
    qualities = (resampled_quality([said[at] for at in group.places], wanted) for said in texts.values())
    return GroupRow(group, tuple(quality.exact if run.exact else quality.chrf for quality in qualities))
