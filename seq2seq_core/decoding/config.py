"""Settings of the strategies: frozen dataclasses whose fields know their label, range and help.

The dropdowns and sliders of the app and the flags of the command line are made from these fields, so that a new
strategy needs no edit there.
"""

from __future__ import annotations

import dataclasses
import reprlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from seq2seq_core.config import is_of
from seq2seq_core.decoding.length import MAX_TOKENS, USUAL, OutputLength
from seq2seq_core.types import CoreError

MAX_PIECES = 1_000_000
"""As many pieces as a model may have."""

MAX_WORDS = 120
"""Characters of words to say or not to say."""

_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 60

KINDS = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}
"""What a value can be, as people say it."""


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
    at_most: str = "",
    hint: str = "",
    common: bool = False,
) -> Any:
    """A field of a config.

    Args:
        default: its value when nobody says otherwise; its type is the ``kind`` of all values.
        label: what a person reads beside the control.
        help: one sentence.
        min: the least value permitted; every number has one.
        max: the greatest value permitted, everywhere: in Python, on the command line, in links, widgets and the API; of
            text the most characters.
        step: of a slider.
        soft_max: where a slider ends, when the permitted range goes on.
        choices: the values permitted, for a dropdown; as typed they are called by their ``names``, in the same order.
        at_most: another field of the config, whose value this one's must not exceed.
        hint: what to do instead, added to the message about a value out of range.
        common: shared by most strategies, and so listed after those of the strategy's own.
    """
    given = {"label": label, "help": help, "min": min, "max": max, "step": step, "soft_max": soft_max, "hint": hint}
    permitted = tuple(choices or ())
    if not permitted and type(default) in (int, float) and (min is None or max is None):
        raise TypeError(f"the setting {label!r} is a number and needs min and max: nothing may be asked without end")
    if not permitted and isinstance(default, str) and max is None:
        raise TypeError(f"the setting {label!r} is text and needs max: nothing may be asked without end")
    names = tuple(str(choice).lower() for choice in permitted)
    metadata = {**given, "kind": type(default), "choices": permitted or None, "names": names, "at_most": at_most}
    metadata["common"] = common
    return dataclasses.field(default=default, metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class Config:
    """What every strategy has; each strategy's own config adds its fields."""

    max_new_tokens: int = option(
        0, label="Longest output", min=0, max=MAX_TOKENS, step=1, soft_max=200, common=True,
        help="Most tokens after the prefix, EOS counted; 0 = room for what the model learnt, "
        f"2 x source length + 20 or more, at most {MAX_TOKENS}.",
    )  # fmt: skip

    def __post_init__(self) -> None:
        fields = options(self)
        for field in fields:
            _check(field, getattr(self, field.name))
        for field in fields:
            if field.metadata["at_most"]:
                _check_at_most(self, field)
        self.check()

    def check(self) -> None:
        """Rules between fields; raises CoreError."""

    def limit(self, source_length: int, usual: OutputLength = USUAL) -> int:
        """Most tokens to generate for a source of this many pieces; ``usual`` where the setting leaves it open."""
        return self.max_new_tokens or usual.of(source_length)


def options(config: type[Config] | Config) -> tuple[dataclasses.Field[Any], ...]:
    """The fields that a person can set, in the order of their declaration, the common ones last."""
    fields = [field for field in dataclasses.fields(config) if field.metadata.get("label")]
    return tuple(sorted(fields, key=lambda field: bool(field.metadata["common"])))


def parse_option(field: dataclasses.Field[Any], text: str) -> Any:
    """A field's value from what a person typed, say behind a flag.

    Raises:
        CoreError: it is no value of the field's type, or out of its range.
    """
    meta = field.metadata
    if meta["choices"]:
        if text.lower() in meta["names"]:
            return meta["choices"][meta["names"].index(text.lower())]
        raise CoreError(f"{field.name} is {_shown(text)}; choose one of: {', '.join(meta['names'])}")
    try:
        value = meta["kind"](text)
    except ValueError:
        raise CoreError(_not_of_its_kind(field, text)) from None
    _check(field, value)
    return value


def _check(field: dataclasses.Field[Any], value: Any) -> None:
    meta = field.metadata
    if meta["choices"]:
        # 0 == False and 1 == True, but no one means that.
        if not any(value == choice and type(value) is type(choice) for choice in meta["choices"]):
            raise CoreError(f"{field.name} is {_shown(value)}; choose one of: {', '.join(map(str, meta['choices']))}")
    elif not is_of(meta["kind"], value):
        raise CoreError(_not_of_its_kind(field, value))
    elif meta["kind"] in (int, float) and not meta["min"] <= value <= meta["max"]:  # not of nan
        raise CoreError(f"{field.name} is {_shown(value)}{_range(field)}")
    elif meta["kind"] is str and len(value) > meta["max"]:
        raise CoreError(f"{field.name} is {_shown(value)}, of {len(value):,} characters; it may have {meta['max']}")


def _check_at_most(config: Config, field: dataclasses.Field[Any]) -> None:
    value, other = getattr(config, field.name), field.metadata["at_most"]
    most = getattr(config, other)
    if value > most:
        least = field.metadata["min"]
        raise CoreError(f"{field.name} is {value}; it must be from {least} to {other}, which is {most}")


def _not_of_its_kind(field: dataclasses.Field[Any], value: Any) -> str:
    return f"{field.name} is {_shown(value)}, which is not {KINDS[field.metadata['kind']]}{_range(field)}"


def _shown(value: Any) -> str:
    """A value as a message repeats it: never more than a line of it."""
    if isinstance(value, int) and value.bit_length() > 100:
        return "a number of very many digits"  # the longest Python refuses to write out
    return _SHORT.repr(value)


def _range(field: dataclasses.Field[Any]) -> str:
    low, high, hint = (field.metadata[key] for key in ("min", "max", "hint"))
    permitted = "" if low is None else f"; it must be from {low} to {high}"
    return f"{permitted}; {hint}" if hint else permitted
