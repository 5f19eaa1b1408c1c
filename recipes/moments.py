"""Times and dates in English, German and French; dates are Babel's (Unicode's CLDR)."""

from __future__ import annotations

import datetime
import random

from babel.dates import format_date, get_day_names, get_month_names

from recipes.figures import CODES, Written, in_words, same
from recipes.make_dates import ordinal

FIRST = datetime.date(1900, 1, 1)
DAYS = 150 * 365


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
