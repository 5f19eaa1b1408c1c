"""What the server keeps of a visit to the page, and for how long.

Gradio keeps for each visit, and for each call of the API as if it were one, a copy of every component's configuration
with its last value: 0.4 MB, and what was last shown. Only its deep links read that, which this app does not offer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from typing import Any, Protocol, runtime_checkable
from unittest import mock

from gradio import routes
from gradio.blocks import Blocks
from gradio.components import State
from gradio.state_holder import SessionState, StateHolder

CLOSED = 600
"""Seconds for which a closed page's results are kept after they were last used, in case that it comes back: what looks
like closing may be a network that is gone for a moment."""

CLOSED_VISITS = 20
"""Closed pages that are kept for so long; of more, those used last."""


@runtime_checkable
class Forgetful(Protocol):
    """What a person set up, and what came of it."""

    def forget(self) -> None:
        """Lets go what came of it."""


class Visit(SessionState):  # type: ignore[misc]  # Gradio says no types
    """A person's own values. Each is let go when it was not used for its component's ``time_to_live``."""

    def __init__(self, blocks: Blocks) -> None:
        # Without the parent's own, in which the copies are made.
        self.blocks_config = copy(blocks.default_config)
        self.config_values: dict[int, Any] = {}
        self.state_data: dict[int, Any] = {}
        self._state_ttl: dict[int, tuple[float, datetime]] = {}
        self.is_closed = False
        self.STATE_TTL_WHEN_CLOSED = CLOSED

    def __getitem__(self, key: int) -> Any:
        value = super().__getitem__(key)
        self._used(key)
        return value

    def __setitem__(self, key: int, value: Any) -> None:
        if isinstance(self.blocks_config.blocks.get(key), State):
            self.state_data[key] = value
            self._used(key)
        else:
            self.blocks_config.blocks[key] = value

    def _used(self, key: int) -> None:
        component = self.blocks_config.blocks.get(key)
        if isinstance(component, State):
            self._state_ttl[key] = (component.time_to_live, datetime.now())

    def let_go(self, now: datetime) -> bool:
        """Lets go what was not used for long; returns whether the page is closed and nothing is left.

        Of an open page a value that can forget what is large in it stays: it says what the page still shows.
        """
        for key, (time_to_live, used) in list(self._state_ttl.items()):
            if (now - used).total_seconds() <= (CLOSED if self.is_closed else time_to_live):
                continue
            del self._state_ttl[key]
            if not self.is_closed and isinstance(value := self.state_data[key], Forgetful):
                value.forget()
            else:
                del self.state_data[key]
        return self.is_closed and not self.state_data

    def _update_config(self, key: int) -> None:
        pass

    def _update_value_in_config(self, key: int, value: Any) -> None:
        pass


class Visits(StateHolder):  # type: ignore[misc]
    """The visits by what their pages call themselves. A call of the API that names no session is none, and not kept."""

    def __getitem__(self, session_id: str) -> SessionState:
        if session_id in self.blocks._queue.event_ids_to_events:  # Gradio names such a session after its one event
            return Visit(self.blocks)
        if session_id not in self.session_data:
            self.session_data[session_id] = Visit(self.blocks)
        return super().__getitem__(session_id)

    def delete_all_expired_state(self) -> None:
        """Lets go what was not used for long, and closed visits of which nothing is left. Called every second."""
        visits = list(self.session_data.items())  # those used last at the end
        closed = [session_id for session_id, visit in visits if visit.is_closed]
        gone = set(closed[:-CLOSED_VISITS])
        gone |= {
            session_id for session_id, visit in visits if isinstance(visit, Visit) and visit.let_go(datetime.now())
        }
        for session_id in gone:
            with self.lock:
                self.session_data.pop(session_id, None)
                self.time_last_used.pop(session_id, None)


@contextmanager
def kept_as_visits() -> Iterator[None]:
    """An app that is launched meanwhile keeps ``Visits``."""
    with mock.patch.object(routes, "StateHolder", Visits):
        yield
