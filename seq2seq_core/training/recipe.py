"""A recipe: all that decides what a training run does, as one TOML file."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from seq2seq_core.config import check_range, from_dict
from seq2seq_core.data.checks import Unchanged
from seq2seq_core.data.corpus import CorpusConfig
from seq2seq_core.data.tokenizer import Unit
from seq2seq_core.models import ModelConfig, default_config
from seq2seq_core.training.schedules import TeacherForcingConfig
from seq2seq_core.types import CoreError


@dataclass(frozen=True)
class DataConfig:
    """What is trained on. Paths are relative to ``root``, and that to the working directory.

    test: for ``evaluate``; sources of theirs that stand in training are named.
    max_pieces: longer sides are left out.
    holdout: about so many pairs are set apart where ``valid`` is empty, with whole sources; a fifth of all at most.
    unchanged: whether whole sentences that are the same on both sides are trained on; auto keeps them where the sides
        of the other pairs share most of their words.
    unit: what a piece of text is: learnt by byte-pair encoding, a character, or a word, whatever stands between blanks.
    vocabularies: one for both sides, or two, as suits sides that share little; then ``model.vocab_size`` is the
        target's and ``model.source_vocab_size`` the source's.
    target_unit: the target's where it is another than the source's, which two vocabularies can have.
    tokenizer: a SentencePiece model to use instead of training one, relative to the working directory.
    """

    train: tuple[CorpusConfig, ...]
    valid: tuple[CorpusConfig, ...] = ()
    test: tuple[CorpusConfig, ...] = ()
    root: str = "data"
    max_pieces: int = 100
    holdout: int = 1000
    unchanged: Unchanged = "auto"
    unit: Unit = "bpe"
    vocabularies: Literal["one", "two"] = "one"
    target_unit: Unit | None = None
    tokenizer: str | None = None

    @property
    def units(self) -> tuple[Unit, Unit]:
        """Of source and target."""
        return self.unit, self.target_unit or self.unit

    def __post_init__(self) -> None:
        if self.vocabularies == "one" and self.units[0] != self.units[1]:
            raise CoreError(f'target_unit = "{self.target_unit}" and unit = "{self.unit}" need vocabularies = "two"')
        if self.vocabularies == "two" and self.tokenizer is not None:
            raise CoreError('tokenizer is one for both sides; take it out, or set vocabularies = "one"')
        check_range(self, "max_pieces", 1, 10**6)
        check_range(self, "holdout", 0, 10**9)


@dataclass(frozen=True)
class TrainingConfig:
    """How it is trained. Steps are updates of the weights.

    updates: after so many the run is over, within an epoch too, and the schedule at its end; 0 = after ``epochs``.
    max_tokens: target positions of a batch, and source positions, at most, unless one pair alone has more; under
        accelerate launch each process takes a batch of its own.
    warmup_steps, final_learning_rate: of the schedule; the latter as a fraction of ``learning_rate``.
    clip: the norm gradients are scaled down to.
    average: decay of the exponential moving average of the weights, smaller in the first updates; 0 = none. Of average
        and raw weights a validation keeps those with the lower loss.
    bpe_dropout: probability that the tokenizer leaves out a merge; each epoch cuts the training text anew.
    validate_every: steps between two validations, each of which also saves the state to resume from.
    patience: validations without a better one before training stops; 0 = never.
    bleu_sentences: validation sentences translated greedily for BLEU and exact matches.
    best_by: what makes weights the best yet: the validation loss, or exact matches among those sentences, and the loss
        where as many match. Where outputs are right or wrong, the loss rises while more of them come out right.
    precision: bf16 mixed precision or float32; auto is bf16 on CUDA only, since it is slower on CPUs without its units.
    """

    epochs: int = 10
    updates: int = 0
    max_tokens: int = 3000
    learning_rate: float = 1e-3
    warmup_steps: int = 400
    final_learning_rate: float = 0.02
    weight_decay: float = 0.01
    clip: float = 1.0
    label_smoothing: float = 0.1
    teacher_forcing: TeacherForcingConfig = field(default_factory=TeacherForcingConfig)
    average: float = 0.999
    bpe_dropout: float = 0.0
    validate_every: int = 1000
    patience: int = 0
    bleu_sentences: int = 400
    best_by: Literal["loss", "exact"] = "loss"
    precision: Literal["auto", "bf16", "float32"] = "auto"
    seed: int = 1

    def __post_init__(self) -> None:
        for name in ("epochs", "max_tokens", "validate_every"):
            check_range(self, name, 1, 10**9)
        for name in ("updates", "warmup_steps", "patience", "bleu_sentences", "seed"):
            check_range(self, name, 0, 10**9)
        for name in ("final_learning_rate", "label_smoothing", "average", "bpe_dropout"):
            check_range(self, name, 0.0, 1.0)
        check_range(self, "learning_rate", 0.0, 10.0)
        check_range(self, "weight_decay", 0.0, 10.0)
        check_range(self, "clip", 1e-6, 1e9)
        if self.best_by == "exact" and not self.bleu_sentences:
            raise CoreError(
                'training.best_by = "exact" needs training.bleu_sentences of at least 1; or set it to "loss"'
            )


@dataclass(frozen=True)
class CardConfig:
    """What the model card and the app say of the data, since weights cannot tell.

    licence: an identifier that Hugging Face knows. licence_terms: what it means for this model, in a sentence.
    task: what an output is called where it is no translation, say transliteration or inflection.
    examples: sources that the app suggests; where there are none, some that were held out.
    """

    title: str
    source_language: str
    target_language: str
    licence: str
    licence_terms: str = ""
    task: str = ""
    data: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recipe:
    """One training run. The result goes to ``output``, runs/NAME where that is not said.

    start_from: a checkpoint whose weights and tokenizer the run begins with, to tune it.
    """

    name: str
    card: CardConfig
    data: DataConfig
    model: ModelConfig = field(default_factory=default_config)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    output: str | None = None
    start_from: str | None = None

    def __post_init__(self) -> None:
        if self.start_from is not None and self.data.tokenizer is not None:
            raise CoreError("start_from brings its own tokenizer; take data.tokenizer out of the recipe")
        if self.model.source_vocab_size and self.data.vocabularies == "one":
            raise CoreError('model.source_vocab_size needs data.vocabularies = "two"; take it out, or set that')

    @property
    def folder(self) -> Path:
        """Where the run writes."""
        return Path(self.output or f"runs/{self.name}")


def load_recipe(path: Path, overrides: Sequence[str] = ()) -> Recipe:
    """A recipe from a TOML file, with ``section.key=value`` overrides.

    Raises:
        CoreError: the file or an override cannot be read, or a setting is wrong.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))  # Windows' Notepad puts a mark first
    except OSError as error:
        raise CoreError(f"cannot read the recipe {path}: {error.strerror}; see recipes/ for examples") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CoreError(f"the recipe {path} is not valid TOML: {error}") from error
    for override in overrides:
        _apply(values, override)
    return from_dict(Recipe, values)


def _apply(values: dict[str, Any], override: str) -> None:
    """Sets one ``a.b=value``; the value is read as JSON, and as a plain string where it is none."""
    key, separator, text = override.partition("=")
    if not separator:
        raise CoreError(f"--override wants section.key=value, not {override!r}")
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        value = text
    *sections, name = key.strip().split(".")
    for section in sections:
        values = values.setdefault(section, {})
        if not isinstance(values, dict):
            raise CoreError(f"--override {override}: {section} is not a section of the recipe")
    values[name] = value
