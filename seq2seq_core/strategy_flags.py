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
    """``--strategy`` and one flag for every setting of any strategy, grouped by the strategies that heed it."""
    summaries = "; ".join(f"{s.name}: {s.summary.rstrip('.')}" for s in STRATEGIES.values())
    parser.add_argument(
        "--strategy",
        choices=list(STRATEGIES),
        default=DEFAULT,
        metavar="NAME",
        help=_escape(f"{summaries} (default: {DEFAULT})"),
    )
    groups: dict[tuple[str, ...], argparse._ArgumentGroup] = {}
    for name, owners in sorted(_owners().items(), key=lambda item: -len(item[1])):
        heeding = tuple(owners)
        if heeding not in groups:
            whose = "every strategy" if len(heeding) == len(STRATEGIES) else ", ".join(heeding)
            groups[heeding] = parser.add_argument_group(f"settings of {whose}")
        _add_flag(groups[heeding], name, owners)


def _add_flag(group: argparse._ArgumentGroup, name: str, owners: dict[str, dataclasses.Field[Any]]) -> None:
    meta = next(iter(owners.values())).metadata
    defaults = {str(owner.default) for owner in owners.values()}
    default = defaults.pop() if len(defaults) == 1 else "depends on the strategy"
    group.add_argument(
        _flag(name),
        # Absent means the strategy's own default.
        default=argparse.SUPPRESS,
        metavar="|".join(map(str, meta["choices"])) if meta["choices"] else "VALUE",
        help=_escape(f"{meta['help']} (default: {default})"),
    )


def _escape(text: str) -> str:
    """argparse formats help texts with %."""
    return text.replace("%", "%%")


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
