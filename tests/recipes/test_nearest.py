"""Targets in the model's own words: the nearest of its beam to each reference."""

from __future__ import annotations

from pathlib import Path

import pytest

from recipes.nearest import BEAM, nearest
from seq2seq_core.pipeline import Translator

DATE = "3/4/1999"


@pytest.fixture(scope="module")
def dates(repo_root: Path) -> Translator:
    return Translator.load(repo_root / "checkpoints" / "dates", "cpu")


def test_the_hypothesis_nearest_to_the_reference_is_taken_not_the_best(dates: Translator) -> None:
    said = [hypothesis.text for hypothesis in dates.translate([DATE], BEAM)[0].hypotheses]
    assert list(nearest(dates, [(DATE, said[0])])) == [(DATE, said[0])]
    assert list(nearest(dates, [(DATE, said[3])])) == [(DATE, said[3])]
    # what nobody says: its neighbour stands for it
    assert list(nearest(dates, [(DATE, f"{said[2]} AD")])) == [(DATE, said[2])]


def test_each_reference_of_a_source_has_its_own(dates: Translator) -> None:
    said = [hypothesis.text for hypothesis in dates.translate([DATE], BEAM)[0].hypotheses]
    pairs = [(DATE, said[1]), ("5 July 2002", "2002-07-05"), (DATE, said[0]), (DATE, said[1])]
    assert list(nearest(dates, pairs)) == [(DATE, said[1]), (DATE, said[0]), ("5 July 2002", "2002-07-05")]


def test_a_single_word_is_near_by_its_letters(dates: Translator) -> None:
    said = [hypothesis.text for hypothesis in dates.translate([DATE], BEAM)[0].hypotheses]
    assert list(nearest(dates, [(DATE, said[2].replace("-", ""))])) == [(DATE, said[2])]
