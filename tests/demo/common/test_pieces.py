import math

import pytest

from demo.common.pieces import label, letters, percent, runs, units, words


def test_labels() -> None:
    assert [label(piece) for piece in ("▁Hund", "e", ".", "</s>", "<0xF0>", "▁", "▁▁")] == [
        "Hund",
        "·e",
        ".",
        "∎",
        "0xF0",
        "␣",
        "␣",
    ]


def test_a_long_label_is_cut() -> None:
    assert label("▁Donaudampfschifffahrt", longest=8) == "Donauda…"


def read(tokens: tuple[str, ...]) -> str:
    return " ".join("".join(unit.text for unit in word) for word in words(tokens, [0.0] * len(tokens)))


def test_pieces_read_as_words() -> None:
    assert read(("▁Ein", "▁Hund", "e", "hütte", ".", "</s>")) == "Ein Hundehütte."
    assert read(("▁", "Ab", "▁", "c")) == "Ab c"
    assert read(()) == ""


def test_bytes_are_read_together_and_weighed_together() -> None:
    tokens = ("▁Ja", "▁", "<0xF0>", "<0x9F>", "<0x98>", "<0x80>", "!")
    assert read(tokens) == "Ja 😀!"
    smile = next(unit for unit in units(tokens, [-0.1] * len(tokens)) if unit.text == "😀")
    assert (smile.first, smile.last) == (2, 5)
    assert math.isclose(smile.log_prob, -0.4)


def test_broken_bytes_do_not_break_the_page() -> None:
    assert read(("<0xF0>", "a")) == "\ufffda"


def places(*tokens: str) -> list[tuple[str, int, int]]:
    return [(word.text, word.first, word.last) for word in runs(tokens)]


def test_runs_are_words_with_their_places_and_the_end_stands_alone() -> None:
    assert places("▁Hund", "e", "hütte", ".", "</s>") == [("Hundehütte.", 0, 3), ("∎", 4, 4)]
    assert places("</s>") == [("∎", 0, 0)]
    assert places("▁", "Ab", "▁") == [("Ab", 0, 1), ("␣", 2, 2)]


@pytest.mark.parametrize(
    "tokens",
    [
        ("▁Ja", "▁", "<0xF0>", "<0x9F>", "<0x98>", "<0x80>", "!", "</s>"),
        ("▁👨", "\u200d👩", "▁e", "\u0301", "te", "</s>"),
        ("▁של", "ום", "▁<0x41>", "</s>"),
        ("<0xF0>", "a", "▁▁", "b"),
    ],
)
def test_every_piece_is_in_exactly_one_run(tokens: tuple[str, ...]) -> None:
    covered = [place for word in runs(tokens) for place in range(word.first, word.last + 1)]
    assert covered == list(range(len(tokens)))
    assert all(word.text for word in runs(tokens))


def test_a_small_probability_is_not_shown_as_none() -> None:
    assert percent(0.00004) == "below 0.1%"
    assert percent(0.4215) == "42.1%"


def test_a_model_that_writes_letters_has_none_marked() -> None:
    assert letters(("3", "▁", "M", "a", "i", "</s>")) and not letters(("▁Mai", "s", "</s>"))
    assert [label(piece, letter=True) for piece in ("3", "▁", "M", "</s>")] == ["3", "␣", "M", "∎"]
