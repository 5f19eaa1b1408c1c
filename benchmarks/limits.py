"""What the fixed context costs, measured on held-out sentences for the Limits view.

    python -m benchmarks.limits --data data --into demo/assets/limits.json checkpoints/en-de-attention \\
        checkpoints/en-de-context checkpoints/en-de-transformer checkpoints/en-de checkpoints/en-fr \\
        checkpoints/en-de-forced checkpoints/en-de-scheduled

BLEU by source length, on sentences and on two to five of them joined and decoded as one; what a source word is worth by
where it stands (leave-one-out); log P by position, of references (teacher-forced) and of the model's own translations
(free-running); and what a wrong word costs those that follow it. Each with a 95 % interval from resampling sentences;
``--sentences`` says how many of each length there are. What the file holds of a model whose weights are the same stays.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.experiments.runs import TEST
from seq2seq_core.data.corpus import CorpusConfig, read_corpus
from seq2seq_core.decoding import GreedyConfig, ScoreConfig
from seq2seq_core.evaluation import resampled_quality
from seq2seq_core.limits import PLACES, Slip, slip, worth_by_place
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import FloatArray, describe_machine
from seq2seq_core.why_not import left_out

CORPORA = {
    "German": CorpusConfig(path="tatoeba-en-de/test.tsv.gz"),
    "French": CorpusConfig(path="tatoeba-en-fr/test.tsv.gz"),
}
CAPTIONS = {"German": TEST}
"""Of models that were trained on captions alone, which know no other sentences."""

LENGTHS = ((1, 4), (5, 6), (7, 8), (9, 11), (12, 30))
"""Words of single sentences, from and to."""

JOINED = (2, 3, 4, 5)
"""Sentences put into one."""

REACH = range(8, 16)
"""Words of the sentences in which words are left out."""

POSITIONS = 16
"""Tokens of which log P is told."""

AFTER = 10
"""Tokens after a wrong word of which is told what they lose."""

FEWEST = 20
"""Sentences, or values, below which nothing is told."""

RESAMPLED, SEED = 1_000, 12345

Pairs = Sequence[tuple[str, str]]


def groups(pairs: Pairs, sentences: int) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The sentences of each length, and those joined of so many; each held-out sentence is used once in a group."""
    for first, last in LENGTHS:
        chosen = [pair for pair in pairs if first <= len(pair[0].split()) <= last]
        if len(chosen) >= FEWEST:
            yield f"{first} to {last} words", chosen[:sentences]
    for count in JOINED:
        starts = range(0, min(len(pairs) - count + 1, sentences * count), count)
        yield f"{count} joined", [_joined(pairs[start : start + count]) for start in starts]


def _joined(pairs: Pairs) -> tuple[str, str]:
    sources, targets = zip(*pairs, strict=True)
    return " ".join(sources), " ".join(targets)


def lengths(translator: Translator, pairs: Pairs, sentences: int) -> Iterator[dict[str, Any]]:
    """A point for each group."""
    for name, group in groups(pairs, sentences):
        said = [result.hypotheses[0].text for result in translator.translate([one for one, _ in group], GreedyConfig())]
        quality = resampled_quality(said, [reference for _, reference in group])
        if quality.bleu is None:
            continue
        yield {
            "group": name,
            "words": round(float(np.mean([len(one.split()) for one, _ in group])), 2),
            "sentences": len(group),
            "bleu": round(quality.bleu.score, 2),
            "margin": None if quality.bleu.margin is None else round(quality.bleu.margin, 2),
            "signature": quality.bleu_signature,
        }


def reach(translator: Translator, pairs: Pairs, sentences: int) -> Iterator[dict[str, Any]]:
    """What a word of each part of a sentence is worth to the reference."""
    chosen = [pair for pair in pairs if len(pair[0].split()) in REACH][:sentences]
    known = [left_out(translator, source, translator.target_ids(source, target)) for source, target in chosen]
    yield from _means(worth_by_place(one for one in known if one), "place")


def exposure(translator: Translator, pairs: Pairs, sentences: int) -> Iterator[dict[str, Any]]:
    """log P by position: of references given what stands before them, and of what the model says given what it said."""
    chosen = [pair for pair in pairs if len(pair[0].split()) in REACH][:sentences]
    own = translator.translate([source for source, _ in chosen], GreedyConfig())
    given = translator.score(chosen, ScoreConfig())
    for kind, results in (("teacher-forced", given), ("free-running", own)):
        rows = np.full((len(results), POSITIONS), np.nan, dtype=np.float32)
        for row, result in zip(rows, results, strict=True):
            told = result.hypotheses[0].token_log_probs[:POSITIONS]
            row[: len(told)] = told
        yield from ({"kind": kind, **mean} for mean in _means(rows, "position"))


