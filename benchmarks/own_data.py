"""What ``new`` makes of data of one's own, beside the shape that tutorials teach, in as many minutes.

    python -m benchmarks.own_data --minutes 5 pairs.tsv names=other/table.csv geo=train.tsv,test.tsv
    python -m benchmarks.own_data --only tutorial geo=train.tsv,test.tsv

Where no pairs are given to test on, some are held out; neither sees them. Ours is what ``new --minutes`` writes and
``train`` trains. The other has the shape of PyTorch's tutorial "NLP From Scratch: Translation with a Sequence to
Sequence Network and Attention": one GRU layer of 128 units on either side, one direction, additive attention, Adam at
1e-3, 32 pairs a batch. It gets the pieces that ``new`` chose, its own vocabulary for each side, and validates as ours
does, so that what is compared is the shape and how it is trained. Both are stopped when the minutes are over: those of
one core, on one thread, so that a busy machine takes longer and shows about the same. docs/training-log.md has figures.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch

from seq2seq_core.data.corpus import CorpusConfig
from seq2seq_core.data.store import TextPair, TextPairs
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
class Trained:
    """What came of a run: its quality, and the processor's seconds that it took."""

    quality: Quality
    seconds: float


@dataclass(frozen=True)
class Compared:
    """One table: how many pairs were learnt from, what the pieces are, the task's metric, and what came of both, or of
    the one that was asked for.
    """

    name: str
    pairs: int
    pieces: str
    metric: Literal["BLEU", "exact"]
    ours: Trained | None
    tutorial: Trained | None

    def figure(self, one: Trained | None) -> float | None:
        """The task's metric of one of both; None where it was not trained."""
        if one is None:
            return None
        return float(one.quality.bleu or 0.0) if self.metric == "BLEU" else one.quality.exact

    @property
    def ahead(self) -> bool:
        """Whether ours is, of two that were trained."""
        ours, tutorial = self.figure(self.ours), self.figure(self.tutorial)
        return ours is not None and tutorial is not None and ours > tutorial


@dataclass(frozen=True)
class Given:
    """A table by its name, and pairs to test on; None: some of the table's, which are held out."""

    name: str
    path: str
    test: str | None = None


def given(text: str) -> Given:
    """[NAME=]FILE[,TEST], as typed."""
    name, _, files = text.rpartition("=")
    file, _, test = files.partition(",")
    return Given(name or Path(file).name.partition(".")[0], file, test or None)


def split(table: Given) -> tuple[TextPairs, Sequence[TextPair]]:
    """Pairs to learn from, and at most ``TESTED`` others."""
    tests = (CorpusConfig(path=table.test),) if table.test else ()
    data = DataConfig((CorpusConfig(path=table.path),), tests, root=".", holdout=TESTED, max_pieces=10**6)
    learnt, held = read_data(data, seed=1)
    return learnt, held[:TESTED]


def compare(table: Given, minutes: float, folder: Path, only: str | None = None) -> Compared:
    """Trains and tests both on a table.

    Args:
        table: its file as ``new --data`` takes it.
        minutes: for each of both.
        folder: where runs are left.
        only: "ours" or "tutorial", where the other one is known.
    """
    learnt, held = split(table)
    folder.mkdir(parents=True, exist_ok=True)
    learnt_from = folder / f"{table.name}-train.tsv"
    learnt_from.write_text("".join(f"{source}\t{target}\n" for source, target in learnt), encoding="utf-8")
    made = new_recipe(Task(table.name, (CorpusConfig(path=str(learnt_from.resolve())),), minutes=minutes))
    path = folder / f"{table.name}.toml"
    path.write_text(made.text, encoding="utf-8")
    own = load_recipe(path, [f"output={folder / table.name}-ours"])
    recipes = {"ours": own, "tutorial": tutorial(own, folder / f"{table.name}-tutorial", learnt)}
    found = {
        name: tested(*trained(recipe, minutes * MINUTE), held)
        for name, recipe in recipes.items()
        if only in (None, name)
    }
    exact = own.training.best_by == "exact" or any(one.quality.bleu is None for one in found.values())
    pieces = ":".join(own.data.units)
    metric: Literal["BLEU", "exact"] = "exact" if exact else "BLEU"
    return Compared(table.name, len(learnt), pieces, metric, found.get("ours"), found.get("tutorial"))


