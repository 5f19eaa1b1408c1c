import copy
import threading
import time

from demo.common.stopping import PRESENT, Stop
from demo.common.turn import Turn


class Slow(Turn):
    """Reading its number takes long enough for another thread to come in between."""

    @property
    def number(self) -> int:  # type: ignore[override]
        held: int = vars(self)["held"]
        time.sleep(0.001)
        return held

    @number.setter
    def number(self, value: int) -> None:
        vars(self)["held"] = value


def test_no_two_requests_have_the_same_turn() -> None:
    turn, taken = Slow(), list[int]()
    threads = [threading.Thread(target=lambda: taken.extend([turn.take() for _ in range(10)])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 41))


def test_stop_ends_the_present_request_alone() -> None:
    turn = Turn()
    first = turn.take()
    turn.stop()
    assert turn.stopped == first
    assert turn.take() != turn.stopped


def test_stop_ends_what_still_waits_and_not_what_is_asked_for_afterwards() -> None:
    turn, waiting = Turn(), Stop()
    time.sleep(0.01)
    turn.stop()
    token = PRESENT.set(waiting)  # as the queue does when it is its turn
    try:
        assert turn.take() == turn.stopped
    finally:
        PRESENT.reset(token)
    assert turn.take() != turn.stopped


def test_gradio_can_copy_it_for_each_person() -> None:
    assert copy.deepcopy(Turn(number=3)) == Turn(number=3)
