"""What a model reads and writes, as its metadata says; a model may also know no language, but dates, say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from demo.common.examples import EXAMPLES

CODES = {"English": "en", "German": "de", "French": "fr"}


@dataclass(frozen=True)
class Languages:
    """Names of the two sides of a model, and sentences to try it with.

    source_code, target_code: for ``lang`` attributes; None where they are not known.
    heads: the model's attention can be looked at by head.
    neighbours: it has an index of training sentences.
    """

    source: str = "Source"
    target: str = "Translation"
    examples: tuple[str, ...] = EXAMPLES
    source_code: str | None = None
    target_code: str | None = None
    heads: bool = False
    neighbours: bool = False

    @property
    def missing(self) -> str:
        """What to say to someone who typed nothing."""
        if self.source_code is None or self.source in (Languages.source, "Text"):
            return "Type something to translate."
        return f"Type {'an' if self.source[0] in 'AEIOU' else 'a'} {self.source} sentence to translate."


NEUTRAL = (Languages.source, Languages.target, "Text")
"""What the sides are called of which no language is known."""


def languages(metadata: Mapping[str, Any], heads: bool = False, neighbours: bool = False) -> Languages:
    """The languages of a model with this metadata; what it leaves out is named neutrally.

    A card may name codes beside its headings: those of a model that summarises are no languages.
    """
    examples = metadata.get("examples")
    usable = tuple(e for e in examples if isinstance(e, str) and e) if isinstance(examples, list | tuple) else ()
    source = str(metadata.get("source_language") or Languages.source)
    target = str(metadata.get("target_language") or Languages.target)
    codes = (_code(metadata.get("source_code"), source), _code(metadata.get("target_code"), target))
    return Languages(source, target, usable or EXAMPLES, *codes, heads=heads, neighbours=neighbours)


def _code(told: object, name: str) -> str | None:
    return told if isinstance(told, str) and told.isalpha() else CODES.get(name)
