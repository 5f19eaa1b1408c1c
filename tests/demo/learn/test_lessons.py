"""What the pages of Learn offer to see really happens with the models that ship."""

from __future__ import annotations

import pytest

from benchmarks.find_lessons import KINDS as CLAIMS
from benchmarks.find_lessons import holds
from demo.common.findings import Finding, findings
from demo.learn.lessons import HOT, KINDS, shipped
from seq2seq_core.decoding import SampleConfig

OWN = [one for one in shipped() if one not in findings()]


def test_each_kind_can_be_looked_for_and_shown() -> None:
    assert set(CLAIMS) < set(KINDS)
    assert {one.kind for one in OWN} <= set(CLAIMS)
    assert {one.kind for one in shipped()} == set(KINDS)


def test_those_of_the_pages_are_for_models_that_stay_as_they_are() -> None:
    assert {one.model for one in OWN} == {"en-de-attention", "en-de-context", "dates", "numbers", "pronunciations"}


def test_what_was_measured_is_what_the_link_asks_for() -> None:
    linked = KINDS["top-p"].link(Finding("en-de", "top-p", "x", "y"))
    assert f"temperature={SampleConfig(temperature=HOT).temperature}" in linked and "top_p=0.5" in linked


@pytest.mark.parametrize("one", OWN, ids=lambda one: f"{one.model} {one.kind}")
def test_a_sentence_still_shows_what_it_is_offered_for(one: Finding) -> None:
    assert holds(one.kind, one.model, one.text, one.reference)
