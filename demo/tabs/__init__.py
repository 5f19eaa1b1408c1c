"""The tabs, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from demo.service import Service
from demo.tabs import compare, translate


@dataclass(frozen=True)
class Tab:
    """A tab: its name, and what builds it inside a Blocks context."""

    name: str
    build: Callable[[Service], None]


TABS = (
    Tab("Translate", translate.build),
    Tab("Compare", compare.build),
)
