"""What stands in the slots of recipes/templates.tsv in the three languages: names, numbers, times, prices, dates.

Numbers in words are num2words', dates Babel's (Unicode's CLDR).
"""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Callable
from functools import partial

from babel import Locale
from babel.dates import format_date, get_day_names, get_month_names
from babel.numbers import format_decimal
from num2words import num2words

from recipes.make_dates import ordinal
from recipes.names import Names
from recipes.pieces import SYMBOLS

Written = tuple[str, str, str]
"""In English, German, French."""
CODES = ("en", "de", "fr")
FIRST = datetime.date(1900, 1, 1)
DAYS = 150 * 365
SLOT = re.compile(r"\{(\w+)\}")


def same(text: str) -> Written:
    """What no language changes."""
    return text, text, text


def in_words(number: int) -> Written:
    """Twenty-eight, achtundzwanzig, vingt-huit."""
    english, german, french = (num2words(number, lang=code) for code in CODES)
    return english, german, french


def count(rng: random.Random) -> Written:
    """A number of things, two or more; small ones in words as often as in digits."""
    number = rng.choice((rng.randint(2, 12), rng.randint(2, 99), rng.randint(100, 999)))
    return in_words(number) if number < 100 and rng.random() < 0.4 else same(str(number))


def small(rng: random.Random) -> Written:
    """A number below a hundred."""
    number = rng.randint(2, 99)
    return in_words(number) if rng.random() < 0.25 else same(str(number))


def digits(rng: random.Random) -> Written:
    """A whole number in digits."""
    return same(str(rng.randint(2, 10 ** rng.randint(1, 4))))


def big(rng: random.Random) -> Written:
    """With marks between thousands."""
    number = rng.randint(1, 999) * 10 ** rng.randint(3, 5) + rng.choice((0, rng.randint(0, 999)))
    english, german = (format_decimal(number, locale=code) for code in CODES[:2])
    return english, german, f"{number:,}".replace(",", " ")


def decimal(rng: random.Random, places: int | None = None) -> Written:
    """3.5, 3,5, 3,5."""
    whole = rng.randint(0, 10 ** rng.randint(1, 3))
    places = places or rng.randint(1, 2)
    english = f"{whole}.{rng.randint(0, 10**places - 1):0{places}}"
    comma = english.replace(".", ",")
    return english, comma, comma


def percent(rng: random.Random) -> Written:
    """25%, 25 %; also in words."""
    english, german, french = same(str(rng.randint(1, 100))) if rng.random() < 0.7 else decimal(rng, 1)
    if rng.random() < 0.4:
        return f"{english} percent", f"{german} Prozent", f"{french} pour cent"
    return f"{english}%", f"{german} %", f"{french} %"


def height(rng: random.Random) -> Written:
    """1.75 meters."""
    text = f"1.{rng.randint(45, 99)}"
    comma = text.replace(".", ",")
    return f"{text} {rng.choice(('meters', 'metres', 'm'))}", f"{comma} m", f"{comma} m"


def year(rng: random.Random) -> Written:
    """1850 to 2035."""
    return same(str(rng.randint(1850, 2035)))


def phone(rng: random.Random) -> Written:
    """Groups of digits."""
    groups = ["".join(rng.choices("0123456789", k=rng.randint(2, 4))) for _ in range(rng.randint(2, 4))]
    return same(rng.choice(("", "", "+", "0")) + rng.choice((" ", " ", "-")).join(groups))


CURRENCIES = (
    ("$", ("dollars", "Dollar", "dollars")),
    ("€", ("euros", "Euro", "euros")),
    ("€", ("euros", "Euro", "euros")),
    ("£", ("pounds", "Pfund", "livres")),
    ("", ("yen", "Yen", "yens")),
    ("", ("francs", "Franken", "francs")),
)


def price(rng: random.Random) -> Written:
    """$12.50, 12,50 $; 25 euros, 25 Euro; two euros, zwei Euro."""
    sign, names = rng.choice(CURRENCIES)
    kind = rng.random()
    if kind < 0.25:
        amount = in_words(rng.randint(2, 100))
    elif kind < 0.6:
        amount = same(str(rng.choice((rng.randint(2, 20), rng.randint(2, 999), 10 * rng.randint(1, 99)))))
    else:
        amount = decimal(rng, 2)
    if sign and kind >= 0.4 and rng.random() < 0.6:
        english = f"{amount[0]} €" if sign == "€" and rng.random() < 0.4 else sign + amount[0]
        return english, f"{amount[1]} {sign}", f"{amount[2]} {sign}"
    return tuple(f"{number} {name}" for number, name in zip(amount, names, strict=True))  # type: ignore[return-value]


