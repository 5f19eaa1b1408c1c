"""Message catalogues of gettext (.po), by translate-toolkit: every message that has no translation yet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from seq2seq_core.documents.document import Document, TextUnit, Upload
from seq2seq_core.documents.encoding import decoded
from seq2seq_core.types import CoreError

if TYPE_CHECKING:
    from translate.storage.pypo import pofile, pounit

CHARSET = re.compile(r'(?<="Content-Type: text/plain; charset=)[^\s"\\]+', re.IGNORECASE)

MOST_PLURALS = 6
"""Forms of a plural: no language has more."""


def read_catalogue(upload: Upload) -> Document:
    """Messages with a translation, fuzzy ones too, and obsolete ones are left alone; what is written is marked fuzzy.

    Of a message with plurals, singular and plural are a text each; all forms but the first get the plural's.

    Raises:
        CoreError: it is no catalogue, or translate-toolkit is not installed.
    """
    text, encode = decoded(upload.name, upload.data)
    text, charset = CHARSET.sub("UTF-8", text, count=1), CHARSET.search(text)
    entries = _entries(_parsed(upload.name, text))
    open_ = [entry for entry in entries if not _translated(entry)]
    units = tuple(
        TextUnit(said, f"message {number}" + (f", {form}" if form else ""))
        for number, entry in enumerate(entries, start=1)
        if not _translated(entry)
        for said, form in zip(_sources(entry), ("", "plural"), strict=False)
    )
    notes = []
    if len(open_) < len(entries):
        notes.append(f"{len(entries) - len(open_)} messages have a translation already and are left alone")
    if charset and charset[0].upper() not in ("UTF-8", "ASCII", "US-ASCII", "CHARSET"):
        notes.append(f"the header says {charset[0]}, the text is UTF-8; what is written says so")

    def write(translations: Sequence[str | None]) -> bytes:
        store, told = _parsed(upload.name, text), iter(translations)
        for entry in _entries(store):
            if not _translated(entry):
                new = [(source, next(told)) for source in _sources(entry)]
                forms = [_with_line_breaks_of(source, said) for source, said in new if said is not None]
                if len(forms) == len(new):
                    entry.target = [*forms[:1], *forms[1:] * (_forms(store) - 1)] if len(forms) > 1 else forms[0]
                    entry.markfuzzy()
        return encode(bytes(store).decode("utf-8"))

    return Document(upload.name, upload.suffix, units, write, tuple(notes))


def _parsed(name: str, text: str) -> pofile:
    try:
        from translate.storage.base import ParseError
        from translate.storage.pypo import pofile
    except ImportError as error:
        raise CoreError("reading .po needs translate-toolkit: pip install translate-toolkit") from error

    try:
        store = pofile.parsestring(text.encode("utf-8", "replace"))
    except (ParseError, ValueError) as error:
        raise CoreError(f"{name} is no sound message catalogue: {error}; export it again") from error
    if text.strip() and not store.units:
        raise CoreError(f"{name} holds no messages (msgid and msgstr); it is no message catalogue")
    return store


def _entries(store: pofile) -> list[pounit]:
    """Those that programs show."""
    return [unit for unit in store.units if unit.istranslatable() and not unit.isobsolete()]


def _translated(entry: pounit) -> bool:
    return any(map(str.strip, _strings(entry.target)))


def _sources(entry: pounit) -> list[str]:
    """The message, or its singular and its plural."""
    return _strings(entry.source)[:2]


def _strings(text: object) -> list[str]:
    return [str(part) for part in getattr(text, "strings", [text])]


def _forms(store: pofile) -> int:
    """How many forms of a number the header says that the language has; two where it says none.

    Raises:
        CoreError: more than any language has.
    """
    said, _ = store.getheaderplural()
    count = int(said) if said and said.isdecimal() else 2
    if not 1 <= count <= MOST_PLURALS:
        raise CoreError(f"the header asks for {count} forms of a plural; {MOST_PLURALS} are the most; check nplurals")
    return count


def _with_line_breaks_of(source: str, new: str) -> str:
    """gettext wants both to begin, and to end, with a line break where one does."""
    body = new.strip("\n")
    return "\n" * source.startswith("\n") + body + "\n" * (source.endswith("\n") and bool(body))
