"""Who is decoded when and with whom, on searches that are made by hand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from threading import Semaphore, Thread
from typing import Any

import pytest

from demo.common.stopping import Watch
from demo.common.text_input import InputError
from demo.service import budget, groups
from demo.service.groups import Groups, Steps
from demo.service.work import Draft, Work
from seq2seq_core.decoding import BeamConfig, Config, ExactConfig, GreedyConfig, SampleConfig, Tick
from seq2seq_core.decoding.cost import Demand
from seq2seq_core.types import CoreError


@dataclass
class Bench:
    """Searches of three steps, or as many as a text says ("9 long"), each let in by a gate; keeps what was done.

    begun: the texts of each search, when it did its first step. steps: the first text of the search, for each step.
    closed: the first text of each search that was closed before its end.
    """

    gate: Semaphore = field(default_factory=lambda: Semaphore(0))
    begun: list[tuple[str, ...]] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    groups: Groups = field(init=False)

    def __post_init__(self) -> None:
        self.groups = Groups(self._search)

    def _search(self, works: Sequence[Work]) -> Steps:
        texts = tuple(text for work in works for text in work.texts)
        number = max(int(text.split()[0]) if text[0].isdigit() else 3 for text in texts)
        self.begun.append(texts)
        try:
            for index in range(number):
                assert self.gate.acquire(timeout=30)
                if "broken" in texts:
                    raise CoreError("no token may follow")
                self.steps.append(texts[0])
                yield Tick(index, len(texts))
        except GeneratorExit:
            self.closed.append(texts[0])
            raise
        return [f"{text}!" for text in texts]


class Person:
    """Somebody who wants one piece of work, in a thread of their own."""

    def __init__(self, bench: Bench, work: Work, pieces: int = 10, size: int = 1) -> None:
        self.told: list[object] = []
        self.results: tuple[Any, ...] = ()
        self.error: Exception | None = None
        self._bench, self._work = bench, work
        self._cost = Demand(pieces, 1, 10, size)
        self.thread = Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        steps = self._bench.groups.decode(self._work, self._cost, Watch(60.0, "Too late."))
        try:
            while True:
                try:
                    self.told.append(next(steps))
                except StopIteration as done:
                    self.results = done.value
                    return
        except (InputError, CoreError) as error:
            self.error = error


def work(text: str, config: Config | None = None, **changes: Any) -> Work:
    return Work("en-de", config or GreedyConfig(), (text,), (0,), **changes)


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.gate.release(10_000)  # more than all that any test begins can use


def until(condition: Callable[[], object]) -> None:
    """Waits for it."""
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def waiting(bench: Bench, number: int) -> None:
    until(lambda: len(bench.groups._waiting) == number)


def begin_two(bench: Bench) -> None:
    """Two groups under way, so that what comes now gathers; the next step that is let in is one of theirs."""
    for name in ("20 first", "20 second"):
        Person(bench, work(name))
        while (name,) not in bench.begun:
            bench.gate.release()
            time.sleep(0.01)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits goes on waiting until there is room."""
    monkeypatch.setattr(groups, "GATHERING", 10**9)


@pytest.mark.usefixtures("patient")
def test_those_who_wait_and_ask_the_same_are_decoded_together(bench: Bench) -> None:
    begin_two(bench)
    people = [Person(bench, work(f"text {number}")) for number in range(5)]
    other = Person(bench, work("other", BeamConfig()))
    traced = Person(bench, work("traced", trace=True))
    waiting(bench, 7)
    bench.gate.release(1000)
    for person in (*people, other, traced):
        person.thread.join(10)
    together = next(texts for texts in bench.begun if len(texts) > 1)
    assert sorted(together) == [f"text {number}" for number in range(5)]
    assert [person.results for person in people] == [(f"text {number}!",) for number in range(5)], "each their own"
    assert ("other",) in bench.begun and ("traced",) in bench.begun, "other settings are another group"


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(
    "alone",
    [
        work("exact", ExactConfig()),
        work("begun", prefix=(7,)),
        work("document", document=True),
        Work("en-de", GreedyConfig(), ("one", "two"), (0, 1)),
    ],
)
def test_some_work_is_never_shared(bench: Bench, alone: Work) -> None:
    begin_two(bench)
    people = [Person(bench, alone), Person(bench, alone)]
    until(lambda: len(bench.groups._waiting) + len(bench.groups._documents) == 2)
    bench.gate.release(1000)
    for person in people:
        person.thread.join(10)
    assert bench.begun.count(alone.texts) == 2


