"""Outputs get as long as a model's training pairs are, and never without end."""

from __future__ import annotations

import pytest

from seq2seq_core.decoding import GreedyConfig, SampleConfig
from seq2seq_core.decoding.cost import cost_of
from seq2seq_core.decoding.length import MAX_TOKENS, USUAL, OutputLength, output_length
from seq2seq_core.types import CoreError


def test_translations_keep_the_usual_length() -> None:
    assert output_length((n, n + 3) for n in range(1, 80)) == USUAL
    assert output_length([]) == USUAL


def test_nearly_all_targets_and_a_quarter_more_have_room() -> None:
    lengths = [(4 + i % 5, 60 + 7 * (i % 20)) for i in range(1000)]
    found = output_length(lengths)
    assert all(found.of(source + 1) >= min(1.25 * (target + 1), MAX_TOKENS) for source, target in lengths)
    assert found.of(5) < 400  # and no more than that


def test_one_giant_pair_among_thousands_does_not_decide() -> None:
    assert output_length([(5, 7)] * 3000 + [(1, 500)]) == USUAL


def test_what_a_person_sets_wins() -> None:
    longer = OutputLength(30.0, 20)
    assert GreedyConfig().limit(4, longer) == 140
    assert GreedyConfig().limit(400, longer) == MAX_TOKENS
    assert GreedyConfig(max_new_tokens=9).limit(4, longer) == 9
    assert SampleConfig(min_new_tokens=200).limit(4, longer) == 200
    assert cost_of(GreedyConfig(), [4], vocab_size=100, output_length=longer).steps == 140


@pytest.mark.parametrize(("per_piece", "plus"), [(-1.0, 20), (513.0, 20), (float("nan"), 20), (2.0, 0), (2.0, 10**9)])
def test_nonsense_is_refused(per_piece: float, plus: int) -> None:
    with pytest.raises(CoreError, match="must be from"):
        OutputLength(per_piece, plus)
