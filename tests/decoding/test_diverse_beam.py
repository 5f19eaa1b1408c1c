"""Diverse beam search against its definition in plain Python."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from seq2seq_core.decoding import BeamConfig, DiverseBeamConfig
from seq2seq_core.types import CoreError
from tests.decoding.enumeration import forced, log_probs
from tests.decoding.tables import SPECIALS, TableModel, random_model

LIMIT = 5


def by_definition(model: TableModel, config: DiverseBeamConfig) -> dict[tuple[int, ...], float]:
    """Every hypothesis that a group finishes, with its accumulated score; groups run to the limit (no early stop)."""
    width, eos = config.num_beams // config.num_beam_groups, SPECIALS.eos
    beams = [[(0.0, ())] for _ in range(config.num_beam_groups)]
    finished: dict[tuple[int, ...], float] = {}
    for step in range(LIMIT):
        said: Counter[int] = Counter()
        for group, beam in enumerate(beams):
            grown = [
                (total + value - config.diversity_penalty * said[token], (*ids, token))
                for total, ids in beam
                for token, value in enumerate(log_probs(model, 0, ids))
                if value > float("-inf")
            ]
            ranked = sorted(grown, reverse=True)[: 2 * width]
            for total, ids in ranked[:width]:
                if ids[-1] == eos or step + 1 == LIMIT:
                    finished[ids] = max(total, finished.get(ids, total))
            beams[group] = [item for item in ranked if item[1][-1] != eos][:width]
            said.update(ids[-1] for _, ids in beams[group])
    return finished


@pytest.mark.parametrize("penalty", [0.0, 0.5, 3.0])
def test_equals_its_definition(penalty: float) -> None:
    for seed in range(6):
        model = random_model(seed, words=4)
        config = DiverseBeamConfig(
            num_beams=6, num_beam_groups=3, num_return_sequences=6, diversity_penalty=penalty, max_new_tokens=LIMIT,
            length_penalty=0.0, early_stopping="never",
        )  # fmt: skip
        expected = by_definition(model, config)
        found = model.run(config)[0].hypotheses
        assert found[0].score == pytest.approx(max(expected.values()), abs=1e-5)
        for h in found:
            assert h.parts.log_prob + h.parts.adjustment == pytest.approx(expected[h.token_ids], abs=1e-5)
            assert h.log_prob == pytest.approx(sum(forced(model, 0, h.token_ids)), abs=1e-5)
            assert h.parts.adjustment <= 1e-5


def test_one_group_is_beam_search_and_the_first_group_is_always_one() -> None:
    for seed in range(6):
        model = random_model(seed, words=4)
        common = {"max_new_tokens": LIMIT, "num_return_sequences": 2}
        diverse = DiverseBeamConfig(num_beams=4, num_beam_groups=1, diversity_penalty=9.0, **common)
        beam = model.run(BeamConfig(num_beams=4, **common))[0]
        assert [h.token_ids for h in model.run(diverse)[0].hypotheses] == [h.token_ids for h in beam.hypotheses]
        grouped = model.run(replace(diverse, num_beam_groups=2, num_return_sequences=4))[0].hypotheses
        first = model.run(BeamConfig(num_beams=2, **common))[0].hypotheses
        assert {h.token_ids for h in first} <= {h.token_ids for h in grouped}


def test_a_penalty_makes_groups_differ() -> None:
    model = random_model(3, words=4)
    config = DiverseBeamConfig(num_beams=4, num_beam_groups=4, num_return_sequences=4, max_new_tokens=LIMIT)
    same = model.run(replace(config, diversity_penalty=0.0))[0]
    assert len(same.hypotheses) == 1  # four times greedy search, returned once
    # Not always 4: ending is not penalised, so two groups may end alike.
    assert len(model.run(replace(config, diversity_penalty=50.0))[0].hypotheses) >= 3


def test_groups_must_divide_the_beams() -> None:
    with pytest.raises(CoreError, match="num_beam_groups is 4; it must divide num_beams, which is 6"):
        DiverseBeamConfig(num_beams=6, num_beam_groups=4)
