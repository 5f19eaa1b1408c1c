"""The items are sound, and right is what a person calls right."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.first_words import CODES, Item, comparable, read_items


@pytest.mark.parametrize("code", CODES.values())
def test_items(code: str) -> None:
    items = read_items(code)
    assert len(items) == 60 == len({item.text for item in items})
    kinds = {"greeting": 13, "courtesy": 13, "name": 10, "number": 8, "time": 8, "price": 8}
    assert Counter(item.kind for item in items) == kinds
    for item in items:
        assert all(not set("[]|") & set(answer) and "  " not in answer for answer in item.answers)
        mark = {"?": "?", "!": ".", ".": "."}.get(item.text[-1], "")
        assert all(answer.endswith(mark) for answer in item.answers), item.text


def test_what_is_right() -> None:
    marked = Item("greeting", "Good morning!", frozenset({comparable("Guten Morgen!")}))
    assert marked.is_right("Guten Morgen!") and marked.is_right("Guten Morgen.")
    assert not any(map(marked.is_right, ("guten Morgen!", "Guten Morgen", "Guten Morgen?", "Guten Morgen! Tom.", "")))
    bare = Item("courtesy", "i love you", frozenset({comparable("Je t'aime")}))
    assert all(map(bare.is_right, ("Je t'aime", "Je t’aime.", "Je t'aime\u00a0!")))
    assert not bare.is_right("je t'aime")
