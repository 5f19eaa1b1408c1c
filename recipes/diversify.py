"""More training pairs: sentences that are at hand, with the other side as a model translates them.

    python -m recipes.diversify de --data data --backward runs/de-en/checkpoint --forward checkpoints/en-de

Data diversification (Nguyen et al. 2020, arXiv 1911.01986): the training targets with the sources that a model of the
other direction finds for them, and training sources with the targets of a model of the same direction. Besides these,
self-training: English sentences from the other language's Tatoeba, whose translation is not at hand. And where the
other language's captions were translated back before, the same pictures' captions with what was found for those.
Written to DATA/diverse-en-de, for recipes to read. A file that is there is kept: a run goes on where it was cut short.
No sentence of a validation or test set is translated, nor is one written that a model happens to say.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from recipes.corpora import (
    LANGUAGES,
    Pair,
    captions,
    decoded,
    dictionary_sentences,
    everyday,
    held_pairs,
    key,
    write_missing,
)
from seq2seq_core.data.corpus import CorpusConfig, read_corpus
from seq2seq_core.decoding import BeamConfig, Config, GreedyConfig
from seq2seq_core.pipeline import Translator

OTHER_LANGUAGE = {"de": "fr", "fr": "de"}


def held_out(language: str, data: Path) -> set[str]:
    """The English of all validation and test sets, each as its ``key``."""
    return {key(english) for english, _ in held_pairs(language, data)}


def untranslated(language: str, data: Path) -> list[str]:
    """English sentences of the other language's training data that stand nowhere in the data of this one."""
    known = held_out(language, data) | {key(english) for english, _ in everyday(language, "train", data)}
    found = {key(english): english for english, _ in everyday(OTHER_LANGUAGE[language], "train", data)}
    return [english for at, english in found.items() if at not in known]


def translated(translator: Translator, sentences: Iterable[str], config: Config) -> Iterator[Pair]:
    """Each different sentence with its translation, where that is not empty."""
    for sentence, result in decoded(translator, sentences, config):
        if text := result.hypotheses[0].text:
            yield sentence, text


def across(language: str, data: Path) -> Iterator[Pair]:
    """Captions with the sources that were found for the same pictures' captions in the other language."""
    other = OTHER_LANGUAGE[language]
    found = read_corpus(CorpusConfig(path="captions-back.tsv"), data / f"diverse-en-{other}")
    sources = {target: source for source, target in found}
    for (_, target), (_, there) in zip(*(captions(side, "train", data) for side in (language, other)), strict=True):
        if source := sources.get(there):
            yield source, target


def diversify(language: str, data: Path, backward: Translator, forward: Translator | None = None) -> None:
    """Writes the files that are not there yet; without ``forward`` only those whose targets are real."""
    held = held_out(language, data)

    def back(pairs: list[Pair]) -> Iterator[Pair]:
        # greedy is three times as fast, and sources are only read
        found = translated(backward, (target for _, target in pairs), GreedyConfig())
        return ((source, target) for target, source in found if key(source) not in held)

    files: dict[str, Callable[[], Iterable[Pair]]] = {
        "captions-back": lambda: back(captions(language, "train", data)),
        "dictionary-back": lambda: back(dictionary_sentences(language, "train", data)),
        "everyday-back": lambda: back(everyday(language, "train", data)),
    }
    if (data / f"diverse-en-{OTHER_LANGUAGE[language]}" / "captions-back.tsv").exists():
        files["captions-across-back"] = partial(across, language, data)
    if forward is not None:
        ahead = partial(translated, forward, config=BeamConfig())
        files |= {
            "captions-forward": lambda: ahead(source for source, _ in captions(language, "train", data)),
            "everyday-forward": lambda: ahead(untranslated(language, data)),
        }
    write_missing(data / f"diverse-en-{language}", files)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=LANGUAGES, help="the target language")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder that holds the corpora's folders")
    parser.add_argument("--backward", type=Path, required=True, help="checkpoint from the language to English")
    parser.add_argument(
        "--forward", type=Path, help="checkpoint from English to the language; without one, no targets are made"
    )
    flags = parser.parse_args()
    forward = None if flags.forward is None else Translator.load(flags.forward)
    diversify(flags.language, flags.data, Translator.load(flags.backward), forward)


if __name__ == "__main__":
    main()
