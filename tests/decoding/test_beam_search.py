"""Beam search on tables: worked examples, full enumeration, scores from their parts."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from seq2seq_core.decoding import BeamConfig, DecodeResult, GreedyConfig
from tests.decoding.enumeration import enumerate_all, forced
from tests.decoding.tables import SPECIALS, TableModel, from_probabilities, random_model

KIND = {"none": lambda t, a: 1.0, "avg": lambda t, a: t**a, "gnmt": lambda t, a: ((5 + t) / 6) ** a}
WORKED = from_probabilities(
    {
        "": {"I": 0.6, "We": 0.3, "The": 0.1},
        "I": {"am": 0.5, "like": 0.4, ".": 0.1},
        "We": {"are": 0.6, "like": 0.3, ".": 0.1},
    },
    ["I", "We", "The", "am", "like", "are"],
)


def test_worked_example_of_two_steps() -> None:
    """decoding.md: with K = 2, "I am" and "I like" stay and "We are" is dropped."""
    result = WORKED.run(BeamConfig(num_beams=2, max_new_tokens=4), trace=True)[0]
    second = result.steps[1]
    assert [row.log_prob for row in second.rows] == pytest.approx([math.log(0.6), math.log(0.3)], abs=1e-5)
    seen = {" ".join((*second.rows[c.parent].tokens, c.token)): c for c in second.candidates}
    assert seen["I am"].fate == seen["I like"].fate == "kept"
    assert seen["I am"].score == pytest.approx(-1.204, abs=5e-4)
    assert seen["I like"].score == pytest.approx(-1.427, abs=5e-4)
    assert seen["We are"].fate == "dropped"
    assert seen["We are"].score == pytest.approx(math.log(0.18), abs=1e-5)


def test_a_finished_hypothesis_leaves_its_place_to_a_live_one() -> None:
    """ "." ends at once with .4; two others must still be alive after it, and the longer "a b" must win under avg."""
    model = from_probabilities(
        {"": {".": 0.4, "a": 0.35, "b": 0.25}, "a": {"b": 0.9, ".": 0.1}, "a b": {".": 1.0}}, ["a", "b"]
    )
    unnormalised = BeamConfig(num_beams=2, num_return_sequences=2, length_penalty=0.0, early_stopping="never")
    plain = model.run(unnormalised)[0].hypotheses
    assert [h.text for h in plain] == ["", "a b"]
    assert model.run(replace(unnormalised, length_penalty=1.0), trace=True)[0].hypotheses[0].text == "a b"
    assert {c.token for c in model.run(unnormalised, trace=True)[0].steps[0].candidates if c.fate == "kept"} == {
        "a",
        "b",
    }


@pytest.mark.parametrize("kind", ["none", "avg", "gnmt"])
@pytest.mark.parametrize("alpha", [0.0, 0.6, 1.0, 2.0])
def test_a_width_that_covers_everything_finds_the_best(kind: str, alpha: float) -> None:
    for seed in range(4):
        model = random_model(seed, words=2)
        everything = enumerate_all(model, 0, 5)
        scores = sorted((c.log_prob / KIND[kind](len(c.token_ids), alpha) for c in everything), reverse=True)
        wide = BeamConfig(
            num_beams=len(everything), num_return_sequences=len(everything), max_new_tokens=5,
            length_penalty_type=kind, length_penalty=alpha, early_stopping="never",
        )  # fmt: skip
        found = model.run(wide)[0].hypotheses
        assert [h.score for h in found] == pytest.approx(scores, abs=1e-5)
        for width in (1, 2, 3, 5):
            narrow = model.run(replace(wide, num_beams=width, num_return_sequences=1))[0]
            assert narrow.hypotheses[0].score <= scores[0] + 1e-5


@pytest.mark.parametrize("seed", range(10))
def test_width_one_is_greedy(seed: int) -> None:
    model = random_model(seed, words=4, sources=3)
    beam = model.run(BeamConfig(num_beams=1, max_new_tokens=7), sources=[0, 1, 2])
    greedy = model.run(GreedyConfig(max_new_tokens=7), sources=[0, 1, 2])
    for one, other in zip(beam, greedy, strict=True):
        assert one.hypotheses[0].token_ids == other.hypotheses[0].token_ids
        assert one.hypotheses[0].log_prob == pytest.approx(other.hypotheses[0].log_prob, abs=1e-6)


def check_hypotheses(model: TableModel, source: int, result: DecodeResult) -> None:
    """What every hypothesis of every search must hold to."""
    ids = [h.token_ids for h in result.hypotheses]
    assert len(set(ids)) == len(ids)
    assert [h.score for h in result.hypotheses] == sorted((h.score for h in result.hypotheses), reverse=True)
    for h in result.hypotheses:
        assert h.token_log_probs == pytest.approx(forced(model, source, h.token_ids), abs=1e-5)
        assert h.log_prob == pytest.approx(sum(h.token_log_probs), abs=1e-6)
        assert h.score == pytest.approx(h.parts.score)
        assert h.parts.length == len(h.token_ids) == len(h.tokens)
        assert h.finished == (h.token_ids[-1] == SPECIALS.eos)
        assert not set(SPECIALS.never_generated) & set(h.token_ids)
        assert SPECIALS.eos not in h.token_ids[:-1]
        assert h.attention is not None
        assert h.attention.shape == (len(h.token_ids), model.lengths[source])
        for t in range(len(h.token_ids)):  # the table's attention depends on every token before: see tables.step_fn
            expected = [0.0] * model.lengths[source]
            expected[t % model.lengths[source]] += 0.5
            expected[(SPECIALS.bos + sum(h.token_ids[:t])) % model.lengths[source]] += 0.5
            assert h.attention[t].tolist() == expected


@pytest.mark.parametrize("kind", ["none", "avg", "gnmt"])
@pytest.mark.parametrize("specials_too", [False, True])
def test_hypotheses_are_what_they_say(kind: str, specials_too: bool) -> None:
    config = BeamConfig(num_beams=4, num_return_sequences=4, max_new_tokens=6, length_penalty_type=kind)
    for seed in range(6):
        model = random_model(seed, words=3, sources=4, specials_too=specials_too)
        for source, result in enumerate(model.run(config, sources=[0, 1, 2, 3])):
            check_hypotheses(model, source, result)


def test_coverage_is_recomputed_from_the_attention_shown() -> None:
    config = BeamConfig(num_beams=4, num_return_sequences=4, max_new_tokens=6, coverage_penalty=0.4)
    model = random_model(5, words=3, sources=3)
    for result in model.run(config, sources=[0, 1, 2]):
        for h in result.hypotheses:
            assert h.attention is not None
            summed = h.attention.sum(0).clip(1e-10, 1.0)
            expected = sum(math.log(value) for value in summed)
            assert h.parts.coverage == pytest.approx(expected, abs=1e-4)
            assert h.score == pytest.approx(h.log_prob / len(h.token_ids) + 0.4 * expected, abs=1e-4)


@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_never_stops_only_when_no_live_one_can_win(alpha: float) -> None:
    """Going on to the limit, with no stop at all, must not find better."""
    for seed in range(12):
        model = random_model(seed, words=3, sharpness=1.0)
        config = BeamConfig(num_beams=3, num_return_sequences=3, max_new_tokens=8, length_penalty=alpha)
        patient = model.run(replace(config, early_stopping="never"))[0]
        eager = model.run(replace(config, early_stopping=True))[0]
        middle = model.run(config)[0]
        assert eager.forward_calls <= middle.forward_calls <= patient.forward_calls
        assert eager.hypotheses[0].score <= patient.hypotheses[0].score + 1e-6
        exhaustive = best_of_unstopped(model, config)
        assert patient.hypotheses[0].score == pytest.approx(exhaustive, abs=1e-5)


def test_false_is_a_heuristic_and_never_is_not() -> None:
    """After one step "." (-0.69) beats "a" as it is (-0.80), but not what "a" can become: -0.82 / 3."""
    model = from_probabilities({"": {".": 0.5, "a": 0.45, "b": 0.05}, "a": {"b": 0.99, "a": 0.01}}, ["a", "b"])
    found = {
        mode: model.run(BeamConfig(num_beams=1, max_new_tokens=5, early_stopping=mode))[0].hypotheses[0].text
        for mode in (False, True, "never")
    }
    assert found == {False: "", True: "", "never": "a b"}


def best_of_unstopped(model: TableModel, config: BeamConfig) -> float:
    """The best score that a beam search in plain Python meets when it always runs to the limit."""
    beam: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]
    best = -math.inf
    for step in range(config.max_new_tokens):
        grown = [
            (forced(model, 0, (*ids, token)), (*ids, token)) for _, ids in beam for token in range(1, 7) if token != 2
        ]
        ranked = sorted(((sum(values), ids) for values, ids in grown if sum(values) > -math.inf), reverse=True)
        ranked = ranked[: 2 * config.num_beams]
        last = step + 1 == config.max_new_tokens
        for total, ids in ranked[: config.num_beams]:
            if ids[-1] == SPECIALS.eos or last:
                best = max(best, total / len(ids) ** config.length_penalty)
        beam = [item for item in ranked if item[1][-1] != SPECIALS.eos][: config.num_beams]
    return best
