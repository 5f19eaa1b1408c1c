"""Configurations as frozen dataclasses, and the way from plain values (TOML, JSON) to them and back."""

from __future__ import annotations

import dataclasses
import types
import typing
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from seq2seq_core.types import CoreError

T = TypeVar("T")

DROPOUTS = ("dropout", "word_dropout", "recurrent_dropout")
"""The settings of a model that may differ between weights that are tuned and what they are tuned with."""


@dataclass(frozen=True)
class ModelConfig:
    """The shape of an encoder-decoder. Sizes are in units; ``encoder_size`` is per direction.

    The three kinds of dropout change how a model is trained, not what its weights mean. dropout: single units of
    embeddings, between recurrent layers and of the attentional vector. word_dropout: whole pieces of source and target
    (Gal & Ghahramani 2016, arXiv 1512.05287). recurrent_dropout: single weights from a recurrent layer to itself, the
    same for all steps of an update (Merity et al. 2018, arXiv 1708.02182).
    """

    vocab_size: int = 8000
    cell: Literal["lstm", "gru"] = "lstm"
    attention: Literal["none", "bahdanau", "dot", "general", "concat"] = "general"
    input_feeding: bool = False
    embedding_size: int = 384
    tie_embeddings: bool = True
    encoder_layers: int = 2
    encoder_size: int = 192
    bidirectional: bool = True
    decoder_layers: int = 1
    decoder_size: int = 384
    dropout: float = 0.2
    word_dropout: float = 0.0
    recurrent_dropout: float = 0.0

    def __post_init__(self) -> None:
        for name in ("vocab_size", "embedding_size", "encoder_size", "decoder_size"):
            check_range(self, name, 1, 1_000_000)
        for name in ("encoder_layers", "decoder_layers"):
            check_range(self, name, 1, 64)
        for name in DROPOUTS:
            check_range(self, name, 0.0, 0.95)
        if self.input_feeding and self.attention in ("none", "bahdanau"):
            raise CoreError(
                f"input_feeding belongs to Luong's attention, not to attention = {self.attention!r}; "
                "switch it off or choose dot, general or concat"
            )
        if self.attention == "dot" and self.decoder_size != self.memory_size:
            raise CoreError(
                f"dot attention needs decoder_size equal to the encoder's width: {self.decoder_size} is not "
                f"{self.memory_size}; make them equal or choose general"
            )

    @property
    def memory_size(self) -> int:
        """M, the width of the encoder's memory."""
        return self.encoder_size * (2 if self.bidirectional else 1)


def check_range(config: Any, name: str, low: float, high: float) -> None:
    """Raises CoreError where a setting is not within [low, high]."""
    value = getattr(config, name)
    if not low <= value <= high:
        raise CoreError(f"{name} must be from {low} to {high}, not {value}")


def from_dict(cls: type[T], values: Any, *, where: str = "") -> T:
    """A dataclass from plain values, checked field by field.

    Args:
        cls: the dataclass; its fields may be scalars, literals, optionals, tuples and dataclasses.
        values: a mapping, as TOML or JSON gives it.
        where: the place of ``values``, for messages ("training").

    Raises:
        CoreError: an unknown or missing field, or a value of the wrong type; the message names it.
    """
    if not isinstance(values, dict):
        raise CoreError(f"{where or cls.__name__} must be a table of settings, not {values!r}")
    hints = typing.get_type_hints(cls)
    fields = {field.name: field for field in dataclasses.fields(cls) if field.init}  # type: ignore[arg-type]
    prefix = f"{where}." if where else ""
    for name in values:
        if name not in fields:
            raise CoreError(f"unknown setting {prefix}{name}; known are: {', '.join(fields)}")
    required = [
        name
        for name, field in fields.items()
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    ]
    for name in required:
        if name not in values:
            raise CoreError(f"the setting {prefix}{name} is missing")
    return cls(**{name: _convert(hints[name], value, prefix + name) for name, value in values.items()})


def to_dict(config: Any) -> dict[str, Any]:
    """The plain values of a dataclass, as ``from_dict`` reads them."""
    return dataclasses.asdict(config)


def _convert(hint: Any, value: Any, where: str) -> Any:
    """``value`` as the type ``hint`` wants it."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return from_dict(hint, value, where=where)
    if origin in (types.UnionType, typing.Union):
        if value is None and type(None) in arguments:
            return None
        return _convert(next(a for a in arguments if a is not type(None)), value, where)
    if origin is Literal:
        if value not in arguments:
            raise CoreError(f"{where} must be one of {', '.join(map(str, arguments))}, not {value!r}")
        return value
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise CoreError(f"{where} must be a list, not {value!r}")
        return tuple(_convert(arguments[0], item, f"{where}[{i}]") for i, item in enumerate(value))
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        raise CoreError(f"{where} must be of type {hint.__name__}, not {value!r}")
    return value
