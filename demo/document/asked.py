"""What a person asks of the Document view: read once from what the browser sends, and typed from there on."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from demo.common.languages import UNKNOWN, Languages
from demo.common.text_input import InputError
from demo.document.state import GivenFile
from demo.service import DOCUMENT_LIMITS

PASTED, FILE = "pasted", "file"
"""Where the document comes from."""

PASTED_NAME = "pasted.txt"

TABLES = (".tsv", ".csv")
"""Suffixes of files of which one column is translated."""

FILE_ORDER, DOUBTFUL_FIRST = "file", "doubtful"
"""How the table is sorted."""

MAX_NAME = 120
MAX_COLUMN = 200
SIZE = f"{DOCUMENT_LIMITS.size / 1e6:g} MB"


@dataclass(frozen=True)
class Chosen:
    """What the page says of the file that was chosen: its name, its size, and its bytes unless it is too large."""

    name: str
    size: int
    data: bytes


def given(kind: object, text: object, file: object, column: object, known: Languages = UNKNOWN) -> GivenFile:
    """The document, from whatever came in, for a model of these languages.

    Raises:
        InputError: there is none, or more of it than is read.
    """
    target = known.target if known.target != UNKNOWN.target else None
    if kind != FILE:
        return GivenFile(PASTED_NAME, _pasted(text), target=target)
    chosen = read_file(file)
    named = column.strip()[:MAX_COLUMN] if isinstance(column, str) else ""
    return GivenFile(chosen.name, chosen.data, (named or None) if is_table(chosen.name) else None, target)


def read_file(file: object) -> Chosen:
    """A file as assets/file.js sends it.

    Raises:
        InputError: none was chosen, it is too large, or it did not arrive whole.
    """
    if not isinstance(file, Mapping):
        raise InputError("Choose a file first.")
    name, size, data = (file.get(key) for key in ("name", "size", "data"))
    if not isinstance(name, str) or not isinstance(data, str) or not isinstance(size, int) or isinstance(size, bool):
        raise InputError("The file did not arrive; choose it again.")
    short = PurePath(name.replace("\\", "/")).name
    if len(short) > MAX_NAME:
        raise InputError(f"The file's name has {len(short):,} characters; shorten it to {MAX_NAME} or fewer.")
    # The page sends nothing of a file that is too large, and what it says of the size need not be true.
    if size > DOCUMENT_LIMITS.size or len(data) > 4 * (DOCUMENT_LIMITS.size // 3 + 1):
        raise InputError(f"The file is larger than {SIZE}; cut it into parts.")
    try:
        whole = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        whole = b""
    if len(whole) != size:
        raise InputError("The file did not arrive whole; choose it again.")
    return Chosen(short, size, whole)


def is_table(name: str) -> bool:
    """Whether a column of the file is to be chosen."""
    return PurePath(name).suffix.lower() in TABLES


def _pasted(text: object) -> bytes:
    if not isinstance(text, str) or not text.strip():
        raise InputError("Paste a text, or choose a file.")
    if len(text) > DOCUMENT_LIMITS.size:
        raise InputError(f"The text is longer than {SIZE}; paste it in parts.")
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(
            f"The text has half of a character (a lone surrogate) at place {error.start + 1:,}; take it out."
        ) from error