@pytest.mark.usefixtures("patient")
def test_a_group_is_of_like_length_within_its_rows_and_the_budget(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_two(bench)
    people = [Person(bench, work(f"short {number}"), pieces=12) for number in range(3)]
    people += [Person(bench, work(f"long {number}"), pieces=300) for number in range(3)]
    samples = SampleConfig(num_return_sequences=groups.ROWS // 2)
    people += [Person(bench, work(f"sample {number}", samples)) for number in range(3)]
    people += [Person(bench, work(f"large {number}", BeamConfig()), size=budget.BUDGET // 2) for number in range(3)]
    waiting(bench, 12)
    bench.gate.release(1000)
    for person in people:
        person.thread.join(10)
    sizes = {name: [len(texts) for texts in bench.begun if texts[0].startswith(name)] for name in ("short", "long")}
    assert sizes == {"short": [3], "long": [3]}
    assert [len(texts) for texts in bench.begun if texts[0].startswith("sample")] == [2, 1]
    assert [len(texts) for texts in bench.begun if texts[0].startswith("large")] == [2, 1]


def test_nobody_waits_for_a_long_sentence_to_end(bench: Bench) -> None:
    """Groups take turns by steps, and who waited for some of them begins however many there are."""
    people = [Person(bench, work(f"1000 long {number}", BeamConfig(num_beams=number + 1))) for number in range(4)]
    while len(bench.begun) < 4:
        bench.gate.release()
        time.sleep(0.005)
    short = Person(bench, work("short"))
    waiting(bench, 1)
    before = len(bench.steps)
    while short.thread.is_alive():
        done = len(bench.steps)
        bench.gate.release()
        until(lambda done=done: len(bench.steps) > done or not short.thread.is_alive())
        assert done - before < groups.GATHERING + 4 * 5, "then three steps, each after one of every other"
    assert short.results == ("short!",) and all(person.thread.is_alive() for person in people)


@pytest.mark.usefixtures("patient")
def test_one_who_leaves_does_not_end_the_others_and_the_last_ends_the_search(bench: Bench) -> None:
    begin_two(bench)
    steps = [
        bench.groups.decode(work(f"99 text {number}"), Demand(10, 1, 10, 1), Watch(60.0, "")) for number in range(2)
    ]
    threads = [Thread(target=next, args=(each,), daemon=True) for each in steps]
    for thread in threads:
        thread.start()
    waiting(bench, 2)
    bench.gate.release(60)
    for thread in threads:
        thread.join(10)
    steps[0].close()
    bench.gate.release(2)
    assert isinstance(next(steps[1]), Draft), "the other goes on"
    assert not bench.closed
    steps[1].close()
    bench.gate.release(4)
    until(lambda: len(bench.closed) == 1)


@pytest.mark.usefixtures("patient")
def test_an_error_of_one_leaves_the_others_alone(bench: Bench) -> None:
    begin_two(bench)
    people = [Person(bench, work(text)) for text in ("a", "broken", "b")]
    waiting(bench, 3)
    bench.gate.release(1000)
    for person in people:
        person.thread.join(10)
    assert [person.results for person in people] == [("a!",), (), ("b!",)]
    assert str(people[1].error) == "no token may follow"


def test_who_waits_for_a_turn_until_the_time_is_over_reads_that_others_were_before_them(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups, "BEAT", 0.01)
    first = bench.groups.decode(work("first"), Demand(10, 1, 10, 1), Watch(1.0, "Too late; try fewer beams."))
    assert next(first) is None
    until(lambda: bench.begun)
    second = bench.groups.decode(work("second"), Demand(10, 1, 10, 1), Watch(0.0, "Too late; try fewer beams."))
    with pytest.raises(InputError, match=r"^So many requests are under way .* try again in a moment\.$"):
        list(second)
    with pytest.raises(InputError, match=r"^Too late; try fewer beams\.$"):
        list(first)


def test_all_groups_together_stay_within_the_memory(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "MEMORY", 10)
    first = Person(bench, work("first"), size=6)
    until(lambda: bench.begun)
    second = Person(bench, work("second"), size=6)
    waiting(bench, 1)
    bench.gate.release(2)
    until(lambda: len(bench.steps) == 2)
    assert bench.begun == [("first",)] and bench.groups._waiting
    bench.gate.release(1000)
    for person in (first, second):
        person.thread.join(10)
    assert bench.begun == [("first",), ("second",)]


def test_documents_stand_back_and_go_on_slowly(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "STANDING_BACK", 0.2)
    people = [Person(bench, work("1000 sentence"))]
    until(lambda: bench.begun)
    people.append(Person(bench, work("1000 document", document=True)))
    until(lambda: bench.groups._documents)
    begun = time.monotonic()
    while time.monotonic() - begun < 1.0:
        bench.gate.release()
        time.sleep(0.002)
    given = bench.steps.count("1000 document")
    assert 2 <= given <= 7
    assert bench.steps.count("1000 sentence") > 3 * given
    bench.gate.release(2000)
    for person in people:
        person.thread.join(10)


def test_documents_take_turns_and_need_not_wait_where_nobody_else_decodes(bench: Bench) -> None:
    people = [Person(bench, work(f"{name} document", document=True)) for name in ("5", "6")]
    until(lambda: len(bench.groups._documents) == 2)
    bench.gate.release(1000)
    for person in people:
        person.thread.join(10)
    assert set(bench.steps[:2]) == {"5 document", "6 document"}
    assert bench.steps[:8:2] == [bench.steps[0]] * 4 and bench.steps[1:8:2] == [bench.steps[1]] * 4


def test_only_who_watches_is_told_of_steps(bench: Bench) -> None:
    bench.gate.release(1000)
    watching, other = Person(bench, work("a")), Person(bench, work("b", watched=False))
    watching.thread.join(10)
    other.thread.join(10)
    assert [event.steps for event in watching.told if isinstance(event, Draft)] == [1, 2, 3]
    assert [event for event in other.told if event is not None] == []


def test_the_thread_ends_when_there_is_nothing_to_do_and_begins_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups, "IDLE", 0.05)
    bench.gate.release(1000)
    for _ in range(2):
        with closing(bench.groups.decode(work("a"), Demand(1, 1, 1, 1), Watch(60.0, ""))) as steps:
            next(steps)
        until(lambda: bench.groups._thread is None)
