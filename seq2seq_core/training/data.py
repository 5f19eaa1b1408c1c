"""What a recipe trains on and validates with, checked while it is read."""

from __future__ import annotations

import math
import random
import textwrap
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from seq2seq_core.data.checks import SHOWN, DataReport, place, sound_pairs
from seq2seq_core.data.corpus import CorpusConfig, Record, read_records
from seq2seq_core.data.store import CHUNK, TextPair, TextPairs
from seq2seq_core.data.tokenizer import OwnTokenizer, Tokenizer, TwoVocabularies
from seq2seq_core.models import ModelConfig
from seq2seq_core.text.characters import printable
from seq2seq_core.training.recipe import DataConfig

TOKENIZER_PAIRS = 250_000
"""Pairs that a tokenizer is learnt from: more change its pieces little and take its learner gigabytes."""

LARGEST_SHARE = 5
"""At most one pair in so many is held out, however many were asked for: there must be something to learn from."""

NEARLY_ALL = 0.998
"""The share of pairs that a limit on their length should keep."""

EXAMPLE_LENGTH = 100
"""Characters of a source that the app suggests, at most."""

CANDIDATES = 3
"""Sources looked at for each pair to be held out: more than enough, as some have more pairs than are wanted."""


def read_data(
    config: DataConfig, seed: int, on_report: Callable[[DataReport], None] = lambda report: None
) -> tuple[TextPairs, TextPairs]:
    """Training and validation pairs; without validation corpora, some of the training pairs are set apart.

    Args:
        config: which corpora.
        seed: of the choice of pairs that are set apart.
        on_report: is given what was found before an error ends it.

    Raises:
        CoreError: a file cannot be read, or the data cannot be trained on.
    """
    report = DataReport()
    valid = TextPairs()
    sources: dict[str, Record] = {}
    for record, pair in _sound(config, config.valid, report):
        valid.append(*pair)
        sources.setdefault(pair[0], record)
    for record, pair in _sound(config, config.test, DataReport()):
        sources.setdefault(pair[0], record)
    train = _training_pairs(config, sources, report)
    on_report(report)
    report.refuse()
    if config.valid:
        return train, valid
    apart = DataReport()
    split = _hold_out(train, min(config.holdout, len(train) // LARGEST_SHARE), seed, apart)
    on_report(apart)
    return split


def learn_tokenizer(pairs: Sequence[TextPair], config: DataConfig, model: ModelConfig) -> OwnTokenizer:
    """One tokenizer from both sides of the pairs, or one from each; of as many pairs as suffice, taken evenly."""
    chosen = list(dict.fromkeys(pairs[:: 1 + (len(pairs) - 1) // TOKENIZER_PAIRS]))
    if config.vocabularies == "one":
        return Tokenizer.train(
            (side for pair in chosen for side in pair), vocab_size=model.vocab_size, unit=config.unit
        )
    sizes, units = (model.source_vocab_size or model.vocab_size, model.vocab_size), config.units
    return TwoVocabularies(
        *(Tokenizer.train((pair[side] for pair in chosen), vocab_size=sizes[side], unit=units[side]) for side in (0, 1))
    )


def examples_of(pairs: Sequence[TextPair]) -> tuple[str, ...]:
    """A few sources, from all over the pairs, short enough for a button."""
    some = (source for source, _ in pairs[:: max(1, len(pairs) // 40)])
    return tuple(source for source in dict.fromkeys(some) if len(source) <= EXAMPLE_LENGTH)[:4]


def too_long(pairs: Sequence[TextPair], count: int, tokenizer: OwnTokenizer, max_pieces: int) -> DataReport:
    """Names the first of ``count`` pairs that a run leaves out, and says which limit would leave out hardly any."""
    report = DataReport()
    if not count:
        return report
    lengths: list[int] = []
    named: list[TextPair] = []
    for start in range(0, len(pairs), CHUNK):
        chunk = pairs[start : start + CHUNK]
        sides = zip((tokenizer.source, tokenizer.target), zip(*chunk, strict=True), strict=True)
        ours, theirs = (own.encode_all(list(side)) for own, side in sides)
        longer = [max(len(a), len(b)) for a, b in zip(ours, theirs, strict=True)]
        lengths += longer
        named += [pair for pair, length in zip(chunk, longer, strict=True) if length > max_pieces][: SHOWN - len(named)]
    longest = sorted(lengths)
    report.problems["pieces"] = count, [f"{_beginning(s)} | {_beginning(t)}" for s, t in named]
    report.notes.append(
        f"{count:,} of {len(pairs):,} pairs ({count / len(pairs):.1%}) have a side of more than data.max_pieces = "
        f"{max_pieces}; {max(1, longest[math.ceil(NEARLY_ALL * len(longest)) - 1])} would keep {NEARLY_ALL:.1%} of them"
    )
    return report


def _beginning(text: str) -> str:
    """Its beginning, on one line."""
    return printable(textwrap.shorten(text, 60, placeholder=" …"))


def _sound(
    config: DataConfig, corpora: Sequence[CorpusConfig], report: DataReport
) -> Iterator[tuple[Record, TextPair]]:
    root = Path(config.root)
    for corpus in corpora:
        records = read_records(corpus, root, report.notes.append)
        yield from sound_pairs(records, report, max_pieces=config.max_pieces, unchanged=config.unchanged)


def _training_pairs(config: DataConfig, apart: dict[str, Record], report: DataReport) -> TextPairs:
    """Every training corpus as often as it repeats; ``apart`` are the sources that should not be in them."""
    train = TextPairs()
    for corpus in config.train:
        begin = len(train)
        for record, pair in _sound(config, [corpus], report):
            train.append(*pair)
            if pair[0] in apart:
                report.note("overlap", f"{place(record)}: the source of {place(apart[pair[0]])}")
        train.repeat_from(begin, corpus.repeat - 1)
    return train


def _hold_out(pairs: TextPairs, count: int, seed: int, report: DataReport) -> tuple[TextPairs, TextPairs]:
    """About ``count`` different pairs set apart, and the others. No source of theirs stands in training, if possible.

    Sources are taken whole, with all their targets; one that has too many is passed over. Where every source has so
    many that none can be spared, single pairs are set apart, and ``report`` is told.
    """
    order = list(range(len(pairs)))
    random.Random(seed).shuffle(order)
    held = _sources_to_hold(pairs, order, count)
    if count and not held:
        report.notes.append(
            f"every source stands in more pairs than can be held out: {count} pairs are set apart whose sources "
            "training sees with other targets, so validation looks better than it is"
        )
    train = TextPairs()
    apart: dict[TextPair, None] = {}  # ordered, each pair once
    single = set() if held else {pairs[i] for i in order[:count]}
    for pair in (pairs[i] for i in order):
        if pair[0] in held or pair in single:
            apart[pair] = None
        else:
            train.append(*pair)
    return train, TextPairs(apart)


def _sources_to_hold(pairs: TextPairs, order: Sequence[int], count: int) -> set[str]:
    """Sources, in the order of the first of their pairs, whose different pairs come to ``count`` or a few less."""
    candidates: dict[str, set[str]] = {}
    for i in order:
        if len(candidates) >= CANDIDATES * count:
            break
        candidates.setdefault(pairs[i][0], set())
    for source, target in pairs:
        if source in candidates:
            candidates[source].add(target)
    held, left = set(), count
    for source, targets in candidates.items():
        if len(targets) <= left:
            held.add(source)
            left -= len(targets)
    smallest = min(candidates, key=lambda source: len(candidates[source]), default="")
    if not held and candidates and len(candidates[smallest]) * LARGEST_SHARE <= len(pairs):
        held.add(smallest)
    return held
