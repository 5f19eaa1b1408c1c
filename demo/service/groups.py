"""Who is decoded when, and with whom: one thread decodes for everybody, step by step.

Sentences of several people that wait and ask the same of the same model are decoded as one batch, a group; what comes
meanwhile forms the next. Groups take turns, a step each, so that nobody waits for a long sentence to end. Documents
stand back for all of them. Whatever ends one person's work, theirs alone ends: what a sentence gives does not depend on
who else is in its group.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Hashable, Sequence
from queue import Empty, SimpleQueue
from threading import Condition, Thread
from typing import Any

from demo.common.stopping import Stop, Watch
from demo.service.budget import BUDGET
from demo.service.work import Draft, Outcomes, Work, draft
from seq2seq_core.decoding import Tick, strategy_of
from seq2seq_core.decoding.cost import Demand

ROWS = 320
"""Rows of a group, of all its sentences: beyond these a step takes as much longer as there are more."""

MOST = 64
"""Sentences of a group."""

FEW = 2
"""Groups under way beside which another begins at once. With more, what comes waits to form a larger one."""

GATHERING = 32
"""Steps, of all groups, after which it begins all the same: 16 of each of two, about a sentence. Seconds would gather
fewer people the slower the machine is."""

STANDING_BACK = 0.5
"""Seconds between two steps of documents while sentences are under way: under any load they go on, slowly."""

MEMORY = 2 * BUDGET
"""Bytes that all groups together may take."""

BEAT = 0.2
"""Seconds after which whoever waits for a step looks whether the work is still wanted."""

IDLE = 10.0
"""Seconds without work after which the thread ends; the next work begins another."""

BUSY = "So many requests are under way that the time of this one was over before its turn came; try again in a moment."

Steps = Generator[Tick, None, list[Any]]


class Ticket:
    """One person's part in a group: what is told of it, until its end.

    since: how many steps had been done, of all groups, when it came.
    begun: a step was done for it.
    """

    def __init__(self, work: Work, cost: Demand, stop: Stop) -> None:
        self.work, self.cost, self.since, self.begun = work, cost, 0, False
        # Together only sentences of like length, so that the short ones are not held up by the long ones.
        like = max(cost.pieces, 16).bit_length()
        self.kind: Hashable = (work.model, work.config, work.trace, like) if work.shares else self
        self._told: SimpleQueue[Draft | Outcomes | Exception] = SimpleQueue()
        self._stop, self._left = stop, False

    @property
    def left(self) -> bool:
        """Whether nobody wants to know any more."""
        return self._left or self._stop.gone

    def leave(self) -> None:
        """Its person wants no more of it."""
        self._left = True

    def tell(self, event: Draft | Outcomes | Exception) -> None:
        """For whoever waits in ``next``."""
        self._told.put(event)

    def next(self) -> Draft | Outcomes | None:
        """What is told next; None where nothing was for a while.

        Raises:
            Exception: what the search ended with.
        """
        try:
            event = self._told.get(timeout=BEAT)
        except Empty:
            return None
        if isinstance(event, Exception):
            raise event
        return event


class Group:
    """Tickets whose work is decoded as one batch."""

    def __init__(self, tickets: Sequence[Ticket], steps: Steps) -> None:
        self.tickets, self._steps = tickets, steps

    @property
    def bytes(self) -> int:
        """That it may take."""
        return len(self.tickets) * max(ticket.cost.bytes for ticket in self.tickets)

    def step(self) -> bool:
        """One step of the search; whether there is another.

        Raises:
            Exception: what the search ends with.
        """
        if all(ticket.left for ticket in self.tickets):
            self._steps.close()
            return False
        for ticket in self.tickets:
            ticket.begun = True
        try:
            tick = next(self._steps)
        except StopIteration as done:
            self._hand_out(done.value)
            return False
        for place, ticket in enumerate(self.tickets):
            if ticket.work.watched and not ticket.left:
                ticket.tell(draft(tick, place))
        return True

    def _hand_out(self, results: Sequence[Any]) -> None:
        first = 0
        for ticket in self.tickets:
            last = first + len(ticket.work.texts)
            ticket.tell(Outcomes(tuple(results[first:last])))
            first = last


class Groups:
    """All that is being decoded, and all that waits for it."""

    def __init__(self, begin: Callable[[Sequence[Work]], Steps]) -> None:
        """``begin`` gives the search for works of one kind."""
        self._begin = begin
        self._changed = Condition()
        self._waiting: list[Ticket] = []
        self._sentences: deque[Group] = deque()
        self._documents: deque[Group] = deque()
        self._document_stepped = 0.0
        self._steps = 0
        self._thread: Thread | None = None

    def decode(self, work: Work, cost: Demand, watch: Watch) -> Generator[Draft | None, None, tuple[Any, ...]]:
        """Yields each step where the work is watched, None where nothing happened for a while; returns what came of it.

        Close it to stop.

        Raises:
            InputError: the work is not wanted any more, see ``Watch.check``.
            CoreError: the core refuses it.
        """
        ticket = Ticket(work, cost, watch.stop)
        self._join(ticket)
        try:
            while not isinstance(event := ticket.next(), Outcomes):
                watch.check("" if ticket.begun else BUSY)
                yield event
            watch.check()  # what comes too late is not handed out
            return event.results
        finally:
            ticket.leave()

    def _join(self, ticket: Ticket) -> None:
        with self._changed:
            ticket.since = self._steps
            if ticket.work.document:
                self._documents.append(self._group([ticket]))
            else:
                self._waiting.append(ticket)
            if self._thread is None:
                self._thread = Thread(target=self._run, name="decoding", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _run(self) -> None:
        """What the thread does: a step of the group whose turn it is, for as long as there is one."""
        while True:
            with self._changed:
                self._form()
                if (turns := self._turns()) is None:
                    if not self._changed.wait(IDLE):
                        self._thread = None
                        return
                    continue
                group = turns[0]
            goes_on = self._step(group)
            with self._changed:
                self._steps += 1
                turns.remove(group)
                if goes_on:
                    turns.append(group)

    def _step(self, group: Group) -> bool:
        try:
            return group.step()
        except Exception as error:
            if len(group.tickets) == 1:
                group.tickets[0].tell(error)
                return False
        with self._changed:  # one of them is at fault, and the others must not know of it
            self._sentences.extend(self._group([ticket]) for ticket in group.tickets)
        return False

    def _turns(self) -> deque[Group] | None:
        """The groups of which the first is to do a step; None where there is nothing to do."""
        now = time.monotonic()
        if self._documents and not (self._sentences and now - self._document_stepped < STANDING_BACK):
            self._document_stepped = now
            return self._documents
        return self._sentences or None

    def _form(self) -> None:
        """Makes a group of what waits, where there is room for one."""
        self._waiting = [ticket for ticket in self._waiting if not ticket.left]
        if not self._waiting:
            return
        first = self._waiting[0]
        if len(self._sentences) >= FEW and self._steps - first.since < GATHERING:
            return
        count = max(1, min(MOST, ROWS // strategy_of(first.work.config).rows_of(first.work.config)))
        alike = [ticket for ticket in self._waiting if ticket.kind == first.kind][:count]
        while len(alike) > 1 and self._group(alike).bytes > BUDGET:
            alike.pop()
        group = self._group(alike)
        if self._sentences and sum(other.bytes for other in self._sentences) + group.bytes > MEMORY:
            return
        self._waiting = [ticket for ticket in self._waiting if ticket not in alike]
        self._sentences.append(group)

    def _group(self, tickets: Sequence[Ticket]) -> Group:
        return Group(tickets, self._begin([ticket.work for ticket in tickets]))
