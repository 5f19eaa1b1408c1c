"""Settings of the strategies: frozen dataclasses whose fields know their label, range and help.

The dropdowns and sliders of the app and the flags of the command line are made from these fields, so that a new
strategy needs no edit there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from seq2seq_core.types import CoreError

MAX_TOKENS = 512
"""Cap of the default length limit: no sentence we know needs more, and nothing runs for ever."""


def option(
    default: Any,
    *,
    label: str,
    help: str,
    min: float | None = None,
    max: float | None = None,
    step: float | None = None,
    soft_max: float | None = None,
    choices: Sequence[Any] | None = None,
    hint: str = "",
    at_most: str = "",
) -> Any:
    """A field of a config.

    Args:
        default: its value when nobody says otherwise; its type is the field's type.
        label: what a person reads beside the control.
        help: one sentence.
        min: the least value permitted.
        max: the greatest value permitted; None = no limit.
        step: of a slider.
        soft_max: where a slider ends, when the permitted range goes on.
        choices: the values permitted, for a dropdown.
        hint: what to do instead, added to the message about a value out of range.
        at_most: name of the field that this one's value may not exceed, for whoever offers both side by side.
    """
    given = {"label": label, "help": help, "min": min, "max": max, "step": step, "soft_max": soft_max, "hint": hint}
    more = {"choices": tuple(choices) if choices else None, "at_most": at_most}
    return dataclasses.field(default=default, metadata={**given, **more})


@dataclass(frozen=True, kw_only=True)
class Config:
    """What every strategy has; each strategy's own config adds its fields."""

    max_new_tokens: int = option(
        0, label="Longest output", min=0, max=MAX_TOKENS, step=1, soft_max=200,
        help=f"Most tokens after the prefix, EOS counted; 0 = 2 x source length + 20, at most {MAX_TOKENS}.",
    )  # fmt: skip

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            if field.metadata.get("label"):
                _check(field, getattr(self, field.name))
        self.check()

    def check(self) -> None:
        """Rules between fields; raises CoreError."""

    def limit(self, source_length: int) -> int:
        """Most tokens to generate for a source of this many pieces."""
        return self.max_new_tokens or min(2 * source_length + 20, MAX_TOKENS)


@dataclass(frozen=True, kw_only=True)
class TokenConfig(Config):
    """Penalties on single tokens, for the strategies that choose token by token."""

    repetition_penalty: float = option(
        1.0, label="Repetition penalty", min=0.1, max=10.0, step=0.05, soft_max=2.0,
        help="Above 1 makes tokens that were already generated less likely (Keskar et al. 2019); 1 = off.",
    )  # fmt: skip
    no_repeat_ngram_size: int = option(
        0, label="No repeated n-gram", min=0, max=100, step=1, soft_max=6,
        help="No sequence of this many tokens may occur twice in the output; 0 = off.",
    )  # fmt: skip
    min_new_tokens: int = option(
        0, label="Shortest output", min=0, max=MAX_TOKENS, step=1, soft_max=50,
        help="Fewest tokens after the prefix, EOS counted.",
    )  # fmt: skip

    def check(self) -> None:
        """Shortest and longest output must leave room for each other."""
        if self.max_new_tokens and self.min_new_tokens > self.max_new_tokens:
            raise CoreError(
                f"min_new_tokens is {self.min_new_tokens}; it must be from 0 to max_new_tokens, {self.max_new_tokens}"
            )

    def limit(self, source_length: int) -> int:
        """Most tokens to generate, at least ``min_new_tokens``."""
        return max(super().limit(source_length), self.min_new_tokens)


def options(config: type[Config] | Config) -> tuple[dataclasses.Field[Any], ...]:
    """The fields that a person can set, in the order of their declaration, the common ones last."""
    fields = [field for field in dataclasses.fields(config) if field.metadata.get("label")]
    common = {field.name for field in dataclasses.fields(TokenConfig)}
    return tuple(sorted(fields, key=lambda field: field.name in common))


def parse_option(field: dataclasses.Field[Any], text: str) -> Any:
    """A field's value from what a person typed, say behind a flag.

    Raises:
        CoreError: it is no value of the field's type, or out of its range.
    """
    choices = field.metadata["choices"]
    if choices:
        named = {str(choice).lower(): choice for choice in choices}
        if text.lower() in named:
            return named[text.lower()]
        raise CoreError(f"{field.name} is {text!r}; choose one of: {', '.join(named)}")
    kind: type[Any] = type(field.default)
    try:
        value = kind(text)
    except ValueError:
        raise CoreError(f"{field.name} is {text!r}, which is not {_KINDS[kind]}; {_range(field)}") from None
    _check(field, value)
    return value


_KINDS = {int: "a whole number", float: "a number", str: "text"}


def _check(field: dataclasses.Field[Any], value: Any) -> None:
    meta, kind = field.metadata, type(field.default)
    if meta["choices"]:
        # 0 == False and 1 == True, but no one means that.
        if not any(value == choice and type(value) is type(choice) for choice in meta["choices"]):
            raise CoreError(f"{field.name} is {value!r}; choose one of: {', '.join(map(str, meta['choices']))}")
        return
    right = isinstance(value, int | float) if kind is float else isinstance(value, kind)
    if not right or isinstance(value, bool) != (kind is bool):
        raise CoreError(f"{field.name} is {value!r}, which is not {_KINDS[kind]}; {_range(field)}")
    if kind in (int, float) and not _within(value, meta["min"], meta["max"]):
        raise CoreError(f"{field.name} is {value}; {_range(field)}")


def _within(value: float, low: float | None, high: float | None) -> bool:
    finite = value - value == 0  # false of nan and of the infinities
    return finite and (low is None or value >= low) and (high is None or value <= high)


def _range(field: dataclasses.Field[Any]) -> str:
    low, high, hint = (field.metadata[key] for key in ("min", "max", "hint"))
    if low is None or high is None:
        permitted = "it may be any number" if low is None else f"it must be {low} or more"
    else:
        permitted = f"it must be from {low} to {high}"
    return f"{permitted}; {hint}" if hint else permitted
