"""Frozen dataclasses to JSON and back without loss, driven by their type hints.

JSON has no infinities, so a float that is not finite is written as the string "inf", "-inf" or "nan". An array is
float32 and is written as nested lists of the shortest decimals that read back as the same float32.
"""

from __future__ import annotations

import dataclasses
import math
import types
from collections.abc import Mapping
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np


def to_plain(value: Any) -> Any:
    """``value`` as dicts, lists, strings, numbers, booleans and None only."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, np.ndarray):
        # str() of a float32 is its shortest exact decimal; float() of it carries no digits that mean nothing.
        return [to_plain(row) if row.ndim else _number(float(str(row[()]))) for row in value]
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    return _number(value) if isinstance(value, float) else value


def from_plain(kind: Any, data: Any) -> Any:
    """The value of type ``kind`` that ``to_plain`` wrote as ``data``."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        options = [option for option in get_args(kind) if option is not type(None)]
        return None if data is None else from_plain(options[0], data) if len(options) == 1 else data
    if origin is tuple:
        item = get_args(kind)[0]
        return tuple(from_plain(item, entry) for entry in data)
    if origin is np.ndarray:
        return np.array(data, dtype=np.float32)
    if kind is float:
        return float(data)
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        names = [field.name for field in dataclasses.fields(kind) if field.name in data]
        return kind(**{name: from_plain(hints[name], data[name]) for name in names})  # type: ignore[operator]
    if origin is Literal or kind in (int, str, bool) or origin in (dict, Mapping):
        return data
    return data


def _number(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)
