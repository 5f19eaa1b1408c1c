"""What the links of all views have in common: a strategy and its settings in the query of an address.

Also how other views lead to Translate.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from seq2seq_core.decoding import STRATEGIES, options, parse_option
from seq2seq_core.types import CoreError


def to_translate(text: str, model: str, strategy: str, settings: Mapping[str, Any], **looked_at: str) -> str:
    """A query that has Translate translate this; settings at their default are left out.

    Args:
        text: what to translate.
        model, strategy: by name.
        settings: of the strategy.
        looked_at: what of the answer is looked at, as ``demo.translate.link`` names it.
    """
    defaults = {option.name: option.default for option in options(STRATEGIES[strategy].Config)}
    changed = {name: value for name, value in settings.items() if value != defaults.get(name)}
    return "?" + urlencode({"text": text, "model": model, "strategy": strategy, **changed, **looked_at})


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