def tutorial(recipe: Recipe, output: Path, pairs: Sequence[TextPair]) -> Recipe:
    """The tutorial's shape on the data of ``recipe``."""
    shape = RecurrentConfig(
        vocab_size=recipe.model.vocab_size, source_vocab_size=recipe.model.source_vocab_size or recipe.model.vocab_size,
        cell="gru", attention="bahdanau", embedding_size=UNITS, tie_embeddings=False, encoder_layers=1,
        encoder_size=UNITS, bidirectional=False, decoder_layers=1, decoder_size=UNITS, dropout=0.1,
    )  # fmt: skip
    longest = max(1, round(sum(max(len(s), len(t)) for s, t in pairs) / len(pairs) * _pieces_a_character(recipe)))
    ours = recipe.training
    training = TrainingConfig(
        epochs=10**6, max_tokens=BATCH * (longest + 2), learning_rate=1e-3, warmup_steps=0, final_learning_rate=1.0,
        weight_decay=0.0, label_smoothing=0.0, average=0.0, validate_every=ours.validate_every,
        bleu_sentences=ours.bleu_sentences, best_by=ours.best_by, seed=ours.seed,
    )  # fmt: skip
    unit, target_unit = recipe.data.units
    data = dataclasses.replace(recipe.data, vocabularies="two", unit=unit, target_unit=target_unit)
    return dataclasses.replace(recipe, data=data, model=shape, training=training, output=str(output))


def _pieces_a_character(recipe: Recipe) -> float:
    """About how many pieces a character is: a batch is bounded by pieces, and the tutorial's by pairs."""
    return {"char": 1.0, "word": 0.3, "bpe": 0.3}[recipe.data.units[1]]


def trained(recipe: Recipe, seconds: float) -> tuple[Path, float]:
    """Trains for so much of the processor's time, or until the recipe is at its end.

    Returns:
        The checkpoint, and the seconds.
    """
    stop: list[Callable[[], None]] = []

    def on_ready(trainer: Trainer) -> None:
        stop.append(trainer.stop)

    begun = time.process_time()
    for _ in train(recipe, on_ready=on_ready):
        if time.process_time() - begun >= seconds:
            stop[0]()
    return recipe.folder / "checkpoint", time.process_time() - begun


def tested(checkpoint: Path, seconds: float, held: Sequence[TextPair]) -> Trained:
    """Greedy outputs for the pairs that were held out."""
    translator = Translator.load(checkpoint, "cpu")
    results = translator.translate([source for source, _ in held], GreedyConfig())
    texts = [each.hypotheses[0].text for each in results]
    return Trained(corpus_quality(texts, [[target for _, target in held]]), seconds)


def described(found: Sequence[Compared], minutes: float) -> str:
    """A table in Markdown, with how many of all are ahead."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    lines = [
        f"At most {minutes:g} minutes of one core each on {describe_machine()}, load {load}, "
        f"{datetime.date.today().isoformat()}; greedy, at most {TESTED} pairs that neither saw.",
        "",
        "| data | pairs | pieces | metric | `new` and `train` | tutorial's shape | exact, both | seconds, both |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [_row(one) for one in found]
    if all(one.ours and one.tutorial for one in found):
        lines += ["", f"Ahead on {sum(one.ahead for one in found)} of {len(found)}."]
    return "\n".join(lines)


def _row(one: Compared) -> str:
    both = one.ours, one.tutorial
    figures = [_shown(one.figure(each), 1) for each in both]
    exact = " / ".join(_shown(each and each.quality.exact, 1) for each in both)
    seconds = " / ".join(_shown(each and each.seconds, 0) for each in both)
    cells = (one.name, f"{one.pairs:,}", one.pieces, one.metric, *figures, exact, seconds)
    return f"| {' | '.join(cells)} |"


def _shown(figure: float | None, digits: int) -> str:
    return "-" if figure is None else f"{figure:.{digits}f}"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "tables", nargs="+", type=given, metavar="[NAME=]FILE[,TEST]",
        help="what new --data takes, one file each, and one to test on (default: some of its pairs, held out)",
    )  # fmt: skip
    parser.add_argument("--minutes", type=float, default=5.0, metavar="N", help="for each of both (default: 5)")
    parser.add_argument(
        "--runs", type=Path, default=Path("runs/own-data"), metavar="DIR", help="(default: %(default)s)"
    )
    parser.add_argument("--only", choices=("ours", "tutorial"), help="train one of both (default: both)")
    flags = parser.parse_args()
    torch.set_num_threads(1)  # so that the processor's seconds are those of one core
    found = []
    for table in flags.tables:
        found.append(compare(table, flags.minutes, flags.runs, flags.only))
        print(described(found, flags.minutes), flush=True)


if __name__ == "__main__":
    main()
