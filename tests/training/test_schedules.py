from __future__ import annotations

import math

import pytest

from seq2seq_core.training.schedules import TeacherForcingConfig, average_decay, learning_rate_factor
from seq2seq_core.types import CoreError


@pytest.mark.parametrize(
    ("config", "values"),
    [
        (TeacherForcingConfig(), {0: 1.0, 1000: 1.0}),
        (TeacherForcingConfig("constant", start=0.5), {0: 0.5, 1000: 0.5}),
        (TeacherForcingConfig("linear", slope=0.001, floor=0.25), {0: 1.0, 500: 0.5, 900: 0.25}),
        (TeacherForcingConfig("exponential", k=0.999), {0: 1.0, 1000: 0.999**1000}),
        (TeacherForcingConfig("inverse_sigmoid", k=100), {0: 100 / 101, 500: 100 / (100 + math.exp(5)), 10**6: 0.0}),
    ],
)
def test_epsilon_by_its_formula(config: TeacherForcingConfig, values: dict[int, float]) -> None:
    for step, value in values.items():
        assert config.ratio(step) == pytest.approx(value)


@pytest.mark.parametrize(
    "settings",
    [{"start": 1.5}, {"floor": -0.1}, {"schedule": "exponential", "k": 1.5}, {"schedule": "inverse_sigmoid", "k": 0.5}],
)
def test_schedules_that_make_no_sense(settings: dict[str, float]) -> None:
    with pytest.raises(CoreError, match="teacher_forcing"):
        TeacherForcingConfig(**settings)  # type: ignore[arg-type]


def test_learning_rate() -> None:
    factor = [learning_rate_factor(step, warmup=10, total=110, final=0.1) for step in range(200)]
    assert factor[0] == pytest.approx(0.1) and factor[9] == 1.0 and factor[10] == 1.0
    assert factor[60] == pytest.approx(0.55)
    assert factor[110] == factor[199] == pytest.approx(0.1)


def test_the_average_begins_warm() -> None:
    decays = [average_decay(step, 0.99) for step in (0, 10, 100, 880, 10_000)]
    assert decays == pytest.approx([0.1, 11 / 20, 101 / 110, 881 / 890, 0.99])
    assert average_decay(1_000, 0.0) == 0.0
