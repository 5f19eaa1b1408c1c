"""Trains each variant from each seed, and keeps what it says of the test set beside its log."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.alignment.error_rate import alignment_error_rate, attention_links
from benchmarks.alignment.gold import read_gold
from benchmarks.experiments.variants import RECIPE, SEEDS, VARIANTS, Variant
from seq2seq_core.data.corpus import CorpusConfig, read_corpus
from seq2seq_core.data.tokenizer import Tokenizer
from seq2seq_core.decoding import BeamConfig
from seq2seq_core.pipeline import Translator
from seq2seq_core.training import load_recipe
from seq2seq_core.training.data import read_data
from seq2seq_core.training.log import read_log
from seq2seq_core.types import describe_machine

TEST = CorpusConfig(source="multi30k/test_2016_flickr.en.gz", target="multi30k/test_2016_flickr.de.gz")
FINISHED = "finished.json"


@dataclass(frozen=True)
class FinishedRun:
    """A run that is over.

    perplexity: of the validation set, the best. parameters: numbers in the model. outputs: beam 5, a line a sentence.
    alignment_error: of its attention on the sentences aligned by hand; None without attention.
    """

    variant: str
    seed: int
    perplexity: float
    parameters: int
    machine: str
    outputs: list[str]
    alignment_error: float | None


def train_all(data: Path, runs: Path) -> None:
    """Trains and translates whatever is not finished; what a killed sitting left is taken up again."""
    tokenizer = shared_tokenizer(data, runs)
    for seed in SEEDS:
        for variant in VARIANTS:
            folder = runs / variant.folder(seed)
            if (folder / FINISHED).exists():
                continue
            print(f"== {variant.title}, seed {seed}", flush=True)
            _train(variant, seed, folder, data, tokenizer)
            if not is_over(folder):
                raise SystemExit(f"{folder.name} was interrupted; the same command takes it up again")
            finished = _examine(variant, seed, folder, data)
            (folder / FINISHED).write_text(json.dumps(asdict(finished), ensure_ascii=False), encoding="utf-8")


def is_over(folder: Path) -> bool:
    """Whether a run came to its end. One that Ctrl-C ended has left a checkpoint, too."""
    return bool(read_log(folder)[-1]["epoch"] == load_recipe(RECIPE).training.epochs)


def finished_runs(runs: Path) -> Iterator[FinishedRun]:
    """The runs that are over, in the order of the variants."""
    for variant in VARIANTS:
        for seed in SEEDS:
            path = runs / variant.folder(seed) / FINISHED
            if path.exists():
                yield FinishedRun(**json.loads(path.read_text(encoding="utf-8")))


def shared_tokenizer(data: Path, runs: Path) -> Path:
    """One tokenizer for all runs, learnt once from the recipe's training text."""
    path = runs / "tokenizer.model"
    if not path.exists():
        recipe = load_recipe(RECIPE, [f"data.root={data}"])
        pairs, _ = read_data(recipe.data, seed=1)
        runs.mkdir(parents=True, exist_ok=True)
        text = (side for pair in pairs for side in pair)
        path.write_bytes(Tokenizer.train(text, vocab_size=recipe.model.vocab_size).model)
    return path


def overrides(variant: Variant, seed: int, folder: Path, data: Path, tokenizer: Path) -> list[str]:
    """What makes the common recipe this run."""
    return [
        *variant.changes,
        f"name={variant.name}",
        f"training.seed={seed}",
        f"data.root={data}",
        f"data.tokenizer={tokenizer}",
        f"output={folder}",
    ]


def _train(variant: Variant, seed: int, folder: Path, data: Path, tokenizer: Path) -> None:
    # A process each, because the CPU's fused recurrence keeps memory for every shape it has seen.
    command = [sys.executable, "-m", "seq2seq_core", "train", str(RECIPE)]
    for override in overrides(variant, seed, folder, data, tokenizer):
        command += ["--override", override]
    if (folder / "state.safetensors").exists():
        command.append("--resume")
    subprocess.run(command, check=True)


def _examine(variant: Variant, seed: int, folder: Path, data: Path) -> FinishedRun:
    translator = Translator.load(folder / "checkpoint")
    results = translator.translate([source for source, _ in read_corpus(TEST, data)], BeamConfig(num_beams=5))
    gold = read_gold()
    return FinishedRun(
        variant=variant.name,
        seed=seed,
        perplexity=min(event["perplexity"] for event in read_log(folder) if event["event"] == "validation"),
        parameters=sum(parameter.numel() for parameter in translator.model.parameters()),
        machine=describe_machine(),
        outputs=[result.hypotheses[0].text for result in results],
        alignment_error=alignment_error_rate(attention_links(translator, gold), gold)
        if translator.has_attention
        else None,
    )
