"""Parallel text from the files people have: TSV, two aligned files, and the public archives as they come."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from seq2seq_core.data.text import normalise
from seq2seq_core.types import CoreError


@dataclass(frozen=True)
class CorpusConfig:
    """One parallel corpus: a ``path`` with both sides, or ``source`` and ``target`` aligned by line number.

    path: ``SOURCE<TAB>TARGET`` a line, further columns ignored: .tsv or .txt, also .gz, or a .zip that holds one
        such file (manythings.org's ``deu-eng.zip`` as it comes).
    source, target: plain text, also .gz (Multi30k's ``train.en.gz`` and ``train.de.gz``).
    repeat: how many times an epoch sees it.
    """

    path: str | None = None
    source: str | None = None
    target: str | None = None
    repeat: int = 1

    def __post_init__(self) -> None:
        if (self.path is None) == (self.source is None or self.target is None):
            raise CoreError("a corpus needs either path, or both source and target")


def read_corpus(config: CorpusConfig, root: Path) -> list[tuple[str, str]]:
    """The sentence pairs of a corpus, normalised; files are looked for below ``root``.

    Raises:
        CoreError: a file is missing, is not UTF-8, or its lines are not pairs; the message names the line.
    """
    if config.path is not None:
        return list(_pairs_of_columns(root / config.path))
    source, target = root / str(config.source), root / str(config.target)
    sources, targets = list(_lines(source)), list(_lines(target))
    if len(sources) != len(targets):
        raise CoreError(f"{source} has {len(sources)} lines and {target} {len(targets)}; they must be parallel")
    return [(normalise(s), normalise(t)) for s, t in zip(sources, targets, strict=True)]


def read_lines(path: Path) -> list[str]:
    """The lines of a text file, .gz or not, without line ends.

    Raises:
        CoreError: it cannot be read or is not UTF-8.
    """
    return list(_lines(path))


def _pairs_of_columns(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(_lines(path), start=1):
        columns = line.split("\t")
        if len(columns) < 2:
            raise CoreError(f"{path}, line {number}: one column; each line must be SOURCE<TAB>TARGET")
        yield normalise(columns[0]), normalise(columns[1])


def _lines(path: Path) -> Iterator[str]:
    try:
        with _open(path) as stream:
            # Only "\n" ends a line: a sentence may hold U+2028 and its like.
            for line in io.TextIOWrapper(stream, encoding="utf-8-sig", newline="\n"):
                yield line.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise CoreError(f"{path} is not UTF-8 text (byte {error.start}); convert it first") from error
    except (OSError, EOFError, zipfile.BadZipFile) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CoreError(f"cannot read {path}: {reason}; check the path") from error


def _open(path: Path) -> IO[bytes]:
    """The bytes of a plain or gzipped file, or of the one text in a zip archive (manythings.org adds an _about.txt)."""
    if path.suffix == ".gz":
        return cast(IO[bytes], gzip.open(path))
    if path.suffix != ".zip":
        return path.open("rb")
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith((".txt", ".tsv")) and "_about" not in name]
        if len(names) != 1:
            raise CoreError(f"{path} holds {len(names)} texts, not one; unpack it and name the file")
        return io.BytesIO(archive.read(names[0]))
