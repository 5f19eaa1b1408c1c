"""Patterns stand for what they say."""

from __future__ import annotations

import pytest

from recipes.choices import expanded
from seq2seq_core.types import CoreError


def test_expanded() -> None:
    assert expanded("plain") == ["plain"]
    assert expanded("[a|b] c") == ["a c", "b c"]
    assert expanded("[x[1|2]|y][|!]") == ["x1", "x1!", "x2", "x2!", "y", "y!"]
    for broken in ("[a|b", "a]b", "[[a|b]"):
        with pytest.raises(CoreError):
            expanded(broken)
