from functools import partial

import pytest

from demo.common.text_input import MAX_CHARACTERS, MAX_SENTENCES, MAX_TEXT, InputError, clean, clean_text, joined
from seq2seq_core.text.sentences import Sentences, sentences_of

english = partial(sentences_of, language="en")


@pytest.mark.parametrize("nothing", ["", "   \n\t ", None, 5, ["a"], "\u200b"])
def test_nothing_to_translate_is_one_sentence(nothing: object) -> None:
    with pytest.raises(InputError, match=r"^Type an English sentence to translate\.$"):
        clean(nothing)


def test_who_asks_for_another_text_says_so() -> None:
    with pytest.raises(InputError, match=r"^Give a reference\.$"):
        clean("", "Give a reference.")


def test_line_breaks_and_control_characters_become_spaces() -> None:
    assert clean(" A dog\r\nruns\x00 fast.\u2028Yes. ").text == "A dog runs fast. Yes."


HOSTILE = ("<b>bold</b> <script>", "${alert(1)} {{value}}")
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467 go home"


@pytest.mark.parametrize("text", [*HOSTILE, FAMILY, "مرحبا", "می\u200cخواهم"])
def test_ordinary_and_hostile_text_stays_as_it_is(text: str) -> None:
    assert clean(text).text == text
    assert clean(text).note == ""


def test_a_lone_surrogate_becomes_a_character() -> None:
    assert clean("A \ud83d dog.").text == "A \ufffd dog."


def test_a_novel_is_cut_between_words_and_says_where() -> None:
    cleaned = clean("A dog runs. " * 500)
    assert len(cleaned.text) <= MAX_CHARACTERS
    assert cleaned.text.endswith(("dog", "runs.", "A"))
    assert f"{len(cleaned.text)}" in cleaned.note
    assert f"{MAX_CHARACTERS:,}" in cleaned.note


def test_one_endless_word_is_cut_too() -> None:
    assert len(clean("a" * 20_000_000).text) == MAX_CHARACTERS


def test_a_tail_that_was_never_read_is_owned_up_to() -> None:
    assert clean("A dog." + " " * 10_000 + "A cat.").note


def test_a_text_keeps_its_sentences_and_what_stands_between_them() -> None:
    text = "  The train is late.  Shall we walk?\r\n\r\n\tIt is not far,\u200b Dr. Moss says. \n"
    cleaned = clean_text(text, english)
    assert cleaned.sentences == ("The train is late.", "Shall we walk?", "It is not far, Dr. Moss says.")
    assert cleaned.between == ("", "  ", "\r\n\r\n\t", "")
    assert joined(cleaned.sentences, cleaned.between) == text.strip().replace("\u200b", "")
    assert cleaned.note == ""


def test_each_sentence_is_one_clean_line() -> None:
    assert clean_text("The\ttrain  is\x00late. It\ud83d rains.", english).sentences == (
        "The train is late.",
        "It\ufffd rains.",
    )


@pytest.mark.parametrize("nothing", ["", " \n\u2028 ", "\u200b\n\x00", None, 7, ["a"]])
def test_a_text_of_nothing_is_one_sentence_to_its_author(nothing: object) -> None:
    with pytest.raises(InputError, match=r"^Give me words\.$"):
        clean_text(nothing, english, "Give me words.")


def test_one_sentence_is_read_as_ever() -> None:
    for text in ("A dog\truns.", "a" * 1700, "It rains and " * 150):
        cleaned, alone = clean_text(text, english), clean(text)
        assert (cleaned.sentences, cleaned.note) == ((alone.text,), alone.note)


def test_too_many_sentences_are_left_out_and_named() -> None:
    cleaned = clean_text("It rains.\n" * (MAX_SENTENCES + 7), english)
    assert len(cleaned.sentences) == MAX_SENTENCES and len(cleaned.between) == MAX_SENTENCES + 1
    assert cleaned.note.startswith(f"Only the first {MAX_SENTENCES} sentences were read (299 of 370 characters)")
    assert "Document view" in cleaned.note


def test_too_long_a_text_ends_with_a_whole_sentence() -> None:
    sentence = "The river is " + "very " * 40 + "wide."
    cleaned = clean_text(" ".join([sentence] * 20), english)
    assert set(cleaned.sentences) == {sentence}
    assert MAX_TEXT - len(sentence) <= len(joined(cleaned.sentences, cleaned.between)) <= MAX_TEXT
    assert f"{len(cleaned.sentences)} sentences were read" in cleaned.note


def test_a_sentence_that_is_cut_within_a_text_is_named() -> None:
    cleaned = clean_text("It rains. " + "We walk and " * 110 + "rest. Yes.", english)
    assert len(cleaned.sentences) == 3 and len(cleaned.sentences[1]) <= MAX_CHARACTERS
    assert cleaned.note.startswith("Of sentence 2, only the first ") and cleaned.note.count(".") == 1


def test_a_text_of_megabytes_is_read_no_further_than_needed() -> None:
    cleaned = clean_text("It rains. " + " " * 5_000_000 + "We walk.", english)
    assert cleaned.sentences == ("It rains.",)
    assert "Only the first sentence was read (9 of 5,000,018 characters)" in cleaned.note


def test_marks_of_lists_stand_between_sentences_and_stay() -> None:
    def items(text: str) -> Sentences:
        """As a splitter gives them that knows lists."""
        assert text == " - Buy milk.\n - Call Tom. *\n"
        return Sentences(("Buy milk.", "Call Tom."), (" - ", "\n - ", " *\n"))

    cleaned = clean_text(" - Buy milk.\n - Call Tom. *\n", items)
    assert cleaned.between == ("- ", "\n - ", " *")
    assert joined(("A", "B"), cleaned.between) == "- A\n - B *"
    assert joined(("A",), cleaned.between) == "- A", "of a text that was stopped"
