"""What the benchmarks conclude, without any of their peers."""

from __future__ import annotations

import time

import pytest

from benchmarks.goals import Goal, LeftOut, missing, table
from benchmarks.timing import in_turn
from benchmarks.training_speed import joey_batches, pieces_a_second


@pytest.mark.parametrize(
    ("goal", "reached"),
    [
        (Goal("a", 3.0, "at least", 3), True),
        (Goal("a", 2.99, "at least", 3), False),
        (Goal("a", 1.6, "at most", 1.6), True),
        (Goal("a", 1.7, "at most", 1.6), False),
        (Goal("a", 0.4), None),
    ],
)
def test_whether_a_goal_is_reached(goal: Goal, reached: bool | None) -> None:
    assert goal.reached is reached


def test_every_goal_is_a_row_and_so_is_what_was_left_out() -> None:
    rows = table([Goal("fast", 2.5, "at least", 3), LeftOut("peer", "it is not there")]).splitlines()
    assert rows[2] == "| fast | 2.50 | at least 3 | not reached |"
    assert rows[3] == "| peer | – | – | left out: it is not there |"


def test_what_is_missing_is_said_with_what_to_do() -> None:
    assert missing("json") is None
    sentence = missing("json", "no_such_peer")
    assert sentence is not None and sentence.startswith("no_such_peer not installed; see benchmarks/requirements.txt")


def test_contestants_take_turns_and_sleep_costs_nothing() -> None:
    order: list[str] = []

    def busy() -> None:
        order.append("busy")
        until = time.process_time() + 0.02
        while time.process_time() < until:
            pass

    def asleep() -> None:
        order.append("asleep")
        time.sleep(0.02)

    found = in_turn({"busy": busy, "asleep": asleep}, 3)
    assert order == ["busy", "asleep", "busy", "asleep", "asleep", "busy", "busy", "asleep"]
    assert found["asleep"] < 0.01 < found["busy"]


def test_pieces_a_second() -> None:
    def update() -> int:
        until = time.process_time() + 0.01
        while time.process_time() < until:
            pass
        return 50

    assert 2500 < pieces_a_second({"one": update}, 3)["one"] <= 5000


def test_joeys_batches_are_random_and_end_with_the_pair_that_fills_them() -> None:
    pairs = [([1] * (i % 7 + 1), [2] * (i % 5 + 1)) for i in range(100)]
    batches = list(joey_batches(pairs, 60))
    for batch in batches:
        longest = [max(len(s), len(t)) + 1 for s, t in batch]
        assert max(longest) * len(batch) >= 60 > max(longest[:-1]) * (len(batch) - 1)
    flat = [pair for batch in batches for pair in batch]
    assert flat != pairs[: len(flat)] and len(flat) > 80
