"""What holds for every strategy, whatever it searches for."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from seq2seq_core.decoding import (
    STRATEGIES,
    BeamConfig,
    Config,
    DecodeResult,
    DiverseBeamConfig,
    ExactConfig,
    GreedyConfig,
    MbrConfig,
    Request,
    SampleConfig,
    StochasticBeamConfig,
    decode,
    rows_of,
    strategy_of,
)
from seq2seq_core.decoding.record import recorder
from seq2seq_core.types import CoreError
from tests.decoding.enumeration import forced
from tests.decoding.tables import SPECIALS, TableModel, random_model

LIMIT = 6
CONFIGS: dict[str, Config] = {
    "greedy": GreedyConfig(max_new_tokens=LIMIT),
    "beam": BeamConfig(max_new_tokens=LIMIT, num_beams=3, num_return_sequences=3),
    "beam with all its penalties": BeamConfig(
        max_new_tokens=LIMIT, num_beams=3, num_return_sequences=3, coverage_penalty=0.3, no_repeat_ngram_size=2,
        repetition_penalty=1.2, min_new_tokens=2, length_penalty_type="gnmt", early_stopping="never",
    ),
    "diverse-beam": DiverseBeamConfig(max_new_tokens=LIMIT, num_beams=6, num_beam_groups=3, num_return_sequences=6),
    "sample": SampleConfig(max_new_tokens=LIMIT, num_return_sequences=4, top_p=0.9, temperature=1.3, seed=3),
    "stochastic-beam": StochasticBeamConfig(max_new_tokens=LIMIT, num_beams=2, seed=3),
    "mbr": MbrConfig(max_new_tokens=LIMIT, num_candidates=6, num_return_sequences=2),
    "exact": ExactConfig(max_new_tokens=LIMIT, num_beams=2),
}  # fmt: skip
every_config = pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS.keys())


def test_no_strategy_is_left_out() -> None:
    assert {strategy_of(config).name for config in CONFIGS.values()} == set(STRATEGIES)


def comparable(result: DecodeResult) -> dict[str, Any]:
    """All of a result but what depends on the clock."""
    return {name: value for name, value in result.to_dict().items() if name != "seconds"}


@every_config
def test_a_batch_equals_one_by_one(config: Config) -> None:
    """Ragged sources that finish at different steps: padding and compaction change nothing, the trace included."""
    for seed in (0, 1):
        model = random_model(seed, words=3, sources=12, sharpness=2.5)
        together = model.run(config, sources=range(12), trace=True)
        for source in (0, 3, 7, 11):
            alone = model.run(config, sources=[source], trace=True)[0]
            assert comparable(alone) == comparable(together[source])
        assert len({result.forward_calls for result in together}) > 1


@every_config
def test_tracing_changes_nothing_and_is_absent_when_off(config: Config) -> None:
    model = random_model(2, words=3, sources=4)
    traced = model.run(config, sources=range(4), trace=True)
    plain = model.run(config, sources=range(4))
    for one, other in zip(traced, plain, strict=True):
        assert one.steps and other.steps == ()
        assert comparable(replace(one, steps=())) == comparable(other)


@every_config
def test_rows_decoded_are_those_of_the_record_and_need_none(config: Config) -> None:
    model = random_model(2, words=3, sources=4)
    for source in range(4):
        [traced], [plain] = (model.run(config, sources=[source], trace=trace) for trace in (True, False))
        beam = 0  # before exact search, and not in its record
        if isinstance(config, ExactConfig):
            beam = rows_of(model.run(config.of_first_bound(), sources=[source], trace=True)[0].steps)
            assert beam > 0
        assert plain.rows_decoded == traced.rows_decoded == beam + rows_of(traced.steps) > 0


@every_config
def test_cost_is_that_of_decoding_alone(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock that recording alone moves on, but for a millionth each time it is read."""
    summarise, clock = recorder._distributions, [0.0]

    def slow(*arguments: Any) -> Any:
        clock[0] += 1.0
        return summarise(*arguments)

    def now() -> float:
        clock[0] += 1e-6
        return clock[0]

    monkeypatch.setattr(recorder, "_distributions", slow)
    monkeypatch.setattr(time, "perf_counter", now)
    result = random_model(2, words=3).run(config, trace=True)[0]
    assert len(result.steps) > 1 and clock[0] > len(result.steps)
    assert 0 < result.seconds < 0.5


@every_config
def test_coverage_is_among_the_parts_whether_or_not_it_has_a_weight(config: Config) -> None:
    for result in random_model(3, words=3, sources=3).run(config, sources=range(3)):
        for h in result.hypotheses:
            assert h.attention is not None
            had = h.attention.astype(float).sum(0)
            assert h.parts.coverage == pytest.approx(np.log(np.clip(had, 1e-10, 1.0)).sum(), abs=1e-4)
            if strategy_of(config).ranks_by == "score":
                weight = h.parts.coverage_penalty * h.parts.coverage
                assert h.score == pytest.approx((h.log_prob + h.parts.adjustment) / h.parts.length_divisor + weight)


@every_config
def test_json_and_back(config: Config) -> None:
    for result in random_model(3, words=3, sources=2).run(config, sources=[0, 1], trace=True):
        line = result.to_json()
        again = DecodeResult.from_json(line)
        assert again.to_json() == line
        assert "\n" not in line and json.loads(line)["schema"] == 2
        assert again.hypotheses[0].token_ids == result.hypotheses[0].token_ids
        assert isinstance(again.steps[0].rows[0].top_log_probs, type(result.steps[0].rows[0].top_log_probs))
        assert again.steps[0].rows[0].top_log_probs.tobytes() == result.steps[0].rows[0].top_log_probs.tobytes()
    for schema, more in ((99, "$"), (None, "$"), (1, "; search again to have it in the form of today$")):
        with pytest.raises(CoreError, match=f"schema {schema}, and this version reads schema 2 only{more}"):
            DecodeResult.from_dict({**result.to_dict(), "schema": schema})


