"""Each filter against a three-line reference, against ``transformers``, and on the worked example of decoding.md."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor
from transformers.generation import logits_process

from seq2seq_core.decoding.filters import FilterConfig, filters_of, setting_of
from seq2seq_core.decoding.filters.epsilon_cutoff import epsilon_cutoff
from seq2seq_core.decoding.filters.min_p import min_p
from seq2seq_core.decoding.filters.temperature import temperature
from seq2seq_core.decoding.filters.top_k import top_k
from seq2seq_core.decoding.filters.top_p import top_p
from seq2seq_core.decoding.filters.typical_p import typical_p

OURS: dict[str, Callable[[Tensor, Any], Tensor]] = {
    "temperature": temperature,
    "top_k": top_k,
    "top_p": top_p,
    "min_p": min_p,
    "typical_p": typical_p,
    "epsilon_cutoff": epsilon_cutoff,
}

VALUES = {
    "temperature": [0.3, 1.0, 2.5],
    "top_k": [1, 3, 50],
    "top_p": [0.01, 0.5, 0.9, 1.0],
    "min_p": [0.0, 0.05, 0.5, 1.0],
    "typical_p": [0.05, 0.5, 0.95],
    "epsilon_cutoff": [0.0, 0.02, 0.2, 0.9],
}
CASES = [(name, value) for name, values in VALUES.items() for value in values]
THEIRS = {
    "temperature": logits_process.TemperatureLogitsWarper,
    "top_k": logits_process.TopKLogitsWarper,
    "top_p": logits_process.TopPLogitsWarper,
    "min_p": logits_process.MinPLogitsWarper,
    "typical_p": logits_process.TypicalLogitsWarper,
    "epsilon_cutoff": logits_process.EpsilonLogitsWarper,
}


def kept_by_definition(name: str, value: float, p: list[float]) -> set[int]:
    """The tokens that the paper's definition leaves, in plain Python."""
    likeliest = sorted(range(len(p)), key=lambda token: -p[token])
    entropy = -sum(x * math.log(x) for x in p if x)
    typical = sorted((t for t in likeliest if p[t]), key=lambda token: abs(-math.log(p[token]) - entropy))
    if name == "top_k":
        return set(likeliest[: int(value)])
    if name in ("top_p", "typical_p"):
        order = likeliest if name == "top_p" else typical
        return {
            token for place, token in enumerate(order) if sum(p[other] for other in order[:place]) < value or not place
        }
    if name == "min_p":
        return {token for token in likeliest if p[token] >= value * max(p)}
    return (
        {token for token in likeliest if p[token] >= value} | {likeliest[0]}
        if name == "epsilon_cutoff"
        else set(likeliest)
    )


def some_logits(rows: int = 40, width: int = 30) -> Tensor:
    logits = torch.randn(rows, width, generator=torch.Generator().manual_seed(7)) * 2
    logits[: rows // 2, ::5] = float("-inf")  # what an earlier filter took away
    return logits


@pytest.mark.parametrize(("name", "value"), CASES)
def test_keeps_what_its_definition_says(name: str, value: float) -> None:
    logits = some_logits()
    before = logits.clone()
    after = OURS[name](logits, value)
    assert torch.equal(logits, before)
    for row, probabilities in zip(after, logits.softmax(-1), strict=True):
        possible = {token for token, p in enumerate(probabilities.tolist()) if p > 0}
        expected = kept_by_definition(name, value, probabilities.double().tolist()) & possible
        assert set(row.isfinite().nonzero().flatten().tolist()) == expected
    survivors = after.isfinite()
    scale = value if name == "temperature" else 1.0
    assert torch.allclose(after[survivors], logits[survivors] / scale)


@pytest.mark.parametrize(("name", "value"), [case for case in CASES if case[1] not in (0.0, 1.0)])
def test_same_distribution_as_transformers(name: str, value: float) -> None:
    logits = some_logits()
    theirs = THEIRS[name](value)(torch.zeros(len(logits), 1, dtype=torch.long), logits.clone())
    assert torch.allclose(OURS[name](logits, value).softmax(-1), theirs.softmax(-1), atol=1e-6)


def test_temperature_example() -> None:
    logits = torch.tensor([[2.0, 1.0, 0.5]])
    for value, expected in (
        (0.5, (0.844, 0.114, 0.042)),
        (1.0, (0.629, 0.231, 0.140)),
        (2.0, (0.481, 0.292, 0.227)),
    ):
        assert temperature(logits, value).softmax(-1)[0].tolist() == pytest.approx(expected, abs=6e-4)


def test_every_filter_is_in_the_one_list_in_the_order_of_transformers() -> None:
    assert [setting_of(each) for each in filters_of(FilterConfig)][4:] == list(VALUES)
