import unicodedata

import pytest

from demo.common.text_input import MAX_CHARACTERS, InputError, clean
from demo.sets.sentences import COLUMNS, MAX_LINES, everyday, pasted


def test_the_built_in_set_is_forty_clean_sentences_in_three_languages() -> None:
    english = everyday("English", "German")
    french = everyday("English", "French")
    assert len(english.sources) == len(set(english.sources)) == 40
    assert english.references and french.references
    for language in (english.sources, english.references, french.references):
        assert len(language) == 40
        for sentence in language:
            assert 4 <= len(sentence.split()) <= 22
            assert clean(sentence).text == sentence == unicodedata.normalize("NFC", sentence)
            assert sentence[0].isupper() and sentence[-1] in ".?"
    assert all(a.endswith("?") == b.endswith("?") for a, b in zip(english.sources, english.references, strict=True))
    assert english.references[8] == "Eine Frau hängt auf einem Balkon Wäsche auf."


def test_the_built_in_set_turns_round_with_the_model() -> None:
    there, back = everyday("English", "German"), everyday("German", "English")
    assert (there.sources, there.references) == (back.references, back.sources)


def test_a_language_without_references_says_so_and_an_unknown_source_is_refused() -> None:
    polish = everyday("English", "Polish")
    assert polish.references is None
    assert "no references" in polish.note
    with pytest.raises(InputError, match="does not read English or German or French"):
        everyday("Polish", "English")
    assert set(COLUMNS.values()) == {"en", "de", "fr"}


def test_pasted_lines_keep_their_numbers_and_their_references() -> None:
    text = "A dog runs.\tEin Hund rennt.\r\n\r\n  <b>مرحبا</b> 👩‍👩‍👧 \t ${1} \u2028 $x$ \n"
    given = pasted(text)
    assert given.sources == ("A dog runs.", "<b>مرحبا</b> 👩‍👩‍👧")
    assert given.references == ("Ein Hund rennt.", "${1} $x$")
    assert given.lines == (1, 3)
    assert pasted("One.\nTwo.").references is None
    assert pasted("One.\t\nTwo.").references is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "at least one sentence"),
        (" \n\t\n", "at least one sentence"),
        (None, "at most 200 lines"),
        (["a"], "at most 200 lines"),
        ("x" * 500_000, "at most 200 lines"),
        ("One.\n\tZwei.", "Line 2 has a reference but no sentence"),
        ("One.\tEins.\n\nTwo.", "Line 3 has no reference"),
        ("One.\tEins.\tUn.", "Line 1 has 3 columns"),
        ("One.\n\u200b", "Line 2 has no text"),
        ("One.\n" + "x" * (MAX_CHARACTERS + 1), "Line 2 has 1,001 characters; the limit is 1,000"),
        ("One.\n" * (MAX_LINES + 1), f"Line {MAX_LINES + 1} is one too many"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(text: object, message: str) -> None:
    with pytest.raises(InputError, match=rf"^[A-Z].*{message}.*\.$|^{message}.*\.$"):
        pasted(text)


def test_as_many_lines_as_are_permitted_are() -> None:
    line = "x" * MAX_CHARACTERS + "\t" + "y" * MAX_CHARACTERS + "\n"
    assert len(pasted(line * MAX_LINES).sources) == MAX_LINES


@pytest.mark.parametrize(
    "lines",
    ["A dog runs.;Ein Hund rennt.", 'A dog runs.;"Ein Hund rennt."', "A dog runs. ; Ein Hund rennt.\nYes. ; Ja."],
)
def test_pairs_parted_by_semicolons_are_read_and_it_says_so(lines: str) -> None:
    found = pasted(lines)
    assert found.sources[0] == "A dog runs." and found.references and found.references[0] == "Ein Hund rennt."
    assert "semicolon" in found.note


@pytest.mark.parametrize("lines", ["It rains; we stay.", "It rains; we stay.\nA dog runs.", "See you ;P", "Yes."])
def test_a_semicolon_in_a_sentence_stays_in_it(lines: str) -> None:
    found = pasted(lines)
    assert found.sources == tuple(lines.split("\n")) and found.references is None and not found.note


@pytest.mark.parametrize(
    ("lines", "said"),
    [("A dog;Ein Hund\nA cat.", "Line 2 has no reference"), ("A;Ein;Une chose", "3 columns"),
     (";Ein Hund rennt.", "before the semicolon")],
)  # fmt: skip
def test_what_is_no_table_of_pairs_is_refused(lines: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        pasted(lines)