def slips(translator: Translator, pairs: Pairs, sentences: int) -> dict[str, Any]:
    """What a wrong word costs each of those after it, and how many tokens it takes to recover."""
    chosen = [source for source, _ in pairs if len(source.split()) in REACH][:sentences]
    found: list[Slip] = [one for source in chosen if (one := slip(translator, source)) is not None]
    rows = np.full((len(found), AFTER), np.nan, dtype=np.float32)
    for row, one in zip(rows, found, strict=True):
        row[: len(one.lost[:AFTER])] = one.lost[:AFTER]
    needed = [one.recovers_after for one in found]
    known = [tokens for tokens in needed if tokens is not None]
    return {
        "sentences": len(found),
        "never": round(100 * needed.count(None) / max(1, len(found)), 1),
        "mean_tokens": round(float(np.mean(known)), 2) if known else None,
        "lost": list(_means(rows, "distance")),
    }


def _means(rows: FloatArray, name: str) -> Iterator[dict[str, Any]]:
    """Mean and 95 % interval of each column; empty places are passed over, a column of too few is left out."""
    random = np.random.default_rng(SEED)
    for place, column in enumerate(rows.T):
        values = column[~np.isnan(column)]
        if len(values) < FEWEST:
            continue
        drawn = random.choice(values, (RESAMPLED, len(values))).mean(1)
        low, high = np.percentile(drawn, (2.5, 97.5))
        mean = {"mean": round(float(values.mean()), 3), "low": round(float(low), 3), "high": round(float(high), 3)}
        yield {name: place, **mean, "sentences": len(values)}


def measure(translator: Translator, pairs: Pairs, sentences: int) -> dict[str, Any]:
    """Everything of one model."""
    parts: dict[str, Callable[[], Any]] = {
        "lengths": lambda: list(lengths(translator, pairs, sentences)),
        "reach": lambda: list(reach(translator, pairs, sentences)),
        "exposure": lambda: list(exposure(translator, pairs, sentences)),
        "slips": lambda: slips(translator, pairs, sentences),
    }
    measured = {}
    for name, run in parts.items():
        measured[name] = run()
        print(f"{translator.name}: {name}", file=sys.stderr, flush=True)
    return measured


def held_out(metadata: dict[str, Any]) -> tuple[str, CorpusConfig]:
    """The test set of a model, and what it is called: sentences like those that it was trained on."""
    language, told = str(metadata["target_language"]), " ".join(metadata["training"]["data"])
    captions = "Multi30k" in told and "Tatoeba" not in told
    return ("Multi30k", CAPTIONS[language]) if captions else ("Tatoeba", CORPORA[language])


def weights_of(folder: Path) -> str:
    """SHA-256 of a checkpoint's weights, as its metrics.json says."""
    return str(json.loads((folder / "metrics.json").read_text("utf-8"))["sha256"]["model.safetensors"])


def _known(path: Path, sentences: int) -> dict[str, Any]:
    """What the file holds of each model, if it was measured on as many sentences."""
    if not path.exists():
        return {}
    told = json.loads(path.read_text("utf-8"))
    return dict(told["models"]) if told["sentences"] == sentences else {}


def main() -> None:
    """Writes a JSON object."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--sentences", type=int, default=100, metavar="N", help="of each length (%(default)s)")
    parser.add_argument("--into", type=Path, required=True, metavar="FILE", help="where it is written")
    parser.add_argument("checkpoints", nargs="+", type=Path, metavar="DIR")
    flags = parser.parse_args()
    models, known = {}, _known(flags.into, flags.sentences)
    for folder in flags.checkpoints:
        if known.get(folder.name, {}).get("sha256") == weights_of(folder):
            models[folder.name] = known[folder.name]
            continue
        translator = Translator.load(folder)
        test_set, corpus = held_out(translator.metadata)
        pairs = read_corpus(corpus, flags.data)
        models[translator.name] = {
            "sha256": weights_of(folder),
            "test_set": test_set,
            **measure(translator, pairs, flags.sentences),
        }
    told = {
        "command": f"python -m benchmarks.limits --sentences {flags.sentences}",
        "sentences": flags.sentences,
        "machine": describe_machine(),
        "date": datetime.date.today().isoformat(),
        "test_sets": "Tatoeba's test sentences, greedy search",
        "resampled": RESAMPLED,
        "places": PLACES,
        "models": models,
    }
    flags.into.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
