"""Markdown: what is translated, what is left alone, and that no translation changes the structure."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from seq2seq_core.documents import Document, read_document
from seq2seq_core.documents.wrapping import wrapped

PAGE = r"""---
title: The harbour
---
# The harbour #

An old *town* by the sea,
with many boats.

Second title
============

> The wind
> is cold.
lazy line
> - a net
>   of rope

1. [ ] buy `bread`
2. first verse@@
   second verse\
   third verse

| fish | price |
|:-----|------:|
| cod \| ling | two |
| eel | |

    code stays

```sh
echo code stays
```

<div>
HTML stays
</div>

[link]: https://example.org "Stays"
""".replace("@@", "  ")


def page(text: str) -> Document:
    return read_document("page.md", text.encode())


def structure(text: str) -> list[tuple[str, int, str]]:
    """Blocks by kind and level, with the content of those that are no text."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return [
        (token.type, token.level, "" if token.type == "inline" else token.content)
        for token in tokens
        if token.type != "inline" or token.content
    ]


def test_texts_and_where_they_stand() -> None:
    assert [(unit.place, unit.text) for unit in page(PAGE).units] == [
        ("line 4", "The harbour"),
        ("line 6", "An old *town* by the sea, with many boats."),
        ("line 9", "Second title"),
        ("line 12", "The wind is cold. lazy line"),
        ("line 15", "a net of rope"),
        ("line 18", "buy `bread`"),
        ("line 19", "first verse\nsecond verse\nthird verse"),
        ("line 23, cell 1", "fish"),
        ("line 23, cell 2", "price"),
        ("line 25, cell 1", r"cod \| ling"),
        ("line 25, cell 2", "two"),
        ("line 26, cell 1", "eel"),
    ]


@pytest.mark.parametrize("text", [PAGE, PAGE.replace("\n", "\r\n"), PAGE.rstrip()])
def test_unchanged_texts_give_the_same_bytes(text: str) -> None:
    document = page(text)
    assert document.written([unit.text for unit in document.units]) == text.encode()


def test_translations_stand_where_their_texts_stood() -> None:
    document = page(PAGE)
    new = [unit.text.swapcase() + " ja" for unit in document.units]
    written = document.written(new).decode()
    assert "# tHE HARBOUR ja #\n" in written
    assert "aN OLD *TOWN* BY THE\nSEA, WITH MANY BOATS. ja\n" in written
    assert "> tHE WIND IS\n> COLD. LAZY\nLINE ja\n> - A NET OF\n>   ROPE ja\n" in written
    assert "1. [ ] BUY `BREAD` ja\n2. FIRST VERSE  \n   SECOND VERSE\\\n   THIRD VERSE ja\n" in written
    assert "| COD \\| LING ja | TWO ja |\n| EEL ja | |\n" in written
    assert structure(written) == structure(PAGE)


@pytest.mark.parametrize(
    "nasty",
    [
        "# no heading",
        "- no list",
        "1. no list",
        "> none",
        "a\n\n# b",
        "```",
        "===",
        "a | b",
        "---",
        "a - b + c > d # e",
    ],
)
def test_no_translation_changes_the_structure(nasty: str) -> None:
    document = page(PAGE)
    assert structure(document.written([nasty] * len(document.units)).decode()) == structure(PAGE)
    assert structure(page("A b c\nd e f\ng h.\n").written([f"x {nasty} " * 4]).decode()) == structure("a")


def test_a_shorter_translation_takes_fewer_lines() -> None:
    assert page("One two\nthree  \nfour\n").written(["eins\nvier"]) == b"eins  \nvier\n"
    # Where a hard line break is lost, none is made up.
    assert page("One two\nthree  \nfour\n").written(["eins"]) == b"eins\n"


def test_front_matter_that_does_not_end_is_none() -> None:
    assert [unit.text for unit in page("---\nfoo\n").units] == ["foo"]


def test_wrapping_balances_and_loses_no_word() -> None:
    assert wrapped("a bb ccc dddd eeeee", 2) == ["a bb ccc", "dddd eeeee"]
    assert wrapped("one", 3) == ["one"]
    assert wrapped("one two", 1) == ["one two"]
    for count in range(1, 9):
        lines = wrapped("the cat sat on a very-long-word mat", count)
        assert len(lines) <= count and " ".join(lines) == "the cat sat on a very-long-word mat"
