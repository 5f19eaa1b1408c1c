"""Lines of texts, in bounded memory and whatever is in them."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import IO, Literal, NamedTuple, cast

from seq2seq_core.data.containers import Text, kind_of, opened, texts_in
from seq2seq_core.types import CoreError

LONGEST_LINE = 1_000_000
"""Bytes; the rest of a longer line is passed over, so that a file without line breaks does not fill the memory."""

CHUNK = 1 << 16


class RawLine(NamedTuple):
    """A line without its end, numbered from 1; undecodable bytes are replaced and the fault is said."""

    number: int
    text: str
    fault: Literal["encoding", "huge"] | None = None


def the_text(path: Path) -> Text:
    """The one text that a file is or holds.

    Raises:
        CoreError: it cannot be read, is no text, or holds several.
    """
    texts = texts_in(path)
    if len(texts) != 1:
        raise CoreError(f"{path} holds 2 texts, not one: {', '.join(str(text.place) for text in texts)}; name one")
    if kind_of(texts[0]) != "text":
        raise CoreError(f"{path} is a table, where lines of text are needed; save the column as text")
    return texts[0]


def raw_lines(text: Text) -> Iterator[RawLine]:
    """The lines of a text. A line feed ends one, and in files without any, a carriage return (as old Macs had it).

    UTF-16 and UTF-32 are read where their mark stands at the beginning.

    Raises:
        CoreError: the file cannot be read.
    """
    with opened(text) as stream:
        for number, data in enumerate(_split(_utf8(stream, text.place)), start=1):
            if data is None:
                yield RawLine(number, "", "huge")
                continue
            try:
                yield RawLine(number, data.decode("utf-8").rstrip("\r"))
            except UnicodeDecodeError:
                yield RawLine(number, data.decode("utf-8", "replace").rstrip("\r"), "encoding")


def piped_lines(stream: IO[bytes], name: str) -> Iterator[str]:
    """The lines of a stream, each as soon as it is there; only a line feed ends one, so that lines in are lines out.

    UTF-16 and UTF-32 are read where their mark stands at the beginning, as in files.

    Args:
        stream: with ``read1``.
        name: what to call it.

    Raises:
        CoreError: it is not text.
    """
    first = stream.readline()
    if encoding := marked_encoding(first):
        yield from _wide_lines(stream, first, encoding, name)
        return
    if seems_utf16(first):
        raise CoreError(f"{name} is UTF-16 without its mark, not UTF-8; convert it first: iconv -f UTF-16LE -t UTF-8")
    for number, line in enumerate(chain([first.removeprefix(codecs.BOM_UTF8)] if first else [], stream), start=1):
        try:
            yield line.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise CoreError(f"{name}, line {number}, is not UTF-8 text; convert it first") from error


def _wide_lines(stream: IO[bytes], first: bytes, encoding: str, name: str) -> Iterator[str]:
    """Lines of a stream in UTF-16 or UTF-32, whose units a byte's line feed would cut through."""
    decoder, rest = codecs.getincrementaldecoder(encoding)(), ""
    read = cast(io.BufferedIOBase, stream).read1
    try:
        for chunk in chain([first], iter(lambda: read(CHUNK), b"")):
            *lines, rest = (rest + decoder.decode(chunk)).split("\n")
            yield from (line.rstrip("\r") for line in lines)
        rest += decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise CoreError(f"{name} begins like {encoding.upper()} and is damaged; convert it to UTF-8 first") from error
    if rest:
        yield rest.rstrip("\r")


def marked_encoding(start: bytes) -> str | None:
    """The encoding that a mark at the beginning names, UTF-8 aside."""
    marks = {codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32"}
    marks |= {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
    return next((name for mark, name in marks.items() if start.startswith(mark)), None)


def seems_utf16(start: bytes) -> bool:
    """Whether so many bytes are zero that this is UTF-16 without its mark."""
    return 4 * start.count(0) > len(start)


def _utf8(stream: IO[bytes], place: Path) -> Iterator[bytes]:
    """The bytes without the mark at their beginning, as UTF-8 where the mark says that they are UTF-16 or UTF-32."""
    chunks = iter(lambda: stream.read(CHUNK), b"")
    first = next(chunks, b"")
    if encoding := marked_encoding(first):
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        yield from (decoder.decode(chunk).encode("utf-8", "replace") for chunk in chain([first], chunks))
        yield decoder.decode(b"", final=True).encode("utf-8")
        return
    if seems_utf16(first[:4096]):
        raise CoreError(f"{place}, line 1: UTF-16, not UTF-8; save it as UTF-8, or iconv -f UTF-16 -t UTF-8")
    yield first.removeprefix(codecs.BOM_UTF8)
    yield from chunks


def _split(chunks: Iterator[bytes]) -> Iterator[bytes | None]:
    """Lines; None for one that is longer than ``LONGEST_LINE``."""
    first = next(chunks, b"")
    end = b"\r" if b"\r" in first and b"\n" not in first else b"\n"
    rest, passing = b"", False
    for chunk in chain([first], chunks):
        *lines, rest = (rest + chunk).split(end)
        for line in lines:
            yield None if passing or len(line) > LONGEST_LINE else line
            passing = False
        if len(rest) > LONGEST_LINE:
            rest, passing = b"", True
    if rest or passing:
        yield None if passing else rest
