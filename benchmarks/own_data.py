"""What ``new`` makes of data of one's own, beside the shape that tutorials teach, in as many minutes.

    python -m benchmarks.own_data --minutes 5 pairs.tsv names=other/table.csv

Each table is split once: some pairs are held out, and neither sees them. Ours is what ``new --minutes`` writes and
``train`` trains. The other has the shape of PyTorch's tutorial "NLP From Scratch: Translation with a Sequence to
Sequence Network and Attention": one GRU layer of 128 units on either side, one direction, additive attention, Adam at
1e-3, 32 pairs a batch. It gets the pieces that ``new`` chose, its own vocabulary for each side, and validates as ours
does, so that what is compared is the shape and how it is trained. Both are stopped when the minutes are over.
"""

from __future__ import annotations

import argparse
import dataclasses
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from seq2seq_core.data.corpus import CorpusConfig
from seq2seq_core.data.store import TextPair
from seq2seq_core.decoding import GreedyConfig
from seq2seq_core.evaluation import Quality, corpus_quality
from seq2seq_core.models.recurrent.config import RecurrentConfig
from seq2seq_core.pipeline import Translator
from seq2seq_core.training import Recipe, Trainer, load_recipe, train
from seq2seq_core.training.data import read_data
from seq2seq_core.training.new_recipe import Task, new_recipe
from seq2seq_core.training.recipe import DataConfig, TrainingConfig
from seq2seq_core.types import describe_machine

MINUTE = 60.0
TESTED = 500
"""Pairs that both are tested on, at most."""

BATCH = 32
UNITS = 128


@dataclass(frozen=True)
class Compared:
    """One table: how many pairs were learnt from, what the pieces are, and what came of both."""

    name: str
    pairs: int
    pieces: str
    ours: Quality
    tutorial: Quality

    @property
    def metric(self) -> str:
        """Of the task: BLEU where targets are sentences, else exact matches, in per cent."""
        return "BLEU" if self.pieces.endswith("bpe") and self.ours.bleu is not None else "exact"

    def figure(self, quality: Quality) -> float:
        """The task's metric of one of both."""
        return float(quality.bleu or 0.0) if self.metric == "BLEU" else quality.exact


def compare(name: str, corpus: CorpusConfig, minutes: float, folder: Path) -> Compared:
    """Trains and tests both on a table.

    Args:
        name: of the runs.
        corpus: the table, as ``new --data`` takes it.
        minutes: for each of both.
        folder: where runs are left.
    """
    learnt, held = read_data(DataConfig((corpus,), root=".", holdout=TESTED, max_pieces=10**6), seed=1)
    folder.mkdir(parents=True, exist_ok=True)
    table = folder / f"{name}-train.tsv"
    table.write_text("".join(f"{source}\t{target}\n" for source, target in learnt), encoding="utf-8")
    made = new_recipe(Task(name, (CorpusConfig(path=str(table.resolve())),), minutes=minutes))
    path = folder / f"{name}.toml"
    path.write_text(made.text, encoding="utf-8")
    own = load_recipe(path, [f"output={folder / name}-ours"])
    recipes = own, tutorial(own, folder / f"{name}-tutorial", learnt)
    ours, theirs = (tested(trained(recipe, minutes * MINUTE), held) for recipe in recipes)
    return Compared(name, len(learnt), ":".join(own.data.units), ours, theirs)


def tutorial(recipe: Recipe, output: Path, pairs: Sequence[TextPair]) -> Recipe:
    """The tutorial's shape on the data of ``recipe``."""
    shape = RecurrentConfig(
        vocab_size=recipe.model.vocab_size, source_vocab_size=recipe.model.source_vocab_size or recipe.model.vocab_size,
        cell="gru", attention="bahdanau", embedding_size=UNITS, tie_embeddings=False, encoder_layers=1,
        encoder_size=UNITS, bidirectional=False, decoder_layers=1, decoder_size=UNITS, dropout=0.1,
    )  # fmt: skip
    longest = max(1, round(sum(max(len(s), len(t)) for s, t in pairs) / len(pairs) * _pieces_a_character(recipe)))
    training = TrainingConfig(
        epochs=10**6, max_tokens=BATCH * (longest + 2), learning_rate=1e-3, warmup_steps=0, final_learning_rate=1.0,
        weight_decay=0.0, label_smoothing=0.0, average=0.0, validate_every=recipe.training.validate_every,
        bleu_sentences=0, seed=recipe.training.seed,
    )  # fmt: skip
    unit, target_unit = recipe.data.units
    data = dataclasses.replace(recipe.data, vocabularies="two", unit=unit, target_unit=target_unit)
    return dataclasses.replace(recipe, data=data, model=shape, training=training, output=str(output))


def _pieces_a_character(recipe: Recipe) -> float:
    """About how many pieces a character is: a batch is bounded by pieces, and the tutorial's by pairs."""
    return {"char": 1.0, "word": 0.3, "bpe": 0.3}[recipe.data.units[1]]


def trained(recipe: Recipe, seconds: float) -> Path:
    """Trains for so long, or until the recipe is at its end; returns the checkpoint."""
    stop: list[Callable[[], None]] = []

    def on_ready(trainer: Trainer) -> None:
        stop.append(trainer.stop)

    begun = time.monotonic()
    for _ in train(recipe, on_ready=on_ready):
        if time.monotonic() - begun >= seconds:
            stop[0]()
    return recipe.folder / "checkpoint"


def tested(checkpoint: Path, held: Sequence[TextPair]) -> Quality:
    """Greedy outputs for the pairs that were held out."""
    translator = Translator.load(checkpoint, "cpu")
    results = translator.translate([source for source, _ in held], GreedyConfig())
    return corpus_quality([each.hypotheses[0].text for each in results], [[target for _, target in held]])


def described(found: Sequence[Compared], minutes: float) -> str:
    """A table in Markdown, with how many of all are ahead."""
    lines = [
        f"{minutes:g} minutes each on {describe_machine()}, greedy, at most {TESTED} pairs that neither saw.",
        "",
        "| data | pairs | pieces | metric | `new` and `train` | tutorial's shape | exact, both |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.name} | {one.pairs:,} | {one.pieces} | {one.metric} | {one.figure(one.ours):.1f} | "
        f"{one.figure(one.tutorial):.1f} | {one.ours.exact:.1f} / {one.tutorial.exact:.1f} |"
        for one in found
    ]
    ahead = sum(one.figure(one.ours) > one.figure(one.tutorial) for one in found)
    return "\n".join([*lines, "", f"Ahead on {ahead} of {len(found)}."])


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("tables", nargs="+", metavar="[NAME=]FILE", help="what new --data takes, one file each")
    parser.add_argument("--minutes", type=float, default=5.0, metavar="N", help="for each of both (default: 5)")
    parser.add_argument(
        "--runs", type=Path, default=Path("runs/own-data"), metavar="DIR", help="(default: %(default)s)"
    )
    flags = parser.parse_args()
    found = []
    for table in flags.tables:
        name, _, file = table.rpartition("=")
        found.append(
            compare(name or Path(file).name.partition(".")[0], CorpusConfig(path=file), flags.minutes, flags.runs)
        )
        print(described(found, flags.minutes), flush=True)


if __name__ == "__main__":
    main()
