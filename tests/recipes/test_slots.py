"""Numbers, times, prices and dates mean the same in all three languages."""

from __future__ import annotations

import random
import re

import pytest

from recipes.figures import decimal, in_words, price
from recipes.mixture import rows
from recipes.moments import clock, date, spoken
from recipes.names import Names
from recipes.slots import SLOT, Slots, country

NAMES = Names(women=("Ana", "Eva"), men=("Max", "Ben"), families=("Holm",), towns=("Oslo", "Ulm"))


def test_in_words() -> None:
    assert in_words(28) == ("twenty-eight", "achtundzwanzig", "vingt-huit")


def test_spoken_times() -> None:
    rng = random.Random(1)
    seen = {spoken(rng) for _ in range(20_000)}
    assert {
        ("half past seven", "halb acht", "sept heures et demie"),
        ("half past twelve", "halb eins", "douze heures et demie"),
        ("one o'clock", "ein Uhr", "une heure"),
        ("a quarter past one", "Viertel nach eins", "une heure et quart"),
        ("quarter to three", "Viertel vor drei", "trois heures moins le quart"),
        ("ten to four", "zehn vor vier", "quatre heures moins dix"),
        ("twenty past 11", "zwanzig nach 11", "11 heures vingt"),
        ("half past 9", "halb 10", "9 heures et demie"),
    } <= seen


def test_countries_have_a_name_in_all_three_languages() -> None:
    rng = random.Random(2)  # draws Sark, which has none but in English
    seen = {country(rng) for _ in range(5000)}
    assert ("Norway", "Norwegen", "Norvège") in seen
    assert all(all(written) for written in seen) and "Sark" not in {english for english, _, _ in seen}


def test_clocks() -> None:
    rng = random.Random(1)
    for english, german, french in (clock(rng) for _ in range(5000)):
        hour, minute = map(int, re.fullmatch(r"(\d+):(\d\d) Uhr", german).groups())  # type: ignore[union-attr]
        assert french == (f"{hour} h {minute:02}" if minute else f"{hour} h")
        found = re.fullmatch(r"(\d+)(?::(\d\d))?(?: ([ap])\.?m\.?)?", english, re.IGNORECASE)
        assert found
        said = int(found[1]) % 12 + 12 * (found[3].lower() == "p") if found[3] else int(found[1])
        assert (said, int(found[2] or 0)) == (hour, minute)


def test_prices_and_decimals() -> None:
    rng = random.Random(1)
    assert all(
        english.replace(".", ",") == german == french for english, german, french in (decimal(rng) for _ in range(99))
    )
    seen = [price(rng) for _ in range(5000)]
    assert any(re.fullmatch(r"\$\d+\.\d\d", english) for english, _, _ in seen)
    assert any(re.fullmatch(r"\$\d+,\d{3}", english) for english, _, _ in seen)
    for english, german, french in seen:
        if number := re.search(r"\d[\d.,]*", english):
            assert re.match(r"[\d.,]+", german)[0] == number[0].translate(str.maketrans(",.", ".,"))  # type: ignore[index]
            assert re.match(r"[\d, ]+", french)[0].strip() == number[0].translate(str.maketrans(",.", " ,"))  # type: ignore[index]
        for sign in "$€£":
            assert (sign in english) == german.endswith(f" {sign}") == french.endswith(f" {sign}")


def test_dates() -> None:
    rng = random.Random(1)
    seen = {date(rng) for _ in range(100_000)}
    assert any(english == f"14 March {year}" and german == f"14. März {year}" and french == f"14 mars {year}"
               for english, german, french in seen for year in [german[-4:]])  # fmt: skip
    assert all(french.startswith("1er ") for _, german, french in seen if german.startswith("1. "))


@pytest.mark.parametrize("row", rows("templates.tsv"), ids=lambda row: row["en"])
def test_templates(row: dict[str, str]) -> None:
    assert sorted(SLOT.findall(row["en"])) == sorted(SLOT.findall(row["de"])) == sorted(SLOT.findall(row["fr"]))
    filled = Slots(NAMES, random.Random(1)).fill((row["en"], row["de"], row["fr"]))
    assert not any(set("{}") & set(text) for text in filled)
