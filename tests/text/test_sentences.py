"""Where sentences end, and that nothing of a text is lost."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.sentence_splitting import MarkedText, ends_of, read_texts
from seq2seq_core.text.languages import language_code, two_languages
from seq2seq_core.text.sentences import WINDOW, Sentences, sentences_of

TEXTS = read_texts()

SIGNS = ["a", "B", "é", "Dr", "no", "etc", "approx", "I", "42", ".", "…", "!", "?", ",", "-", "*", ")", "(", '"', "'"]
SIGNS += ["“", "”", "’", "«", "»", "「", "」", "。", "😀", "\u0301", "\u200b", "\ufeff", " ", "  ", "\u00a0", "\u3000"]
SIGNS += ["\t", "\n", "\r\n", "\r", "\u2028", "\x85", "\x1c", "\0", "\ud83d", "http://a.b/?!c"]


def kept(text: str, language: str | None = "en") -> Sentences:
    """Its sentences, once it is sure that none of it is lost."""
    split = sentences_of(text, language)
    assert split.joined(split.sentences) == text
    assert len(split.between) == len(split.sentences) + 1
    assert all(sentence == sentence.strip() != "" for sentence in split.sentences)
    assert bool(split.sentences) == bool(text.strip())
    return split


@pytest.mark.parametrize("marked", [text for text in TEXTS if not text.missed], ids=lambda marked: marked.text)
def test_sentences_end_where_they_should(marked: MarkedText) -> None:
    assert ends_of(marked.text, kept(marked.text).sentences) == marked.ends


@pytest.mark.parametrize("marked", [text for text in TEXTS if text.missed], ids=lambda marked: marked.text)
def test_what_is_known_to_come_out_wrong(marked: MarkedText) -> None:
    """Whoever mends one takes its mark away in boundaries.tsv."""
    assert ends_of(marked.text, kept(marked.text).sentences) != marked.ends


def test_the_list_is_no_smaller_and_its_misses_no_more() -> None:
    assert len(TEXTS) >= 190 and sum(text.missed for text in TEXTS) <= 10
    assert len({text.text for text in TEXTS}) == len(TEXTS)


@given(st.one_of(st.text(), st.lists(st.sampled_from(SIGNS), max_size=30).map("".join)))
@example("« » »» a. » »B. »  » C.")
@example('" ". "')
@example("a." + " " * WINDOW + "B.")
@settings(max_examples=150, deadline=None)
def test_nothing_of_any_text_is_lost(text: str) -> None:
    for language in ("en", "hy", None):
        kept(text, language)


def test_line_breaks_end_sentences_and_stay() -> None:
    split = kept("A title\r\n\r\n  One. Two\n\tThree,\nfour.\u2028Five.\n")
    assert split.sentences == ("A title", "One.", "Two", "Three,", "four.", "Five.")
    assert split.between == ("", "\r\n\r\n  ", " ", "\n\t", "\n", "\u2028", "\n")


def test_marks_of_lists_stand_between_sentences() -> None:
    """A model of sentences drops or misreads them."""
    split = kept("Plan:\n1. Wake up. 2. Eat.\n a) Bread\n - Jam\n(b) Tea\nIV. Leave.\n## Notes\n> He wrote it.")
    assert split.sentences == ("Plan:", "Wake up.", "Eat.", "Bread", "Jam", "Tea", "Leave.", "Notes", "He wrote it.")
    assert split.between == ("", "\n1. ", " 2. ", "\n a) ", "\n - ", "\n(b) ", "\nIV. ", "\n## ", "\n> ", "")
    # These are parts of sentences, or all there is.
    for text in ("A. Stone left.", "I. Newton fell.", "p. 14 is torn.", "-5 is cold.", "1.", "-", "#1 wins.", "2.5 kg"):
        assert kept(text).sentences == (text,)


def test_a_sentence_as_long_as_several_windows_stays_whole() -> None:
    long = "word " * WINDOW + "end."
    assert kept(f"Short. {long} Then Dr. Low came. He left.").sentences == (
        "Short.",
        long,
        "Then Dr. Low came.",
        "He left.",
    )
    many = "The shop opens at nine. " * WINDOW
    assert kept(many).sentences == ("The shop opens at nine.",) * WINDOW


@pytest.mark.parametrize("unit", ["“a. ", "『a。", "Dr. ", "1. ", "?!", "… ", "a.” "])
def test_time_grows_with_the_length_of_a_text_and_no_faster(unit: str) -> None:
    def seconds(count: int) -> float:
        start = time.process_time()
        sentences_of(unit * count)
        return time.process_time() - start

    # Eight times as long: eight times as slow where linear, 64 times where squared.
    assert seconds(24_000) < 24 * seconds(3_000) + 0.05


def test_abbreviations_and_ordinals_are_those_of_the_language() -> None:
    text = "Am 3. Mai kam er. Sie ging z. B. nicht."
    assert kept(text, "de").sentences == ("Am 3. Mai kam er.", "Sie ging z. B. nicht.")
    assert kept(text, "en").sentences[0] == "Am 3."
    assert kept("1. One. 2. Two.", None).sentences == ("1. One. 2. Two.",)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("English", "en"),
        (" german ", "de"),
        ("pt-BR", "pt"),
        ("zh_Hant", "zh"),
        ("fr", "fr"),
        ("Date", None),
        ("ISO 8601", None),
        ("Source", None),
        ("", None),
    ],
)
def test_names_of_languages(name: str, code: str | None) -> None:
    assert language_code(name) == code


@pytest.mark.parametrize(
    ("headings", "names"),
    [
        (("en", "es"), ("English", "Spanish")),
        (("eng", "pt-BR"), ("English", "Portuguese")),
        (("Englisch", "Spanisch"), ("English", "Spanish")),
        (("français", "allemand"), ("French", "German")),
        (("中文", "english"), ("Chinese", "English")),
        (("English words/sentences", "text_fr"), ("English", "French")),
        (("no", "is"), ("Norwegian", "Icelandic")),
        (("misspelling", "correction"), None),
        (("en", "tag"), None),
        (("English", "english"), None),
        (("", ""), None),
    ],
)
def test_headings_that_name_two_languages(headings: tuple[str, str], names: tuple[str, str] | None) -> None:
    assert two_languages(*headings) == names
