"""A strategy's settings, as they came from a widget or a stranger's request, made into its config."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

from demo.common.text_input import InputError
from seq2seq_core.decoding import AnyStrategy, Config, options
from seq2seq_core.types import CoreError

Field = dataclasses.Field[Any]

LONGEST = 60
"""The most characters of a setting that is one of several choices."""


def configure(strategy: AnyStrategy, settings: Mapping[str, object]) -> Config:
    """The strategy's config with these settings, as they came from a widget or a stranger's request.

    Raises:
        InputError: a setting is unknown, no number, or out of its range.
    """
    fields = {field.name: field for field in options(strategy.Config)}
    for name in settings:
        if name not in fields:
            raise InputError(f"{strategy.label} has no setting {str(name)[:40]!r}; it has: {', '.join(fields)}.")
    try:
        config: Config = strategy.configure({name: _number(fields[name], value) for name, value in settings.items()})
        return config
    except CoreError as error:
        message, about = str(error), ""
        for name, field in fields.items():
            about = about or (name if re.match(rf"{name}\b", message) else "")
            message = re.sub(rf"\b{name} is ", f"{field.metadata['label']} is ", message)  # candidates, num_candidates
        raise InputError(f"{message}.", about) from error


def _number(field: Field, value: object) -> object:
    """``value`` as the field's own kind of number: a slider at 5 may send 5.0, an emptied box sends None."""
    if isinstance(field.default, bool | str) or field.metadata["choices"]:
        if field.metadata["max"] is None and len(str(value)) > LONGEST:  # the core would repeat all of it
            raise InputError(f"{field.metadata['label']} cannot be as long as that.", field.name)
        return value
    kind = "a whole number" if isinstance(field.default, int) else "a number"
    wrong = InputError(f"{field.metadata['label']} must be {kind}.", field.name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise wrong
    if isinstance(field.default, int) and isinstance(value, float) and not value.is_integer():
        raise wrong
    try:
        return int(value) if isinstance(field.default, int) else float(value)
    except OverflowError:  # a whole number of hundreds of digits, more than a float holds: the config knows its range
        return value
