"""Tables: one column is translated into a new one, and every row stays as it was written."""

from __future__ import annotations

import csv

import pytest

from seq2seq_core.documents import read_document
from seq2seq_core.types import CoreError

FISH = 'id,name,what people say\n1,"cod, ling",A fish.\n2,eel,"He said ""no"".\nTwice."\n3,ray,\n'


def test_a_column_by_name_and_by_number() -> None:
    named = read_document("fish.csv", FISH.encode(), column="What people say")
    numbered = read_document("fish.csv", FISH.encode(), column="3")
    assert [(unit.place, unit.text) for unit in named.units] == [
        ("row 2", "A fish."),
        ("row 3", 'He said "no".\nTwice.'),
    ]
    assert named.units == numbered.units
    assert named.notes == ()


def test_translations_stand_in_a_new_last_column() -> None:
    document = read_document("fish.csv", FISH.encode(), column="3")
    written = document.written(["Ein Fisch, ja.", 'Er sagte "nein".\nZweimal.']).decode()
    assert written == (
        'id,name,what people say,translation\n1,"cod, ling",A fish.,"Ein Fisch, ja."\n'
        '2,eel,"He said ""no"".\nTwice.","Er sagte ""nein"".\nZweimal."\n3,ray,,\n'
    )
    rows = list(csv.reader(written.splitlines(keepends=True)))
    assert {len(row) for row in rows} == {4} and rows[2][3] == 'Er sagte "nein".\nZweimal.'


def test_what_is_not_translated_has_an_empty_cell() -> None:
    assert read_document("a.tsv", b"one\tx\ntwo\ty").written([None, "zwei"]) == b"one\tx\t\ntwo\ty\tzwei"


def test_line_ends_marks_and_delimiters_stay() -> None:
    data = "\ufeffText;Zahl\r\nA boat;1\r\nTwo boats;2\r\n".encode()
    document = read_document("a.csv", data)
    assert [unit.text for unit in document.units] == ["A boat", "Two boats"]
    assert any("semicolon" in note for note in document.notes)
    assert document.written(["Ein Boot", "Zwei; Boote"]) == (
        '\ufeffText;Zahl;translation\r\nA boat;1;Ein Boot\r\nTwo boats;2;"Zwei; Boote"\r\n'.encode()
    )


def test_tabs_without_quotation_marks_have_none_afterwards() -> None:
    data = b'He said "no\tx\nShe said "yes"\ty\n'
    assert read_document("a.tsv", data).written(['Er "sagte"\tnein', "Sie\nauch"]) == (
        b'He said "no\tx\tEr "sagte" nein\nShe said "yes"\ty\tSie auch\n'
    )


def test_a_table_of_one_column() -> None:
    document = read_document("a.csv", b"sentence\nA dog.\nA cat.\n")
    assert [unit.place for unit in document.units] == ["row 2", "row 3"]
    assert document.written(["Ein Hund.", "Eine Katze."]) == (
        b"sentence,translation\nA dog.,Ein Hund.\nA cat.,Eine Katze.\n"
    )


def test_numbers_are_not_taken_for_text() -> None:
    rows = "".join(f"{n},sentence number {n} here\n" for n in range(1, 30))
    document = read_document("a.csv", rows.encode())
    assert document.units[0].text == "sentence number 1 here"
    assert any("column 2 is translated" in note for note in document.notes)


def test_a_second_translation_gets_another_name() -> None:
    document = read_document("a.csv", b"text,translation\nA dog.,Ein Hund.\n", column="text")
    assert document.written(["Un chien."]).splitlines()[0] == b"text,translation,translation 2"


def test_odd_rows_are_left_alone_and_named() -> None:
    data = b"text,n\nA dog,1\nA cat, an owl,2\n\nA hen,3\n"
    document = read_document("a.csv", data, column="text")
    assert [unit.text for unit in document.units] == ["A dog", "A hen"]
    assert "row 3" in document.notes[-1]
    assert document.written(["Hund", "Huhn"]) == (
        b"text,n,translation\nA dog,1,Hund\nA cat, an owl,2\n\nA hen,3,Huhn\n"
    )


@pytest.mark.parametrize(("column", "message"), [("price", "no column 'price'"), ("7", "3 columns"), ("1+2", "one")])
def test_a_column_that_is_not_there(column: str, message: str) -> None:
    with pytest.raises(CoreError, match=message):
        read_document("fish.csv", FISH.encode(), column=column)


@pytest.mark.parametrize("data", [b"", b"\n\n", b",\n,\n"])
def test_an_empty_table_is_refused(data: bytes) -> None:
    with pytest.raises(CoreError, match="no text"):
        read_document("a.csv", data)
