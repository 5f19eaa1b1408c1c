"""Numbers in words of five languages and in digits, both ways: what ``recipes/numbers.toml`` is trained on.

    python -m recipes.make_numbers --out data/numbers

The words are those of num2words. Words become digits ("vierundzwanzig" to "24"); digits become words of the language
that is asked for ("24 in German"). Numbers of the validation and test files stand in no other file, in no language and
no direction, so a right answer there is not one learnt by heart.
"""

from __future__ import annotations

import random
from pathlib import Path

from num2words import num2words

from recipes.make_dates import command, write_parts

LANGUAGES = {"English": "en", "German": "de", "French": "fr", "Spanish": "es", "Italian": "it"}
MOST = 999_999
INTO_WORDS = 0.6
"""Share of the pairs that go from digits to words, which is the harder way: five languages, and longer."""
ALWAYS_KNOWN = 100
"""Below it every number is learnt: larger ones are made of these."""


def in_words(number: int, language: str) -> str:
    """As num2words has it, without the commas that it sets in English."""
    return str(num2words(number, lang=LANGUAGES[language])).replace(",", "")


def as_people_write(words: str, language: str, rng: random.Random) -> str:
    """In words, with or without the "and", hyphens and capitals that not all people write."""
    if language == "English" and rng.random() < 0.3:
        words = words.replace(" and ", " ")
    if rng.random() < 0.15:
        words = words.replace("-", " ")
    return rng.choices((words, words.capitalize(), words.upper()), weights=(8, 2, 1))[0]


def pair(number: int, rng: random.Random) -> tuple[str, str]:
    """One question and its answer."""
    language = rng.choice(tuple(LANGUAGES))
    words = in_words(number, language)
    if rng.random() < INTO_WORDS:
        return f"{number} in {language}", words
    return as_people_write(words, language, rng), str(number)


def some(count: int, without: set[int], rng: random.Random) -> list[int]:
    """Numbers, most of them as often short as long, the others of any size."""
    chosen: list[int] = []
    while len(chosen) < count:
        most = MOST if rng.random() < 0.3 else 10 ** rng.randint(1, len(str(MOST))) - 1
        number = rng.randint(0, most)
        if number not in without:
            chosen.append(number)
    return chosen


def make(out: Path, *, pairs: int, held: int, seed: int) -> None:
    """Writes train.tsv, valid.tsv and test.tsv.

    Args:
        out: the folder.
        pairs: lines for training.
        held: numbers, and lines, for each of the other two.
        seed: of everything.
    """
    rng = random.Random(seed)
    apart = list(dict.fromkeys(some(3 * held, set(range(ALWAYS_KNOWN)), rng)))[: 2 * held]
    parts = {"valid": apart[:held], "test": apart[held:], "train": some(pairs, set(apart), rng)}
    write_parts(out, {name: [pair(number, rng) for number in numbers] for name, numbers in parts.items()})


if __name__ == "__main__":
    command(make, __doc__, out="data/numbers", pairs=120_000)
