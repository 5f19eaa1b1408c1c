"""The corpora of the translators' recipes, what a model makes of their sentences, and files of pairs from that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from seq2seq_core.data.corpus import CorpusConfig, read_corpus
from seq2seq_core.decoding import Config, DecodeResult
from seq2seq_core.pipeline import BATCH_SIZE, Translator

Pair = tuple[str, str]
LANGUAGES = ("de", "fr")
AT_ONCE = 2048
"""Sentences decoded between two lines of progress."""


def everyday(language: str, part: str, data: Path) -> list[Pair]:
    """Tatoeba's train, valid or test, from English."""
    return read_corpus(CorpusConfig(path=f"tatoeba-en-{language}/{part}.tsv.gz"), data)


def captions(language: str, part: str, data: Path) -> list[Pair]:
    """Multi30k's train, val or test_2016_flickr, from English."""
    return read_corpus(CorpusConfig(source=f"multi30k/{part}.en.gz", target=f"multi30k/{part}.{language}.gz"), data)


def dialogue(language: str, part: str, data: Path) -> list[Pair]:
    """Dialogue and descriptions of games; there is a train alone."""
    return read_corpus(CorpusConfig(path=f"games-en-{language}/{part}.tsv.gz"), data)


def dictionary_sentences(language: str, part: str, data: Path) -> list[Pair]:
    """The German dictionary's train, valid or test; for French there are none."""
    return read_corpus(CorpusConfig(path=f"ding-en-de/{part}.tsv.gz"), data) if language == "de" else []


SENTENCES: dict[str, Callable[[str, str, Path], list[Pair]]] = {
    "everyday": everyday,
    "captions": captions,
    "dictionary": dictionary_sentences,
    "dialogue": dialogue,
}
"""What reads the sentences of each kind: by language, part and folder."""


def phrases(language: str, data: Path) -> list[Pair]:
    """Words and phrases of a dictionary, several translations a word."""
    dictionary = {"de": "ding-en-de", "fr": "freedict-en-fr"}[language]
    return read_corpus(CorpusConfig(path=f"{dictionary}/phrases.tsv.gz"), data)


def held_pairs(language: str, data: Path) -> Iterator[Pair]:
    """All validation and test pairs."""
    for part in ("valid", "test"):
        yield from everyday(language, part, data)
        yield from dictionary_sentences(language, part, data)
    for part in ("val", "test_2016_flickr"):
        yield from captions(language, part, data)


def key(sentence: str) -> str:
    """What sentences are told apart by: letters and digits, as when the test sets were cut."""
    return "".join(letter for letter in sentence.lower() if letter.isalnum())


def decoded(
    translator: Translator, sentences: Iterable[str], config: Config, *, batch_size: int = BATCH_SIZE
) -> Iterator[tuple[str, DecodeResult]]:
    """Each different sentence with what the model makes of it; says how far it is."""
    different = list(dict.fromkeys(sentences))
    for begin in range(0, len(different), AT_ONCE):
        chunk = different[begin : begin + AT_ONCE]
        yield from zip(chunk, translator.translate(chunk, config, batch_size=batch_size), strict=True)
        print(f"  {begin + len(chunk):,} of {len(different):,}", flush=True)


def write_missing(folder: Path, files: dict[str, Callable[[], Iterable[Pair]]]) -> None:
    """Writes the files of ``folder`` that are not there yet, so that a run goes on where it was cut short.

    Args:
        files: what makes the pairs of each, by its name without the ending.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, pairs in files.items():
        path = folder / f"{name}.tsv"
        if not path.exists():
            print(path, flush=True)
            unfinished = path.with_suffix(".part")
            with unfinished.open("w", encoding="utf-8") as file:
                file.writelines(f"{source}\t{target}\n" for source, target in pairs())
            unfinished.rename(path)
