"""What a model reads of a text, and what becomes of what it wrote: nothing that is not translated is lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq_core.text.characters import normalise
from seq2seq_core.text.reading import Reader
from tests.text.vocabulary import SmallVocabulary, pieces

READER = Reader(SmallVocabulary(), prose=True)
WITHOUT_SYMBOLS = Reader(SmallVocabulary(symbols=0), prose=True)
CHARACTERS = Reader(SmallVocabulary(), prose=False)


def said(reader: Reader, source: str, written: str) -> str:
    """What a person gets who gave ``source`` where the model wrote ``written``, and has no attention."""
    reading = reader.read(source)
    return reading.written(written, pieces(reading.text), pieces(written), None)[0]


def test_symbols_stand_for_what_is_kept() -> None:
    reading = READER.read("Open https://example.org and press {key} 😀")
    assert reading.text == "Open ⟨1⟩ and press ⟨2⟩"
    assert [kept.text for kept in reading.kept] == ["https://example.org", "{key} 😀"]
    assert list(map(reading.piece, ["▁Drücke", "⟨2⟩", "⟨9⟩"])) == ["▁Drücke", "{key} 😀", "⟨9⟩"]


def test_markup_is_set_around_the_words_that_it_was_around() -> None:
    reading = READER.read("Yesterday <b>the dog</b> runs<br/>fast")
    assert reading.text == "Yesterday the dog runs fast"
    source, target = pieces(reading.text), ["▁Schnell", "▁lief", "▁gestern", "▁der", "▁Hund", "</s>"]
    attention = np.zeros((6, 6), dtype=np.float32)
    for row, column in ((0, 4), (1, 3), (2, 0), (3, 1), (4, 2), (5, 5)):
        attention[row, column] = 1.0
    text, _ = reading.written("Schnell lief gestern der Hund", source, target, attention)
    assert text == "Schnell lief <br/>gestern <b>der Hund</b>"
    assert READER.read("press <kbd>F1</kbd>").text == "press F1"
    assert said(READER, "<i>the dog</i>", "der Hund") == "<i>der Hund</i>"


def test_code_is_given_back() -> None:
    reading = READER.read("while (i < 9) { i += 1; }")
    assert reading.text == "" and reading.notes[0].startswith("This looks like code")
    assert READER.read("He said: [no] - it's 5 < 6; really?").text


@pytest.mark.parametrize(
    ("source", "written", "got"),
    [
        ("Open https://a.org now", "Öffne jetzt ⟨1⟩", "Öffne jetzt https://a.org"),
        ("Open https://a.org now", "⟨1⟩ und ⟨1⟩ jetzt ⟨2⟩", "https://a.org und jetzt"),
        ("I like it 😀", "Das mag ich", "Das mag ich 😀"),
        ("😀 I like it", "Das mag ich", "😀 Das mag ich"),
        ("I like 😀.", "Ich mag.", "Ich mag 😀."),
        ("Say {name}: hello there", "Sag: hallo da", "Sag {name}: hallo da"),
        ("It is 5 km away", "", "5 km"),
        ("Say ⟨1⟩ twice", "Sag ⟨1⟩ zweimal", "Sag ⟨1⟩ zweimal"),
        ("WHERE IS https://a.org/b?", "Wo ist ⟨1⟩?", "WO IST https://a.org/b?"),
    ],
)
def test_a_translation_is_given_back(source: str, written: str, got: str) -> None:
    assert said(READER, source, written) == got


def test_more_parts_than_symbols() -> None:
    source = " and ".join(f"{{name{number}}}" for number in range(9))
    reading = READER.read(source)
    assert reading.text.count("⟨") == 6
    text, restored = reading.written(reading.text, pieces(reading.text), pieces(reading.text), None)
    assert restored == ("{name6}", "{name7}", "{name8}")
    assert sorted(part for part in text.split() if part != "and") == sorted(source.split(" and "))


def test_attention_says_where_a_part_belongs() -> None:
    reading = READER.read("the {name} runs on the beach")
    source, target = pieces(reading.text), ["▁am", "▁Strand", "▁läuft", "▁der", "▁alte", "</s>"]
    attention = np.full((6, len(source)), 0.1, dtype=np.float32)
    attention[3, source.index("⟨1⟩")] = 0.9
    text, restored = reading.written("am Strand läuft der alte", source, target, attention)
    assert (text, restored) == ("am Strand läuft der {name} alte", ("{name}",))


def test_without_symbols_parts_are_left_out_and_put_back() -> None:
    reading = WITHOUT_SYMBOLS.read("I like 😀 that dog 😀.")
    assert reading.text == "I like that dog."
    assert said(WITHOUT_SYMBOLS, "I like 😀 that dog 😀.", "Ich mag diesen Hund.") == "Ich mag 😀 diesen Hund 😀."
    assert WITHOUT_SYMBOLS.read("one<br>two").text == "one two"


@pytest.mark.parametrize("source", ["😀", "https://a.org", "你好，世界", "...", "$5", ""])
def test_what_holds_no_words_is_given_back_unread(source: str) -> None:
    reading = READER.read(source)
    assert reading.text == ""
    assert reading.written("", (), (), None) == (source, ())


def test_a_person_is_told_what_the_model_cannot_read() -> None:
    assert READER.read("Нина: привет, Tom").notes == (
        "Cyrillic is not among what this model was trained on: those words are given back as they are.",
    )
    assert READER.read("你好世界").notes[0].startswith("Chinese is not among")
    assert READER.read("Nina says привет to all of us").notes == ()
    assert READER.read("I KNOW THAT").notes == ("Read in small letters, and written back in capitals.",)


def test_capitals_are_written_back() -> None:
    reading = READER.read("WHERE IS THE DOG?")
    assert reading.text == "where is the dog?"
    assert list(map(reading.piece, ["▁Straße", "</s>", "<0xC3>"])) == ["▁STRASSE", "</s>", "<0xC3>"]
    assert reading.written("Wo ist die Straße?", pieces(reading.text), pieces("Wo ist"), None) == (
        "WO IST DIE STRASSE?",
        (),
    )
    assert reading.target("WO IST ER?") == "wo ist er?"


def test_a_given_translation_has_the_same_symbols() -> None:
    reading = READER.read("Open https://a.org and {name}")
    assert reading.target("Öffne {name} und https://a.org") == "Öffne ⟨2⟩ und ⟨1⟩"


def test_a_model_of_anything_else_reads_each_character() -> None:
    for text in ("3/4/2023", "TUE 5 MAY", "https://a.org 😀", "⟨1⟩"):
        reading = CHARACTERS.read(text)
        assert (reading.text, reading.kept, reading.style) == (text, (), "ordinary")
        assert reading.written("⟨2⟩ X", (), (), None) == ("⟨2⟩ X", ()) or "⟨" not in text


PARTS = ["https://example.org/x", "😀", "<b>", "</b>", "{name}", "`x = 1`", "Нина", "⟨3⟩"]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(st.sampled_from(PARTS), st.text(st.characters(exclude_characters="`<>{}⟨⟩"), max_size=12)),
        max_size=14,
    ),
    st.text(max_size=30),
    st.booleans(),
)
def test_nothing_is_lost_whatever_the_model_writes(words: list[str], babble: str, symbols: bool) -> None:
    reader, source = READER if symbols else WITHOUT_SYMBOLS, " ".join(words)
    reading = reader.read(source)
    written = babble + reading.text[: len(babble)] + "⟨2⟩⟨1⟩"
    text, _ = reading.written(written, pieces(reading.text), pieces(written), None)
    for kept in reading.kept:
        assert text.count(kept.text) >= 1
    for part in PARTS:
        assert text.count(part) >= normalise(source).count(part)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_on_one_line(text: str) -> None:
    for reader in (READER, WITHOUT_SYMBOLS, CHARACTERS):
        read = reader.read(text).text
        assert read == normalise(read)
        assert read.isprintable() or not read.isascii()
        assert not any(character in read for character in "\n\r\u2028\u2029\ufeff\u00ad\u200b")
