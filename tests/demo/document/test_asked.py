from typing import Any

import pytest

from demo.common.languages import Languages
from demo.common.text_input import InputError
from demo.document.asked import FILE, PASTED, given
from demo.service import DOCUMENT_LIMITS
from tests.demo.document.sending import sent


def test_a_pasted_text_is_a_document_of_lines() -> None:
    file = given(PASTED, "Where is it?\n\nÜber dort.", None, "ignored", Languages("English", "German"))
    assert (file.name, file.data.decode("utf-8")) == ("pasted.txt", "Where is it?\n\nÜber dort.")
    assert (file.column, file.target) == (None, "German")


@pytest.mark.parametrize("data", [b"", b"x", b"\x00\xff\xfe bytes", "Straße".encode() * 1000])
def test_a_file_arrives_byte_for_byte(data: bytes) -> None:
    assert given(FILE, "", sent("walk.srt", data), "").data == data


@pytest.mark.parametrize("name", ["/home/ann/walk.srt", "C:\\texts\\walk.srt", "../walk.srt"])
def test_a_file_has_no_path(name: str) -> None:
    assert given(FILE, "", sent(name, b"x"), "").name == "walk.srt"


def test_a_column_is_asked_of_a_table_alone() -> None:
    assert given(FILE, "", sent("a.CSV", b"x"), " text ").column == "text"
    assert given(FILE, "", sent("a.tsv", b"x"), "  ").column is None
    assert given(FILE, "", sent("a.tsv", b"x"), None).column is None
    assert given(FILE, "", sent("a.srt", b"x"), "text").column is None


def test_a_language_that_is_not_known_is_not_named() -> None:
    assert given(FILE, "", sent("a.tmx", b"x"), "").target is None


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (None, "Choose a file"),
        ("walk.srt", "Choose a file"),
        ({}, "did not arrive"),
        (sent(7, b"x"), "did not arrive"),
        (sent("a.srt", b"x", size=True), "did not arrive"),
        (sent("a.srt", b"xyz", size=2), "did not arrive whole"),
        (sent("a.srt", b"xyz", data="not base64!"), "did not arrive whole"),
        (sent("a.srt", b"xyz", data="ä"), "did not arrive whole"),
        (sent("a.srt", b"", size=DOCUMENT_LIMITS.size + 1), "larger than 2 MB"),
        (sent("a.srt", b"", size=10**30), "larger than 2 MB"),
        (sent("a.srt", b"x" * (DOCUMENT_LIMITS.size + 3), size=1), "larger than 2 MB"),
        (sent("a" * 130 + ".srt", b"x"), "shorten it"),
    ],
)
def test_what_is_no_file_is_a_sentence(file: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        given(FILE, "a text", file, "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "Paste a text"),
        (" \n\t", "Paste a text"),
        (["a"], "Paste a text"),
        ("fine \ud800", "half of a character .* at place 6"),
        ("x" * (DOCUMENT_LIMITS.size + 1), "longer than 2 MB"),
    ],
)
def test_what_cannot_be_pasted_is_a_sentence(text: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        given(PASTED, text, None, "")
