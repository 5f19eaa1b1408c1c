"""What a request may take is told before it is begun, and grows with whatever makes it take more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from seq2seq_core.decoding import (
    STRATEGIES,
    BeamConfig,
    Config,
    ExactConfig,
    GreedyConfig,
    MbrConfig,
    SampleConfig,
    StochasticBeamConfig,
    options,
)
from seq2seq_core.decoding.cost import Demand, cost_of
from seq2seq_core.pipeline import Translator


def cost(config: Config, *lengths: int, trace: bool = False, prefix: int = 0) -> Demand:
    return cost_of(config, lengths, vocab_size=6000, trace=trace, prefix=prefix)


def test_rows_steps_and_pieces_are_the_most_there_can_be() -> None:
    assert (cost(GreedyConfig(), 10, 5).pieces, cost(GreedyConfig(), 10, 5).rows) == (10, 2)
    assert cost(GreedyConfig(), 10, 5).steps == 40 and cost(GreedyConfig(max_new_tokens=7), 10, prefix=4).steps == 11
    for config in (BeamConfig(num_beams=9), SampleConfig(num_return_sequences=9), StochasticBeamConfig(num_beams=9)):
        assert cost(config, 10, 5).rows == 18
    assert cost(MbrConfig(num_candidates=30), 10).rows == 30


@pytest.mark.parametrize("name", STRATEGIES)
def test_the_setting_that_says_how_many_rows_is_one_of_the_strategys(name: str) -> None:
    strategy = STRATEGIES[name]
    assert not strategy.rows or strategy.rows in {field.name for field in options(strategy.Config)}


def test_more_of_anything_costs_more() -> None:
    config = MbrConfig(num_candidates=16)
    least = cost(config, 20).bytes
    dearer = (
        cost(replace(config, num_candidates=17), 20),
        cost(config, 21),
        cost(config, 20, 20),
        cost(replace(config, max_new_tokens=400), 20),
        cost(config, 20, trace=True),
        cost(config, 20, prefix=5),
    )
    assert all(other.bytes > least for other in dearer)
    growing = cost_of(config, (20,), vocab_size=6000, bytes_a_step=1000)
    assert growing.bytes == least + 3 * 1000 * growing.rows * growing.steps


def test_exact_search_counts_its_tree_and_its_record() -> None:
    tree = cost(ExactConfig(), 10).bytes - cost(BeamConfig(), 10).bytes
    assert tree == 4_000_000 * 32
    few, many, most = (cost(ExactConfig(max_forward_calls=calls), 10, trace=True).bytes for calls in (10, 1000, 10**7))
    assert few < many < most < 2**30, "however many calls, the record is bounded"
    assert cost(ExactConfig(max_forward_calls=10**7), 10).bytes == cost(ExactConfig(), 10).bytes


def test_a_real_models_cost_is_in_its_pieces(repo_root: Path) -> None:
    translator = Translator.load(repo_root / "checkpoints" / "dates", device="cpu")
    plain, astral = (translator.cost([text], GreedyConfig()) for text in ("12 May", "\U0001f600" * 6))
    assert astral.pieces == 25 > plain.pieces  # four bytes each, and the end
