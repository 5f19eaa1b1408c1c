"""Frozen dataclasses to plain values of JSON and back without loss, by cattrs.

JSON has no infinities, so a float that is not finite is written as the string "inf", "-inf" or "nan". An array is
float32 and is written as nested lists of the shortest decimals that read back as the same float32.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from cattrs import Converter
from cattrs.strategies import configure_union_passthrough

from seq2seq_core.types import FloatArray


def to_plain(value: Any) -> Any:
    """``value`` as dicts, lists, strings, numbers, booleans and None only."""
    return _converter.unstructure(value)


def from_plain(kind: Any, data: Any) -> Any:
    """The value of type ``kind`` that ``to_plain`` wrote as ``data``."""
    return _converter.structure(data, kind)


def left_as_it_is(kind: type) -> None:
    """From now on ``to_plain`` and ``from_plain`` leave values of this type to whoever calls them."""
    _converter.register_unstructure_hook(kind, lambda value: value)
    _converter.register_structure_hook(kind, lambda value, _: value)


def _number(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)


def _rows(array: FloatArray) -> list[Any]:
    # str() of a float32 is its shortest exact decimal; float() of it carries no digits that mean nothing.
    return [_rows(row) if row.ndim else _number(float(str(row[()]))) for row in array]


def _is_array(kind: Any) -> bool:
    return getattr(kind, "__origin__", kind) is np.ndarray


_converter = Converter(detailed_validation=False, unstruct_collection_overrides={tuple: list, Sequence: list})
_converter.register_unstructure_hook(float, _number)
_converter.register_structure_hook(float, lambda data, _: float(data))
_converter.register_unstructure_hook_func(_is_array, _rows)
_converter.register_structure_hook_func(_is_array, lambda data, _: np.array(data, dtype=np.float32))
configure_union_passthrough(float | int | str | bool, _converter)
