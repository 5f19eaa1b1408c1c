"""What a file really is, whatever its name says, and the text in it: unpacked as it is read, in bounded memory."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Literal, NamedTuple, cast

from seq2seq_core.types import CoreError

Kind = Literal["text", "workbook", "parquet", "arrow"]

TABLES = (".tsv", ".tab", ".csv", ".jsonl", ".ndjson", ".json", ".tmx", ".xlsx", ".parquet", ".arrow")
"""Endings of files that hold both sides."""

PACKED = re.compile(r"\.(gz|bz2|xz|zip|tar|tgz|tbz2?|txz)$")

UNUSABLE = (
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an Office document of the old kind (.xls, .doc)"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd", "packed by zstd"),
    (b"SQLite format 3", "a SQLite database"),
    (b"{\\rtf", "an RTF document"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"\x89png", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"version https://git-lfs", "a pointer of Git LFS to the data; git lfs pull brings the data"),
)
"""How files begin that are no text, in small letters, and what they are."""

INSIDE_ZIP = {"xl/": "workbook", "word/": "a Word document", "ppt/": "a presentation", "content.xml": "an OpenDocument"}

ASIDE = re.compile(
    r"(^|/)(\.|__MACOSX/|README|LICEN[CS]E|COPYING|CHANGE|INSTALL|.*_about|.*\.(md|pdf|xml|ids|py|sh)$)", re.I
)
"""Names in archives that are not the data: what comes beside it from manythings.org, OPUS, macOS and others."""


class Text(NamedTuple):
    """One file: by itself, or inside an archive."""

    path: Path
    inside: str | None = None

    @property
    def place(self) -> Path:
        """As a person names it: ARCHIVE/NAME where it is inside one."""
        return self.path / self.inside if self.inside else self.path

    @property
    def name(self) -> str:
        """Its name in small letters, without the ending of what it is packed by."""
        name = (PurePosixPath(self.inside).name if self.inside else self.path.name).lower()
        return PACKED.sub("", PACKED.sub("", name))


def texts_in(path: Path) -> list[Text]:
    """The file itself, or, of an archive, what seems to be data; ARCHIVE/NAME is that one file in it.

    Raises:
        CoreError: it cannot be read, or holds nothing.
    """
    if _read_once(path):
        return [Text(path)]
    archive = next((parent for parent in path.parents if parent.is_file()), None)
    if archive is not None:
        return [Text(archive, path.relative_to(archive).as_posix())]
    with readable(path), path.open("rb") as raw:
        names = _names(_unpacked(raw))
    if names is None or _in_zip(names) is not None:
        return [Text(path)]
    found = [name for name in names if not ASIDE.search(name) and not name.endswith("/")]
    tables = [name for name in found if Text(path, name).name.endswith((*TABLES, ".txt"))]
    chosen = tables if len(tables) == 1 else found
    if not 1 <= len(chosen) <= 2:
        listed = ", ".join(chosen[:6]) + (", …" if len(chosen) > 6 else "")
        raise CoreError(f"{path} holds {len(chosen)} texts, not one or two: {listed}; name one as {path}/NAME")
    return [Text(path, name) for name in chosen]


def kind_of(text: Text) -> Kind:
    """What is to be read there.

    Raises:
        CoreError: it cannot be read, or is no text and no table; the message says what it is.
    """
    if _read_once(text.path):
        return "text"
    with opened(text) as stream:
        start = stream.peek(512)[:512]
        if start.startswith(b"PAR1"):
            return "parquet"
        if start.startswith(b"ARROW1") or (start.startswith(b"\xff\xff\xff\xff") and text.name.endswith(".arrow")):
            return "arrow"
        if start.startswith(b"PK"):
            names = _names(stream)
            inside = _in_zip(names or [])
            if inside == "workbook":
                return "workbook"
            raise CoreError(f"{text.place} is {inside or 'an archive inside another'}; unpack it, or save it as .csv")
    for sign, meaning in UNUSABLE:
        if start.lower().startswith(sign.lower()):
            raise CoreError(f"{text.place} is {meaning}; what is read is text: save the table as .csv, in UTF-8")
    return "text"


def _read_once(path: Path) -> bool:
    """Whether it is a pipe, say bash's ``<(command)``: what was looked at is gone, so it is taken for text."""
    return path.is_fifo() or path.is_char_device()


@contextmanager
def opened(text: Text) -> Iterator[io.BufferedReader]:
    """Its bytes, unpacked.

    Raises:
        CoreError: it cannot be read, at the beginning or later.
    """
    with readable(text.place), text.path.open("rb") as raw:
        stream = _unpacked(raw)
        if text.inside is None:
            yield stream
        elif _is_zip(stream):
            with zipfile.ZipFile(stream) as archive:
                if text.inside not in archive.namelist():
                    raise CoreError(f"{text.path} holds no {text.inside}")
                with archive.open(text.inside) as member:
                    yield _unpacked(member)
        elif _is_tar(stream):
            with tarfile.open(fileobj=stream, mode="r|") as archive_:
                member_ = next((member for member in archive_ if member.name == text.inside and member.isfile()), None)
                if member_ is None:
                    raise CoreError(f"{text.path} holds no {text.inside}")
                yield _unpacked(cast(IO[bytes], archive_.extractfile(member_)))
        else:
            raise CoreError(f"cannot read {text.place}: {text.path} is no archive; check the path")


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """What goes wrong with a file, as a CoreError that names it."""
    try:
        yield
    except zipfile.BadZipFile as error:
        raise CoreError(
            f"{path} begins like a zip archive or an Excel workbook, and is damaged; copy it again"
        ) from error
    except (OSError, EOFError, zlib.error, lzma.LZMAError, tarfile.TarError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CoreError(f"cannot read {path}: {reason}; check the path") from error


def _unpacked(raw: IO[bytes]) -> io.BufferedReader:
    """What a stream holds once it is unpacked, however often it was packed."""
    stream = raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, raw))
    start = stream.peek(6)[:6]
    if start.startswith(b"\x1f\x8b"):
        return _unpacked(cast(IO[bytes], gzip.GzipFile(fileobj=stream)))
    if start.startswith(b"BZh"):
        return _unpacked(cast(IO[bytes], bz2.BZ2File(stream)))
    if start.startswith(b"\xfd7zXZ\x00"):
        return _unpacked(cast(IO[bytes], lzma.LZMAFile(stream)))
    return stream


def _is_zip(stream: io.BufferedReader) -> bool:
    return stream.peek(4)[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def _is_tar(stream: io.BufferedReader) -> bool:
    return stream.peek(512)[257:262] == b"ustar"


def _names(stream: io.BufferedReader) -> list[str] | None:
    """What an archive holds; None where it is none."""
    if _is_zip(stream):
        whole = stream if stream.seekable() else io.BytesIO(stream.read())
        with zipfile.ZipFile(whole) as archive:
            return [entry.filename for entry in archive.infolist() if not entry.is_dir()]
    if _is_tar(stream):
        with tarfile.open(fileobj=stream, mode="r|") as archive_:
            return [member.name for member in archive_ if member.isfile()]
    return None


def _in_zip(names: list[str]) -> str | None:
    """What a zip file is that is not simply an archive."""
    return next((kind for start, kind in INSIDE_ZIP.items() if any(name.startswith(start) for name in names)), None)
