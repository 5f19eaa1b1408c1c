"""What people type first into a translator: how many of 60 short texts come out right, and what capitals cost.

    python -m benchmarks.first_words checkpoints/en-de checkpoints/en-fr --wrong

benchmarks/first_words.tsv holds greetings, courtesies, names, numbers, times and prices, each with every right answer:
``[a|b]`` stands for a or b, groups may lie in one another. An answer counts letter by letter, capitals included; only

- a full stop and an exclamation mark at the end are one and the same, and where the text typed has no mark at its end,
  its translation may have any;
- the kind of apostrophe and of space, and the space before a French mark, do not matter.

"Capitals" and "Title Case" are the app's built-in everyday sentences, written so: chrF lost against the same sentences
in small letters, in chrF points, compared without regard to case ("GROSS" is "groß"). "Symbols" are those of
recipes/pieces.py, put before, within and after the same sentences: in how many the model itself writes each once. Needs
no data folder.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from recipes.choices import expanded
from recipes.pieces import SYMBOLS
from seq2seq_core.decoding import BeamConfig, Config
from seq2seq_core.evaluation import corpus_quality
from seq2seq_core.pipeline import Translator

ITEMS = Path(__file__).with_suffix(".tsv")
SENTENCES = Path(__file__).parent.parent / "demo/assets/everyday.tsv"
CODES = {"German": "de", "French": "fr"}
BEAM = BeamConfig(num_beams=5)


@dataclass(frozen=True)
class Item:
    """A text to type, what kind it is, and its right answers as ``comparable`` writes them."""

    kind: str
    text: str
    answers: frozenset[str]

    def is_right(self, translation: str) -> bool:
        """Whether a translation is one of the right answers."""
        if self.text[-1] not in ".!?":
            translation = translation.rstrip(".!?")
        return comparable(translation) in self.answers


def read_items(code: str, path: Path = ITEMS) -> list[Item]:
    """The items of a target language, "de" or "fr"."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [Item(row["kind"], row["en"], frozenset(map(comparable, expanded(row[code])))) for row in rows]


def comparable(text: str) -> str:
    """Without the differences that do not count: apostrophes, spaces, the space before a mark, ``!`` for ``.``."""
    text = " ".join(text.replace("’", "'").split())
    text = re.sub(r" (?=[?!.,])", "", text)
    return re.sub(r"!$", ".", text)


def first_words(translator: Translator, items: Sequence[Item], config: Config = BEAM) -> list[tuple[Item, str, bool]]:
    """Each item with its translation, and whether that is right."""
    results = translator.translate([item.text for item in items], config)
    texts = [result.hypotheses[0].text for result in results]
    return [(item, text, item.is_right(text)) for item, text in zip(items, texts, strict=True)]


def built_in() -> list[dict[str, str]]:
    """The app's everyday sentences, by language."""
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def kept_symbols(translator: Translator, config: Config = BEAM) -> tuple[int, int]:
    """In how many of how many sentences the model writes each symbol once, so that none has to be put back."""
    first, second = SYMBOLS[:2]
    asked = []
    for sentence in (row["en"] for row in built_in()):
        begin, _, end = sentence.rpartition(" ")
        asked += [(f"{first} {sentence} {second}", (first, second)), (f"{begin} {first} {end}", (first,))]
    results = translator.translate([text for text, _ in asked], config)
    best = [result.hypotheses[0] for result in results]
    kept = [
        not found.restored and all(found.tokens.count(symbol) == (symbol in put) for symbol in SYMBOLS)
        for found, (_, put) in zip(best, asked, strict=True)
    ]
    return sum(kept), len(kept)


def lost_in_capitals(translator: Translator, code: str, config: Config = BEAM) -> dict[str, float]:
    """chrF of the built-in sentences in small letters, and how much of it is lost in capitals and in Title Case."""
    rows = built_in()

    def quality(sources: list[str]) -> float:
        texts = [result.hypotheses[0].text for result in translator.translate(sources, config)]
        return corpus_quality([text.casefold() for text in texts], [[row[code].casefold() for row in rows]]).chrf

    plain = quality([row["en"].lower() for row in rows])
    return {
        "plain": plain,
        "capitals": plain - quality([row["en"].upper() for row in rows]),
        "Title Case": plain - quality([" ".join(map(str.capitalize, row["en"].split())) for row in rows]),
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoints", nargs="+", type=Path)
    parser.add_argument("--wrong", action="store_true", help="also print what came out wrong")
    flags = parser.parse_args()
    for folder in flags.checkpoints:
        translator = Translator.load(folder)
        code = CODES.get(translator.metadata["target_language"])
        if code is None:
            sys.exit(f"{folder} translates into {translator.metadata['target_language']}; there are items for {CODES}")
        found = first_words(translator, read_items(code))
        if flags.wrong:
            for item, text, right in found:
                if not right:
                    print(f"  {item.kind}: {item.text} -> {text}")
        asked, right = Counter(item.kind for item, *_ in found), Counter(item.kind for item, _, ok in found if ok)
        kinds = ", ".join(f"{kind} {right[kind]}/{count}" for kind, count in asked.items())
        print(f"{folder}: first words {right.total()} of {asked.total()} right ({kinds})", flush=True)
        case = lost_in_capitals(translator, code)
        losses = ", ".join(f"{case[name]:.1f} lost in {name}" for name in ("capitals", "Title Case"))
        print(f"{folder}: built-in sentences, chrF in small letters {case['plain']:.1f}, {losses}", flush=True)
        kept, count = kept_symbols(translator)
        print(f"{folder}: symbols kept in {kept} of {count} sentences", flush=True)


if __name__ == "__main__":
    main()
