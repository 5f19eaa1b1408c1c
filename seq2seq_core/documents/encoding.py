"""Bytes to text and back in the encoding that they came in, byte-order mark included."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import NamedTuple

from seq2seq_core.data.containers import UNUSABLE
from seq2seq_core.data.files import marked_encoding, seems_utf16
from seq2seq_core.types import CoreError

MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""The longer ones first: that of UTF-32 begins with that of UTF-16."""

CODECS = {
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


class Decoded(NamedTuple):
    """A text without its mark, and how such a text becomes bytes again."""

    text: str
    encode: Callable[[str], bytes]


def decoded(name: str, data: bytes) -> Decoded:
    """UTF-8, or UTF-16 and UTF-32 where their mark stands at the beginning.

    Raises:
        CoreError: it is something else; the sentence says what, as far as one can tell.
    """
    mark = next((mark for mark in MARKS if data.startswith(mark)), b"")
    codec = CODECS.get(mark, "utf-8")
    if marked_encoding(data) is None and seems_utf16(data[:4096]):
        raise CoreError(f"{name} is UTF-16 without its mark, not UTF-8; save it as UTF-8")
    try:
        text = data[len(mark) :].decode(codec)
    except UnicodeDecodeError as error:
        if mark:
            raise CoreError(f"{name} begins like {codec[:6].upper()} and is damaged; save it as UTF-8") from error
        line = data.count(b"\n", 0, error.start) + 1
        kind = next((kind for sign, kind in UNUSABLE if data.lower().startswith(sign.lower())), None)
        wrong = f"is {kind}" if kind else f"is not UTF-8 text (line {line})"
        raise CoreError(f"{name} {wrong}; save it as text in UTF-8") from error

    def encode(text: str) -> bytes:
        return mark + text.encode(codec, "replace")  # a lone surrogate, which no file can hold, becomes "?"

    return Decoded(text, encode)
