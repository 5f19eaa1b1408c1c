"""Hugging Face's ZeroGPU lends a GPU to functions marked with ``spaces.GPU``; elsewhere the mark does nothing.

A marked function runs in a process that is forked for the call: its arguments and what it yields are pickled, so they
are small and plain, and what is large, a model, it finds where the fork found it. What is on the GPU is packed when the
page is launched, so all models are loaded by then.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

try:
    import spaces
except ImportError:
    BORROWED = False

    def on_gpu(function: F) -> F:
        """``function`` itself: there is no GPU to borrow."""
        return function

else:
    BORROWED = True

    def on_gpu(function: F) -> F:
        """``function``, run while the Space holds a GPU."""
        borrowing: F = spaces.GPU(function, duration=30)
        return borrowing
