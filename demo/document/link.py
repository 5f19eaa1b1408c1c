"""Links of the Document view: its model and settings as the query of an address, and a unit opened in Translate.

The text itself is in no link of this view: a document is too long for an address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from demo.common.link import read_strategy
from demo.document.state import OPENED, DocumentRun

VIEW = "document"


@dataclass(frozen=True)
class DocumentLink:
    """What a link asks for; None where it says nothing, or nothing that can be used."""

    model: str | None = None
    strategy: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


def write(run: DocumentRun, defaults: Mapping[str, Any]) -> str:
    """A query that chooses the same model, strategy and settings; ``defaults`` are those of the strategy."""
    return "?" + urlencode({"view": VIEW, **_how(run, defaults)})


def read(query: Mapping[str, str]) -> DocumentLink:
    """What a query asks of this view; nothing where it asks for another one."""
    if query.get("view") != VIEW:
        return DocumentLink()
    return DocumentLink(query.get("model"), *read_strategy(query.get("strategy"), query))


def in_translate(run: DocumentRun, text: str, defaults: Mapping[str, Any]) -> str:
    """A query that opens a text in Translate, as far as that reads it, under the same settings."""
    return "?" + urlencode({"text": text[:OPENED], **_how(run, defaults)})


def _how(run: DocumentRun, defaults: Mapping[str, Any]) -> dict[str, Any]:
    changed = {name: value for name, value in run.settings.items() if value != defaults.get(name)}
    return {"model": run.model, "strategy": run.strategy, **changed}
