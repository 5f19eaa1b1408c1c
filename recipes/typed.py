"""Training sources as people type them into a box: without capitals, full stops, commas or apostrophes.

    python -m recipes.typed de --data data

The corpora are edited text, and a model that has read nothing else makes little of "i love you". Noise in training
mends what such noise breaks (Belinkov & Bisk 2018, arXiv 1711.02173, section 6). Targets stay as they are, so that a
careless source still gets a careful translation. Written to DATA/typed-en-de, for recipes to read: each pair of the
corpora once, a third of them as they were, so that the model goes on reading careful text as well.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from recipes.corpora import LANGUAGES, Pair, captions, everyday, write_missing

SEED = 1
UNCHANGED = 0.3
"""Share of the sentences that are left alone."""
LOWER, UPPER = 0.65, 0.05
"""How often a sentence has small letters only, and capitals only."""
NO_STOP, NO_COMMAS = 0.6, 0.3
"""How often the punctuation at its end is left out, and its commas."""
NO_APOSTROPHES, CURLY = 0.25, 0.25
"""How often apostrophes are left out, and how often they are those that a telephone puts in."""


def hurried(sentence: str) -> str:
    """Small letters, and no punctuation at the end: what benchmarks/quality.py measures models on."""
    return sentence.lower().rstrip(" .!?")


def careless(sentence: str, rng: random.Random) -> str:
    """The sentence with some of these liberties taken; as it was where none applies to it."""
    letters = rng.random()
    if letters < LOWER:
        sentence = sentence.lower()
    elif letters < LOWER + UPPER:
        sentence = sentence.upper()
    if rng.random() < NO_STOP:
        sentence = sentence.rstrip(" .!?")
    if rng.random() < NO_COMMAS:
        sentence = sentence.replace(",", "")
    apostrophes = rng.random()
    if apostrophes < NO_APOSTROPHES:
        sentence = sentence.replace("'", "")
    elif apostrophes < NO_APOSTROPHES + CURLY:
        sentence = sentence.replace("'", "’")
    return sentence


def typed(pairs: Iterable[Pair]) -> Iterator[Pair]:
    """Each pair, with its source as it was or as somebody may type it."""
    rng = random.Random(SEED)
    for source, target in pairs:
        yield source if rng.random() < UNCHANGED else careless(source, rng) or source, target


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=LANGUAGES, help="the target language")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder that holds the corpora's folders")
    flags = parser.parse_args()
    parts = {
        "captions": partial(captions, flags.language, "train"),
        "captions-valid": partial(captions, flags.language, "val"),
        "everyday": partial(everyday, flags.language, "train"),
        "everyday-valid": partial(everyday, flags.language, "valid"),
    }
    write_missing(
        flags.data / f"typed-en-{flags.language}",
        {name: lambda read=read: typed(read(flags.data)) for name, read in parts.items()},
    )


if __name__ == "__main__":
    main()
