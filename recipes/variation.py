"""A pair said of somebody else: other names, other numbers, or symbols in their place, on both sides alike."""

from __future__ import annotations

import random
import re
from itertools import repeat

from recipes.corpora import Pair
from recipes.names import Names, renamed
from recipes.pieces import SYMBOLS

RENAMED, RENUMBERED = 0.75, 0.5
"""How often a sentence has other names and other numbers than it had, where it can have them."""
MASKED, MARKED, AT_THE_EDGE = 0.04, 0.02, 0.02
"""How often symbols stand in the place of the names, around them, and before or after a sentence."""
NUMBER = re.compile(r"(?<![\w.,:/-])\d{2,4}(?![\w:/-]|[.,]\d)")


def varied(pair: Pair, names: Names, language: str, rng: random.Random) -> Pair:
    """With other names and numbers, or with symbols; as it was where it has none."""
    chance = rng.random()
    if chance < MASKED:
        pair = renamed(pair, names, language, rng, SYMBOLS)
    elif chance < MASKED + MARKED:
        around = [f"{opening}{{}}{closing}" for opening, closing in zip(SYMBOLS[::2], SYMBOLS[1::2], strict=True)]
        pair = renamed(pair, names, language, rng, [*around, *repeat("{}", len(SYMBOLS))])
    elif chance < MASKED + MARKED + AT_THE_EDGE:
        pair = at_the_edge(pair, rng)
    elif rng.random() < RENAMED:
        pair = renamed(pair, names, language, rng)
    return renumbered(pair, rng) if rng.random() < RENUMBERED else pair


def renumbered(pair: Pair, rng: random.Random) -> Pair:
    """With other numbers of as many digits, where both sides hold the same ones; years stay years."""
    source, target = pair
    numbers = NUMBER.findall(source)
    if not numbers or sorted(numbers) != sorted(NUMBER.findall(target)):
        return pair
    others = {number: _like(number, rng) for number in numbers}
    changed, changed_too = (NUMBER.sub(lambda found: others[found[0]], side) for side in pair)
    return changed, changed_too


def _like(number: str, rng: random.Random) -> str:
    if len(number) == 4 and 1500 < int(number) < 2100:
        return str(rng.randint(1700, 2035))
    return str(rng.randint(10 ** (len(number) - 1), 10 ** len(number) - 1))


def at_the_edge(pair: Pair, rng: random.Random) -> Pair:
    """With a symbol before or after both sides, or with one at either end."""
    first = rng.randrange(len(SYMBOLS) - 1)
    pattern = rng.choice(
        (f"{{}} {SYMBOLS[first]}", f"{SYMBOLS[first]} {{}}", f"{SYMBOLS[first]}{{}}{SYMBOLS[first + 1]}")
    )
    source, target = map(pattern.format, pair)
    return source, target
