"""What the app offers to see really happens with the models that ship."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from benchmarks.find_examples import KINDS as CLAIMS
from benchmarks.find_examples import holds
from demo.common.examples import COMPARED
from demo.common.findings import KINDS, Finding, chips, findings
from demo.common.link import read_strategy
from seq2seq_core.decoding import BeamConfig, ExactConfig, GreedyConfig, options
from seq2seq_core.pipeline import Translator

CHECKPOINTS = Path(__file__).parents[3] / "checkpoints"


@cache
def translator(name: str) -> Translator:
    return Translator.load(CHECKPOINTS / name)


def test_each_kind_can_be_looked_for_and_shown() -> None:
    assert set(KINDS) == set(CLAIMS)


def test_there_is_something_to_see_in_each_view_and_for_both_languages() -> None:
    found = findings()
    assert {KINDS[one.kind].view for one in found} >= {"compare", "why-not"}
    assert {one.model for one in found} >= {"en-de", "en-fr"}


@pytest.mark.parametrize("one", findings(), ids=lambda one: f"{one.model} {one.kind}")
def test_a_sentence_still_shows_what_it_is_offered_for(one: Finding) -> None:
    assert holds(one.kind, translator(one.model), one.text, one.reference)


def test_compare_begins_with_a_sentence_of_which_a_beam_makes_more() -> None:
    configs = GreedyConfig(), BeamConfig(num_beams=5)
    greedy, beam = (translator("en-de").translate([COMPARED], config)[0].hypotheses[0] for config in configs)
    assert greedy.text != beam.text and beam.log_prob > greedy.log_prob + 1


def test_sliders_reach_what_an_offered_search_uses() -> None:
    asked = [read_strategy("exact", dict(parse_qsl(one.href[1:])))[1] for one in findings() if "exact" in one.href]
    assert asked, "an exact search is offered"
    ends = {field.name: field.metadata["soft_max"] or field.metadata["max"] for field in options(ExactConfig)}
    assert all(value <= ends[name] for settings in asked for name, value in settings.items())


def test_only_what_the_models_at_hand_show_is_offered_and_models_stand_by_their_titles() -> None:
    german, french = {"en-de": "English to German"}, {"en-fr": "English to French"}
    assert "(English to French)" in chips("compare", german | french)
    assert "(English to French)" not in chips("compare", german)
    assert "(en-" not in chips("compare", german | french)
    assert chips("compare", {"my-own": "Mine"}) == ""


def test_attention_against_none_is_offered_where_both_twins_are_here(monkeypatch: pytest.MonkeyPatch) -> None:
    one = Finding("en-de-attention", "attention-over-none", "A long sentence.", "Ein langer Satz.")
    monkeypatch.setattr("demo.common.findings.findings", lambda: [one])
    with_attention, without = {"en-de-attention": "With attention"}, {"en-de-context": "No attention"}
    assert chips("compare", with_attention) == ""
    offered = chips("compare", with_attention | without)
    assert "attention beats none" in offered and "model2=en-de-context" in offered


def test_the_same_with_another_model_is_folded_up(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Finding(model, "beam-over-greedy", "A dog.", "Ein Hund.") for model in ("en-de", "mine")]
    monkeypatch.setattr("demo.common.findings.findings", lambda: found)
    before, _, folded = chips("compare", {"en-de": "German", "mine": "Mine"}).partition("<details")
    assert "(German)" in before and "(Mine)" in folded and "(Mine)" not in before


def test_nothing_but_the_list_of_models_is_called_model() -> None:
    everything = chips("translate", {one.model: one.model for one in findings()})
    labels = re.findall(r'aria-label="([^"]+)"', everything)
    assert len(labels) == 2, "those that are seen and those that are folded up"
    assert not [label for label in labels if "model" in label.lower()]
