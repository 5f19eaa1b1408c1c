"""Gradio's queue, in which decoding has places and whatever is quick has its own.

Gradio counts every click alike: where a queue is full of translations, Stop and the loading of a page are refused as
well, and a program fills it by asking without ever fetching an answer. It also goes on with what nobody listens for.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import uuid4
from weakref import WeakKeyDictionary

from gradio.queueing import Event, Queue
from gradio.server_messages import EventMessage, HeartbeatMessage, ProcessCompletedMessage, ProcessGeneratingMessage
from gradio.utils import run_coro_in_background

from demo.common.stopping import PRESENT, Stop
from demo.common.wiring import DOCUMENTS, SEARCHES

CALL_HEADER = "x-mcp-call"
"""By which a call over MCP, passed on to this queue by Gradio, is known again."""

UNHEARD = 30.0
"""Seconds after which what nobody ever listened for leaves the queue."""

UNCOLLECTED = 60.0
"""Seconds after which the messages are dropped of a session that nobody listens to."""

IDLE = 2000
"""Sessions without unread answers that are kept so long, at most."""

HELD = 0.02
"""Seconds for which an update waits whether it is the last: Gradio sends that once more when its handler ends."""

SWEEP = 1.0
"""Seconds between two looks at what has been waiting for too long."""


@dataclass(frozen=True)
class Share:
    """Most requests, under way or waiting: of everybody, of one client's address, and of one page or program."""

    everybody: int
    client: int
    session: int


DECODING = Share(everybody=128, client=64, session=8)
QUICK = Share(everybody=1024, client=256, session=64)
UNREAD = Share(everybody=4096, client=1024, session=128)
"""Those whose answers are still to be fetched, answered or not."""

FULL = "All {} places are taken by requests that are decoded or wait; try again in a moment."
YOURS = "{} requests from {} are under way or wait, which is the most; try again when one of them has ended."
FETCH = "{} answers to {} wait to be fetched, which is the most; fetch some of them before you ask for more."

TAKEN_OVER = "The answers of this session are read over another connection now; a program should name one of its own."

READER: ContextVar[object] = ContextVar("READER", default=None)
"""The connection that the present task answers, where it reads a session's messages."""


class TakenOverError(Exception):
    """Another connection reads this session's messages now."""


NUDGE = HeartbeatMessage()
"""For nobody: whoever waits for a message looks again whether they still are the one who reads."""


class Mailbox(asyncio.Queue[EventMessage]):
    """Messages for one session of a client. heard: somebody listened. quiet_since: when somebody did last, came to
    listen, or asked for something.

    One connection reads them, the last that came: with two of them each would get some of the messages, and wait for
    the others for ever.
    """

    def __init__(self, client: str) -> None:
        super().__init__()
        self.client = client
        self.heard = False
        self.quiet_since = time.monotonic()
        self._listening = 0
        self._reader: object = None

    def renew(self) -> None:
        """Somebody is there: it is quiet from now on at the earliest."""
        self.quiet_since = time.monotonic()

    def hand_to(self, reader: object) -> None:
        """From now on this one reads; whoever did is told so."""
        self.renew()
        self._reader = reader
        if self._listening:
            self.put_nowait(NUDGE)

    async def get(self) -> EventMessage:
        """As a connection that streams them does, for as long as it is open.

        Raises:
            TakenOverError: another connection reads them now.
        """
        self.heard = True
        self._listening += 1
        try:
            while READER.get() is self._reader:
                message = await super().get()
                if message is NUDGE:
                    continue
                if READER.get() is self._reader:
                    return message
                self.put_nowait(message)  # it came when the other reader did, and is for them
            raise TakenOverError(TAKEN_OVER)
        finally:
            self._listening -= 1
            self.renew()

    @property
    def left(self) -> bool:
        """Whether nobody listens, and there is nothing to read."""
        return not self._listening and self.empty()

    def quiet_for(self, seconds: float) -> bool:
        """Whether nobody has listened for so long."""
        return not self._listening and time.monotonic() - self.quiet_since > seconds


@dataclass(frozen=True)
class Caller:
    """Who asks: the client's address, and its session, or over MCP the number of its call."""

    client: str
    session: str


