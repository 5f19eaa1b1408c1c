"""A recipe that goes on from a trained model in a larger one, which says at first what the small one says."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
import torch

from seq2seq_core.checkpoint import Checkpoint, load_checkpoint
from seq2seq_core.config import to_dict
from seq2seq_core.data.store import encode_pairs
from seq2seq_core.data.tokenizer import OwnTokenizer
from seq2seq_core.training.data import read_data
from seq2seq_core.training.new_recipe import LEARNING, MINUTES, check_minutes, updates_in
from seq2seq_core.training.recipe import Recipe, load_recipe
from seq2seq_core.training.sizes import SIZES, Size, schedule
from seq2seq_core.training.survey import pace_of, planned, sample_of
from seq2seq_core.training.widened import SIZES as UNITS
from seq2seq_core.training.widened import widened
from seq2seq_core.types import CoreError


@dataclass(frozen=True)
class LargerRecipe:
    """name: of the recipe. text: of its TOML file. start: where ``checkpoint``, which it begins with, is to lie.

    said: what is to come of it, in a paragraph.
    """

    name: str
    text: str
    start: Path
    checkpoint: Checkpoint
    said: str


@dataclass(frozen=True)
class Further:
    """Training that fits the time: updates, those of an epoch, and the table of the recipe that says so.

    minutes: that it takes with nothing beside it.
    """

    updates: int
    an_epoch: int
    minutes: float
    training: dict[str, Any]


def larger_recipe(path: Path, minutes: float = MINUTES) -> LargerRecipe:
    """Widens what the recipe at ``path`` trained, and says how to train that further.

    Args:
        path: of a recipe whose run is over.
        minutes: that the further training may take on this machine.

    Raises:
        CoreError: it was not trained yet, cannot be widened, or is as large as any; the data cannot be read, or nobody
            can train for so long.
    """
    check_minutes(minutes)
    recipe = load_recipe(path)
    trained = recipe.folder / "checkpoint"
    if not trained.exists():
        raise CoreError(f"{trained} is not there yet: python -m seq2seq_core train {path} makes it")
    small = load_checkpoint(trained)
    before = to_dict(small.model.config)
    size = _next([before.get(unit, 0) for unit in UNITS])
    units = {unit: getattr(size, unit) for unit in UNITS}
    torch.manual_seed(recipe.training.seed)
    large = widened(small, **units)
    further = _further(recipe, large, size, minutes)
    about = max(1, round(further.minutes))
    said = (
        f"{recipe.name} with more units, {size.decoder_size} in the decoder where it has {before['decoder_size']}: at "
        f"first it says what that one says. {further.updates:,} updates more, "
        f"{further.updates / further.an_epoch:.1f} times through the data, in about {about} min with nothing beside "
        "it, from a few updates timed on this machine just now."
    )
    name = f"{recipe.name}-{size.decoder_size}"
    start = Path("runs") / f"{name}-start" / "checkpoint"
    made = tomlkit.parse(_without_reasons(path.read_text(encoding="utf-8-sig")))
    made["name"], made["start_from"] = name, start.as_posix()
    made.pop("output", None)
    for section, values in (("model", units), ("training", further.training)):
        made.setdefault(section, tomlkit.table()).update(values)
    reasons = "".join(f"# {line}\n" for line in textwrap.wrap(said, 114))
    return LargerRecipe(name, reasons + tomlkit.dumps(made), start, large, said)


def _further(recipe: Recipe, large: Checkpoint, size: Size, minutes: float) -> Further:
    """As many updates as the time allows, up to those after which so large a model hardly learns more."""
    pairs, _ = read_data(recipe.data, recipe.training.seed)
    assert isinstance(large.tokenizer, OwnTokenizer)  # a recipe trains no other
    encoded = encode_pairs(sample_of(pairs), large.tokenizer, recipe.data.max_pieces)
    pace = pace_of(large.model.config, encoded, size.max_tokens)
    of_sample, positions = planned(encoded, size.max_tokens)
    seconds, an_epoch = pace.seconds * positions / of_sample, max(1, round(of_sample * len(pairs) / len(encoded)))
    updates = max(1, min(size.updates, updates_in(minutes, seconds)))
    training = {
        "epochs": math.ceil(updates / an_epoch) + 1,  # one to spare: updates end the run
        "updates": updates,
        "max_tokens": size.max_tokens,
        # The rate is that of a model that begins from nothing: a lower one, which would spare the weights that are good
        # already, brought less (docs/training-log.md).
        **schedule(size, updates),
        "precision": pace.precision,
    }
    return Further(updates, an_epoch, updates * seconds / LEARNING / 60, training)


def _next(units: Sequence[int]) -> Size:
    """The first size that has no fewer units anywhere, and more in the decoder."""
    for size in SIZES:
        theirs = tuple(getattr(size, unit) for unit in UNITS)
        if all(new >= old for new, old in zip(theirs, units, strict=True)) and theirs[-1] > units[-1]:
            return size
    raise CoreError("there are no larger sizes than these; python -m recipes.widened takes any")


def _without_reasons(text: str) -> str:
    """A recipe without the comments ahead, which are about another."""
    lines = text.splitlines(keepends=True)
    first = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return "".join(lines[first:])
