"""The trace: a tree whose every branch is where the steps say it is, with numbers that add up."""

from __future__ import annotations

import copy
import json
import math
from typing import Any

import numpy as np
import pytest
import torch

from seq2seq_core.decoding import (
    BeamConfig,
    Config,
    DecodeResult,
    DecodeStep,
    DiverseBeamConfig,
    ExactConfig,
    GreedyConfig,
    SampleConfig,
    ScoreParts,
    SoFar,
    StochasticBeamConfig,
)
from seq2seq_core.decoding.record.json_values import from_plain, to_plain
from seq2seq_core.decoding.record.so_far import Beginnings, read_beginnings
from seq2seq_core.decoding.score import coverage
from seq2seq_core.types import CoreError
from tests.decoding.enumeration import log_probs
from tests.decoding.tables import SPECIALS, random_model
from tests.decoding.test_filters import OURS

LIMIT = 6
CONFIGS: list[Config] = [
    GreedyConfig(max_new_tokens=LIMIT),
    BeamConfig(max_new_tokens=LIMIT, num_beams=3, num_return_sequences=3, repetition_penalty=1.5),
    DiverseBeamConfig(max_new_tokens=LIMIT, num_beams=4, num_beam_groups=2, num_return_sequences=4),
    SampleConfig(max_new_tokens=LIMIT, num_return_sequences=3, temperature=0.8, top_p=0.9),
    StochasticBeamConfig(max_new_tokens=LIMIT, num_beams=3, top_k=3),
]
EXACT = ExactConfig(max_new_tokens=LIMIT, num_beams=1)
each = pytest.mark.parametrize("config", CONFIGS, ids=lambda config: type(config).__name__)


@each
def test_every_row_is_a_kept_candidate_of_the_step_before(config: Config) -> None:
    for seed in range(4):
        result = random_model(seed, words=4).run(config, trace=True)[0]
        rows = {row.row: ((), 0.0) for row in result.steps[0].rows}
        for step in result.steps:
            assert {row.row: (row.token_ids, pytest.approx(row.log_prob)) for row in step.rows} == rows
            kept = [c for c in step.candidates if c.fate == "kept"]
            assert all((c.row is not None) == (c.fate == "kept") for c in step.candidates)
            before = {row.row: row for row in step.rows}
            for c in step.candidates:
                assert c.total_log_prob == pytest.approx(before[c.parent].log_prob + c.log_prob)
            rows = {c.row: ((*before[c.parent].token_ids, c.token_id), c.total_log_prob) for c in kept}
            assert len(rows) == len(kept)


@each
def test_every_hypothesis_is_a_finished_candidate(config: Config) -> None:
    for seed in range(4):
        result = random_model(seed, words=4).run(config, trace=True)[0]
        finished = {}
        for step in result.steps:
            before = {row.row: row for row in step.rows}
            for c in step.candidates:
                if c.fate == "finished":
                    assert (c.token_id == SPECIALS.eos) == (c.reason == "ended with EOS")
                    finished[(*before[c.parent].token_ids, c.token_id)] = c
        for h in result.hypotheses:
            assert finished[h.token_ids].total_log_prob == pytest.approx(h.log_prob, abs=1e-5)
            assert h.attention is not None
            parent = finished[h.token_ids].parent
            seen = next(row.attention for row in result.steps[len(h.token_ids) - 1].rows if row.row == parent)
            assert seen is not None and np.array_equal(seen[0], h.attention[-1])


@each
def test_the_lens_shows_the_models_distribution(config: Config) -> None:
    model = random_model(1, words=4)
    for row in (row for step in model.run(config, trace=True)[0].steps for row in step.rows):
        expected = log_probs(model, 0, row.token_ids)
        assert row.top_log_probs[0].tolist() == pytest.approx([expected[token] for token in row.top_ids], abs=1e-5)
        assert row.top_log_probs[0].tolist() == sorted(row.top_log_probs[0].tolist(), reverse=True)
        assert row.kept[0] == pytest.approx(1.0)
        assert row.entropy[0] == pytest.approx(-sum(math.exp(v) * v for v in expected if v > -math.inf), abs=1e-5)


def test_the_lens_shows_what_each_filter_does() -> None:
    import torch

    model = random_model(1, words=6, sharpness=1.0)
    settings: dict[str, Any] = {"temperature": 1.5, "top_k": 4, "top_p": 0.8}
    step: DecodeStep = model.run(SampleConfig(max_new_tokens=3, **settings), trace=True)[0].steps[1]
    assert step.stages == ("model", "temperature", "top_k", "top_p")
    row = step.rows[0]
    logits = torch.tensor([model.logits(0, row.token_ids)])
    own = logits.softmax(-1)[0]
    for stage, (name, value) in enumerate(settings.items(), start=1):
        logits = OURS[name](logits, value)
        left = logits.log_softmax(-1)[0]
        assert row.top_log_probs[stage].tolist() == pytest.approx(left[list(row.top_ids)].tolist(), abs=1e-5)
        assert row.kept[stage] == pytest.approx(float(own[left.isfinite()].sum()), abs=1e-5)
        assert row.entropy[stage] == pytest.approx(float(torch.special.entr(left.exp()).sum()), abs=1e-5)
    assert 0 < row.kept[3] < row.kept[2] < row.kept[1] == pytest.approx(1.0)


