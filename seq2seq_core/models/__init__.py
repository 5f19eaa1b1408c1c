"""Model families by name. A new one is its file or folder with a ``Model`` and one line here."""

from __future__ import annotations

import dataclasses
from typing import Any

from seq2seq_core.config import CONVERTER, check_choice
from seq2seq_core.models.base import Model, ModelConfig
from seq2seq_core.models.recurrent.seq2seq import Seq2Seq
from seq2seq_core.models.transformer.transformer import Transformer

FAMILIES: dict[str, type[Model]] = {
    model.Config.family: model
    for model in (
        Seq2Seq,  # the first is meant where none is named
        Transformer,
    )
}


def make_model(config: ModelConfig) -> Model:
    """A model of this shape with fresh weights."""
    return FAMILIES[config.family](config)


def default_config() -> ModelConfig:
    """The shape of a model that nobody says anything about."""
    return next(iter(FAMILIES.values())).Config()


def _read(values: Any, _: Any) -> ModelConfig:
    """A shape from a table: ``family`` says of which family."""
    family = default_config().family
    if isinstance(values, dict):
        values = dict(values)
        family = values.pop("family", family)
    check_choice("family", family, FAMILIES)
    return CONVERTER.structure(values, FAMILIES[family].Config)


def _write(config: ModelConfig) -> dict[str, Any]:
    told = {"family": config.family, **dataclasses.asdict(config)}
    if not config.source_vocab_size:  # as it was before there were two vocabularies, so that older versions read it
        del told["source_vocab_size"]
    return told


CONVERTER.register_structure_hook_func(lambda kind: kind is ModelConfig, _read)
CONVERTER.register_unstructure_hook(ModelConfig, _write)

__all__ = ["FAMILIES", "Model", "ModelConfig", "Seq2Seq", "Transformer", "default_config", "make_model"]
