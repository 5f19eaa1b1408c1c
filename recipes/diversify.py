"""More training pairs: sentences that are at hand, with the other side as a model translates them.

    python -m recipes.diversify de --data data --forward checkpoints/en-de --backward runs/de-en/checkpoint

Data diversification (Nguyen et al. 2020, arXiv 1911.01986): the training targets with the sources that a model of the
other direction finds for them, and training sources with the targets of a model of the same direction. Besides these,
self-training: English sentences from the other language's Tatoeba, whose translation is not at hand. Written to
DATA/diverse-en-de, for recipes to read. A file that is there is kept, so that a run goes on where it was cut short.
No sentence of a validation or test set is translated, nor is one written that a model happens to say.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path

from recipes.corpora import LANGUAGES, Pair, captions, decoded, everyday, write_missing
from seq2seq_core.decoding import BeamConfig, Config, GreedyConfig
from seq2seq_core.pipeline import Translator

OTHER_LANGUAGE = {"de": "fr", "fr": "de"}


def held_out(language: str, data: Path) -> set[str]:
    """The English of all validation and test sets, each as its ``key``."""
    parts = [everyday(language, part, data) for part in ("valid", "test")]
    parts += [captions(language, part, data) for part in ("val", "test_2016_flickr")]
    return {key(english) for part in parts for english, _ in part}


def untranslated(language: str, data: Path) -> list[str]:
    """English sentences of the other language's training data that stand nowhere in the data of this one."""
    known = held_out(language, data) | {key(english) for english, _ in everyday(language, "train", data)}
    found = {key(english): english for english, _ in everyday(OTHER_LANGUAGE[language], "train", data)}
    return [english for at, english in found.items() if at not in known]


def key(sentence: str) -> str:
    """What sentences are told apart by: letters and digits, as when the test sets were cut."""
    return "".join(letter for letter in sentence.lower() if letter.isalnum())


def translated(translator: Translator, sentences: Iterable[str], config: Config) -> Iterator[Pair]:
    """Each different sentence with its translation, where that is not empty."""
    for sentence, result in decoded(translator, sentences, config):
        if text := result.hypotheses[0].text:
            yield sentence, text


def diversify(language: str, data: Path, forward: Translator, backward: Translator) -> None:
    """Writes the four files that are not there yet."""
    held = held_out(language, data)

    def back(pairs: list[Pair]) -> Iterator[Pair]:
        # greedy is three times as fast, and sources are only read
        found = translated(backward, (target for _, target in pairs), GreedyConfig())
        return ((source, target) for target, source in found if key(source) not in held)

    def ahead(sources: Iterable[str]) -> Iterator[Pair]:
        return translated(forward, sources, BeamConfig())

    write_missing(
        data / f"diverse-en-{language}",
        {
            "captions-back": lambda: back(captions(language, "train", data)),
            "captions-forward": lambda: ahead(source for source, _ in captions(language, "train", data)),
            "everyday-back": lambda: back(everyday(language, "train", data)),
            "everyday-forward": lambda: ahead(untranslated(language, data)),
        },
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=LANGUAGES, help="the target language")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder that holds the corpora's folders")
    parser.add_argument("--forward", type=Path, required=True, help="checkpoint from English to the language")
    parser.add_argument("--backward", type=Path, required=True, help="checkpoint from the language to English")
    flags = parser.parse_args()
    diversify(flags.language, flags.data, Translator.load(flags.forward), Translator.load(flags.backward))


if __name__ == "__main__":
    main()
