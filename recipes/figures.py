"""Numbers and prices in English, German and French; those in words are num2words'."""

from __future__ import annotations

import random

from babel.numbers import format_decimal
from num2words import num2words

Written = tuple[str, str, str]
"""In English, German, French."""
CODES = ("en", "de", "fr")


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
    """$12.50, 12,50 $; 25 euros, 25 Euro; two euros, zwei Euro; $1,250, 1.250 $."""
    sign, names = rng.choice(CURRENCIES)
    kind = rng.random()
    if kind < 0.25:
        amount = in_words(rng.randint(2, 100))
    elif kind > 0.9:
        amount = big(rng)
    elif kind < 0.6:
        amount = same(str(rng.choice((rng.randint(2, 20), rng.randint(2, 999), 10 * rng.randint(1, 99)))))
    else:
        amount = decimal(rng, 2)
    if sign and kind >= 0.4 and rng.random() < 0.6:
        english = f"{amount[0]} €" if sign == "€" and rng.random() < 0.4 else sign + amount[0]
        return english, f"{amount[1]} {sign}", f"{amount[2]} {sign}"
    return tuple(f"{number} {name}" for number, name in zip(amount, names, strict=True))  # type: ignore[return-value]
