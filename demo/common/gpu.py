"""Hugging Face's ZeroGPU lends a GPU to functions marked with ``spaces.GPU``; elsewhere the mark does nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

try:
    import spaces
except ImportError:

    def on_gpu(function: F) -> F:
        """``function`` itself: there is no GPU to borrow."""
        return function

else:

    def on_gpu(function: F) -> F:
        """``function``, run while the Space holds a GPU."""
        return spaces.GPU(function, duration=30)
