"""What a model reads and writes, as its metadata says; a model may also know no language, but dates, say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from demo.common.examples import EXAMPLES

CODES = {"English": "en", "German": "de", "French": "fr"}


@dataclass(frozen=True)
class Languages:
    """Names of the two sides of a model, and sentences to try it with."""

    source: str = "Source"
    target: str = "Translation"
    examples: tuple[str, ...] = EXAMPLES

    @property
    def source_code(self) -> str | None:
        """For ``lang`` attributes; None where it is not known."""
        return CODES.get(self.source)

    @property
    def target_code(self) -> str | None:
        """For ``lang`` attributes; None where it is not known."""
        return CODES.get(self.target)

    @property
    def missing(self) -> str:
        """What to say to someone who typed nothing."""
        if self.source_code is None:
            return "Type something to translate."
        return f"Type {'an' if self.source[0] in 'AEIOU' else 'a'} {self.source} sentence to translate."


def languages(metadata: Mapping[str, Any]) -> Languages:
    """The languages of a model with this metadata; what it leaves out is named neutrally."""
    examples = metadata.get("examples")
    usable = tuple(e for e in examples if isinstance(e, str) and e) if isinstance(examples, list | tuple) else ()
    return Languages(
        str(metadata.get("source_language") or Languages.source),
        str(metadata.get("target_language") or Languages.target),
        usable or EXAMPLES,
    )
