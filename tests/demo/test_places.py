"""The queue, fed by hand: who gets a place, who is told to come back, and what is dropped."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from gradio.server_messages import EventMessage, ProcessCompletedMessage, ProcessGeneratingMessage

from demo.common.stopping import present
from demo.common.wiring import DOCUMENTS, SEARCHES
from demo.waiting import places
from demo.waiting.calls import MCP, McpCalls
from demo.waiting.places import CALL_HEADER, DECODING, HELD, QUICK, UNREAD, Places, TakenOverError

SEARCH, DOCUMENT, STOP, ENDPOINT = range(4)


@dataclass
class Function:
    """As much of one of Gradio's as a queue looks at."""

    concurrency_id: str
    concurrency_limit: int | None = 32
    fn: Callable[..., Any] = print
    validator: None = None
    batch: bool = False
    connection: str = "sse"
    api_name: str = "name"
    api_visibility: str = "private"


@dataclass
class Body:
    fn_index: int | None
    session_hash: str | None
    event_id: str | None = None


@dataclass
class Request:
    client: Any
    headers: dict[str, str] = field(default_factory=dict)


FUNCTIONS = {SEARCH: Function(SEARCHES), DOCUMENT: Function(DOCUMENTS), STOP: Function("stop", 8)}
FUNCTIONS[ENDPOINT] = Function(SEARCHES, api_visibility="public")


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Places:
    monkeypatch.setattr("gradio.route_utils.get_fn", lambda blocks, name, body: blocks.fns[body.fn_index])
    made = Places(SimpleNamespace(fns=FUNCTIONS, max_threads=64))
    made.active_jobs = [None] * 64
    return made


async def ask(
    queue: Places, function: int = SEARCH, session: str | None = "page", client: str = "1.2.3.4", call: str = ""
) -> Any:
    headers = {CALL_HEADER: call} if call else {}
    return await queue.push(Body(function, session), Request(SimpleNamespace(host=client), headers), None)


def test_with_all_places_taken_stop_still_has_one(queue: Places) -> None:
    async def scenario() -> None:
        for number in range(DECODING.everybody):
            function = DOCUMENT if number % 2 else SEARCH
            assert (await ask(queue, function, f"page {number}", f"client {number % 16}"))[0]
        taken, said, state = await ask(queue, SEARCH, "late", "another")
        assert (taken, state) == (False, "queue_full")
        assert said == "All 128 places are taken by requests that are decoded or wait; try again in a moment."
        assert (await ask(queue, STOP, "page 3", "client 3"))[0]
        assert (await ask(queue, STOP, "late", "another"))[0]

    asyncio.run(scenario())


def test_one_session_and_one_client_have_a_share(queue: Places) -> None:
    async def scenario() -> None:
        for _ in range(DECODING.session):
            assert (await ask(queue))[0]
        assert (await ask(queue))[1].startswith("8 requests from this page or program are under way or wait")
        for number in range(DECODING.client - DECODING.session):
            assert (await ask(queue, session=None if number % 2 else str(number)))[0]
        assert (await ask(queue, session=None))[1].startswith("64 requests from your address are under way or wait")
        assert (await ask(queue, session=None, client="5.6.7.8"))[0], "another client has places"
        for _ in range(QUICK.session):
            assert (await ask(queue, STOP))[0]
        assert not (await ask(queue, STOP))[0], "what is quick has a share, too"

    asyncio.run(scenario())


def test_what_is_being_answered_counts_as_well(queue: Places) -> None:
    async def scenario() -> None:
        for number in range(DECODING.session):
            await ask(queue)
            event = queue.event_queue_per_concurrency_id[SEARCHES].queue.pop()
            queue.active_jobs[number] = [event]
        assert not (await ask(queue))[0]
        queue.active_jobs[0] = None
        assert (await ask(queue))[0]

    asyncio.run(scenario())


