"""All that a translator of what people type is trained on, at the shares that it is trained with.

    python -m recipes.mixture de --data ../shared/data --out data/mixed-en-de

Every sentence of the corpora stands here twice, once mostly as it was and once mostly as people type
(``recipes.typed``); the names that Tatoeba repeats are replaced by others (``recipes.names``) and its numbers by other
numbers, so that the model learns to copy; now and then a symbol of ``recipes.pieces`` stands on both sides. To these
come a dictionary's phrases, the phrasebook recipes/phrasebook.tsv, and sentences with names, numbers, times, prices and
dates from recipes/templates.tsv. valid-typed.tsv is for validation: everyday sentences as they are measured in a hurry.

No pair is written whose source or target stands in a validation or test set, nor one of the texts with names, numbers,
times and prices on which benchmarks/first_words.py measures models.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from benchmarks.first_words import read_items
from recipes.choices import expanded
from recipes.corpora import (
    LANGUAGES,
    SENTENCES,
    Pair,
    captions,
    everyday,
    held_pairs,
    key,
    phrases,
    write_missing,
)
from recipes.names import Names, elided, read_names
from recipes.slots import Slots
from recipes.typed import careless, hurried
from recipes.variation import varied
from seq2seq_core.data.corpus import CorpusConfig, read_corpus
from seq2seq_core.types import CoreError

FOLDER = Path(__file__).parent
SEED = 1
CARELESS = (0.15, 0.75)
"""Share of the sources written as people type them, the first and the second time a sentence comes."""
TITLE = 0.02
"""Share of the sources in Title Case."""
KNOWN_PHRASES, RARE_PHRASES = 100_000, 30_000
"""Phrases of which all English words stand in the sentences, and others."""
WRITTEN = 150
"""Sentences made from each template."""
LONGEST = 400
"""Characters of a side."""
RATIO = 2.5
"""How many times longer than the other a side may be, 15 characters more left aside."""
COPIED = ("name", "number", "time", "price")
"""Kinds of first words that must not be learnt by heart; there is no other way to learn a greeting."""


class Mixture:
    """Makes the pairs of each file for one target language."""

    def __init__(
        self, language: str, data: Path, *, taught: Path | None = None, diverse: Path | None = None, seed: int = SEED
    ) -> None:
        """
        Args:
            language: "de" or "fr".
            data: the folder of the corpora.
            taught: a folder that ``recipes.teach`` wrote, to take the sentences from there.
            diverse: a folder that ``recipes.diversify`` wrote; what is translated back there becomes a file of its own.
            seed: another one draws other phrases, names, numbers and ways of typing.
        """
        self.language, self.data, self.taught, self.diverse, self.seed = language, data, taught, diverse, seed
        items = [item for item in read_items(language) if item.kind in COPIED]
        self.held = {key(item.text) for item in items} | {
            key(text) for pair in held_pairs(language, data) for text in pair
        }
        people = {word for item in items if item.kind == "name" for word in re.findall(r"\w+", item.text.title())}
        self.names: Names = read_names(without=people)

    def files(self) -> dict[str, Callable[[], Iterable[Pair]]]:
        """What makes the pairs of each file."""
        back = {} if self.diverse is None else {"back": partial(self.back, self.diverse)}
        return back | {
            "everyday": lambda: self.twice(self.sentences("everyday")),
            "captions": lambda: self.twice(self.sentences("captions")),
            "dictionary": lambda: self.twice(self.sentences("dictionary")),
            "dialogue": lambda: self.fresh(self.sentences("dialogue")),
            "phrases": self.chosen_phrases,
            "written": self.written,
            "phrasebook": self.phrasebook,
            "valid-typed": self.valid_typed,
        }

    def sentences(self, name: str) -> list[Pair]:
        """A corpus as it is, or with its teachers' targets, which may lie in several parts.

        Raises:
            CoreError: there is no such file.
        """
        if self.taught is None:
            return SENTENCES[name](self.language, "train", self.data)
        return made(self.taught, f"{name}*.tsv", by="teach")

    def back(self, folder: Path) -> Iterator[Pair]:
        """Sentences whose sources a model of the way back found, some of them as people type.

        Raises:
            CoreError: there are none.
        """
        rng = random.Random(self.seed)
        for pair in made(folder, "*-back.tsv", by="diversify"):
            yield from self.fresh([self.typed(pair, CARELESS[0], rng)])

    def twice(self, pairs: list[Pair]) -> Iterator[Pair]:
        """Each pair as it was for the most part, and as people type."""
        rng = random.Random(self.seed)
        for share in CARELESS:
            for pair in pairs:
                yield from self.fresh([self.typed(varied(pair, self.names, self.language, rng), share, rng)])

    def typed(self, pair: Pair, share: float, rng: random.Random) -> Pair:
        """The source as people type it, for so great a share of the pairs."""
        source, target = pair
        if rng.random() < share:
            source = careless(source, rng) or source
        elif rng.random() < TITLE:
            source = " ".join(map(str.capitalize, source.split()))
        return source, target

    def fresh(self, pairs: Iterable[Pair]) -> Iterator[Pair]:
        """The pairs that are neither held out nor unsound: too long, or one side much longer than the other."""
        for source, target in pairs:
            short, long = sorted((len(source), len(target)))
            if not 0 < short <= long <= min(LONGEST, RATIO * short + 15):
                continue
            if key(source) not in self.held and key(target) not in self.held:
                yield source, target

    def chosen_phrases(self) -> Iterator[Pair]:
        """Phrases made of words that the sentences know, and some of the others."""
        sentences = everyday(self.language, "train", self.data) + captions(self.language, "train", self.data)
        words = Counter(word for source, _ in sentences for word in re.findall(r"\w+", source.lower()))
        known, rare = [], []
        for pair in dict.fromkeys(phrases(self.language, self.data)):
            used = re.findall(r"\w+", pair[0].lower())
            (known if used and all(words[word] > 1 for word in used) else rare).append(pair)
        rng = random.Random(self.seed)
        for part, most in ((known, KNOWN_PHRASES), (rare, RARE_PHRASES)):
            yield from self.fresh(rng.sample(part, min(most, len(part))))

    def written(self) -> Iterator[Pair]:
        """Sentences from templates, each different one once."""
        rng = random.Random(self.seed)
        slots = Slots(self.names, rng)
        pairs: dict[Pair, None] = {}
        for row in rows("templates.tsv"):
            sources = expanded(row["en"])
            for _ in range(WRITTEN):
                filled = slots.fill((rng.choice(sources), row["de"], row["fr"]))
                target = {"de": filled[1], "fr": elided(filled[2])}[self.language]
                pairs[self.typed((filled[0], target), 0.4, rng)] = None
        return self.fresh(pairs)

    def phrasebook(self) -> Iterator[Pair]:
        """The phrasebook, each text as it stands there, in small letters and as people type it."""
        rng = random.Random(self.seed)
        pairs: dict[Pair, None] = {}
        for row in rows("phrasebook.tsv"):
            for source in expanded(row["en"]):
                for text in (source, source.lower(), *(careless(source, rng) for _ in range(3))):
                    pairs[text or source, row[self.language]] = None
        return self.fresh(pairs)

    def valid_typed(self) -> Iterator[Pair]:
        """Everyday validation sentences, typed in a hurry."""
        return ((hurried(source), target) for source, target in everyday(self.language, "valid", self.data))


def made(folder: Path, pattern: str, *, by: str) -> list[Pair]:
    """The pairs of files that a recipe wrote with a model.

    Raises:
        CoreError: there is no such file.
    """
    paths = sorted(folder.glob(pattern))
    if not paths:
        raise CoreError(f"there is no {pattern} in {folder}; run recipes.{by} first")
    return [pair for path in paths for pair in read_corpus(CorpusConfig(path=path.name), folder)]


def rows(name: str) -> list[dict[str, str]]:
    """A table beside this file, with the columns en, de and fr."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=LANGUAGES, help="the target language")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder that holds the corpora's folders")
    parser.add_argument("--out", type=Path, help="the folder to write to (mixed-en-LANGUAGE in that of the data)")
    parser.add_argument("--taught", type=Path, help="a folder of recipes.teach, for the sentences' targets")
    parser.add_argument("--diverse", type=Path, help="a folder of recipes.diversify, for sentences translated back")
    parser.add_argument(
        "--seed", type=int, default=SEED, help="another draw of phrases, names and ways of typing (%(default)s)"
    )
    flags = parser.parse_args()
    out = flags.out or flags.data / f"mixed-en-{flags.language}"
    mixture = Mixture(flags.language, flags.data, taught=flags.taught, diverse=flags.diverse, seed=flags.seed)
    write_missing(out, mixture.files())


if __name__ == "__main__":
    main()
