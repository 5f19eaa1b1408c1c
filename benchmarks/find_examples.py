"""Sentences on which something worth seeing really happens with a model, for the links of the app.

    python -m benchmarks.find_examples --data data checkpoints/en-* > demo/assets/findings.tsv

Looks through validation sentences, short and clean ones, of the kind that a model learnt from, and prints of each kind
the one on which it shows most, or nothing where it shows on none. ``holds`` says what each kind claims: a test asks it
of every sentence that ships.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from seq2seq_core.data.corpus import CorpusConfig, read_corpus
from seq2seq_core.decoding import BeamConfig, Config, DecodeResult, ExactConfig, GreedyConfig, Hypothesis, SampleConfig
from seq2seq_core.evaluation import sentence_quality
from seq2seq_core.pipeline import Translator
from seq2seq_core.why_not import why_not

CHECKPOINTS = Path(__file__).resolve().parents[1] / "checkpoints"
CORPORA = {
    "German": CorpusConfig(path="tatoeba-en-de/valid.tsv.gz"),
    "French": CorpusConfig(path="tatoeba-en-fr/valid.tsv.gz"),
}
CAPTIONS = CorpusConfig(source="multi30k/val.en.gz", target="multi30k/val.de.gz")
"""For models that learnt from captions alone."""

WITHOUT_ATTENTION = {"en-de-attention": "en-de-context"}
"""The twin of a model, trained alike."""

WORDS = range(4, 13)
"""Words of a sentence that one reads at a glance."""

LONG = range(15, 31)
"""Words of a sentence that one vector hardly holds."""

LOOKED_AT = 200
"""Sentences of each model."""

PLAIN = BeamConfig(length_penalty_type="none")
WIDE = BeamConfig(num_beams=50, length_penalty_type="none")
SAMPLES = SampleConfig(num_return_sequences=5)
GOOD = 70.0
"""chrF of a translation that is good."""

FAIR = 55.0
"""chrF of a long translation that says what it should: few are as near to their one reference as short ones are."""

CLEAR = 25.0
"""chrF by which one translation must be better than another for a person to see it."""


@dataclass(frozen=True)
class Pair:
    """A sentence and its reference."""

    text: str
    reference: str


def chrf(text: str, reference: str) -> float:
    """0 to 100; an empty text has 0."""
    return sentence_quality(text, reference).chrf if text.strip() else 0.0


def better(worse: Config, than: Config) -> Callable[[Translator, Sequence[Pair]], list[float]]:
    """How much better the second search's translation is, in chrF; 0 where it is no good translation itself."""

    def shows(translator: Translator, pairs: Sequence[Pair]) -> list[float]:
        return _gains(_said(translator, pairs, worse), _said(translator, pairs, than), pairs)

    return shows


def better_than_twin(translator: Translator, pairs: Sequence[Pair]) -> list[float]:
    """How much better it translates than its twin without attention, in chrF; 0 where it does not translate well."""
    if translator.name not in WITHOUT_ATTENTION:
        return [0.0] * len(pairs)
    twin = Translator.load(CHECKPOINTS / WITHOUT_ATTENTION[translator.name])
    return _gains(_said(twin, pairs, BeamConfig()), _said(translator, pairs, BeamConfig()), pairs, FAIR)


def spread(translator: Translator, pairs: Sequence[Pair]) -> list[float]:
    """How far the samples of a sentence are apart while greedy search translates it well."""
    drawn = [translator.translate(pair.text, SAMPLES)[0] for pair in pairs]
    texts = [[hypothesis.text for hypothesis in result.hypotheses] for result in drawn]
    greedy = _said(translator, pairs, GreedyConfig())
    return [
        100.0 - max(chrf(several[0], other) for other in several[1:])
        if len(set(several)) == len(several) and chrf(one, pair.reference) > GOOD
        else 0.0
        for several, one, pair in zip(texts, greedy, pairs, strict=True)
    ]


def empty_is_best(translator: Translator, pairs: Sequence[Pair]) -> list[float]:
    """100 where exact search proves that the empty translation is the most probable; the first such is enough."""
    empty = [result.log_prob for result in _forced(translator, [(pair.text, "") for pair in pairs])]
    found = [result.hypotheses[0].log_prob for result in translator.translate([pair.text for pair in pairs], PLAIN)]
    shown = [0.0] * len(pairs)
    for place in (place for place, (one, two) in enumerate(zip(empty, found, strict=True)) if one > two):
        [result] = translator.translate(pairs[place].text, ExactConfig(max_forward_calls=20_000, max_seconds=15.0))
        if result.proven and not result.hypotheses[0].text:
            shown[place] = 100.0
            break
    return shown