def test_nothing_is_decoded_before_somebody_listens(queue: Places) -> None:
    async def scenario() -> None:
        unheard = await ask(queue, session="unheard")
        heard = await ask(queue, session="heard")
        assert queue.get_events() is None
        listening = asyncio.create_task(queue.pending_messages_per_session["heard"].get())
        await asyncio.sleep(0)
        events, batch, name = queue.get_events() or ([], True, "")
        assert ([event._id for event in events], batch, name) == ([heard[1]], False, SEARCHES)
        assert queue.get_events() is None and unheard[0]
        await ask(queue, STOP, "unheard")
        assert queue.get_events() is not None, "what is quick need not wait for that"
        listening.cancel()

    asyncio.run(scenario())


def test_what_comes_as_another_begins_to_read_is_theirs(queue: Places) -> None:
    async def scenario() -> None:
        await ask(queue, STOP, "shared")
        messages = queue.pending_messages_per_session["shared"]

        async def read() -> Any:
            assert queue.begin_reading("shared")
            return await messages.get()

        first = asyncio.create_task(read())
        await asyncio.sleep(0)
        messages.put_nowait("for the first")
        assert await first == "for the first"
        first = asyncio.create_task(read())
        await asyncio.sleep(0)
        messages.put_nowait("for the second")  # on its way to the first, as the second comes
        assert queue.begin_reading("shared")
        second = asyncio.create_task(messages.get())
        with pytest.raises(TakenOverError):
            await first
        assert await second == "for the second"
        assert not queue.begin_reading("nobody's")

    asyncio.run(scenario())


def test_what_nobody_listens_for_or_collects_is_dropped(queue: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "SWEEP", 0.01)
    monkeypatch.setattr(places, "UNHEARD", 0.05)
    monkeypatch.setattr(places, "UNCOLLECTED", 0.2)

    async def scenario() -> None:
        await ask(queue, session="unheard")
        await ask(queue, STOP, "left")
        await ask(queue, STOP, "listening")
        messages = queue.pending_messages_per_session
        messages["left"].put_nowait("an answer")
        await messages["left"].get()
        messages["left"].put_nowait("an answer that is never fetched")
        listening = asyncio.create_task(messages["listening"].get())
        sweeping = asyncio.create_task(queue._sweep())
        await asyncio.sleep(0.12)
        assert set(messages) == {"left", "listening"}
        assert not queue.event_queue_per_concurrency_id[SEARCHES].queue
        await asyncio.sleep(0.3)
        assert set(messages) == {"listening"} and set(queue.pending_event_ids_session) == {"listening"}
        for task in (listening, sweeping):
            task.cancel()

    asyncio.run(scenario())


def test_no_message_is_lost_to_thousands_of_other_sessions(queue: Places) -> None:
    """Gradio keeps those of the last 2,000 sessions, and who waits for another's answer waits for ever."""

    async def scenario() -> None:
        await ask(queue, STOP, "early")
        queue.pending_messages_per_session["early"].put_nowait("an answer")
        for number in range(2_100):
            assert (await ask(queue, STOP, None, f"client {number % 100}"))[0]
            for waiting in queue.event_queue_per_concurrency_id.values():
                waiting.queue.clear()  # answered at once; nobody fetches the answers
        assert queue.pending_messages_per_session["early"].get_nowait() == "an answer"

    asyncio.run(scenario())


def test_answers_that_nobody_fetches_are_bounded(queue: Places) -> None:
    async def scenario() -> str:
        for _ in range(UNREAD.client):
            assert (await ask(queue, STOP, None))[0]
            queue.event_queue_per_concurrency_id["stop"].queue.clear()
        assert (await ask(queue, STOP, None, "5.6.7.8"))[0], "another client has places"
        taken, said, state = await ask(queue, STOP, None)
        assert (taken, state) == (False, "queue_full")
        return str(said)

    said = asyncio.run(scenario())
    assert said.startswith("1024 answers to your address wait to be fetched, which is the most; fetch some of them")


