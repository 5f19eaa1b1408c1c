"""What the links of all views have in common: a strategy and its settings in the query of an address."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from seq2seq_core.decoding import STRATEGIES, options, parse_option
from seq2seq_core.types import CoreError


def read_strategy(name: str | None, query: Mapping[str, str]) -> tuple[str | None, dict[str, Any]]:
    """The strategy of this name, None if there is none, and its settings that the query names and that can be used."""
    known = STRATEGIES.get(name) if name else None
    read = {option.name: _value(option, query.get(option.name)) for option in (options(known.Config) if known else ())}
    return name if known else None, {setting: value for setting, value in read.items() if value is not None}


def _value(option: dataclasses.Field[Any], text: str | None) -> Any:
    if text is None:
        return None
    try:
        return parse_option(option, text)
    except CoreError:
        return None