def error_of(kind: str, config: Config) -> Callable[[Translator, Sequence[Pair]], list[float]]:
    """How far what was found is from a reference, where that is why the reference was not said."""

    def shows(translator: Translator, pairs: Sequence[Pair]) -> list[float]:
        return [_distance(translator, pair, kind, config) for pair in pairs]

    return shows


def _distance(translator: Translator, pair: Pair, kind: str, config: Config) -> float:
    known = why_not(translator, pair.text, pair.reference, config, widths=(), segmentations=0)
    return 100.0 - chrf(_first(known.found), pair.reference) if known.judgement.kind == kind else 0.0


KINDS: dict[str, Callable[[Translator, Sequence[Pair]], list[float]]] = {
    "beam-over-greedy": better(GreedyConfig(), BeamConfig()),
    "wider-is-worse": better(WIDE, PLAIN),
    "length-normalisation": better(PLAIN, BeamConfig()),
    "attention-over-none": better_than_twin,
    "samples-differ": spread,
    "empty-is-best": empty_is_best,
    "search-error": error_of("search error", GreedyConfig()),
    "model-error": error_of("model error", BeamConfig()),
}
"""What each kind of example shows, as a number: the more the better, and at least ``CLEAR``."""


def holds(kind: str, translator: Translator, text: str, reference: str) -> bool:
    """Whether the sentence shows what its kind claims."""
    return KINDS[kind](translator, [Pair(text, reference)])[0] >= CLEAR


def examples(translator: Translator, pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[str, Pair]]:
    """Of each kind the pair on which it shows most; none where it shows on none."""
    for kind, shows in KINDS.items():
        words = LONG if kind == "attention-over-none" else WORDS
        among = clean(pairs, words)[:LOOKED_AT]
        shown = shows(translator, among)
        place = max(range(len(among)), key=shown.__getitem__)
        print(f"{translator.name} {kind}: {shown[place]:.0f}", file=sys.stderr, flush=True)
        if shown[place] >= CLEAR:
            yield kind, among[place]


def clean(pairs: Sequence[tuple[str, str]], words: range = WORDS) -> list[Pair]:
    """Sentences of so many words, in plain letters, each once."""
    kept = {
        source: target
        for source, target in pairs
        if len(source.split()) in words and source.isascii() and not any(sign.isdigit() for sign in source)
    }
    return [Pair(*pair) for pair in kept.items()]


def corpus_of(translator: Translator) -> CorpusConfig:
    """Validation sentences of the kind that a model learnt from."""
    learnt_from = translator.metadata["training"]["data"]
    if all("Multi30k" in data for data in learnt_from):
        return CAPTIONS
    return CORPORA[str(translator.metadata["target_language"])]


def _gains(worse: Sequence[str], than: Sequence[str], pairs: Sequence[Pair], good: float = GOOD) -> list[float]:
    """How much better the second texts are, in chrF; 0 where they are no good translations themselves."""
    found = [
        (chrf(one, pair.reference), chrf(two, pair.reference))
        for one, two, pair in zip(worse, than, pairs, strict=True)
    ]
    return [two - one if two > good else 0.0 for one, two in found]


def _said(translator: Translator, pairs: Sequence[Pair], config: Config) -> list[str]:
    return [_first(result) for result in translator.translate([pair.text for pair in pairs], config)]


def _forced(translator: Translator, pairs: Sequence[tuple[str, str]]) -> list[Hypothesis]:
    return [result.hypotheses[0] for result in translator.score(pairs)]


def _first(result: DecodeResult) -> str:
    return result.hypotheses[0].text


def main() -> None:
    """Prints a table: model, kind, text, reference."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("checkpoints", nargs="+", type=Path, metavar="DIR")
    flags = parser.parse_args()
    rows = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
    rows.writerow(["model", "kind", "text", "reference"])
    for folder in flags.checkpoints:
        translator = Translator.load(folder)
        pairs = read_corpus(corpus_of(translator), flags.data)
        for kind, pair in examples(translator, pairs):
            rows.writerow([translator.name, kind, pair.text, pair.reference])
            sys.stdout.flush()  # each takes minutes of a busy machine


if __name__ == "__main__":
    main()
