"""Dates as people write them, and the same in ISO 8601: what ``recipes/dates.toml`` is trained on.

    python -m recipes.make_dates --out data/dates

The styles and the names of months and weekdays are those of Unicode's CLDR, through Babel. Days of the validation and
test files stand in no other file, so a right answer there is not one learnt by heart.
"""

from __future__ import annotations

import argparse
import datetime
import random
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from babel.dates import format_date

FIRST, LAST = datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)
SHORT_YEARS = range(1930, 2030)
"""The years that two digits may stand for."""

# American English is left out of the short numeric forms: 3/4 is the third of April here, as it is in all the others.
LOCALES = ("en_GB", "en_US", "de", "fr", "es", "it", "nl", "pt", "pl", "sv")
CLDR_STYLES = ("full", "long", "medium", "d MMMM y", "EEEE d MMMM y", "MMMM d, y")
NUMERIC = ("d.M.y", "dd.MM.y", "d/M/y", "dd/MM/y", "dd-MM-y", "d-M-y", "y-MM-dd", "yMMdd", "y/MM/dd")
SHORT = ("dd.MM.yy", "d/M/yy", "d.M.yy", "d MMM ''yy")

Style = Callable[[datetime.date, random.Random], str]


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th."""
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def spoken_english(day: datetime.date, rng: random.Random) -> str:
    """As one says it: the 3rd of March, 1999."""
    month = format_date(day, rng.choice(("MMMM", "MMM")), locale="en_GB")
    comma = rng.choice((",", ""))
    return rng.choice(
        (
            f"the {ordinal(day.day)} of {month}{comma} {day.year}",
            f"{ordinal(day.day)} {month} {day.year}",
            f"{month} {ordinal(day.day)}{comma} {day.year}",
            f"{month} the {ordinal(day.day)}{comma} {day.year}",
            f"{format_date(day, 'EEEE', locale='en_GB')} the {ordinal(day.day)} of {month}{comma} {day.year}",
        )
    )


def spelt_out(day: datetime.date, rng: random.Random) -> str:
    """With the month's name, in one of the languages."""
    return format_date(day, rng.choice(CLDR_STYLES), locale=rng.choice(LOCALES))


def in_digits(day: datetime.date, rng: random.Random) -> str:
    """In digits alone, day before month."""
    return format_date(day, rng.choice(NUMERIC), locale="en_GB")


def short_year(day: datetime.date, rng: random.Random) -> str:
    """With two digits for the year where that is clear."""
    style = rng.choice(SHORT) if day.year in SHORT_YEARS else rng.choice(NUMERIC)
    return format_date(day, style, locale="en_GB")


STYLES: tuple[tuple[Style, int], ...] = ((spoken_english, 3), (spelt_out, 10), (in_digits, 3), (short_year, 1))


def written(day: datetime.date, rng: random.Random) -> str:
    """One way of writing a day; now and then in small letters or capitals, as people type."""
    style = rng.choices([style for style, _ in STYLES], weights=[weight for _, weight in STYLES])[0]
    text = style(day, rng)
    return rng.choices((text, text.lower(), text.upper()), weights=(8, 3, 1))[0]


def make(out: Path, *, pairs: int, held: int, seed: int) -> None:
    """Writes train.tsv, valid.tsv and test.tsv.

    Args:
        out: the folder.
        pairs: lines for training.
        held: days, and lines, for each of the other two.
        seed: of everything.
    """
    rng = random.Random(seed)
    days = [FIRST + datetime.timedelta(days=offset) for offset in range((LAST - FIRST).days + 1)]
    rng.shuffle(days)
    parts = {
        "valid": days[:held],
        "test": days[held : 2 * held],
        "train": rng.choices(days[2 * held :], k=pairs),
    }
    write_parts(out, {name: [(written(day, rng), day.isoformat()) for day in chosen] for name, chosen in parts.items()})


def write_parts(out: Path, parts: Mapping[str, Iterable[tuple[str, str]]]) -> None:
    """Writes each part's pairs to NAME.tsv in the folder."""
    out.mkdir(parents=True, exist_ok=True)
    for name, pairs in parts.items():
        lines = [f"{source}\t{target}\n" for source, target in pairs]
        (out / f"{name}.tsv").write_text("".join(lines), encoding="utf-8")


def command(make: Callable[..., None], about: str | None, *, out: str, pairs: int) -> None:
    """The command line of what makes data: ``make``, what is said of it, and its defaults."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(out), help="the folder to write to")
    parser.add_argument("--pairs", type=int, default=pairs, help="lines for training")
    parser.add_argument("--held", type=int, default=1_000, help="lines for validation, and as many for testing")
    parser.add_argument("--seed", type=int, default=1)
    make(**vars(parser.parse_args()))


if __name__ == "__main__":
    command(make, __doc__, out="data/dates", pairs=60_000)