class Places(Queue):  # type: ignore[misc]  # Gradio has no types that mypy reads
    """A queue of requests, each of which is told when nobody listens for its answer any more."""

    def __init__(self, blocks: Any) -> None:
        super().__init__(
            live_updates=False, concurrency_count=blocks.max_threads, update_intervals=1.0, max_size=None, blocks=blocks
        )
        self.ANALYTICS_MAX_EVENTS = 100  # kept for a dashboard that is not served
        # Gradio's own forgets messages that nobody has read yet once there are 2,000 sessions: who waits for them then
        # does so for ever. What is here is bounded by UNREAD, and swept.
        self.pending_messages_per_session: dict[str, Mailbox] = {}
        self.calls: dict[str, str] = {}
        """Address of each client that is calling a tool over MCP, by the call's number (``demo.waiting.calls``)."""
        self._stops: WeakKeyDictionary[Event, Stop] = WeakKeyDictionary()
        self._callers: WeakKeyDictionary[Event, Caller] = WeakKeyDictionary()
        self._held: dict[Event, tuple[EventMessage, asyncio.TimerHandle]] = {}
        """The update of each event that may be its last."""

    def start(self) -> None:
        """Begins to work, and to look at what has been waiting for too long."""
        super().start()
        run_coro_in_background(self._sweep)

    async def push(self, body: Any, request: Any, username: str | None) -> Any:
        """As Gradio's, for those of whose share something is left."""
        function = None if body.fn_index is None else self.blocks.fns.get(body.fn_index)
        if function is None:
            return await super().push(body, request, username)
        if body.session_hash is None:
            body.session_hash = uuid4().hex
        caller = self._caller(request, body.session_hash)
        if refusal := self._refusal(function.concurrency_id, caller):
            return False, refusal, "queue_full"
        self.pending_messages_per_session.setdefault(body.session_hash, Mailbox(caller.client)).renew()
        answer = await super().push(body, request, username)
        if answer[0]:
            event = self.event_ids_to_events[answer[1]]  # nobody else had a turn since it was made
            self._stops[event], self._callers[event] = Stop(), caller
        return answer

    def get_events(self) -> tuple[list[Event], bool, str] | None:
        """The next one to begin; nothing is decoded for a session before somebody listens."""
        queues = list(self.event_queue_per_concurrency_id.items())
        for name, waiting in random.sample(queues, k=len(queues)):
            if waiting.concurrency_limit is not None and waiting.current_concurrency >= waiting.concurrency_limit:
                continue
            for event in waiting.queue:
                if not _decodes(name) or self._heard(event):
                    waiting.queue.remove(event)
                    return [event], False, name
        return None

    async def process_events(self, events: list[Event], *others: Any) -> None:
        """Answers one; whatever works for it finds in its context whether somebody still listens."""
        PRESENT.set(self._stops[events[0]])
        await super().process_events(events, *others)

    async def clean_events(self, *, session_hash: str | None = None, event_id: str | None = None) -> None:
        """After a connection was closed: what was asked over it stops, and nobody is to wait for an answer to it."""
        stopped = [event for event in self._all() if event.session_hash == session_hash or event._id == event_id]
        for event in stopped:
            self._leave(event)
        await super().clean_events(session_hash=session_hash, event_id=event_id)
        for event in stopped:  # Gradio's forgets those that wait alone
            self.pending_event_ids_session.get(event.session_hash, set()).discard(event._id)
        if session_hash is not None and session_hash not in self.pending_messages_per_session:
            self.pending_event_ids_session.pop(session_hash, None)  # their messages went with the connection

    def send_message(self, event: Event, event_message: EventMessage) -> None:
        """As Gradio's, but what a handler of the page gave last is sent once, with its end.

        Gradio sends it as it comes and again at the end, whole, which costs a page as much as the result itself. A
        program that goes through all that an endpoint gives is sent each.
        """
        ended = isinstance(event_message, ProcessCompletedMessage) and event_message.success
        self._let_go(event, again=ended)
        if isinstance(event_message, ProcessGeneratingMessage) and event.fn.api_visibility == "private":
            timer = asyncio.get_running_loop().call_later(HELD, self._let_go, event)
            self._held[event] = event_message, timer
        else:
            super().send_message(event, event_message)

    def _let_go(self, event: Event, again: bool = False) -> None:
        """Sends the update that was held, unless it comes ``again``."""
        held = self._held.pop(event, None)
        if held is None:
            return
        message, timer = held
        timer.cancel()
        if not again:
            super().send_message(event, message)

    def leave_call(self, call: str) -> None:
        """The client that made this call over MCP is gone, or has its answer."""
        self.calls.pop(call, None)
        for event in self._all():
            if self._callers[event].session == call:
                self._leave(event)

    def session_of(self, event_id: str) -> str:
        """The session whose messages tell of an event; without one an event is a session of its own."""
        if (event := self.event_ids_to_events.get(event_id)) is not None:
            return str(event.session_hash)
        return next((s for s, events in self.pending_event_ids_session.items() if event_id in events), event_id)

    def begin_reading(self, session: str) -> bool:
        """The connection that this task answers reads the messages of the session, and who read them no longer.

        Returns whether there are any to read, or will be.
        """
        if (mailbox := self.pending_messages_per_session.get(session)) is None:
            return False
        READER.set(reader := object())
        mailbox.hand_to(reader)
        return True

    def broadcast_estimations(self, concurrency_id: str, after: int | None = None) -> None:
        """Nothing: the page says by itself that it is busy, and to tell all who wait each time is most of the work."""

    def compute_analytics_summary(self, records: Any) -> dict[str, Any]:
        """Nothing: Gradio would make a table of the last 10,000 requests after each."""
        return {}

    def _caller(self, request: Any, session: str) -> Caller:
        call = request.headers.get(CALL_HEADER, "")
        if call in self.calls:
            return Caller(self.calls[call], call)
        return Caller(request.client.host if request.client else "", session)

    def _refusal(self, concurrency_id: str, caller: Caller) -> str:
        """Why there is no place; "" where there is one."""
        decodes = _decodes(concurrency_id)
        share = DECODING if decodes else QUICK
        alike = [self._callers[event] for event in self._all() if _decodes(event.concurrency_id) is decodes]
        if sum(other.session == caller.session for other in alike) >= share.session:
            return YOURS.format(share.session, "this page or program")
        if sum(other.client == caller.client for other in alike) >= share.client:
            return YOURS.format(share.client, "your address")
        if len(alike) >= share.everybody:
            return FULL.format(share.everybody)
        return self._unread(caller)

    def _unread(self, caller: Caller) -> str:
        """Why no more answers are kept for somebody to fetch; "" where there is room."""
        boxes = self.pending_messages_per_session
        unread = {session: len(events) for session, events in self.pending_event_ids_session.items()}
        if unread.get(caller.session, 0) >= UNREAD.session:
            return FETCH.format(UNREAD.session, "this page or program")
        if sum(unread[s] for s in unread.keys() & boxes.keys() if boxes[s].client == caller.client) >= UNREAD.client:
            return FETCH.format(UNREAD.client, "your address")
        return FULL.format(UNREAD.everybody) if sum(unread.values()) >= UNREAD.everybody else ""

    def _all(self) -> Iterator[Event]:
        """Those that wait and those that are being answered."""
        for waiting in self.event_queue_per_concurrency_id.values():
            yield from list(waiting.queue)
        for job in self.active_jobs:
            yield from job or ()

    def _heard(self, event: Event) -> bool:
        mailbox = self.pending_messages_per_session.get(event.session_hash)
        return mailbox is not None and mailbox.heard

    def _leave(self, event: Event) -> None:
        self._stops[event].leave()

    async def _sweep(self) -> None:
        """Drops what nobody wants, for as long as the server runs."""
        while not self.stopped:
            await asyncio.sleep(SWEEP)
            for session, mailbox in list(self.pending_messages_per_session.items()):
                if mailbox.quiet_for(UNCOLLECTED if mailbox.heard else UNHEARD):
                    del self.pending_messages_per_session[session]
                    await self.clean_events(session_hash=session)
            for session in self._done()[:-IDLE]:
                del self.pending_messages_per_session[session]
                self.pending_event_ids_session.pop(session, None)

    def _done(self) -> list[str]:
        """Sessions that have all their answers, the one longest quiet first. A page may begin to read once more after
        its last answer, so they are not dropped at once."""
        waiting, boxes = self.pending_event_ids_session, self.pending_messages_per_session
        done = [session for session, mailbox in boxes.items() if mailbox.left and not waiting.get(session)]
        return sorted(done, key=lambda session: boxes[session].quiet_since)


def _decodes(concurrency_id: str) -> bool:
    return concurrency_id in (SEARCHES, DOCUMENTS)
