"""Weights between two checkpoints of one shape."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from recipes.mixed import mixed
from seq2seq_core.checkpoint import load_checkpoint
from seq2seq_core.types import CoreError
from tests.tiny import tiny_checkpoint, tiny_tokenizer


def test_a_share_of_each_and_the_card_says_so() -> None:
    tokenizer = tiny_tokenizer()
    before, after = (
        replace(tiny_checkpoint(tokenizer, seed), metadata={"name": name, "training": {"steps": seed}})
        for seed, name in ((1, "first"), (2, "second"))
    )
    old, new = before.model.state_dict(), {name: t.clone() for name, t in after.model.state_dict().items()}
    found = mixed(before, after, 0.25, "both")
    for name, tensor in found.model.state_dict().items():
        assert tensor.allclose(0.75 * old[name] + 0.25 * new[name], atol=1e-6), name
    assert found.metadata["name"] == "both"
    assert found.metadata["training"] == {"steps": 2, "mixed": {"with": "first", "share": 0.25}}


def test_what_was_measured_of_other_weights_is_not_said_of_the_mixture() -> None:
    tokenizer = tiny_tokenizer()
    before, after = (
        replace(tiny_checkpoint(tokenizer, 1), metadata={"name": name, "training": {}, "scores": [], "usual": {}})
        for name in ("first", "second")
    )
    assert set(mixed(before, after, 0.5, "both").metadata) == {"name", "training"}


def test_two_shapes_are_refused(repo_root: Path) -> None:
    one, other = (load_checkpoint(repo_root / "checkpoints" / name) for name in ("dates", "en-de"))
    with pytest.raises(CoreError, match="one shape"):
        mixed(one, other, 0.5, "x")
