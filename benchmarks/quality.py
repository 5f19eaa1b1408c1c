"""BLEU and chrF of shipped checkpoints on the test sets, written into metrics.json and the model card.

    python -m benchmarks.quality --data ../shared/data checkpoints/en-de-attention checkpoints/en-de-context

The test sets are those of the data README; nothing here is needed to run the app or the tests.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import time
from dataclasses import asdict
from pathlib import Path

from seq2seq_core.checkpoint import load_checkpoint, write_metadata
from seq2seq_core.data.corpus import CorpusConfig, read_corpus
from seq2seq_core.decoding import BeamConfig, Config, GreedyConfig
from seq2seq_core.evaluation import corpus_quality
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import describe_machine

TEST_SETS = {
    "Tatoeba en-de test": CorpusConfig(path="tatoeba-en-de/test.tsv.gz"),
    "Multi30k test_2016_flickr en-de": CorpusConfig(
        source="multi30k/test_2016_flickr.en.gz", target="multi30k/test_2016_flickr.de.gz"
    ),
}
STRATEGIES: dict[str, Config] = {"greedy": GreedyConfig(), "beam 5": BeamConfig(num_beams=5)}


def measure(folder: Path, data: Path) -> list[dict[str, object]]:
    """One row for each test set and strategy."""
    translator = Translator.load(folder)
    rows = []
    for test_set, corpus in TEST_SETS.items():
        pairs = read_corpus(corpus, data)
        for strategy, config in STRATEGIES.items():
            start = time.perf_counter()
            results = translator.translate([source for source, _ in pairs], config)
            seconds = time.perf_counter() - start
            texts = [result.hypotheses[0].text for result in results]
            quality = corpus_quality(texts, [[target for _, target in pairs]])
            row = {"test_set": test_set, "strategy": strategy, **asdict(quality), "sentences": len(pairs)}
            print(f"{folder.name:20} {test_set:34} {strategy:8} BLEU {quality.bleu:.2f} chrF {quality.chrf:.2f} "
                  f"{len(pairs) / seconds:.0f} sentences/s", flush=True)  # fmt: skip
            rows.append(row)
    return rows


def main() -> None:
    """Measures each checkpoint and writes down what came out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoints", nargs="+", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds tatoeba-en-de and multi30k")
    flags = parser.parse_args()
    for folder in flags.checkpoints:
        where = {
            "machine": describe_machine(),
            "date": datetime.date.today().isoformat(),
            "command": f"python -m benchmarks.quality --data DATA checkpoints/{folder.name}",
        }
        rows = [{**row, **where} for row in measure(folder, flags.data)]
        checkpoint = load_checkpoint(folder)
        metadata = {**checkpoint.metadata, "scores": rows}
        write_metadata(folder, dataclasses.replace(checkpoint, metadata=metadata))


if __name__ == "__main__":
    main()
