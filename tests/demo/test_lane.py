import time
from threading import Event, Thread

import pytest

from demo import lane as module
from demo.lane import Lane


def test_a_document_stands_back_until_the_sentence_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 60.0)
    lane, begun = Lane(), Event()

    def step() -> None:
        with lane.step():
            begun.set()

    with lane.sentence(), lane.sentence():
        thread = Thread(target=step)
        thread.start()
        assert not begun.wait(0.2)
    thread.join(10)
    assert begun.is_set()


def test_under_any_load_a_document_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.05)
    lane, start = Lane(), time.monotonic()
    with lane.sentence():
        for _ in range(3):
            with lane.step():
                pass
    assert 0.14 < time.monotonic() - start < 10


def test_a_sentence_never_waits_for_a_document() -> None:
    lane, begun = Lane(), Event()

    def sentence() -> None:
        with lane.sentence():
            begun.set()

    with lane.step():
        thread = Thread(target=sentence)
        thread.start()
        assert begun.wait(10)
    thread.join(10)


def test_documents_take_turns_and_are_never_in_a_step_together() -> None:
    lane, steps, inside = Lane(), list[int](), list[int]()

    def document(number: int) -> None:
        for _ in range(5):
            with lane.step():
                inside.append(number)
                time.sleep(0.005)
                steps.append(len(inside))
                inside.clear()

    threads = [Thread(target=document, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert steps == [1] * 15


def test_the_next_step_is_that_of_who_waited_longest() -> None:
    lane, order, waiting = Lane(), list[str](), Event()

    def other() -> None:
        waiting.set()
        with lane.step():
            order.append("other")

    with lane.step():
        thread = Thread(target=other)
        thread.start()
        waiting.wait(10)
        time.sleep(0.1)  # until it has its number
    with lane.step():  # asked for later, though by who has just been in
        order.append("first again")
    thread.join(10)
    assert order == ["other", "first again"]


def test_a_step_that_fails_lets_the_next_one_in() -> None:
    lane = Lane()
    with pytest.raises(ValueError, match="a bug"), lane.step():
        raise ValueError("a bug")
    with lane.step():
        pass
