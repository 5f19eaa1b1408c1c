"""Flags of the command line, made from the configs of the decoding strategies."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from typing import Any

from seq2seq_core.decoding import STRATEGIES, Config, options, parse_option
from seq2seq_core.types import CoreError

DEFAULT = "beam"


def add_strategy_flags(parser: argparse.ArgumentParser) -> None:
    """``--strategy`` and one flag for every setting of any strategy, with the strategies that heed it."""
    parser.add_argument(
        "--strategy",
        choices=list(STRATEGIES),
        default=DEFAULT,
        help="; ".join(f"{s.name}: {s.summary}" for s in STRATEGIES.values()).replace("%", "%%")
        + f" (default: {DEFAULT})",
    )
    group = parser.add_argument_group("settings of the strategies (each names those that heed it)")
    for name, owners in _owners().items():
        field = next(iter(owners.values()))
        defaults = {str(owner.default) for owner in owners.values()}
        default = defaults.pop() if len(defaults) == 1 else "depends on the strategy"
        group.add_argument(
            _flag(name),
            # Absent means the strategy's own default.
            default=argparse.SUPPRESS,
            metavar="|".join(map(str, field.metadata["choices"])) if field.metadata["choices"] else name.upper(),
            help=f"{field.metadata['help']} [{', '.join(owners)}] (default: {default})".replace("%", "%%"),
        )


def config_from_flags(flags: argparse.Namespace) -> Config:
    """The config of the strategy chosen. A flag that it does not heed is named on stderr and left out.

    Raises:
        CoreError: a value is out of range.
    """
    strategy = STRATEGIES[flags.strategy]
    values: dict[str, Any] = {}
    for name, owners in _owners().items():
        if not hasattr(flags, name):
            continue
        if strategy.name not in owners:
            print(f"note: {_flag(name)} does nothing with --strategy {strategy.name}", file=sys.stderr)
            continue
        try:
            values[name] = parse_option(owners[strategy.name], getattr(flags, name))
        except CoreError as error:
            raise CoreError(f"{_flag(name)}: {error}") from error
    return strategy.Config(**values)


def _owners() -> dict[str, dict[str, dataclasses.Field[Any]]]:
    """Every setting's name, with the field of each strategy that has it."""
    owners: dict[str, dict[str, dataclasses.Field[Any]]] = {}
    for strategy in STRATEGIES.values():
        for field in options(strategy.Config):
            owners.setdefault(field.name, {})[strategy.name] = field
    return owners


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")
