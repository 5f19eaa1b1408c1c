"""Pairs made by models: one side is real, none comes from a held-out set, and a run goes on where it ended."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from recipes.diversify import diversify, untranslated
from seq2seq_core.pipeline import Translator

EVERYDAY = {
    "tatoeba-en-de/train": [
        ("3 May 1999", "1999-05-03"),
        ("3 May 1999", "3.5.1999"),
        ("the 5th of July 2002", "5 July 2002"),
    ],
    "tatoeba-en-de/valid": [("5 July 2002", "2002-07-05")],
    "tatoeba-en-de/test": [("6 August 2003", "2003-08-06")],
    "ding-en-de/train": [("11 August 2004", "2004-08-11"), ("2004-08-12", "12 August 2004")],
    "ding-en-de/valid": [("2004-08-11", "11 August 2004")],
    "ding-en-de/test": [("13 August 2004", "2004-08-13")],
    "tatoeba-en-fr/train": [
        ("6 August, 2003!", "le 6 août 2003"),
        ("3 may 1999", "le 3 mai 1999"),
        ("7 March 1980", "le 7 mars 1980"),
        ("7 March, 1980", "7 mars 1980"),
    ],
}
CAPTIONS = {
    "train": [("8 April 1970", "1970-04-08"), ("9 April 1970", "1970-04-09")],
    "val": [("2002-07-05", "2002-07-05")],
    "test_2016_flickr": [("1 May 1950", "1950-05-01")],
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name in ("tatoeba-en-de", "tatoeba-en-fr", "ding-en-de", "multi30k"):
        (tmp_path / name).mkdir()
    for name, pairs in EVERYDAY.items():
        text = "".join(f"{source}\t{target}\n" for source, target in pairs)
        (tmp_path / f"{name}.tsv.gz").write_bytes(gzip.compress(text.encode()))
    for name, pairs in CAPTIONS.items():
        for side, language in enumerate(("en", "de")):
            text = "".join(f"{pair[side]}\n" for pair in pairs)
            (tmp_path / f"multi30k/{name}.{language}.gz").write_bytes(gzip.compress(text.encode()))
    return tmp_path


@pytest.fixture(scope="module")
def dates(repo_root: Path) -> Translator:
    return Translator.load(repo_root / "checkpoints" / "dates", "cpu")


def test_only_sentences_that_are_in_no_set_of_the_language(data: Path) -> None:
    assert untranslated("de", data) == ["7 March, 1980"]


def test_each_file_holds_the_real_side(data: Path, dates: Translator) -> None:
    diversify("de", data, forward=dates, backward=dates)

    def sides(name: str) -> list[list[str]]:
        text = (data / "diverse-en-de" / f"{name}.tsv").read_text("utf-8")
        return [list(side) for side in zip(*(line.split("\t") for line in text.splitlines()), strict=True)]

    assert sides("captions-forward") == [list(side) for side in zip(*CAPTIONS["train"], strict=True)]
    assert sides("everyday-forward") == [["7 March, 1980"], ["1980-03-07"]]
    assert sides("captions-back")[1] == [target for _, target in CAPTIONS["train"]]
    # "5 July 2002" is left out: the model says 2002-07-05 for it, which is a validation sentence; "2004-08-11" likewise
    assert sides("dictionary-back") == [["2004-08-12"], ["12 August 2004"]]
    assert sides("everyday-back") == [["1999-05-03", "1999-05-03"], ["1999-05-03", "3.5.1999"]]


def test_what_is_there_is_kept(data: Path, dates: Translator) -> None:
    (data / "diverse-en-de").mkdir()
    kept = data / "diverse-en-de" / "captions-back.tsv"
    kept.write_text("made\tbefore\n", encoding="utf-8")
    diversify("de", data, forward=dates, backward=dates)
    assert kept.read_text("utf-8") == "made\tbefore\n"
    assert len(list(kept.parent.iterdir())) == 5


def test_without_a_model_of_the_direction_all_targets_are_real(data: Path, dates: Translator) -> None:
    diversify("de", data, backward=dates)
    names = sorted(path.stem for path in (data / "diverse-en-de").iterdir())
    assert names == ["captions-back", "dictionary-back", "everyday-back"]


def test_captions_take_the_sources_found_for_the_other_language(data: Path, dates: Translator) -> None:
    (data / "multi30k/train.fr.gz").write_bytes(gzip.compress(b"le 8 avril 1970\nle 9 avril 1970\n"))
    (data / "diverse-en-fr").mkdir()
    (data / "diverse-en-fr/captions-back.tsv").write_text("the ninth of April\tle 9 avril 1970\n", encoding="utf-8")
    diversify("de", data, backward=dates)
    found = (data / "diverse-en-de/captions-across-back.tsv").read_text("utf-8")
    assert found == "the ninth of April\t1970-04-09\n"
