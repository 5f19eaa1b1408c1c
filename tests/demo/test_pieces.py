import math

from demo.pieces import label, units, words


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