def test_of_sessions_that_have_all_their_answers_only_some_are_kept(
    queue: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some, since a page may begin to read once more after its last answer; not more, however many there are."""
    monkeypatch.setattr(places, "SWEEP", 0.01)
    monkeypatch.setattr(places, "IDLE", 2)

    async def scenario() -> None:
        for session in ("waits", "first", "second", "third"):
            await ask(queue, STOP, session)
            if session != "waits":
                queue.pending_event_ids_session[session].clear()  # as Gradio does when it has sent the answer
        sweeping = asyncio.create_task(queue._sweep())
        await asyncio.sleep(0.1)
        sweeping.cancel()
        assert set(queue.pending_messages_per_session) == {"waits", "second", "third"}
        assert queue.begin_reading("third")

    asyncio.run(scenario())


def test_a_session_that_asks_again_is_not_swept_for_having_been_quiet(
    queue: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "SWEEP", 0.01)
    monkeypatch.setattr(places, "UNHEARD", 0.2)

    async def scenario() -> None:
        await ask(queue, session="page")
        await asyncio.sleep(0.15)
        await ask(queue, session="page")
        sweeping = asyncio.create_task(queue._sweep())
        await asyncio.sleep(0.1)
        assert len(queue.pending_event_ids_session["page"]) == 2
        await asyncio.sleep(0.3)
        sweeping.cancel()
        assert not queue.pending_messages_per_session and not queue.pending_event_ids_session

    asyncio.run(scenario())


def test_an_answer_that_will_not_come_keeps_no_later_stream_open(queue: Places) -> None:
    """Gradio ends a session's stream when no event of it is left; one that was stopped must not be waited for."""

    async def scenario() -> None:
        await ask(queue, SEARCH, "program")
        [event] = queue.event_queue_per_concurrency_id[SEARCHES].queue
        queue.event_queue_per_concurrency_id[SEARCHES].queue.clear()
        queue.active_jobs[0] = [event]
        await queue.clean_events(session_hash="program")
        assert not event.alive and not queue.pending_event_ids_session["program"]

    asyncio.run(scenario())


def test_who_works_for_a_request_hears_that_its_connection_was_closed(
    queue: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    async def work(self: object, events: object, *others: object) -> None:
        mine = present()
        seen.append(mine.gone)
        await asyncio.sleep(0.05)
        seen.append(mine.gone)

    monkeypatch.setattr("gradio.queueing.Queue.process_events", work)

    async def scenario() -> None:
        for session in ("goes", "stays"):
            await ask(queue, session=session)
        goes, stays = queue.event_queue_per_concurrency_id[SEARCHES].queue
        tasks = [asyncio.create_task(queue.process_events([event], False, 0.0, None)) for event in (goes, stays)]
        queue.event_queue_per_concurrency_id[SEARCHES].queue.clear()
        queue.active_jobs[:2] = [[goes], [stays]]
        await asyncio.sleep(0.01)
        await queue.clean_events(session_hash="goes")
        await asyncio.gather(*tasks)

    asyncio.run(scenario())
    assert sorted(seen) == [False, False, False, True]


def test_a_call_over_mcp_is_its_own_session_from_its_own_address_and_ends_with_its_connection(queue: Places) -> None:
    heads: list[dict[bytes, bytes]] = []

    async def app(scope: Any, receive: Callable[[], Awaitable[Any]], send: object) -> None:
        heads.append(dict(scope["headers"]))
        call = heads[-1][CALL_HEADER.encode()].decode()
        for _ in range(DECODING.session - 1):
            assert (await ask(queue, session="of this process", client="127.0.0.1", call=call))[0]
        await receive()
        assert queue._stops[queue.event_ids_to_events[queue_ids()[-1]]].gone

    def queue_ids() -> list[str]:
        return list(queue.event_ids_to_events)

    async def closed() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def nothing(message: object) -> None:
        raise AssertionError(message)

    async def scenario() -> None:
        scope = {"type": "http", "path": MCP + "/", "client": ("9.9.9.9", 1), "headers": [(CALL_HEADER.encode(), b"x")]}
        around = McpCalls(app, queue)
        await around(scope, closed, nothing)
        await around(scope, closed, nothing)
        clients = {queue._callers[event].client for event in queue._all()}
        assert clients == {"9.9.9.9"}
        assert heads[0] != heads[1] and not queue.calls
        taken = await ask(queue, session="mine", client="7.7.7.7", call="x")
        assert taken[0] and queue._callers[queue.event_ids_to_events[taken[1]]].client == "7.7.7.7", "no such call"

    asyncio.run(scenario())


def test_pages_do_not_wait_for_each_others_turn(queue: Places) -> None:
    """Those who listen begin in the order in which they came, whoever stands before them unheard."""

    async def scenario() -> None:
        for number in range(4):
            await ask(queue, session=f"page {number}")
        listening = [
            asyncio.create_task(queue.pending_messages_per_session[f"page {number}"].get()) for number in (3, 1)
        ]
        await asyncio.sleep(0)
        begun = [(queue.get_events() or ([], 0, 0))[0] for _ in range(2)]
        assert [event.session_hash for [event] in begun] == ["page 1", "page 3"]
        for task in listening:
            task.cancel()

    asyncio.run(scenario())


def test_a_stop_knows_when_its_request_came(queue: Places) -> None:
    async def scenario() -> None:
        before = time.monotonic()
        await ask(queue)
        await asyncio.sleep(0.05)
        [event] = queue._all()
        assert before <= queue._stops[event].since < time.monotonic() - 0.04

    asyncio.run(scenario())


def update(number: int) -> ProcessGeneratingMessage:
    return ProcessGeneratingMessage(output={"data": [number]}, success=True)


def end(success: bool = True) -> ProcessCompletedMessage:
    return ProcessCompletedMessage(output={"data": ["all"]}, success=success)


async def told(queue: Places, function: int, *said: EventMessage | float) -> list[tuple[str, Any]]:
    """What a page is sent when these are said to it, between which so many seconds pass."""
    await ask(queue, function)
    [event] = queue._all()
    for message in said:
        if isinstance(message, float):
            await asyncio.sleep(message)
        else:
            queue.send_message(event, message)
    messages = queue.pending_messages_per_session["page"]
    sent = [messages.get_nowait() for _ in range(messages.qsize())]
    assert {message.event_id for message in sent} == {event._id} and not queue._held
    return [(message.msg.value, message.output["data"][0]) for message in sent]


def test_what_a_handler_gave_last_is_sent_once_with_its_end(queue: Places) -> None:
    """Gradio sends it as it comes, and once more when the handler is found to have ended: 100 kB for a result."""
    sent = asyncio.run(told(queue, SEARCH, update(1), update(2), update(3), end()))
    assert sent == [("process_generating", 1), ("process_generating", 2), ("process_completed", "all")]


def test_an_update_waits_no_longer_than_it_takes_to_know_whether_it_is_the_last(queue: Places) -> None:
    sent = asyncio.run(told(queue, SEARCH, update(1), 5 * HELD))
    assert sent == [("process_generating", 1)]


def test_what_a_handler_gave_before_it_failed_is_sent(queue: Places) -> None:
    """An end without success says what went wrong, and repeats nothing."""
    sent = asyncio.run(told(queue, SEARCH, update(1), end(success=False)))
    assert sent == [("process_generating", 1), ("process_completed", "all")]


def test_a_program_is_sent_all_that_an_endpoint_gives(queue: Places) -> None:
    sent = asyncio.run(told(queue, ENDPOINT, update(1), update(2), end()))
    assert sent == [("process_generating", 1), ("process_generating", 2), ("process_completed", "all")]
