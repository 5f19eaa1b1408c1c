"""A toy card: how many pieces the model read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo.common.markup import Html, tag

if TYPE_CHECKING:
    from seq2seq_core.decoding import DecodeResult


def draw(result: DecodeResult) -> Html:
    """The number in words."""
    return tag("p", f"{len(result.source_tokens)} pieces were read")
