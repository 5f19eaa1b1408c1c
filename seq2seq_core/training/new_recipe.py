"""A recipe for data of one's own, with the reasons for what it says."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import Array

from seq2seq_core.config import from_dict
from seq2seq_core.data.checks import DataReport
from seq2seq_core.data.corpus import CorpusConfig, side_names
from seq2seq_core.data.store import TextPairs
from seq2seq_core.data.tokenizer import Unit
from seq2seq_core.models import ModelConfig
from seq2seq_core.text.characters import capital, normalise, printable
from seq2seq_core.text.languages import two_languages
from seq2seq_core.training.data import read_data
from seq2seq_core.training.recipe import DataConfig
from seq2seq_core.training.sizes import SIZES, Size, holdout_for, rate, schedule, size_for
from seq2seq_core.training.survey import RESERVED, Pace, Survey, pace_of, sample_of, survey
from seq2seq_core.training.units import Units, choose_units
from seq2seq_core.types import CoreError, describe_machine

SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")

MINUTES = 15.0
"""That a run should take unless a person says otherwise."""

LEARNING = 0.8
"""Share of the time that goes into updates; the rest is validation."""

LEAST_UPDATES = 2_500
"""With fewer a smaller model learns more in the same time (docs/training-log.md, "data of one's own")."""

FEW_PASSES, SOME_PASSES = 3.0, 10.0
"""Times through the data. Dropout keeps a model from learning texts by heart, which in so few it does not."""

ABOUT = {
    "card": "For the app and the model card. The app suggests held-out sources, or what examples = [...] names.",
    "data": "Paths are relative to the folder you train in. Pairs held out are validated on, never trained on.",
}
"""What a section of the recipe begins with."""


def updates_in(minutes: float, seconds: float) -> int:
    """How many updates of so many seconds the time allows, validation included."""
    return int(60 * minutes * LEARNING / seconds)


def check_minutes(minutes: float) -> None:
    """Raises CoreError where nobody can train for so long."""
    if not 0.5 <= minutes <= 100_000:
        raise CoreError(f"minutes is {minutes:g}; give between half a minute and 100,000")


@dataclass(frozen=True)
class Task:
    """What a person says of a task: its data, and what its two sides are.

    name: of the recipe and the folders that come of it. train, valid, test: paths relative to the working directory;
        without ``valid``, some of ``train`` is held out.
    minutes: that training may take on this machine. units: of source and target; None: by the shape of each.
    kind: what an output is called where it is no translation.
    """

    name: str
    train: tuple[CorpusConfig, ...]
    source_language: str = "Source"
    target_language: str = "Target"
    valid: tuple[CorpusConfig, ...] = ()
    test: tuple[CorpusConfig, ...] = ()
    minutes: float = MINUTES
    units: tuple[Unit, Unit] | None = None
    kind: str = ""

    def __post_init__(self) -> None:
        check_minutes(self.minutes)
        if not SAFE_NAME.fullmatch(self.name):
            raise CoreError(f"{self.name!r} names folders: use letters, digits, - and _, at most 64, a letter first")


UNNAMED = (Task.source_language, Task.target_language)
"""What the sides are called that nobody has named."""


@dataclass(frozen=True)
class Fitting:
    """What fits the data and the time: sizes, what the data is with them, and updates at this pace.

    wanted: the sizes that so much data asks for, if there is the time.
    """

    units: Units
    wanted: Size
    size: Size
    found: Survey
    updates: int
    pace: Pace

    @property
    def seconds(self) -> float:
        """Of an update, with nothing beside it."""
        return self.pace.seconds * self.found.positions / self.found.updates

    @property
    def model(self) -> dict[str, Any]:
        """The recipe's table of the model."""
        passes, most = self.updates / self.found.updates, self.size.dropout
        dropout = min(most, 0.1 if passes < FEW_PASSES else 0.2 if passes < SOME_PASSES else most)
        return _model_table(self.size, self.found) | {"dropout": dropout}


@dataclass(frozen=True)
class NewRecipe:
    """text: of the TOML file. reasons: what was found and chosen, a paragraph each."""

    text: str
    reasons: tuple[str, ...]


