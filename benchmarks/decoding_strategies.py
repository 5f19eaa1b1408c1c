"""Every decoding strategy on a real model: the tables of docs/decoding.md.

    python -m benchmarks.decoding_strategies --checkpoint checkpoints/en-de-attention --data ../shared/data

The first sentences of Multi30k test 2016, English to German. What is measured goes into a JSON file row by row, so
that a run that was cut short goes on where it stopped; the tables are then written between the markers of the page.
A row is measured again if the checkpoint, the sentences or its settings are not those in the file.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import sacrebleu

from benchmarks.page import write_between
from seq2seq_core.data.corpus import CorpusConfig, read_corpus
from seq2seq_core.decoding import (
    BeamConfig,
    Config,
    DecodeResult,
    DiverseBeamConfig,
    ExactConfig,
    GreedyConfig,
    MbrConfig,
    SampleConfig,
    StochasticBeamConfig,
    strategy_of,
)
from seq2seq_core.evaluation import corpus_quality
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import describe_machine

CORPUS = CorpusConfig(source="multi30k/test_2016_flickr.en.gz", target="multi30k/test_2016_flickr.de.gz")
WIDTHS = (1, 2, 3, 5, 10, 20, 50, 100)
ROWS = 320
"""Rows decoded at once: the batch is smaller where the beam is wider, so that memory stays the same."""

STRATEGIES: tuple[tuple[str, Config, int], ...] = (
    ("greedy", GreedyConfig(), 1),
    ("beam 5, avg 1.0 (default)", BeamConfig(), 5),
    ("beam 5, log P only", BeamConfig(length_penalty_type="none"), 5),
    ("beam 5, gnmt 0.6", BeamConfig(length_penalty_type="gnmt", length_penalty=0.6), 5),
    ("beam 5, gnmt 0.6, coverage 0.2",
     BeamConfig(length_penalty_type="gnmt", length_penalty=0.6, coverage_penalty=0.2), 5),
    ("beam 5, early stopping true", BeamConfig(early_stopping=True), 5),
    ("beam 5, early stopping never", BeamConfig(early_stopping="never"), 5),
    ("beam 5, no repeated 3-gram", BeamConfig(no_repeat_ngram_size=3), 5),
    ("diverse beam 6 in 3 groups", DiverseBeamConfig(), 6),
    ("sampling", SampleConfig(), 1),
    ("sampling, temperature 0.5", SampleConfig(temperature=0.5), 1),
    ("sampling, top-k 10", SampleConfig(top_k=10), 1),
    ("sampling, top-p 0.9", SampleConfig(top_p=0.9), 1),
    ("sampling, min-p 0.1", SampleConfig(min_p=0.1), 1),
    ("sampling, typical 0.9", SampleConfig(typical_p=0.9), 1),
    ("sampling, epsilon 0.02", SampleConfig(epsilon_cutoff=0.02), 1),
    ("stochastic beam 5, first sample", StochasticBeamConfig(), 5),
    ("MBR, 32 epsilon samples, chrF", MbrConfig(), 32),
    ("MBR, 32 epsilon samples, BLEU", MbrConfig(utility="bleu"), 32),
    ("MBR, beam 32, chrF", MbrConfig(candidates="beam"), 32),
)  # fmt: skip


@dataclass(frozen=True)
class MeasuredStrategy:
    """One line of a table. log_prob, calls and milliseconds are means over sentences; ratio: words over reference's."""

    bleu: float
    chrf: float
    log_prob: float
    ratio: float
    calls: float
    milliseconds: float


@dataclass(frozen=True)
class Proof:
    """What exact search found of one sentence, in log P."""

    proven: bool
    search_error: bool
    empty_is_best: bool
    empty_beats_beam: bool
    beam: float
    best: float
    upper_bound: float
    calls: int


def measure(results: Sequence[DecodeResult], references: Sequence[str]) -> MeasuredStrategy:
    """The line for these translations."""
    texts = [result.hypotheses[0].text for result in results]
    bleu = sacrebleu.corpus_bleu(texts, [list(references)])
    return MeasuredStrategy(
        bleu=bleu.score,
        chrf=sacrebleu.corpus_chrf(texts, [list(references)]).score,
        log_prob=fmean(result.hypotheses[0].log_prob for result in results),
        ratio=bleu.sys_len / bleu.ref_len,
        calls=fmean(result.forward_calls for result in results),
        milliseconds=1000 * fmean(result.seconds for result in results),
    )


def prove(result: DecodeResult) -> Proof:
    """What exact search says of one sentence."""
    details, best = result.details, result.hypotheses[0].score
    return Proof(
        proven=bool(result.proven),
        search_error=bool(details["search_error"]),
        empty_is_best=bool(details["empty_is_best"]),
        empty_beats_beam=float(details["empty_score"]) > float(details["beam_score"]),
        beam=float(details["beam_score"]),
        best=best,
        upper_bound=float(details["upper_bound"]),
        calls=result.forward_calls,
    )


