"""How good shipped checkpoints are on the test sets, written into metrics.json and the model card.

    python -m benchmarks.quality --data ../shared/data checkpoints/en-de checkpoints/en-fr
    python -m benchmarks.quality --data data checkpoints/dates checkpoints/numbers checkpoints/pronunciations
    python -m benchmarks.quality --data data --only Multi30k checkpoints/en-de-forced checkpoints/en-de-scheduled

The test sets of translation are those of the data README, those of dates, numbers and pronunciations come from
``python -m recipes.make_dates``, ``recipes.make_numbers`` and ``recipes.make_pronunciations``; nothing here is needed
to run the app or the tests.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from benchmarks.published_metric import lowercased_moses_bleu
from recipes.typed import hurried
from seq2seq_core.checkpoint import load_checkpoint, write_metadata
from seq2seq_core.data.corpus import CorpusConfig, read_corpus
from seq2seq_core.decoding import BeamConfig, Config, GreedyConfig
from seq2seq_core.evaluation import corpus_quality
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import describe_machine

TEST_SETS = {
    "German": {
        "Tatoeba en-de test": CorpusConfig(path="tatoeba-en-de/test.tsv.gz"),
        "Multi30k test_2016_flickr en-de": CorpusConfig(
            source="multi30k/test_2016_flickr.en.gz", target="multi30k/test_2016_flickr.de.gz"
        ),
        "Ding en-de test": CorpusConfig(path="ding-en-de/test.tsv.gz"),
    },
    "French": {
        "Tatoeba en-fr test": CorpusConfig(path="tatoeba-en-fr/test.tsv.gz"),
        "Multi30k test_2016_flickr en-fr": CorpusConfig(
            source="multi30k/test_2016_flickr.en.gz", target="multi30k/test_2016_flickr.fr.gz"
        ),
    },
    "ISO 8601": {"Days held out": CorpusConfig(path="dates/test.tsv")},
    "Number": {"Numbers held out": CorpusConfig(path="numbers/test.tsv")},
    "Phonemes": {"Words held out": CorpusConfig(path="pronunciations/test.tsv")},
}
"""By target language."""

HURRIED = ("Tatoeba en-de test", "Tatoeba en-fr test")
"""Sets that are also read as people type them: small letters, no punctuation at the end (``recipes.typed.hurried``)."""

PAPERS_CODES = {"Multi30k test_2016_flickr en-de": "de", "Multi30k test_2016_flickr en-fr": "fr"}
"""Target languages of the sets on which papers report BLEU in a way of their own."""

STRATEGIES: dict[str, Config] = {"greedy": GreedyConfig(), "beam 5": BeamConfig(num_beams=5)}


def test_sets(language: str, data: Path, only: str = "") -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The names of a target language's test sets, with their pairs; of those alone whose name begins with ``only``."""
    for name, corpus in TEST_SETS[language].items():
        if not name.startswith(only):
            continue
        pairs = read_corpus(corpus, data)
        yield name, pairs
        if name in HURRIED:
            yield f"{name}, typed in a hurry", [(hurried(source), target) for source, target in pairs]


def measure(folder: Path, data: Path, only: str) -> Iterator[dict[str, object]]:
    """One row for each test set and strategy."""
    translator = Translator.load(folder)
    for test_set, pairs in test_sets(translator.metadata["target_language"], data, only):
        references = [target for _, target in pairs]
        for strategy, config in STRATEGIES.items():
            results = translator.translate([source for source, _ in pairs], config)
            texts = [result.hypotheses[0].text for result in results]
            scores = {name: s for name, s in asdict(corpus_quality(texts, [references])).items() if s is not None}
            row = {"test_set": test_set, "strategy": strategy, **scores}
            if test_set in PAPERS_CODES:
                row["papers_bleu"] = lowercased_moses_bleu(texts, references, language=PAPERS_CODES[test_set])
            print(folder.name, row, flush=True)
            yield {**row, "sentences": len(pairs)}


def main() -> None:
    """Measures each checkpoint and writes down what came out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoints", nargs="+", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds the test sets' folders")
    parser.add_argument("--only", default="", metavar="NAME", help="test sets whose name begins with this (all)")
    flags = parser.parse_args()
    given = f" --only {flags.only}" if flags.only else ""
    for folder in flags.checkpoints:
        where = {
            "machine": describe_machine(),
            "date": datetime.date.today().isoformat(),
            "command": f"python -m benchmarks.quality --data DATA{given} checkpoints/{folder.name}",
        }
        rows = [{**row, **where} for row in measure(folder, flags.data, flags.only)]
        checkpoint = load_checkpoint(folder)
        metadata = {**checkpoint.metadata, "scores": rows}
        write_metadata(folder, dataclasses.replace(checkpoint, metadata=metadata))


if __name__ == "__main__":
    main()