def new_recipe(task: Task, on_report: Callable[[DataReport], None] = lambda report: None) -> NewRecipe:
    """Reads the data, chooses sizes for it and writes down why.

    Args:
        task: what it is about.
        on_report: is given what was found in the data before an error ends it.

    Raises:
        CoreError: the data cannot be read or cannot be trained on.
    """
    data = DataConfig(task.train, task.valid, task.test, root=".", holdout=0, max_pieces=300)
    pairs, _ = read_data(data, seed=1, on_report=on_report)
    named = (task.source_language, task.target_language) != UNNAMED
    task = task if named else _named(task)
    fitting = _fitting(pairs, task)
    size, found = fitting.size, fitting.found
    reasons = (
        _about_columns(pairs[0], task, named=named),
        _about_data(len(pairs), fitting),
        _about_size(fitting, task),
        _about_time(fitting, task.minutes),
    )
    training: dict[str, Any] = {
        "epochs": math.ceil(fitting.updates / found.updates) + 1,  # one to spare: updates end the run
        "updates": fitting.updates,
        "max_tokens": size.max_tokens,
        **schedule(size, fitting.updates),
        "patience": 5,
        "bleu_sentences": min(200, holdout_for(len(pairs))),
        "best_by": "exact" if fitting.units.right_or_wrong else "loss",
        "precision": fitting.pace.precision,
    }
    return NewRecipe(_toml(task, pairs, fitting, training, reasons), reasons)


def _fitting(pairs: TextPairs, task: Task) -> Fitting:
    """The largest sizes, of those for this much data and below, that the time allows enough updates of."""
    wanted, minutes = size_for(len(pairs)), task.minutes
    units = choose_units(sample_of(pairs), wanted.unit, task.units)
    # Learning pieces of words from much text with a model meant for so little that it has none would be a waste.
    permitted = [
        size
        for size in SIZES
        if size.pairs <= wanted.pairs and ("bpe" not in (units.source, units.target) or size.unit == wanted.unit)
    ]
    for size in reversed(permitted):
        found = survey(pairs, size, units, _held(task, len(pairs)))
        pace = pace_of(from_dict(ModelConfig, _model_table(size, found)), found.encoded, size.max_tokens)
        affordable = updates_in(minutes, pace.seconds * found.positions / found.updates)
        if affordable >= LEAST_UPDATES or size is permitted[0]:
            break
    return Fitting(units, wanted, size, found, max(1, min(affordable, wanted.updates)), pace)


def _held(task: Task, pairs: int) -> int:
    """How many of so many pairs are held out to validate on."""
    return 0 if task.valid else holdout_for(pairs)


def _model_table(size: Size, found: Survey) -> dict[str, Any]:
    return {
        "vocab_size": found.vocab_size,
        **({"source_vocab_size": found.source_vocab_size} if found.source_vocab_size else {}),
        "embedding_size": size.embedding_size,
        "encoder_layers": size.encoder_layers,
        "encoder_size": size.encoder_size,
        "decoder_layers": 1,
        "decoder_size": size.decoder_size,
        "dropout": size.dropout,
    }


def _named(task: Task) -> Task:
    """With its sides called as the data calls them; languages by their English names, as the app knows them."""
    given = side_names(task.train[0], Path())
    source, target = two_languages(*given) or (capital(normalise(name.replace("_", " "))) for name in given)
    return replace(task, source_language=source or Task.source_language, target_language=target or Task.target_language)


def _about_columns(pair: tuple[str, str], task: Task, *, named: bool) -> str:
    """A pair, so that a person sees at once whether the right columns were read, and what their sides are called.

    named: by the person, who need not be told.
    """
    source, target = (printable(textwrap.shorten(side, 60, placeholder=" …")) for side in pair)
    text = (
        f"One of the pairs: {source} | {target} | If these are no source and its target, name the right columns "
        "with --columns SOURCE:TARGET."
    )
    if not named:
        text += (
            f" The app will call them {task.source_language} and {task.target_language} unless --source-language and "
            "--target-language name them."
        )
    return text


