"""The dates are what they say they are, and the held-out days are held out."""

from __future__ import annotations

import datetime
import random
from pathlib import Path

import pytest

from recipes.make_dates import make, ordinal, spoken_english, written


def read(path: Path) -> list[tuple[str, str]]:
    return [(source, target) for source, target in (line.split("\t") for line in path.read_text("utf-8").splitlines())]


def test_files(tmp_path: Path) -> None:
    make(tmp_path / "a", pairs=500, held=40, seed=3)
    make(tmp_path / "b", pairs=500, held=40, seed=3)
    days = {}
    for name, lines in (("train", 500), ("valid", 40), ("test", 40)):
        pairs = read(tmp_path / "a" / f"{name}.tsv")
        assert pairs == read(tmp_path / "b" / f"{name}.tsv")
        assert len(pairs) == lines
        days[name] = {datetime.date.fromisoformat(target) for _, target in pairs}
    assert not days["train"] & days["valid"] and not days["train"] & days["test"] and not days["valid"] & days["test"]


@pytest.mark.parametrize(
    ("number", "text"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (22, "22nd")]
)
def test_ordinals(number: int, text: str) -> None:
    assert ordinal(number) == text


def test_every_style_holds_the_day_and_the_year() -> None:
    day = datetime.date(1999, 3, 23)
    rng = random.Random(1)
    texts = {written(day, rng) for _ in range(2000)}
    assert len(texts) > 100
    assert all("23" in text and "99" in text for text in texts)
    assert {"23. März 1999", "23/3/1999", "19990323", "tuesday, 23 march 1999"} <= texts
    assert any(text.startswith("the 23rd of March") for text in (spoken_english(day, rng) for _ in range(99)))
