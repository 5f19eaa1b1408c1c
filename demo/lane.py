"""Who decodes when: a sentence that somebody waits for goes first, and documents take turns step by step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

PATIENCE = 0.5
"""Seconds that a step of a document waits for sentences under way: under any load it goes on, slowly."""


class Lane:
    """Of one app. Nobody who decodes a sentence waits here; one step of a document at a time does."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._sentences = 0
        self._given = 0
        self._served = 0

    @contextmanager
    def sentence(self) -> Iterator[None]:
        """While it is open, documents stand back."""
        with self._changed:
            self._sentences += 1
        try:
            yield
        finally:
            with self._changed:
                self._sentences -= 1
                self._changed.notify_all()

    @contextmanager
    def step(self) -> Iterator[None]:
        """One step of a document: begins when those asked for earlier are over and no sentence is under way."""
        with self._changed:
            # By number, since a lock would mostly go to who has just let it go.
            mine = self._given
            self._given += 1
            self._changed.wait_for(lambda: self._served == mine)
            self._changed.wait_for(lambda: self._sentences == 0, timeout=PATIENCE)
        try:
            yield
        finally:
            with self._changed:
                self._served += 1
                self._changed.notify_all()
