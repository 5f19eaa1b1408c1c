"""Forced decoding: what it says of a target agrees with the table and with what searches say of the same target."""

from __future__ import annotations

import math
from typing import Any

import pytest

from seq2seq_core.decoding import BeamConfig, DecodeResult, Request, ScoreConfig, Source, run
from seq2seq_core.types import CoreError
from tests.decoding.enumeration import forced, log_probs
from tests.decoding.tables import SPECIALS, TableModel, random_model


def score(
    model: TableModel, targets: list[tuple[int, ...]], trace: bool = False, **settings: Any
) -> list[DecodeResult]:
    arguments = model.arguments(range(len(targets)))
    arguments["sources"] = tuple(
        Source(source.text, source.tokens, source.index, target)
        for source, target in zip(arguments["sources"], targets, strict=True)
    )
    return run(Request(**arguments, config=ScoreConfig(**settings), trace=trace))


def test_log_prob_rank_and_entropy_of_ragged_targets() -> None:
    model = random_model(1, words=4, sources=3)
    targets = [(4, 5, 6, 7, 4, SPECIALS.eos), (SPECIALS.eos,), (7, 7, 5)]
    for source, (target, result) in enumerate(zip(targets, score(model, targets, trace=True), strict=True)):
        h = result.hypotheses[0]
        assert h.token_ids == target and h.finished == (target[-1] == SPECIALS.eos)
        assert h.token_log_probs == pytest.approx(forced(model, source, target), abs=1e-5)
        assert h.ranks is not None and h.entropies is not None and h.attention is not None
        for t, token in enumerate(target):
            row = log_probs(model, source, target[:t])
            assert h.ranks[t] == 1 + sum(value > row[token] for value in row)
            assert h.entropies[t] == pytest.approx(-sum(math.exp(v) * v for v in row if v > -math.inf), abs=1e-5)
        assert h.attention.shape == (len(target), model.lengths[source])
        assert len(result.steps) == result.forward_calls == len(target)
        assert [step.candidates[0].token_id for step in result.steps] == list(target)


@pytest.mark.parametrize("kind", ["none", "avg", "gnmt"])
def test_agrees_with_what_beam_search_says_of_the_same(kind: str) -> None:
    model = random_model(2, words=4, sources=4)
    settings: dict[str, Any] = {"length_penalty_type": kind, "length_penalty": 0.7, "coverage_penalty": 0.2}
    found = model.run(BeamConfig(max_new_tokens=6, **settings), sources=range(4))
    again = score(model, [r.hypotheses[0].token_ids for r in found], **settings)
    for beam, given in zip(found, again, strict=True):
        one, other = beam.hypotheses[0], given.hypotheses[0]
        assert one.score == pytest.approx(other.score, abs=1e-5)
        assert one.token_log_probs == pytest.approx(other.token_log_probs, abs=1e-6)
        assert one.attention is not None and other.attention is not None
        assert one.attention.tolist() == other.attention.tolist()


def test_an_empty_target_is_refused() -> None:
    with pytest.raises(CoreError, match="no tokens"):
        score(random_model(1), [()])
