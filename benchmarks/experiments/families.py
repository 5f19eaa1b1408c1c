"""One fixed vector, attention, a Transformer: the models of one corpus beside each other, in ``docs/experiments.md``.

    python -m benchmarks.experiments.families --data ../shared/data

BLEU is that of beam 5. Speeds are CPU seconds of one thread, by turns: updates of a fresh model of each shape on
Multi30k's captions, and decoding of some of its test sentences, per token of the translations that come out.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import torch

from benchmarks.alignment.error_rate import alignment_error_rate, attention_links, links_of
from benchmarks.alignment.gold import read_gold
from benchmarks.experiments.report import LENGTHS, PAGE, estimate_text, span_words
from benchmarks.experiments.runs import TEST
from benchmarks.page import markdown_table, write_between
from benchmarks.timing import in_turn, one_thread, setting
from benchmarks.training_speed import our_updates, pieces_a_second, read_pairs
from seq2seq_core.data.corpus import read_corpus
from seq2seq_core.decoding import BeamConfig, Config, GreedyConfig
from seq2seq_core.evaluation import resampled_quality
from seq2seq_core.models import make_model
from seq2seq_core.pipeline import Translator
from seq2seq_core.training.recipe import TrainingConfig

MODELS = {
    "one fixed vector": Path("checkpoints/en-de-context"),
    "attention": Path("checkpoints/en-de-attention"),
    "Transformer": Path("checkpoints/en-de-transformer"),
}
"""By what they stand for; trained on the same pairs and pieces."""

TOKENS = 2000
"""Of a batch in training."""

WAYS: dict[str, tuple[Config, int]] = {
    "greedy, one sentence": (GreedyConfig(), 1),
    "beam 5, one sentence": (BeamConfig(num_beams=5), 1),
    "beam 5, 64 sentences": (BeamConfig(num_beams=5), 64),
}
"""Strategies and how many sentences they decode at a time."""


def quality_rows(translators: dict[str, Translator], data: Path) -> tuple[list[list[str]], list[list[str]]]:
    """A line of scores for each model, and one of BLEU by the source's length."""
    pairs, gold = read_corpus(TEST, data), read_gold()
    scores, lengths = [], []
    for title, translator in translators.items():
        results = translator.translate([source for source, _ in pairs], BeamConfig(num_beams=5))
        texts = [result.hypotheses[0].text for result in results]
        everyday = next(
            score["bleu"]
            for score in translator.metadata["scores"]
            if score["test_set"] == "Tatoeba en-de test" and score["strategy"] == "beam 5"
        )
        error = (
            f"{alignment_error_rate(attention_links(translator, gold), gold):.3f}" if translator.has_attention else "–"
        )
        trained = translator.metadata["training"]
        weights = sum(parameter.numel() for parameter in translator.model.parameters())
        scores.append(
            [
                title,
                f"{weights / 1e6:.1f}",
                f"{trained['steps']:,}",
                f"{trained['seconds'] / 60:.0f}",
                bleu_of(texts, [target for _, target in pairs]),
                f"{everyday:.1f}",
                error,
            ]
        )
        spans = [
            [i for i, (source, _) in enumerate(pairs) if low <= len(source.split()) <= high] for low, high in LENGTHS
        ]
        of_spans = [bleu_of([texts[i] for i in chosen], [pairs[i][1] for i in chosen]) for chosen in spans]
        lengths.append([title, *of_spans])
    return scores, lengths


def bleu_of(texts: Sequence[str], references: Sequence[str]) -> str:
    """BLEU with half its 95% interval."""
    estimate = resampled_quality(texts, references).bleu
    assert estimate is not None
    return estimate_text(estimate)


def errors_by_layer(translator: Translator) -> list[float]:
    """The alignment error rate of each decoder layer's attention, the mean of its heads."""
    gold, errors = read_gold(), []
    results = translator.score([(pair.source, pair.target) for pair in gold])
    seen = [translator.look(result.source, result.hypotheses[0].token_ids).cross.mean(1) for result in results]
    for layer in range(len(seen[0])):
        shown = [
            dataclasses.replace(result, hypotheses=(dataclasses.replace(result.hypotheses[0], attention=cross[layer]),))
            for result, cross in zip(results, seen, strict=True)
        ]
        errors.append(alignment_error_rate(links_of(shown, gold), gold))
    return errors


def speed_rows(translators: dict[str, Translator], data: Path, updates: int, runs: int) -> list[list[str]]:
    """Target pieces a CPU second in training, float32 and bf16, and milliseconds a token in each of ``WAYS``."""
    pairs = read_pairs(data, next(iter(translators.values())), 29_000)
    sources = [source for source, _ in read_corpus(TEST, data)]
    with one_thread(), tempfile.TemporaryDirectory() as folder:
        contestants: dict[str, Callable[[], int]] = {}
        for title, translator in translators.items():
            for precision in ("float32", "bf16"):
                torch.manual_seed(1)
                config = TrainingConfig(max_tokens=TOKENS, precision=precision)  # type: ignore[arg-type]
                model = make_model(translator.model.config)
                contestants[f"{title} {precision}"] = our_updates(model, pairs, config, Path(folder))
        trained = pieces_a_second(contestants, updates)
        decoded = [_milliseconds(translators, sources, config, batch, runs) for config, batch in WAYS.values()]
    return [
        [title, *(f"{trained[f'{title} {precision}']:,.0f}" for precision in ("float32", "bf16"))]
        + [f"{way[title]:.2f}" for way in decoded]
        for title in translators
    ]


def _milliseconds(
    translators: dict[str, Translator], sources: Sequence[str], config: Config, batch: int, runs: int
) -> dict[str, float]:
    """Of each model, per token that comes out, decoding ``batch`` sentences at a time."""
    chosen = sources[:: len(sources) // 12][:12] if batch == 1 else sources[:batch]
    said = {
        title: sum(len(result.hypotheses[0].token_ids) for result in translator.translate(chosen, config))
        for title, translator in translators.items()
    }
    ways = {
        title: partial(translator.translate, chosen, config, batch_size=batch)
        for title, translator in translators.items()
    }
    return {title: 1000 * seconds / said[title] for title, seconds in in_turn(ways, runs).items()}


def main() -> None:
    """Measures, and writes the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds multi30k")
    parser.add_argument("--updates", type=int, default=8, help="of each model and precision, to measure training by")
    parser.add_argument("--runs", type=int, default=5, help="of each model, to measure decoding by")
    flags = parser.parse_args()
    translators = {title: Translator.load(folder, device="cpu") for title, folder in MODELS.items()}
    scores, lengths = quality_rows(translators, flags.data)
    head = ["model", "million weights", "updates", "minutes", "Multi30k test 2016", "Tatoeba test", "AER"]
    write_between(PAGE, "families", markdown_table(head, scores))
    write_between(PAGE, "families by length", markdown_table(["model", *map(span_words, LENGTHS)], lengths))
    layers = enumerate(errors_by_layer(translators["Transformer"]), 1)
    today = datetime.date.today().isoformat()
    written = f"Written {today} by `python -m benchmarks.experiments.families`."
    errors = ", ".join(f"{error:.3f} ({n})" for n, error in layers)
    write_between(PAGE, "families by layer", [f"{written} AER of each decoder layer of the Transformer: {errors}."])
    speeds = speed_rows(translators, flags.data, flags.updates, flags.runs)
    head = ["model", "training, pieces a second, float32", "bf16", *(f"ms a token: {way}" for way in WAYS)]
    write_between(PAGE, "families' speed", [f"{setting()}.", "", *markdown_table(head, speeds)])


if __name__ == "__main__":
    main()
