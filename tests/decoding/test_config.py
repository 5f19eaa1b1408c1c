"""Settings: what is out of range is refused in one plain sentence, and every field can be drawn and typed."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest

from seq2seq_core.decoding import (
    FORCED,
    STRATEGIES,
    BeamConfig,
    Config,
    GreedyConfig,
    MbrConfig,
    SampleConfig,
    Strategy,
    options,
    parse_option,
    strategy_of,
)
from seq2seq_core.decoding.config import option
from seq2seq_core.types import CoreError

FIELDS = [
    pytest.param(field, id=f"{strategy.name}.{field.name}")
    for strategy in (*STRATEGIES.values(), FORCED)
    for field in options(strategy.Config)
]


def test_strategies_in_the_order_in_which_a_person_meets_them() -> None:
    assert list(STRATEGIES) == ["greedy", "beam", "diverse-beam", "sample", "stochastic-beam", "mbr", "exact"]
    for name, strategy in STRATEGIES.items():
        assert name == strategy.name
        assert strategy.summary.endswith(".") and strategy.label and strategy_of(strategy.Config()) is strategy
    assert FORCED.name not in STRATEGIES and strategy_of(FORCED.Config()) is FORCED


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_can_be_drawn_and_typed(field: Any) -> None:
    meta = field.metadata
    assert meta["label"] and meta["help"].rstrip(".") and len(meta["help"]) < 200
    if meta["choices"]:
        assert field.default in meta["choices"]
    elif meta["kind"] is str:
        assert len(field.default) <= meta["max"]
    else:
        assert meta["step"] and meta["min"] <= field.default <= (meta["soft_max"] or meta["max"]) <= meta["max"]
    assert parse_option(field, str(field.default)) == field.default
    assert meta["kind"] is type(field.default)
    assert [parse_option(field, name) for name in meta["names"]] == list(meta["choices"] or ())


@pytest.mark.parametrize("strategy", [*STRATEGIES.values(), FORCED], ids=lambda strategy: strategy.name)
def test_a_field_that_another_bounds_may_reach_it_and_no_more(strategy: Strategy) -> None:
    fields = {field.name: field for field in options(strategy.Config)}
    for field in fields.values():
        if other := field.metadata["at_most"]:
            most = fields[other].default
            strategy.Config(**{field.name: most})
            with pytest.raises(CoreError, match=f"^{field.name} is {most + 1}; .* to {other}, which is {most}$"):
                strategy.Config(**{field.name: most + 1})


@pytest.mark.parametrize(
    ("config", "values", "message"),
    [
        (BeamConfig, {"num_beams": 0}, "num_beams is 0; it must be from 1 to 1000"),
        (BeamConfig, {"num_beams": 2.5}, "num_beams is 2.5, which is not a whole number; it must be from 1 to 1000"),
        (BeamConfig, {"num_beams": True}, "num_beams is True, which is not a whole number; it must be from 1 to 1000"),
        (BeamConfig, {"length_penalty": float("nan")}, "length_penalty is nan; it must be from 0.0 to 10.0"),
        (BeamConfig, {"length_penalty_type": "wu"}, "length_penalty_type is 'wu'; choose one of: none, avg, gnmt"),
        (BeamConfig, {"early_stopping": 1}, "early_stopping is 1; choose one of: False, True, never"),
        (
            BeamConfig,
            {"num_beams": 2, "num_return_sequences": 3},
            "num_return_sequences is 3; it must be from 1 to num_beams, which is 2",
        ),
        (
            MbrConfig,
            {"num_candidates": 4, "num_return_sequences": 5},
            "num_return_sequences is 5; it must be from 1 to num_candidates, which is 4",
        ),
        (GreedyConfig, {"max_new_tokens": -1}, "max_new_tokens is -1; it must be from 0 to 512"),
        (GreedyConfig, {"max_new_tokens": 10**9}, "max_new_tokens is 1000000000; it must be from 0 to 512"),
        (
            GreedyConfig,
            {"min_new_tokens": 5, "max_new_tokens": 4},
            "min_new_tokens is 5; it must be from 0 to max_new_tokens, 4",
        ),
        (SampleConfig, {"top_p": 1.5}, "top_p is 1.5; it must be from 0.001 to 1.0"),
        (SampleConfig, {"temperature": float("inf")}, "temperature is inf; it must be from 0.01 to 100.0; .*greedy"),
        (SampleConfig, {"temperature": 0}, "temperature is 0; it must be from 0.01 to 100.0; .*strategy greedy"),
    ],
)
def test_a_wrong_value_is_refused_in_one_sentence(config: type[Config], values: dict[str, Any], message: str) -> None:
    with pytest.raises(CoreError, match=f"^{message}"):
        config(**values)


def test_typed_values() -> None:
    fields = {field.name: field for field in options(BeamConfig)}
    assert parse_option(fields["early_stopping"], "never") == "never"
    assert parse_option(fields["early_stopping"], "True") is True
    assert parse_option(fields["num_beams"], "8") == 8
    with pytest.raises(CoreError, match="num_beams is 'many', which is not a whole number; it must be from 1 to 1000"):
        parse_option(fields["num_beams"], "many")
    with pytest.raises(CoreError, match="choose one of: false, true, never"):
        parse_option(fields["early_stopping"], "perhaps")


@pytest.mark.parametrize("field", FIELDS)
def test_the_documentation_says_the_range_of_every_number(field: Any, repo_root: Path) -> None:
    meta = field.metadata
    if not meta["choices"]:
        rows = (repo_root / "docs" / "decoding.md").read_text("utf-8").splitlines()
        (row,) = (row for row in rows if row.startswith(f"| `{field.name}` | ") and row.count("|") == 4)
        least, unit = ("", " characters") if meta["kind"] is str else (meta["min"], "")
        assert row == f"| `{field.name}` | {least} | {meta['max']}{unit} |"


def test_a_number_without_a_maximum_is_no_setting() -> None:
    with pytest.raises(TypeError, match="'Width' is a number and needs min and max"):
        option(1, label="Width", help="Of a thing.", min=0)
    with pytest.raises(TypeError, match="'Words' is text and needs max"):
        option("", label="Words", help="To say.")


@pytest.mark.parametrize("value", [10**5000, "9" * 5000, "x" * 5000, [["y" * 5000]]], ids=["int", "9", "x", "list"])
def test_a_message_repeats_no_more_than_a_line_of_a_value(value: Any) -> None:
    for config in (BeamConfig, SampleConfig):
        with pytest.raises(CoreError, match=r"^length_penalty is|^top_k is") as raised:
            config(**{"length_penalty" if config is BeamConfig else "top_k": value})
        assert len(str(raised.value)) < 200
    if isinstance(value, str):
        with pytest.raises(CoreError, match=r"^top_k is") as raised:
            parse_option(next(field for field in options(SampleConfig) if field.name == "top_k"), value)
        assert len(str(raised.value)) < 200


def test_configs_are_values() -> None:
    assert BeamConfig(num_beams=3) == BeamConfig(num_beams=3)
    with pytest.raises(FrozenInstanceError):
        BeamConfig().num_beams = 3  # type: ignore[misc]


def test_default_limit_grows_with_the_source_and_is_capped() -> None:
    assert GreedyConfig().limit(10) == 40
    assert GreedyConfig().limit(1000) == 512
    assert GreedyConfig(max_new_tokens=7).limit(1000) == 7
    assert GreedyConfig(min_new_tokens=300).limit(1) == 300


def test_a_foreign_config_is_refused() -> None:
    with pytest.raises(CoreError, match="no strategy takes a Config; there are: greedy, beam"):
        strategy_of(Config())
