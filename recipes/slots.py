"""Fills the slots of recipes/templates.tsv, in three languages alike: names, numbers, times, prices, dates, symbols."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import partial

from babel import Locale

from recipes.figures import (
    CODES,
    Written,
    big,
    count,
    decimal,
    digits,
    height,
    in_words,
    percent,
    phone,
    price,
    same,
    small,
    year,
)
from recipes.moments import clock, date, month, spoken, weekday
from recipes.names import Names
from recipes.pieces import SYMBOLS

SLOT = re.compile(r"\{(\w+)\}")


def country(rng: random.Random) -> Written:
    """Norway, Norwegen, Norvège; never Sark, of which CLDR has no name in German and French."""
    code = rng.choice(sorted(code for code in Locale("en").territories if len(code) == 2 and code.isalpha()))
    if any(code not in Locale(language).territories for language in CODES):
        return country(rng)  # drawn again, so that what a seed gave before stays as it was
    english, german, french = (Locale(language).territories[code] for language in CODES)
    return english, german, french


def symbol(number: int, rng: random.Random) -> Written:
    """One of ``SYMBOLS``; a second one always has the higher number."""
    return same(SYMBOLS[rng.randrange(3) + 3 * (number - 1)])


class Slots:
    """Fills templates with what is chosen by chance."""

    def __init__(self, names: Names, rng: random.Random) -> None:
        self.rng = rng

        def person(rng: random.Random) -> Written:
            return same(rng.choice(rng.choice((names.women, names.men))))

        def full(rng: random.Random) -> Written:
            return same(f"{person(rng)[0]} {rng.choice(names.families)}")

        self.kinds: dict[str, Callable[[random.Random], Written]] = {
            "person": person,
            "full": full,
            "man": lambda rng: same(rng.choice(names.men)),
            "woman": lambda rng: same(rng.choice(names.women)),
            "family": lambda rng: same(rng.choice(names.families)),
            "city": lambda rng: same(rng.choice(names.towns)),
            "words": lambda rng: in_words(rng.choice((rng.randint(0, 99), rng.randint(0, 2100)))),
            "daymonth": partial(date, with_year=False),
            "1": partial(symbol, 1),
            "2": partial(symbol, 2),
        } | {
            kind.__name__: kind
            for kind in (
                count, small, digits, big, decimal, percent, height, year, phone, price,
                clock, spoken, date, weekday, month, country,
            )
        }  # fmt: skip

    def fill(self, template: Written) -> Written:
        """A template's three texts with the same things in their slots; ``{city2}`` is another ``{city}``."""
        slots = dict.fromkeys(slot for text in template for slot in SLOT.findall(text))
        things = {slot: self.kinds[slot if slot in self.kinds else slot.rstrip("23")](self.rng) for slot in slots}
        english, german, french = (
            SLOT.sub(lambda found, at=at: things[found[1]][at], text) for at, text in enumerate(template)
        )
        return english, german, french
