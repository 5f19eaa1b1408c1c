"""Lines of text files, gzipped or in an archive, in bounded memory and whatever is in them."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal, NamedTuple, cast

from seq2seq_core.types import CoreError

LONGEST_LINE = 1_000_000
"""Bytes; the rest of a longer line is passed over, so that a file without line breaks does not fill the memory."""


class RawLine(NamedTuple):
    """A line with its end, numbered from 1; undecodable bytes are replaced and the fault is said."""

    number: int
    text: str
    fault: Literal["encoding", "huge"] | None = None


def raw_lines(path: Path) -> Iterator[RawLine]:
    """The lines of a .gz, of a .zip that holds one text, or of a plain file. Only a line feed ends a line.

    Raises:
        CoreError: the file cannot be read.
    """
    with _readable(path), _open(path) as stream:
        number = 0
        while data := stream.readline(LONGEST_LINE):
            number += 1
            if number == 1:
                _refuse_utf16(path, data)
                data = data.removeprefix(b"\xef\xbb\xbf")
            if len(data) == LONGEST_LINE and not data.endswith(b"\n"):
                while (rest := stream.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                    pass
                yield RawLine(number, "", "huge")
                continue
            try:
                yield RawLine(number, data.decode("utf-8"))
            except UnicodeDecodeError:
                yield RawLine(number, data.decode("utf-8", "replace"), "encoding")


def text_name(path: Path) -> str:
    """The name of the text itself, in small letters: without .gz, or inside the archive.

    Raises:
        CoreError: the archive cannot be read.
    """
    if path.suffix.lower() != ".zip":
        return path.name.lower().removesuffix(".gz")
    with _readable(path), zipfile.ZipFile(path) as archive:
        return _name_inside(path, archive).lower()


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CoreError(f"cannot read {path}: {reason}; check the path") from error


def _refuse_utf16(path: Path, start: bytes) -> None:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or 4 * start.count(0) > len(start):
        raise CoreError(f"{path}, line 1: UTF-16, not UTF-8; save it as UTF-8, or iconv -f UTF-16 -t UTF-8")


@contextmanager
def _open(path: Path) -> Iterator[IO[bytes]]:
    if path.suffix.lower() == ".gz":
        with gzip.open(path) as stream:
            yield cast(IO[bytes], stream)
    elif path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive, archive.open(_name_inside(path, archive)) as stream:
            yield stream
    else:
        with path.open("rb") as stream:
            yield stream


def _name_inside(path: Path, archive: zipfile.ZipFile) -> str:
    """The one text in an archive; manythings.org adds an _about.txt, macOS a folder of its own."""
    names = [
        name
        for name in archive.namelist()
        if name.lower().endswith((".txt", ".tsv", ".csv")) and "_about" not in name and not name.startswith("__MACOSX")
    ]
    if len(names) != 1:
        raise CoreError(f"{path} holds {len(names)} texts, not one; unpack it and name the file")
    return names[0]
