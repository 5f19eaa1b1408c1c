"""Plain values (TOML, JSON) <-> frozen dataclasses, by cattrs; what is wrong is said in one sentence with its place."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection
from typing import Any, Literal, TypeVar, get_args

from cattrs import BaseValidationError, ClassValidationError, Converter, ForbiddenExtraKeysError
from cattrs.cols import homogenous_tuple_structure_factory
from cattrs.errors import IterableValidationError, IterableValidationNote

from seq2seq_core.types import CoreError

T = TypeVar("T")


class SettingError(CoreError):
    """What is wrong with one setting. It begins with the setting's name, before which ``from_dict`` puts the place."""


def check_range(config: Any, name: str, low: float, high: float) -> None:
    """Raises SettingError where a setting is not within [low, high]."""
    value = getattr(config, name)
    if not low <= value <= high:
        raise SettingError(f"{name} must be from {low} to {high}, not {value}")


def check_choice(name: str, value: object, choices: Collection[object]) -> None:
    """Raises SettingError where a setting is none of ``choices``."""
    if value not in tuple(choices):  # what a stranger wrote need not be hashable
        raise SettingError(f"{name} {_one_of(choices, value)}")


def from_dict(cls: type[T], values: Any, *, where: str = "") -> T:
    """A dataclass from plain values, checked field by field.

    Args:
        cls: the dataclass; its fields may be scalars, literals, optionals, tuples and dataclasses.
        values: a mapping, as TOML or JSON gives it.
        where: the place of ``values``, for messages ("training").

    Raises:
        CoreError: an unknown or missing field, or a value of the wrong type; the message names it.
    """
    try:
        return CONVERTER.structure(values, cls)
    except (BaseValidationError, CoreError, ValueError) as error:
        raise CoreError(_sentence(*_first_fault(error, where), cls.__name__)) from error


def to_dict(config: Any) -> dict[str, Any]:
    """The plain values of a dataclass, as ``from_dict`` reads them."""
    plain: dict[str, Any] = CONVERTER.unstructure(config)
    return plain


def is_of(kind: type, value: object) -> bool:
    """Whether a value is of a scalar type as people mean it: a whole number is a number, true and false are none."""
    return isinstance(value, int | float if kind is float else kind) and isinstance(value, bool) == (kind is bool)


def _scalar(value: Any, kind: type) -> Any:
    if not is_of(kind, value):
        raise ValueError(f"must be of type {kind.__name__}, not {value!r}")
    return kind(value)


def _literal(value: Any, kind: Any) -> Any:
    if value not in get_args(kind):
        raise ValueError(_one_of(get_args(kind), value))
    return value


def _one_of(choices: Collection[object], value: object) -> str:
    return f"must be one of {', '.join(map(str, choices))}, not {value!r}"


def _list(kind: Any) -> Callable[[Any, Any], Any]:
    structure: Callable[[Any, Any], Any] = homogenous_tuple_structure_factory(kind, CONVERTER)
    return lambda value, _: structure(_given(value, (list, tuple), "a list"), kind)  # a text is no list of letters


def _table(kind: type) -> Callable[[Any, Any], Any]:
    structure: Callable[[Any, Any], Any] = CONVERTER.gen_structure_attrs_fromdict(kind)
    return lambda value, _: structure(_given(value, dict, "a table of settings"), kind)


def _given(value: Any, kinds: type | tuple[type, ...], what: str) -> Any:
    if not isinstance(value, kinds):
        raise ValueError(f"must be {what}, not {value!r}")
    return value


CONVERTER = Converter(forbid_extra_keys=True)
"""Strict: nothing is taken for what it only resembles, and no setting is unknown."""

for scalar in (bool, int, float, str):
    CONVERTER.register_structure_hook(scalar, _scalar)
CONVERTER.register_structure_hook_func(lambda kind: getattr(kind, "__origin__", None) is Literal, _literal)
CONVERTER.register_structure_hook_factory(lambda kind: getattr(kind, "__origin__", None) is tuple, _list)
CONVERTER.register_structure_hook_factory(dataclasses.is_dataclass, _table)


def _first_fault(error: Exception, place: str) -> tuple[Exception, str]:
    """The first of what cattrs found wrong and where; what is wrong with a table as a whole before what is in it."""
    if not isinstance(error, ClassValidationError | IterableValidationError):
        return error, place
    inside, of_the_whole = error.group_exceptions()
    if of_the_whole:
        return of_the_whole[0], place
    fault, note = inside[0]
    part = f"[{note.index}]" if isinstance(note, IterableValidationNote) else f".{note.name}"
    return _first_fault(fault, (place + part).lstrip("."))


def _sentence(fault: Exception, place: str, whole: str) -> str:
    """What is wrong with the setting at ``place``, which is empty for the ``whole``."""
    prefix = f"{place}." if place else ""
    if isinstance(fault, ForbiddenExtraKeysError):
        known = ", ".join(field.name for field in dataclasses.fields(fault.cl) if field.init)
        return f"unknown setting {prefix}{min(fault.extra_fields)}; known are: {known}"
    if isinstance(fault, KeyError):
        return f"the setting {place} is missing"
    if isinstance(fault, CoreError):
        return f"{prefix}{fault}" if isinstance(fault, SettingError) else str(fault)
    return f"{place or whole} {fault}"
