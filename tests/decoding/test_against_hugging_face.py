"""The same sequences and scores as ``generate()`` of ``transformers``, an independent implementation.

Where we differ on purpose, the test says so: ``min_new_tokens`` counts EOS here (as everything in this project does)
and not there, so that n here is n - 1 there; PAD and BOS are never generated here, so both are suppressed there.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
import torch

from seq2seq_core.decoding import BeamConfig, GreedyConfig
from seq2seq_core.decoding.filters import TokenConfig
from tests.decoding.hugging_face import LENGTHS, TinyBart, trimmed

LIMIT = 8


@cache
def model(seed: int) -> TinyBart:
    return TinyBart(seed)


def compare_beams(seed: int, config: BeamConfig, **extra: Any) -> None:
    theirs = model(seed).theirs(
        num_beams=config.num_beams, num_return_sequences=config.num_return_sequences, do_sample=False,
        max_new_tokens=config.max_new_tokens, length_penalty=config.length_penalty,
        early_stopping=config.early_stopping, **extra,
    )  # fmt: skip
    sequences = theirs.sequences.view(len(LENGTHS), config.num_return_sequences, -1)
    scores = theirs.sequences_scores.view(len(LENGTHS), -1)
    for sentence, result in enumerate(model(seed).ours(config)):
        assert [h.token_ids for h in result.hypotheses] == [trimmed(ids) for ids in sequences[sentence]]
        assert [h.score for h in result.hypotheses] == pytest.approx(scores[sentence].tolist(), abs=2e-5)


@pytest.mark.parametrize("early_stopping", [False, True, "never"])
@pytest.mark.parametrize("length_penalty", [0.0, 0.6, 1.0, 2.0])
@pytest.mark.parametrize("width", range(2, 9))
def test_beam_search(width: int, length_penalty: float, early_stopping: Any) -> None:
    n_best = 1 + width // 2
    config = BeamConfig(
        num_beams=width, num_return_sequences=n_best, max_new_tokens=LIMIT, length_penalty=length_penalty,
        early_stopping=early_stopping,
    )  # fmt: skip
    compare_beams(width % 3, config)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"no_repeat_ngram_size": 1}, {"no_repeat_ngram_size": 1}),
        ({"no_repeat_ngram_size": 2}, {"no_repeat_ngram_size": 2}),
        ({"no_repeat_ngram_size": 3}, {"no_repeat_ngram_size": 3}),
        ({"repetition_penalty": 1.3}, {"repetition_penalty": 1.3}),
        ({"repetition_penalty": 0.7}, {"repetition_penalty": 0.7}),
        ({"min_new_tokens": 6}, {"min_new_tokens": 5}),
        ({"bad_words": "5; 7 8; 9 9"}, {"bad_words_ids": [[5], [7, 8], [9, 9]]}),
        ({"bad_words": "4; 6; 8; 10"}, {"bad_words_ids": [[4], [6], [8], [10]]}),
        (
            {"min_new_tokens": 4, "no_repeat_ngram_size": 2, "repetition_penalty": 1.2},
            {"min_new_tokens": 3, "no_repeat_ngram_size": 2, "repetition_penalty": 1.2},
        ),
    ],
)
def test_penalties(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    for seed in range(2):
        for width in (2, 5):
            config = BeamConfig(num_beams=width, num_return_sequences=2, max_new_tokens=LIMIT, **ours)
            compare_beams(seed, config, **theirs)
        compare_greedy(seed, GreedyConfig(max_new_tokens=LIMIT, **ours), **theirs)


def test_greedy_and_width_one() -> None:
    for seed in range(3):
        compare_greedy(seed, GreedyConfig(max_new_tokens=LIMIT))
        compare_greedy(seed, BeamConfig(num_beams=1, max_new_tokens=LIMIT))


def compare_greedy(seed: int, config: TokenConfig, **extra: Any) -> None:
    theirs = model(seed).theirs(num_beams=1, do_sample=False, max_new_tokens=LIMIT, output_logits=True, **extra)
    logits = torch.stack(theirs.logits)
    for sentence, result in enumerate(model(seed).ours(config)):
        h = result.hypotheses[0]
        assert h.token_ids == trimmed(theirs.sequences[sentence])
        expected = [logits[t, sentence].log_softmax(-1)[token].item() for t, token in enumerate(h.token_ids)]
        assert h.token_log_probs == pytest.approx(expected, abs=2e-5)
