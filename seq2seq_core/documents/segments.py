"""Translation memories (.tmx) and XLIFF (.xliff, .xlf), by translate-toolkit: every segment without a translation."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from seq2seq_core.data.files import marked_encoding
from seq2seq_core.documents.document import Document, TextUnit, Upload
from seq2seq_core.documents.encoding import decoded
from seq2seq_core.documents.xml import checked_root, legal
from seq2seq_core.text.languages import language_code
from seq2seq_core.types import CoreError

if TYPE_CHECKING:
    from lxml.etree import _Element

CODES = {"bpt", "ept", "it", "ph", "ut", "x", "bx", "ex", "cp", "sc", "ec"}
"""Elements within a segment that hold a program's own signs, not words."""

DECLARATION = re.compile(r"""\A(\s*<\?xml[^>]*?encoding=["'])[\w.-]+""")
"""The beginning of an XML file up to the name of its encoding."""

UNKNOWN_LANGUAGE = "und"
"""What BCP 47 calls a language that nobody named."""

LONGEST_CODE = 3
"""Letters of a language in its code, before what narrows it down: de-AT."""

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def read_segments(upload: Upload) -> Document:
    """Segments with a translation, and those marked as not to be translated, are left alone.

    Of a segment with elements inside (formatting, placeholders) the words are read, and the translation lacks them; a
    note says of how many.

    Raises:
        CoreError: it is damaged or something else, its languages leave a choice, or translate-toolkit is not installed.
    """
    store = _parsed(upload)
    found = list(_open_segments(store))
    done = sum(1 for unit in store.units if (unit.target or "").strip())
    marked = sum(1 for unit in found if len(_text_element(unit, unit.source_dom)))
    notes = []
    if done:
        notes.append(f"{done} segments have a translation already and are left alone")
    if marked:
        notes.append(f"{marked} segments have formatting or placeholders inside, which their translations will lack")
    if upload.suffix == ".tmx" and store.targetlanguage == UNKNOWN_LANGUAGE:
        notes.append(f"the file names no target language: translations are written as {UNKNOWN_LANGUAGE!r}")

    def write(translations: Sequence[str | None]) -> bytes:
        again = _parsed(upload)
        for unit, new in zip(list(_open_segments(again)), translations, strict=True):
            if new is not None:
                _put(unit, legal(new), again.targetlanguage)
        written = io.BytesIO()
        again.serialize(written)
        return _as_it_came(upload, written.getvalue())

    numbers = {id(unit.xmlelement): number for number, unit in enumerate(store.units, start=1)}
    units = tuple(TextUnit(_words(unit), f"segment {numbers[id(unit.xmlelement)]}") for unit in found)
    return Document(upload.name, upload.suffix, units, write, tuple(notes))


def _parsed(upload: Upload) -> Any:
    """The file as a store of translate-toolkit, source and target language set.

    Raises:
        CoreError: see ``read_segments``.
    """
    try:
        from translate.storage.tmx import tmxfile
        from translate.storage.xliff import xlifffile
        from translate.storage.xliff2 import Xliff2File
    except ImportError as error:
        raise CoreError(f"reading {upload.suffix} needs translate-toolkit: pip install translate-toolkit") from error

    data = _in_utf8(upload)
    root = checked_root(upload.name, data)
    wanted = "tmx" if upload.suffix == ".tmx" else "xliff"
    kind = root.tag.rpartition("}")[2]
    if kind != wanted:
        raise CoreError(f"{upload.name} holds <{kind}>, not <{wanted}>; check whether it is the right file")
    target = _code(upload.target_language)
    try:
        if wanted == "tmx":
            source, target = _languages(upload.name, root, target)
            return tmxfile.parsestring(data, sourcelanguage=source, targetlanguage=target)
        store = (Xliff2File if root.get("version", "").startswith("2") else xlifffile).parsestring(data)
        if target and not store.targetlanguage:
            store.targetlanguage = target
        return store
    except (AssertionError, AttributeError, KeyError, StopIteration, TypeError, ValueError) as error:
        raise CoreError(f"{upload.name} is not built as a {upload.suffix} file is; export it again") from error


def _in_utf8(upload: Upload) -> bytes:
    """The file; what has a mark of UTF-16 or UTF-32 as UTF-8, since translate-toolkit writes that mark twice."""
    if marked_encoding(upload.data) is None:
        return upload.data
    return DECLARATION.sub(r"\1UTF-8", decoded(upload.name, upload.data).text).encode("utf-8", "replace")


def _as_it_came(upload: Upload, written: bytes) -> bytes:
    """The way back of ``_in_utf8``."""
    encoding = marked_encoding(upload.data)
    if encoding is None:
        return written
    text = DECLARATION.sub(rf"\1{encoding.upper()}", written.decode("utf-8"))
    return decoded(upload.name, upload.data).encode(text)


def _languages(name: str, root: _Element, target: str | None) -> tuple[str, str]:
    """Of a memory: the source language it names (or its first), and the target's, as the file spells them.

    Raises:
        CoreError: there are several that may be the target.
    """
    there = [element.get(LANGUAGE) or element.get("lang") or "" for element in root.iter("tuv")]
    spelt = list(dict.fromkeys(filter(None, there)))
    header = root.find("header")
    source = (header.get("srclang") if header is not None else None) or "*all*"
    if source.lower() == "*all*":
        source = spelt[0] if spelt else UNKNOWN_LANGUAGE
    others = [language for language in spelt if _base(language) != _base(source)]
    if target is not None:
        return source, next((language for language in others if _base(language) == _base(target)), target)
    if len(others) > 1:
        raise CoreError(f"{name} holds {', '.join(others)} beside {source}; say which is the target language")
    return source, others[0] if others else UNKNOWN_LANGUAGE


def _base(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].lower()


def _code(language: str | None) -> str | None:
    """The code of a language that is called so in English; a code is one already. None of what is no language."""
    if not language:
        return None
    return language_code(language) or (language if len(_base(language)) <= LONGEST_CODE else None)


def _open_segments(store: Any) -> Iterator[Any]:
    """Those that want a translation."""
    for unit in store.units:
        if unit.istranslatable() and not (unit.target or "").strip() and _words(unit).strip():
            yield unit


def _text_element(unit: Any, language_element: _Element) -> _Element:
    """The element that holds the text itself: the <seg> of a memory, or the <source> or <target> of XLIFF."""
    if not unit.textNode:
        return language_element
    return next(language_element.iter(unit.namespaced(unit.textNode)), language_element)


def _words(unit: Any) -> str:
    """The source without codes; with elements inside, every run of white space is one space."""
    if unit.source_dom is None:
        return ""
    element = _text_element(unit, unit.source_dom)
    return " ".join("".join(_texts(element)).split()) if len(element) else unit.source or ""


def _texts(element: _Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag.rpartition("}")[2] not in CODES:
            yield from _texts(child)
        yield child.tail or ""


def _put(unit: Any, new: str, language: str | None) -> None:
    """The translation, marked as one that nobody has reviewed where the format can say so."""
    if unit.target_dom is not None:
        element = _text_element(unit, unit.target_dom)
        for child in list(element):
            element.remove(child)
    unit.settarget(new, language or UNKNOWN_LANGUAGE)
    states = getattr(unit, "statemap", {})
    if "needs-review-translation" in states:
        unit.set_state_n(states["needs-review-translation"])
    elif "translated" in states:
        unit.marktranslated()