def test_dropped_candidates_say_why() -> None:
    reasons = set()
    for seed in range(20):
        result = random_model(seed, words=4).run(
            BeamConfig(max_new_tokens=LIMIT, num_beams=2, early_stopping="never"), trace=True
        )[0]
        for step in result.steps:
            reasons |= {(c.fate, c.reason) for c in step.candidates}
            assert [c.score for c in step.candidates] == sorted((c.score for c in step.candidates), reverse=True)
    assert reasons == {
        ("kept", "among the best that go on"),
        ("finished", "ended with EOS"),
        ("finished", "cut off at the length limit"),
        ("dropped", "enough better continuations go on"),
        ("dropped", "ended, but outside the best of this step"),
        ("dropped", "ended, but enough better ones are finished"),
    }


def test_coverage_is_the_published_formula() -> None:
    attention = torch.tensor([[0.5, 0.5, 0.0], [0.5, 0.25, 0.25]])
    assert float(coverage(attention.sum(0))) == pytest.approx(math.log(0.75) + math.log(0.25))
    padded = torch.tensor([1.0, 0.75, 0.25, 0.0])
    assert float(coverage(padded, torch.tensor([True, True, True, False]))) == pytest.approx(math.log(0.75 * 0.25))


def test_parts_under_another_normalisation() -> None:
    parts = ScoreParts(-6.0, 4, -1.0, coverage=-3.0)
    assert parts.score == -7.0
    assert parts.under("gnmt", 0.6, 0.2).score == pytest.approx((-6.0 - 1.0) / 1.5**0.6 + 0.2 * -3.0)
    assert parts.under("avg", 1.0, 0.0).score == pytest.approx(-7.0 / 4)
    assert ScoreParts(0.0, 0).under("avg", 1.0, 0.0).score == 0.0


def test_a_score_follows_from_its_parts() -> None:
    parts = ScoreParts(-6.0, 4, -1.0, "gnmt", 0.6, ((5 + 4) / 6) ** 0.6, 0.2, -3.0)
    assert parts.score == pytest.approx((-6.0 - 1.0) / 1.5**0.6 + 0.2 * -3.0)


@pytest.mark.parametrize("config", [*CONFIGS, EXACT], ids=lambda config: type(config).__name__)
def test_rows_share_the_beginnings_that_they_go_on_from(config: Config) -> None:
    model = random_model(3, words=4, sharpness=0.5)
    result = model.run(config, trace=True)[0]
    met: set[int] = set()
    for step in result.steps:
        for row in step.rows:
            assert row.beginning.before is None or id(row.beginning.before) in met
            assert row.beginning.length == len(row.token_ids) == len(row.tokens)
        met |= {id(row.beginning) for row in step.rows}
    written = json.loads(result.to_json())
    rows = [row for step in result.steps for row in step.rows]
    assert len(written["beginnings"]) == len({(row.token_ids, row.log_prob) for row in rows}) <= len(rows)
    assert all(type(row["beginning"]) is int for step in written["steps"] for row in step["rows"])
    for again in (DecodeResult.from_dict(written), copy.deepcopy(result)):
        read = [row for step in again.steps for row in step.rows]
        assert [(row.token_ids, row.tokens, row.log_prob) for row in read] == [
            (row.token_ids, row.tokens, row.log_prob) for row in rows
        ]


def test_a_long_beginning_is_copied_and_written_however_long_it_is() -> None:
    long = SoFar()
    for token in range(20_000):
        long = long.then(token, f"w{token}", -float(token))
    again = copy.deepcopy(long)
    assert again.token_ids == long.token_ids and again.holds(range(20_000)) and again.log_prob == -19_999.0
    shared = Beginnings()
    assert (shared.place(long), shared.place(long), len(shared.written)) == (20_000, 20_000, 20_001)
    assert read_beginnings(shared.written)[-1].tokens == long.tokens


def test_a_trace_whose_rows_stand_for_nothing_is_refused() -> None:
    written = random_model(3, words=4).run(BeamConfig(max_new_tokens=3), trace=True)[0].to_dict()
    for wrong in ([{"before": None}, {"before": 1}], [{"before": -1}]):
        with pytest.raises(CoreError, match=r"^beginning \d of this trace does not follow from one before it$"):
            DecodeResult.from_dict({**written, "beginnings": wrong})
    written["steps"][0]["rows"][0]["beginning"] = 99
    with pytest.raises(CoreError, match="stands for beginning 99, which is not in it"):
        DecodeResult.from_dict(written)


def test_numbers_survive_json() -> None:
    odd = np.array([[0.1, 1 / 3, -np.inf], [np.nan, 1e-30, np.inf]], dtype=np.float32)
    plain = to_plain(odd)
    assert plain[0] == [0.1, 0.33333334, "-inf"] and plain[1][0] == "nan"
    assert from_plain(np.ndarray[Any, Any], plain).tobytes() == odd.tobytes()
    assert from_plain(float, to_plain(-math.inf)) == -math.inf
