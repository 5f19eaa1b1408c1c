import pytest

from demo.common.text_input import MAX_CHARACTERS, InputError, clean


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


@pytest.mark.parametrize("text", [*HOSTILE, FAMILY, "مرحبا", "e\u0301te\u0301", "می\u200cخواهم"])
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
