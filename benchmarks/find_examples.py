"""Sentences on which something worth seeing really happens with a model, for the links of the app.

    python -m benchmarks.find_examples --data data checkpoints/en-de checkpoints/en-fr > demo/assets/findings.tsv

Looks through validation sentences, short and clean ones, and prints of each kind the one on which it shows most, or
nothing where it shows on none. ``holds`` says what each kind claims: a test asks it of every sentence that ships.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from seq2seq_core.data.corpus import CorpusConfig, read_corpus
from seq2seq_core.decoding import BeamConfig, Config, DecodeResult, ExactConfig, GreedyConfig, SampleConfig
from seq2seq_core.evaluation import sentence_quality
from seq2seq_core.pipeline import Translator
from seq2seq_core.why_not import why_not

CORPORA = {"German": "tatoeba-en-de/valid.tsv.gz", "French": "tatoeba-en-fr/valid.tsv.gz"}
WORDS = range(4, 13)
"""Words of a sentence that one reads at a glance."""

LOOKED_AT = 500
"""Sentences for what takes a wide beam or a search for each."""

PLAIN = BeamConfig(length_penalty_type="none")
WIDE = BeamConfig(num_beams=50, length_penalty_type="none")
SAMPLES = SampleConfig(num_return_sequences=5)
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


def better(worse: Config, than: Config) -> Callable[[Translator, Pair], float]:
    """How much better the second search's translation is, in chrF; 0 where it is no good translation itself."""

    def shows(translator: Translator, pair: Pair) -> float:
        bad, good = (_first(translator.translate(pair.text, config)[0]) for config in (worse, than))
        quality = chrf(good, pair.reference)
        return quality - chrf(bad, pair.reference) if quality > 70 else 0.0

    return shows


def spread(translator: Translator, pair: Pair) -> float:
    """How far the samples of a sentence are apart while greedy search translates it well."""
    texts = [hypothesis.text for hypothesis in translator.translate(pair.text, SAMPLES)[0].hypotheses]
    if (
        len(set(texts)) < len(texts)
        or chrf(_first(translator.translate(pair.text, GreedyConfig())[0]), pair.reference) < 70
    ):
        return 0.0
    return 100.0 - max(chrf(texts[0], other) for other in texts[1:])


def empty_is_best(translator: Translator, pair: Pair) -> float:
    """100 where exact search proves that the empty translation is the most probable of all."""
    [result] = translator.translate(pair.text, ExactConfig(max_forward_calls=20_000, max_seconds=15.0))
    return 100.0 if result.proven and not result.hypotheses[0].text else 0.0


def error_of(kind: str, config: Config) -> Callable[[Translator, Pair], float]:
    """How far what was found is from a reference, where that is why the reference was not said."""

    def shows(translator: Translator, pair: Pair) -> float:
        known = why_not(translator, pair.text, pair.reference, config, widths=())
        far = 100.0 - chrf(_first(known.found), pair.reference)
        return far if known.judgement.kind == kind else 0.0

    return shows


KINDS: dict[str, Callable[[Translator, Pair], float]] = {
    "beam-over-greedy": better(GreedyConfig(), BeamConfig()),
    "wider-is-worse": better(WIDE, PLAIN),
    "length-normalisation": better(PLAIN, BeamConfig()),
    "samples-differ": spread,
    "empty-is-best": empty_is_best,
    "search-error": error_of("search error", GreedyConfig()),
    "model-error": error_of("model error", BeamConfig()),
}
"""What each kind of example shows, as a number: the more the better, and at least ``CLEAR``."""


def holds(kind: str, translator: Translator, text: str, reference: str) -> bool:
    """Whether the sentence shows what its kind claims."""
    return KINDS[kind](translator, Pair(text, reference)) >= CLEAR


def examples(translator: Translator, pairs: Sequence[Pair]) -> Iterator[tuple[str, Pair]]:
    """Of each kind the pair on which it shows most; none where it shows on none."""
    for kind, shows in KINDS.items():
        found = max(((shows(translator, pair), place) for place, pair in enumerate(pairs)), default=(0.0, 0))
        print(f"{translator.name} {kind}: {found[0]:.0f}", file=sys.stderr, flush=True)
        if found[0] >= CLEAR:
            yield kind, pairs[found[1]]


def clean(pairs: Sequence[tuple[str, str]]) -> list[Pair]:
    """Short sentences in plain letters, each once."""
    kept = {
        source: target
        for source, target in pairs
        if len(source.split()) in WORDS and source.isascii() and not any(sign.isdigit() for sign in source)
    }
    return [Pair(*pair) for pair in kept.items()]


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
        corpus = CORPORA[str(translator.metadata["target_language"])]
        pairs = clean(read_corpus(CorpusConfig(path=corpus), flags.data))[:LOOKED_AT]
        rows.writerows([translator.name, kind, pair.text, pair.reference] for kind, pair in examples(translator, pairs))


if __name__ == "__main__":
    main()
