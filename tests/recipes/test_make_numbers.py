"""The numbers are what their words say, and the held-out ones are held out in every language and direction."""

from __future__ import annotations

import random
import re
from pathlib import Path

from num2words import num2words

from recipes.make_numbers import ALWAYS_KNOWN, LANGUAGES, as_people_write, in_words, make, pair
from seq2seq_core.decoding import GreedyConfig
from seq2seq_core.pipeline import Translator


def number_in(source: str, target: str) -> int:
    return int((re.match(r"\d+", source) or re.fullmatch(r"\d+", target))[0])  # type: ignore[index]


def test_files(tmp_path: Path) -> None:
    make(tmp_path / "a", pairs=2000, held=100, seed=3)
    make(tmp_path / "b", pairs=2000, held=100, seed=3)
    numbers = {}
    for name, lines in (("train", 2000), ("valid", 100), ("test", 100)):
        text = (tmp_path / "a" / f"{name}.tsv").read_text("utf-8")
        assert text == (tmp_path / "b" / f"{name}.tsv").read_text("utf-8")
        pairs = [line.split("\t") for line in text.splitlines()]
        assert len(pairs) == lines
        numbers[name] = {number_in(source, target) for source, target in pairs}
    assert not numbers["train"] & (numbers["valid"] | numbers["test"]) and not numbers["valid"] & numbers["test"]
    assert min(numbers["valid"] | numbers["test"]) >= ALWAYS_KNOWN and max(numbers["train"]) > 900_000
    assert len({n for n in numbers["train"] if n < 1000}) > 200  # short ones are not drowned by long ones


def test_each_pair_is_the_number_in_words_and_in_digits() -> None:
    rng, directions = random.Random(1), set()
    for _ in range(300):
        source, target = pair(24_301, rng)
        if asked := re.fullmatch(r"24301 in (\w+)", source):
            assert target == num2words(24_301, lang=LANGUAGES[asked[1]]).replace(",", "")
            directions.add(asked[1])
        else:
            spellings = {in_words(24_301, language).replace("-", " ").replace(" and ", " ") for language in LANGUAGES}
            assert target == "24301"
            assert source.lower().replace("-", " ").replace(" and ", " ") in {s.lower() for s in spellings}
            directions.add("digits")
    assert directions == {*LANGUAGES, "digits"}


def test_people_leave_out_what_not_all_write() -> None:
    rng = random.Random(2)
    ways = {as_people_write(in_words(1549, "English"), "English", rng) for _ in range(300)}
    assert "one thousand five hundred forty-nine" in ways and "ONE THOUSAND FIVE HUNDRED AND FORTY-NINE" in ways
    assert "one thousand five hundred and forty nine" in ways


def test_the_shipped_model_knows_numbers_that_it_never_saw(tmp_path: Path, repo_root: Path) -> None:
    """Of the numbers that its training file leaves out, whatever language they are drawn in here."""
    make(tmp_path, pairs=0, held=1000, seed=1)
    pairs = [line.split("\t") for line in (tmp_path / "test.tsv").read_text("utf-8").splitlines()][:100]
    translator = Translator.load(repo_root / "checkpoints" / "numbers", device="cpu")
    results = translator.translate([source for source, _ in pairs], GreedyConfig())
    assert sum(r.hypotheses[0].text == target for r, (_, target) in zip(results, pairs, strict=True)) >= 95