@every_config
def test_log_probs_are_those_of_the_model(config: Config) -> None:
    model = random_model(4, words=3, sources=4, specials_too=True)
    for source, result in enumerate(model.run(config, sources=range(4))):
        for h in result.hypotheses:
            assert h.token_log_probs == pytest.approx(forced(model, source, h.token_ids), abs=1e-5)
            assert h.log_prob == pytest.approx(sum(h.token_log_probs), abs=1e-6)
            assert not set(SPECIALS.never_generated) & set(h.token_ids)
            assert SPECIALS.eos not in h.token_ids[:-1]
            if result.strategy != "mbr":
                assert h.score == pytest.approx(h.parts.score, abs=1e-6)
        scores = [h.score for h in result.hypotheses]
        assert scores == sorted(scores, reverse=True)
        if result.strategy != "sample":  # which draws with replacement
            assert len({h.token_ids for h in result.hypotheses}) == len(scores)


@every_config
def test_a_prefix_starts_every_hypothesis(config: Config) -> None:
    model = random_model(5, words=3, sources=2)
    prefix = (4, 6, 6, 5)
    plain = replace(config, no_repeat_ngram_size=0) if hasattr(config, "no_repeat_ngram_size") else config
    for source, result in enumerate(model.run(plain, sources=[0, 1], trace=True, prefix=prefix)):
        for h in result.hypotheses:
            assert h.token_ids[:4] == prefix
            assert len(h.token_ids) <= 4 + LIMIT
            assert h.token_log_probs == pytest.approx(forced(model, source, h.token_ids), abs=1e-5)
    complete = model.run(replace(plain, **without_minimum(plain)), prefix=(4, SPECIALS.eos))[0]
    assert {h.token_ids for h in complete.hypotheses} == {(4, SPECIALS.eos)}
    for wrong in ((SPECIALS.eos, 4), (SPECIALS.pad,), (4, SPECIALS.unk), (4, SPECIALS.bos)):
        with pytest.raises(CoreError, match="prefix"):
            model.run(plain, prefix=wrong)


def without_minimum(config: Config) -> dict[str, int]:
    return {"min_new_tokens": 0} if hasattr(config, "min_new_tokens") else {}


@every_config
def test_a_caller_can_watch_and_stop(config: Config) -> None:
    model = random_model(6, words=3, sources=2)
    ticks = model.ticks(config, sources=[0, 1])
    assert all(tick.live for tick in ticks)
    assert [tick.index for tick in ticks] == list(range(len(ticks)))
    traced = [tick.steps[0] for tick in ticks if 0 in tick.steps]
    result = model.run(config, sources=[0, 1], trace=True)[0]
    assert [step.index for step in traced] == list(range(len(traced)))
    assert [step.candidates for step in traced] == [step.candidates for step in result.steps]
    search = decode(Request(**model.arguments([0, 1]), config=config))
    next(search)
    assert not torch.is_inference_mode_enabled()
    search.close()


def constant(row: list[float]) -> TableModel:
    return TableModel(lambda source, history: row, ("<pad>", "<unk>", "<bos>", "<eos>", "a", "b"), (1, 1))


NO = float("-inf")


@every_config
def test_a_model_that_ends_at_once(config: Config) -> None:
    plain = replace(config, **without_minimum(config))
    for result in constant([NO, NO, NO, 0.0, NO, NO]).run(plain, sources=[0, 1]):
        assert {h.token_ids for h in result.hypotheses} == {(SPECIALS.eos,)}
        assert result.hypotheses[0].log_prob == 0.0


@every_config
def test_a_model_that_never_ends(config: Config) -> None:
    plain = replace(config, no_repeat_ngram_size=0) if hasattr(config, "no_repeat_ngram_size") else config
    for result in constant([NO, NO, NO, NO, 0.5, 0.0]).run(plain):
        assert all(len(h.token_ids) == LIMIT and not h.finished for h in result.hypotheses)


@every_config
@pytest.mark.parametrize(
    "row", [[float("nan")] * 6, [0.0] * 5 + [float("inf")], [NO] * 6, [0.0, 0, 0, 0, 0, float("nan")]]
)
def test_logits_that_are_no_distribution(config: Config, row: list[float]) -> None:
    with pytest.raises(CoreError, match="NaN or infinite"):
        constant(row).run(config)


@every_config
def test_no_mass_outside_pad_unk_and_bos(config: Config) -> None:
    with pytest.raises(CoreError, match=r"forbidden|no token may follow"):
        constant([0.0, 0.0, 0.0, NO, NO, NO]).run(config)


def test_a_width_beyond_the_vocabulary() -> None:
    model = random_model(7, words=2)
    for config in (
        BeamConfig(num_beams=40, num_return_sequences=40, max_new_tokens=3),
        DiverseBeamConfig(num_beams=40, num_beam_groups=2, num_return_sequences=40, max_new_tokens=3),
        StochasticBeamConfig(num_beams=40, max_new_tokens=3),
    ):
        found = model.run(config)[0].hypotheses
        assert len({h.token_ids for h in found}) == len(found) == 1 + 2 + 4 * 3  # "", one word, two words and any end


@every_config
def test_default_limit(config: Config) -> None:
    endless = constant([NO, NO, NO, NO, 0.5, NO])
    plain = {"no_repeat_ngram_size": 0} if hasattr(config, "no_repeat_ngram_size") else {}
    h = endless.run(replace(config, max_new_tokens=0, **plain))[0].hypotheses[0]
    assert len(h.token_ids) == 2 * 1 + 20
