"""The mixture keeps what is held out apart, and changes both sides of a pair alike."""

from __future__ import annotations

import gzip
import random
import re
from pathlib import Path

import pytest

from benchmarks.first_words import read_items
from recipes.choices import expanded
from recipes.corpora import key, write_missing
from recipes.mixture import COPIED, Mixture, rows
from recipes.names import read_names
from recipes.variation import at_the_edge, renumbered, varied

CORPORA = {
    "tatoeba-en-de/train": [
        ("Tom is 43 years old.", "Tom ist 43 Jahre alt."), ("Is it?", "Ja?"), ("The house is big.", "Groß."),
    ] * 40,
    "tatoeba-en-de/valid": [("is it", "Ist es das?")],
    "tatoeba-en-de/test": [("Where?", "Guten Morgen")],
    "ding-en-de/train": [("She left at once, for she was late.", "Sie ging gleich.")],
    "ding-en-de/valid": [("Look!", "Schau!")],
    "ding-en-de/test": [("Listen!", "Hör zu!")],
    "ding-en-de/phrases": [
        ("house", "Haus"), ("waxcap", "Saftling"), ("the big house", "das große Haus"), ("look", "Blick"),
    ],
    "games-en-de/train": [("To arms!", "Zu den Waffen!"), ("a", "Viel zu lang für ein einziges Zeichen ist das hier.")],
}  # fmt: skip
CAPTIONS = {
    "train": [("A dog runs.", "Ein Hund läuft.")],
    "val": [("A cat.", "Eine Katze.")],
    "test_2016_flickr": [("B", "C")],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("data")
    for name in ("tatoeba-en-de", "ding-en-de", "games-en-de", "multi30k"):
        (data / name).mkdir()
    for name, pairs in CORPORA.items():
        text = "".join(f"{source}\t{target}\n" for source, target in pairs)
        (data / f"{name}.tsv.gz").write_bytes(gzip.compress(text.encode()))
    for name, pairs in CAPTIONS.items():
        for side, language in enumerate(("en", "de")):
            text = "".join(f"{pair[side]}\n" for pair in pairs)
            (data / f"multi30k/{name}.{language}.gz").write_bytes(gzip.compress(text.encode()))
    write_missing(data / "mixed", Mixture("de", data).files())
    return data / "mixed"


def read(path: Path) -> list[tuple[str, str]]:
    return [(source, target) for source, target in (line.split("\t") for line in path.read_text("utf-8").splitlines())]


def test_nothing_held_out_is_trained_on(folder: Path) -> None:
    files = sorted(path.stem for path in folder.glob("*.tsv"))
    assert files == [
        "captions",
        "dialogue",
        "dictionary",
        "everyday",
        "phrasebook",
        "phrases",
        "valid-typed",
        "written",
    ]
    parts = [corpus for name, corpus in CORPORA.items() if name.endswith(("/valid", "/test"))]
    held = {key(text) for pairs in parts for pair in pairs for text in pair}
    held |= {key(item.text) for item in read_items("de") if item.kind in COPIED}
    pairs = [pair for path in folder.glob("*.tsv") if path.stem != "valid-typed" for pair in read(path)]
    assert pairs and not held & {key(side) for pair in pairs for side in pair}
    assert read(folder / "valid-typed.tsv") == [("is it", "Ist es das?")]
    assert [pair[1] for pair in read(folder / "dialogue.tsv")] == ["Zu den Waffen!"], "the other is far too long"


def test_names_and_numbers_of_both_sides_change(folder: Path) -> None:
    pairs = [pair for pair in read(folder / "everyday.tsv") if pair[1].endswith("Jahre alt.")]
    names = {pair[1].split(" ist ")[0] for pair in pairs}
    numbers = {pair[1].split(" ")[-3] for pair in pairs}
    assert len(pairs) >= 75 and len(names) > 40 and len(numbers) > 20
    for source, target in pairs:
        name, rest = target.split(" ist ")
        assert name.lower() in source.lower() and rest.split()[0] in source


def test_symbols_stand_on_both_sides_alike() -> None:
    rng, names = random.Random(1), read_names(without=set())
    pairs = [varied(("Tom saw Mary in Boston.", "Tom sah Maria in Boston."), names, "de", rng) for _ in range(2000)]
    marked = [pair for pair in pairs if "⟨" in pair[0]]
    assert 90 < len(marked) < 230
    assert all(re.findall("⟨.⟩", source) == re.findall("⟨.⟩", target) for source, target in pairs)
    assert {"⟨1⟩ saw ⟨2⟩ in ⟨3⟩.", "⟨2⟩ Tom saw Mary in Boston."} <= {source for source, _ in marked}
    assert any(re.fullmatch(r"⟨1⟩.+⟨2⟩ saw ⟨3⟩.+⟨4⟩ in ⟨5⟩.+⟨6⟩\.", source) for source, _ in marked)


def test_phrases(folder: Path) -> None:
    assert sorted(source for source, _ in read(folder / "phrases.tsv")) == ["house", "the big house", "waxcap"]


def test_renumbered() -> None:
    rng = random.Random(1)
    pair = ("In 1999, 25 of 25 came by 9:45, 3.75 each.", "1999 kamen 25 von 25 um 9:45, je 3,75.")
    source, target = renumbered(pair, rng)
    year, count = target.split()[0], target.split()[2]
    assert (source, target) == (
        f"In {year}, {count} of {count} came by 9:45, 3.75 each.",
        f"{year} kamen {count} von {count} um 9:45, je 3,75.",
    )
    assert pair[0] != source and 1700 <= int(year) <= 2035 and len(count) == 2
    assert renumbered(("25 or 30", "25"), rng) == ("25 or 30", "25")


def test_at_the_edge() -> None:
    rng = random.Random(1)
    for source, target in (at_the_edge(("Yes.", "Ja."), rng) for _ in range(50)):
        assert source != "Yes." and source.replace("Yes.", "Ja.") == target


def test_the_phrasebook_is_right_in_form() -> None:
    sources = [source for row in rows("phrasebook.tsv") for source in expanded(row["en"])]
    assert len(sources) >= 500
    assert len(sources) == len(set(sources)), [source for source in sources if sources.count(source) > 1]
    for row in rows("phrasebook.tsv"):
        assert all(text and text == " ".join(text.split()) for text in row.values()), row
        asks = [row[language].rstrip().endswith("?") for language in ("de", "fr")]
        assert asks[0] == asks[1], row


def test_another_seed_is_another_draw(folder: Path) -> None:
    again, other = (dict(Mixture("de", folder.parent, seed=seed).files()) for seed in (1, 2))
    assert list(again["written"]()) == read(folder / "written.tsv")
    assert list(other["written"]()) != read(folder / "written.tsv")


def test_what_was_translated_back_is_a_file_of_its_own_without_what_is_held_out(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "captions-back.tsv").write_text("A dog is running.\tEin Hund läuft.\n", encoding="utf-8")
    (tmp_path / "everyday-back.tsv").write_text("Is it?\tIst es das?\nIt is large.\tGroß.\n", encoding="utf-8")
    (tmp_path / "everyday-forward.tsv").write_text("Made\tGemacht\n", encoding="utf-8")
    pairs = Mixture("de", folder.parent, diverse=tmp_path).files()["back"]()
    assert [(key(source), target) for source, target in pairs] == [
        ("adogisrunning", "Ein Hund läuft."), ("itislarge", "Groß."),
    ]  # fmt: skip
    assert "back" not in Mixture("de", folder.parent).files()