class Notebook:
    """What was measured, by a key of what was asked; on disk after every entry."""

    def __init__(self, path: Path, setting: dict[str, Any]) -> None:
        self._path, self.setting = path, setting
        self._entries: dict[str, Any] = {}
        if path.exists():
            held = json.loads(path.read_text())
            if held["setting"] == setting:
                self._entries = held["entries"]

    def get(self, name: str, config: Config, make: Callable[[], Any]) -> dict[str, Any]:
        """The entry, made now unless it is there."""
        key = f"{name} | {config}"
        if key not in self._entries:
            self._entries[key] = asdict(make())
            self._path.write_text(json.dumps({"setting": self.setting, "entries": self._entries}, indent=1) + "\n")
            print(name, self._entries[key], flush=True)
        entry: dict[str, Any] = self._entries[key]
        return entry


def table(head: str, rows: list[tuple[str, dict[str, Any]]]) -> list[str]:
    """A Markdown table."""
    lines = [
        f"| {head} | BLEU | chrF | mean log P | length ratio | forward calls | ms a sentence |",
        "|---|" + "---|" * 6,
    ]
    for name, row in rows:
        lines.append(
            f"| {name} | {row['bleu']:.1f} | {row['chrf']:.1f} | {row['log_prob']:.2f} | {row['ratio']:.3f} "
            f"| {row['calls']:.1f} | {row['milliseconds']:.0f} |"
        )
    return lines


def exact_report(proofs: list[dict[str, Any]], config: ExactConfig) -> list[str]:
    """The findings of exact search in words and numbers."""
    count = len(proofs)
    errors = [proof for proof in proofs if proof["search_error"]]
    proven = [proof for proof in proofs if proof["proven"]]
    right = [proof for proof in proven if not proof["search_error"]]
    empty = [proof for proof in proven if proof["empty_is_best"]]
    gain = fmean(proof["best"] - proof["beam"] for proof in errors) if errors else 0.0
    return [
        f"{count} sentences, plain log P, beam width {config.num_beams} as the first bound, at most "
        f"{config.max_forward_calls} calls and {config.max_seconds:g} seconds for each:",
        "",
        f"- the true best was proven for {len(proven)}, with {fmean(p['calls'] for p in proofs):.0f} forward calls "
        "a sentence on average over all;",
        f"- search errors of the beam: {len(errors)} (something better was found; better by {gain:.2f} in log P "
        "on average);",
        f"- the beam's result proven to be the best: {len(right)};",
        f"- not decided within the budget: {count - len(errors) - len(right)};",
        f"- the empty translation is the true best: {len(empty)} of the {len(proven)} proven; it beats the beam's "
        f"result in {sum(p['empty_beats_beam'] for p in proofs)} of all.",
    ]


def parse() -> argparse.Namespace:
    """The flags."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds multi30k")
    parser.add_argument("--sentences", type=int, default=200)
    parser.add_argument("--max-forward-calls", type=int, default=300, help="exact search's budget for a sentence")
    parser.add_argument("--max-seconds", type=float, default=600.0, help="exact search's budget for a sentence")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--notebook", type=Path, default=Path("benchmarks/decoding_strategies.json"))
    parser.add_argument("--page", type=Path, default=Path("docs/decoding.md"))
    return parser.parse_args()


def main() -> None:
    """Measures what is not in the notebook yet, and writes each table as soon as it is complete."""
    flags = parse()
    pairs = read_corpus(CORPUS, flags.data)[: flags.sentences]
    sources, references = [source for source, _ in pairs], [target for _, target in pairs]
    translator = Translator.load(flags.checkpoint, flags.device)
    weights = hashlib.sha256((flags.checkpoint / "model.safetensors").read_bytes()).hexdigest()[:12]
    setting = {"checkpoint": flags.checkpoint.name, "weights": weights, "sentences": len(pairs),
               "machine": describe_machine(), "device": str(translator.device)}  # fmt: skip
    notebook = Notebook(flags.notebook, setting)

    def line(name: str, config: Config, rows: int) -> tuple[str, dict[str, Any]]:
        batch = max(ROWS // rows, 1)
        make = lambda: measure(translator.translate(sources, config, batch_size=batch), references)  # noqa: E731
        return name, notebook.get(f"{strategy_of(config).name}: {name}", config, make)

    signed = corpus_quality(references, [references])
    where = (f"`{setting['checkpoint']}` (weights {weights}), first {len(pairs)} sentences of Multi30k test 2016, "
             f"{setting['device']}, {setting['machine']}; up to {ROWS} rows at once; "
             f"BLEU `{signed.bleu_signature}`; chrF `{signed.chrf_signature}`.")  # fmt: skip
    write_between(flags.page, "strategies", [where, "", *table("strategy", [line(*item) for item in STRATEGIES])])
    lines = []
    for kind, head in (("avg", "width (avg 1.0)"), ("none", "width (log P only)")):
        rows = [line(f"{width}", BeamConfig(num_beams=width, length_penalty_type=kind), width) for width in WIDTHS]
        lines += [*table(head, rows), ""]
    write_between(flags.page, "widths", lines[:-1])
    exact = ExactConfig(max_forward_calls=flags.max_forward_calls, max_seconds=flags.max_seconds)
    proofs = []
    for number, source in enumerate(sources):
        make = lambda source=source: prove(translator.translate([source], exact)[0])  # noqa: E731
        proofs.append(notebook.get(f"exact: sentence {number + 1}", exact, make))
    write_between(flags.page, "exact", exact_report(proofs, exact))


if __name__ == "__main__":
    main()
