"""Plain text line by line, and what all formats owe."""

from __future__ import annotations

import codecs

import pytest

from seq2seq_core.documents import Limits, read_document
from seq2seq_core.types import CoreError


def test_every_line_with_words_is_a_text() -> None:
    document = read_document("Letter.TXT", b"Dear Ann,\r\n\r\n  the boat has sunk.\rYours\n")
    assert [(unit.text, unit.place) for unit in document.units] == [
        ("Dear Ann,", "line 1"),
        ("  the boat has sunk.", "line 3"),
        ("Yours", "line 4"),
    ]
    assert document.suffix == ".txt"
    assert document.written(["Liebe Änne,", None, "Deine"]) == (
        "Liebe Änne,\r\n\r\n  the boat has sunk.\rDeine\n".encode()
    )


@pytest.mark.parametrize(
    "data",
    [
        b"no end",
        codecs.BOM_UTF8 + "mit Marke: ä\n".encode(),
        codecs.BOM_UTF16_LE + "wide: ä\r\n".encode("utf-16-le"),
        codecs.BOM_UTF16_BE + "wide: ä".encode("utf-16-be"),
        codecs.BOM_UTF32_LE + "wider: 😀\n".encode("utf-32-le"),
        "form feed \f and \u2028 stay in their line\n\n\n".encode(),
    ],
)
def test_unchanged_texts_give_the_same_bytes(data: bytes) -> None:
    document = read_document("a.txt", data)
    assert len(document.units) == 1
    assert document.written([document.units[0].text]) == data == document.written([None])


def test_a_translation_never_makes_two_lines_of_one() -> None:
    assert read_document("a.txt", b"one\ntwo").written(["eins\r\nund", "zwei\n"]) == b"eins und\nzwei "


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.pdf", b"x", r"a\.pdf is of no format .* \.txt"),
        ("README", b"x", "of no format"),
        ("a.txt", b"", "no text to translate"),
        ("a.txt", b" \n\t\n", "no text to translate"),
        ("a.txt", b"fine\nM\xfcll\n", r"not UTF-8 text \(line 2\)"),
        ("a.txt", b"%PDF-1.7\n\xe2\xe3", "a PDF"),
        ("a.txt", "wide".encode("utf-16-le"), "UTF-16 without its mark"),
        ("a.txt", codecs.BOM_UTF16_LE + b"odd", "begins like UTF-16 and is damaged"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(name: str, data: bytes, message: str) -> None:
    with pytest.raises(CoreError, match=message):
        read_document(name, data)


def test_limits_are_heeded_and_named() -> None:
    with pytest.raises(CoreError, match="has 12 bytes, and at most 11"):
        read_document("a.txt", b"a\nb\nc\nd\ne\nf\n", limits=Limits(size=11))
    with pytest.raises(CoreError, match="holds 6 texts, and at most 5"):
        read_document("a.txt", b"a\nb\nc\nd\ne\nf\n", limits=Limits(units=5))


def test_a_column_is_asked_of_tables_only() -> None:
    with pytest.raises(CoreError, match="no columns"):
        read_document("a.txt", b"a\nb\n", column="2")


def test_as_many_translations_as_texts() -> None:
    with pytest.raises(CoreError, match="2 texts and 1 translations"):
        read_document("a.txt", b"a\nb\n").written(["x"])