def clock(rng: random.Random) -> Written:
    """6:45, 6:45 Uhr, 6 h 45; with a.m. and p.m. now and then."""
    hour, minute = rng.randint(0, 23), rng.choice((rng.randint(0, 59), 5 * rng.randint(0, 11)))
    french = f"{hour} h {minute:02}" if minute else f"{hour} h"
    german = f"{hour}:{minute:02} Uhr"
    if hour and rng.random() < 0.3:
        half = rng.choice((("am", "pm"), ("a.m.", "p.m."), ("AM", "PM")))[hour >= 12]
        at = f"{(hour - 1) % 12 + 1}:{minute:02}" if minute or rng.random() < 0.5 else f"{(hour - 1) % 12 + 1}"
        return f"{at} {half}", german, french
    return f"{hour}:{minute:02}", german, french


def spoken(rng: random.Random) -> Written:
    """Half past seven, halb acht, sept heures et demie."""
    hour = rng.randint(1, 12)
    following = hour % 12 + 1
    in_digits = rng.random() < 0.15
    english, german, french = same(str(hour)) if in_digits else in_words(hour)
    after = same(str(following)) if in_digits else in_words(following)
    german, german_after = ("eins" if text == "ein" else text for text in (german, after[1]))
    hours, hours_after = _hours(french), _hours(after[2])
    kind = rng.randrange(5)
    if kind == 0:
        at = german if german != "eins" else "ein"
        return f"{english} o'clock", f"{at} Uhr", hours
    if kind == 1:
        return f"half past {english}", f"halb {german_after}", hours + " et demie"
    if kind == 2:
        return f"{rng.choice(('a quarter', 'quarter'))} past {english}", f"Viertel nach {german}", hours + " et quart"
    if kind == 3:
        quarter = rng.choice(("a quarter", "quarter"))
        return f"{quarter} to {after[0]}", f"Viertel vor {german_after}", hours_after + " moins le quart"
    minutes = in_words(rng.choice((5, 10, 20, 25)))
    if rng.random() < 0.5:
        return f"{minutes[0]} past {english}", f"{minutes[1]} nach {german}", f"{hours} {minutes[2]}"
    return f"{minutes[0]} to {after[0]}", f"{minutes[1]} vor {german_after}", f"{hours_after} moins {minutes[2]}"


def _hours(number: str) -> str:
    return "une heure" if number == "un" else f"{number} heure" + "s" * (number != "1")


def date(rng: random.Random, *, with_year: bool = True) -> Written:
    """14 March 2023, 14. März 2023, 14 mars 2023; in English in several ways."""
    day = FIRST + datetime.timedelta(days=rng.randrange(DAYS))
    month = format_date(day, "MMMM", locale="en")
    end = f" {day.year}" if with_year else ""
    comma = f", {day.year}" if with_year else ""
    english = rng.choice(
        (
            f"{day.day} {month}{end}",
            f"{month} {day.day}{comma}",
            f"{month} {ordinal(day.day)}{comma}",
            f"the {ordinal(day.day)} of {month}{end}",
            f"{ordinal(day.day)} {month}{end}",
        )
    )
    german, french = (format_date(day, pattern, locale=code) for pattern, code in (("d. MMMM", "de"), ("d MMMM", "fr")))
    if day.day == 1:
        french = french.replace("1 ", "1er ", 1)
    return english, german + end, french + end


def weekday(rng: random.Random) -> Written:
    """Monday, Montag, lundi."""
    number = rng.randrange(7)
    english, german, french = (get_day_names(locale=code)[number] for code in CODES)
    return english, german, french


def month(rng: random.Random) -> Written:
    """March, März, mars."""
    number = rng.randint(1, 12)
    english, german, french = (get_month_names(locale=code)[number] for code in CODES)
    return english, german, french


def country(rng: random.Random) -> Written:
    """Norway, Norwegen, Norvège."""
    code = rng.choice(sorted(code for code in Locale("en").territories if len(code) == 2 and code.isalpha()))
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
