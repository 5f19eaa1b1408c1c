"""Exact search against full enumeration, and what it says when the budget is spent."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from seq2seq_core.decoding import BeamConfig, ExactConfig
from seq2seq_core.decoding.score import length_divisor
from seq2seq_core.decoding.search.open_tree import BLOCK
from seq2seq_core.decoding.strategies import exact
from tests.decoding.enumeration import enumerate_all, forced
from tests.decoding.tables import SPECIALS, TableModel, from_probabilities, random_model

GENEROUS = ExactConfig(max_new_tokens=5, max_forward_calls=100_000, max_seconds=600)


@pytest.mark.parametrize("kind", ["none", "avg", "gnmt"])
@pytest.mark.parametrize("sharpness", [0.5, 2.0])
def test_equals_full_enumeration(kind: str, sharpness: float) -> None:
    errors = 0
    for seed in range(16):
        model = random_model(seed, words=3, sharpness=sharpness, specials_too=seed % 2 == 0)
        config = replace(GENEROUS, length_penalty_type=kind, num_beams=1)
        result = model.run(config)[0]
        scores = [c.log_prob / length_divisor(float(len(c.token_ids)), kind, 1.0) for c in enumerate_all(model, 0, 5)]
        assert result.proven is True
        assert result.hypotheses[0].score == pytest.approx(max(scores), abs=1e-5)
        assert result.details["upper_bound"] == pytest.approx(max(scores), abs=1e-5)
        beam = model.run(BeamConfig(num_beams=1, max_new_tokens=5, length_penalty_type=kind, early_stopping="never"))[
            0
        ].hypotheses[0]
        assert result.details["beam_score"] == pytest.approx(beam.score)
        assert result.details["search_error"] == (max(scores) > beam.score + 1e-6)
        errors += bool(result.details["search_error"])
    assert errors  # else the tables never made the search do anything


def test_finds_the_empty_translation() -> None:
    """Every first word is likelier than ending, so a beam of 1 never sees that the empty translation is the best."""
    words = [f"w{i}" for i in range(4)]
    table = {"": {".": 0.19, "w0": 0.21, "w1": 0.2, "w2": 0.2, "w3": 0.2}}
    table |= {word: dict.fromkeys(words, 0.25) for word in words}
    model = from_probabilities(table, words)
    result = model.run(replace(GENEROUS, num_beams=1))[0]
    assert result.proven and result.hypotheses[0].token_ids == (SPECIALS.eos,)
    assert result.details["empty_is_best"] is True and result.details["search_error"] is True
    assert result.details["empty_score"] == result.hypotheses[0].score == pytest.approx(math.log(0.19), abs=1e-6)


def reluctant(seed: int) -> TableModel:
    """Hardly ever ends and likes all words about equally, so that nothing can be cut off early."""
    model = random_model(seed, words=4, sharpness=0.1)

    def logits(source: int, history: tuple[int, ...]) -> list[float]:
        row = list(model.logits(source, history))
        return [*row[:3], -9.0, *row[4:]]

    return replace(model, logits=logits)


def test_says_how_far_it_got() -> None:
    model = reluctant(1)
    whole = model.run(replace(GENEROUS, num_beams=1))[0]
    needed = whole.forward_calls - model.run(BeamConfig(num_beams=1, max_new_tokens=5))[0].forward_calls
    assert needed > 3
    bounds = []
    for calls in range(1, needed, 3):
        part = model.run(replace(GENEROUS, num_beams=1, max_forward_calls=calls))[0]
        assert part.proven is False and part.details["stopped_by"] == "calls"
        assert part.hypotheses[0].score <= whole.hypotheses[0].score <= float(part.details["upper_bound"]) + 1e-6
        bounds.append(float(part.details["upper_bound"]))
    assert bounds == sorted(bounds, reverse=True)
    assert model.run(replace(GENEROUS, num_beams=1, max_forward_calls=needed))[0].proven


def test_stops_when_the_time_is_over() -> None:
    model = reluctant(1)
    result = model.run(ExactConfig(max_new_tokens=7, num_beams=1, max_seconds=0.1, max_forward_calls=10**6))[0]
    assert result.proven is False and result.details["stopped_by"] == "seconds"


def test_stops_when_too_many_beginnings_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    model = reluctant(1)
    whole = model.run(replace(GENEROUS, num_beams=1))[0]
    monkeypatch.setattr(exact, "MOST_WAITING", 3)
    result = model.run(replace(GENEROUS, num_beams=1))[0]
    assert result.proven is False and result.details["stopped_by"] == "memory"
    assert result.forward_calls < whole.forward_calls
    assert result.hypotheses[0].score <= whole.hypotheses[0].score <= float(result.details["upper_bound"]) + 1e-6


def test_stops_when_too_much_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    model = reluctant(1)
    whole = model.run(replace(GENEROUS, num_beams=1))[0]
    monkeypatch.setattr(exact, "MOST_RECORDED", 40)
    assert model.run(replace(GENEROUS, num_beams=1))[0].forward_calls == whole.forward_calls, "nothing is recorded"
    result = model.run(replace(GENEROUS, num_beams=1), trace=True)[0]
    assert result.proven is False and result.details["stopped_by"] == "memory"
    assert 40 < sum(len(step.rows) for step in result.steps) <= 40 + BLOCK


def test_hypothesis_has_its_own_attention_and_log_probs() -> None:
    for seed in range(5):
        model = random_model(seed, words=3, sharpness=0.5)
        h = model.run(replace(GENEROUS, num_beams=1))[0].hypotheses[0]
        wide = model.run(BeamConfig(num_beams=200, max_new_tokens=5, length_penalty=0.0, early_stopping="never"))[0]
        assert h.token_ids == wide.hypotheses[0].token_ids
        assert h.token_log_probs == pytest.approx(forced(model, 0, h.token_ids), abs=1e-5)
        assert h.attention is not None and wide.hypotheses[0].attention is not None
        assert h.attention.tolist() == wide.hypotheses[0].attention.tolist()