def _about_data(pairs: int, fitting: Fitting) -> str:
    units, found = fitting.units, fitting.found
    what = {"char": "characters", "bpe": "pieces of words", "word": "words"}[found.units[1]]
    text = (
        f"{pairs:,} pairs; targets of {found.pieces:.0f} {what} on average, of {found.vocab_size - RESERVED:,} kinds, "
        f"and {RESERVED} more to write anything else with."
    )
    text += f" {units.reason}"
    for side, wanted, got in zip(("Sources", "Targets"), (units.source, units.target), found.units, strict=True):
        if wanted != got:
            text += f" {side} have too few different words to learn pieces of them: they are read letter by letter."
    if found.too_long > 0:
        text += (
            f" Sides of more than {found.max_pieces} are left out ({found.too_long:.1%} of the pairs): "
            "texts longer than a sentence are better split."
        )
    return text


def _about_size(fitting: Fitting, task: Task) -> str:
    """Why these sizes, and what more time would bring."""
    if fitting.size is fitting.wanted:
        return fitting.size.why
    return (
        f"Smaller than so much data asks for, so that in {task.minutes:g} min there are {fitting.updates:,} updates: a "
        "larger model learns more from the data, but not in this time. --minutes gives it more; or train this one, and "
        f"go on from it in a larger one: python -m seq2seq_core larger {task.name}.toml"
    )


def _about_time(fitting: Fitting, minutes: float) -> str:
    found, updates = fitting.found, fitting.updates
    about = timedelta(seconds=_two_digits(updates * fitting.seconds / LEARNING))
    enough = updates == fitting.wanted.updates
    text = (
        f"{updates:,} updates, {updates / found.updates:.1f} times through the data: about {about} (h:mm:ss), "
        f"validation included, on {describe_machine()} with nothing beside it, from a few updates timed there just now."
    )
    text += " More would hardly help." if enough else f" They fill --minutes {minutes:g}; the loss may still fall then."
    if fitting.pace.precision == "bf16":
        text += " In bfloat16, with which this machine is faster."
    if rate(fitting.size, updates) > fitting.size.learning_rate:
        text += " So short a run learns more at a higher learning rate than a long one."
    if fitting.units.right_or_wrong:
        text += " Outputs are right or wrong as a whole, so the best weights are those that get most of them right."
    return text + " Training ends earlier once five validations bring nothing better."


def _two_digits(seconds: float) -> int:
    """Rounded as coarsely as the estimate is good."""
    step = 10 ** max(0, len(str(int(seconds))) - 2)
    return max(1, round(seconds / step) * step)


def _toml(
    task: Task,
    pairs: TextPairs,
    fitting: Fitting,
    training: dict[str, Any],
    reasons: tuple[str, ...],
) -> str:
    recipe, found, model = tomlkit.document(), fitting.found, fitting.model
    for reason in reasons:
        for line in textwrap.wrap(reason, 114):
            recipe.add(tomlkit.comment(line))
    recipe["name"] = task.name
    card = {
        "title": f"{task.source_language} to {task.target_language}",
        "source_language": task.source_language,
        "target_language": task.target_language,
        "licence": tomlkit.item("other").comment("whatever the data is under, say cc-by-4.0"),
        **({"task": task.kind} if task.kind else {}),
    }
    data = {
        "root": ".",
        **{part: _corpora(corpora) for part in ("train", "valid", "test") if (corpora := getattr(task, part))},
        **({} if task.valid else {"holdout": _held(task, len(pairs))}),
        "max_pieces": found.max_pieces,
        "unit": found.units[0],
        **({"vocabularies": "two", "target_unit": found.units[1]} if fitting.units.two else {}),
    }
    for name, values in (("card", card), ("data", data), ("model", model), ("training", training)):
        table = tomlkit.table()
        if name in ABOUT:
            table.add(tomlkit.comment(ABOUT[name]))
        table.update(values)
        recipe.add(name, table)
    return tomlkit.dumps(recipe)


def _corpora(corpora: tuple[CorpusConfig, ...]) -> Array:
    """Each corpus without what is understood."""
    tables = tomlkit.array()
    for corpus in corpora:
        table = tomlkit.inline_table()
        table.update({name: value for name, value in vars(corpus).items() if value != getattr(CorpusConfig, name)})
        tables.append(table)
    return tables
