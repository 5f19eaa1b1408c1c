"""The items are sound, and right is what a person calls right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

import pytest

from benchmarks.first_words import CODES, Item, built_in, comparable, kept_symbols, lost_in_capitals, read_items
from seq2seq_core.pipeline import Translator


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


class Echo:
    """A translator that says what ``says`` makes of a text."""

    def __init__(self, says: Callable[[str], str]) -> None:
        self.says = says

    def translate(self, texts: list[str], config: object) -> list[SimpleNamespace]:
        said = map(self.says, texts)
        return [
            SimpleNamespace(hypotheses=[SimpleNamespace(text=text, tokens=re.findall(r"⟨\d⟩|\w+", text), restored=())])
            for text in said
        ]


@pytest.mark.parametrize(
    ("says", "share"),
    [
        (lambda text: text, 1.0),
        (lambda text: text.replace("⟨1⟩", ""), 0.0),
        (lambda text: text.replace("⟨2⟩", "⟨1⟩"), 0.5),
        (lambda text: text + " ⟨3⟩", 0.0),
    ],
)
def test_kept_symbols(says: Callable[[str], str], share: float) -> None:
    kept, count = kept_symbols(cast(Translator, Echo(says)))
    assert count == 80 and kept == share * count


def test_nothing_is_lost_where_capitals_have_no_letter_of_their_own() -> None:
    german = {row["en"].casefold(): row["de"] for row in built_in()}
    assert any("ß" in text for text in german.values())

    def says(text: str) -> str:
        answer = german[text.casefold()]
        return answer.upper() if text.isupper() else answer

    lost = lost_in_capitals(cast(Translator, Echo(says)), "de")
    assert lost["capitals"] == lost["Title Case"] == pytest.approx(0)


def test_lost_in_capitals() -> None:
    german = {row["en"].lower(): row["de"] for row in built_in()}
    lost = lost_in_capitals(cast(Translator, Echo(lambda text: german.get(text, ""))), "de")
    assert lost["plain"] == pytest.approx(100) and lost["capitals"] == lost["Title Case"] == pytest.approx(100)
