"""What is to be run from whatever came in, and the figures that stand beside each other."""

import dataclasses
import math
from typing import Any

import pytest

from demo.common.contest import CUT, MAX_CARDS, ONE_REFERENCE, contestants, prepare
from demo.common.contestant import Contestant, contestant, named
from demo.common.text_input import InputError
from demo.compare.figures import figures, spread
from demo.compare.presets import PRESETS
from demo.service import Service
from tests.demo import samples


@pytest.mark.parametrize(
    ("strategy", "settings", "name"),
    [
        ("greedy", {}, "Greedy"),
        ("beam", {}, "Beam 5"),
        ("beam", {"num_beams": 10, "length_penalty": 0.0}, "Beam 10, alpha 0"),
        ("sample", {"top_p": 0.9, "num_return_sequences": 10}, "Sampling, top-p 0.9 × 10"),
        ("mbr", {"utility": "bleu"}, "Minimum Bayes risk 32, utility bleu"),
    ],
)
def test_a_card_is_called_by_what_is_set(strategy: str, settings: dict[str, Any], name: str) -> None:
    assert named(strategy, settings) == name


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_valid_and_its_cards_tell_themselves_apart(service: Service, name: str) -> None:
    contest = prepare(service, "A dog.", "en-de", PRESETS[name])
    assert contest.cards == PRESETS[name]
    assert len({card.name for card in contest.cards}) == len(contest.cards) <= MAX_CARDS


def test_plain_mappings_become_cards_without_what_is_at_its_default(service: Service) -> None:
    wish = [
        {"strategy": "beam", "settings": {"num_beams": 5.0, "length_penalty": 0}},
        {"strategy": "greedy", "name": " Mine\n"},
    ]
    assert contestants(wish) == (
        Contestant("Beam 5, alpha 0", "beam", {"length_penalty": 0.0}),
        Contestant("Mine", "greedy"),
    )


def test_the_seed_goes_to_those_who_draw_unless_they_name_their_own(service: Service) -> None:
    cards = [contestant("greedy"), contestant("sample"), contestant("sample", seed=3)]
    contest = prepare(service, "A dog.", "en-de", cards, seed=7)
    assert [getattr(request.config, "seed", None) for request in contest.requests] == [None, 7, 3]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text": " "}, "Type an English sentence"),
        ({"model": "no such"}, "Choose one of the models"),
        ({"cards": "greedy"}, "Give the strategies as a list"),
        ({"cards": []}, "Add a strategy"),
        ({"cards": [{"strategy": "greedy"}] * (MAX_CARDS + 1)}, f"at most {MAX_CARDS} strategies at once; these are 9"),
        ({"cards": [{"strategy": "greedy"}, 5]}, "Strategy 2 must be an object"),
        ({"cards": [{"strategy": "greedy", "colour": 1}]}, "Strategy 1 must be an object"),
        ({"cards": [{"strategy": ["greedy"]}]}, "Choose one of the strategies"),
        ({"cards": [{"strategy": "beam", "settings": [1]}]}, "Give the settings of strategy 1 as an object"),
        ({"cards": [{"strategy": "beam", "settings": {"num_beams": math.nan}}]}, "Strategy 1: Beam width must be"),
        ({"cards": [{"strategy": "beam", "settings": {"no_such": 1}}]}, "Strategy 1: Beam search has no setting"),
        ({"seed": 0.5}, "Seed must be a whole number"),
        ({"seed": None}, "Seed must be a whole number"),
        ({"reference": 5}, "Give the reference as text"),
    ],
)
def test_wrong_input_is_one_sentence(service: Service, changes: dict[str, Any], sentence: str) -> None:
    wish = {"text": "A dog.", "model": "en-de", "cards": [{"strategy": "greedy"}], "seed": 0} | changes
    with pytest.raises(InputError, match=sentence):
        prepare(service, **wish)


def test_a_reference_is_one_line_and_a_long_one_is_cut_and_says_so(service: Service) -> None:
    def read(reference: Any) -> tuple[str, str]:
        contest = prepare(service, "A dog.", "en-de", [{"strategy": "greedy"}], reference=reference)
        return contest.reference, contest.note

    assert read(" Ein\nHund. ") == ("Ein Hund.", "")
    assert read(None) == read("\u200b ") == ("", "")
    text, note = read("Hund " * 300)
    assert len(text) <= 1000
    assert note == CUT


def test_figures_of_a_result_with_and_without_a_reference() -> None:
    found = figures(samples.result())
    best = samples.result().hypotheses[0]
    assert (found.log_prob, found.score, found.length) == (best.log_prob, best.score, 10)
    assert (found.forward_calls, found.chrf, found.bleu) == (10, None, None)
    assert math.isclose(found.milliseconds, 83.4)
    assert figures(samples.result(steps=(samples.step(0), samples.step(1)))).rows == 2
    perfect = figures(samples.result(), best.text)
    assert math.isclose(perfect.chrf or 0, 100)
    assert math.isclose(perfect.bleu or 0, 100)
    poor = figures(samples.result(), "Zwei Hunde.")
    assert 0 < (poor.chrf or 0) < 30


def test_the_spread_counts_duplicates_and_weighs_likeness_by_them() -> None:
    first, second, _ = samples.result().hypotheses
    same = spread(samples.result(hypotheses=(first, first)))
    assert (same.number, same.distinct, same.duplicates) == (2, 1, 1)
    assert math.isclose(same.chrf, 100, abs_tol=1e-3)
    mixed = spread(samples.result(hypotheses=(second, first, first)))
    assert mixed.texts == ((first.text, 2), (second.text, 1))
    assert mixed.log_probs == (second.log_prob, (second.log_prob + 2 * first.log_prob) / 3, first.log_prob)
    apart = spread(samples.result(hypotheses=(first, second))).chrf
    # Of the six ordered pairs, two are the duplicate with itself.
    assert math.isclose(mixed.chrf, (2 * 100 + 4 * apart) / 6, abs_tol=1e-3)


def test_figures_are_plain_values() -> None:
    plain = dataclasses.asdict(figures(samples.result(), "Ein Mann."))
    assert plain["spread"]["number"] == 3


def test_of_several_sentences_the_first_is_compared_and_named(service: Service) -> None:
    contest = prepare(service, "It rains. We walk.\nYes.", "en-de", [contestant("greedy"), contestant("beam")])
    assert [request.text for request in contest.requests] == ["It rains."] * 2
    assert contest.note == "A comparison looks at one sentence: of this text it took only the first, “It rains.”."


def test_one_reference_for_several_sentences_is_refused(service: Service) -> None:
    with pytest.raises(InputError, match=ONE_REFERENCE):
        prepare(service, "It rains. We walk.", "en-de", [contestant("greedy")], reference="Es regnet. Wir gehen.")
    assert prepare(service, "It rains.", "en-de", [contestant("greedy")], reference="Es regnet. Ja.").note == ""
