import math

from demo.common.labels import Box, choose_sides

CANVAS = (0.0, 0.0, 100.0, 100.0)


def label(x: float, y: float, width: float = 20.0) -> dict[str, Box]:
    """To the right of a point, else to its left, ten high."""
    return {"right": (x + 5, y - 5, x + 5 + width, y + 5), "left": (x - 5 - width, y - 5, x - 5, y + 5)}


def test_a_label_stands_where_it_is_liked_best_if_there_is_room() -> None:
    assert choose_sides([label(50, 50)], [], CANVAS) == ["right"]


def test_a_label_covers_no_point_and_no_label_before_it() -> None:
    assert choose_sides([label(50, 50)], [(60, 48, 64, 52)], CANVAS) == ["left"]
    assert choose_sides([label(50, 50), label(48, 54)], [], CANVAS) == ["right", "left"]


def test_a_label_is_not_cut_off_at_the_edge() -> None:
    assert choose_sides([label(90, 50)], [], CANVAS) == ["left"]
    assert choose_sides([label(90, 50)], [], (0.0, 0.0, math.inf, 100.0)) == ["right"]


def test_where_there_is_no_room_a_label_covers_as_little_as_can_be() -> None:
    crowded = [(55.0, 45.0, 75.0, 55.0), (25.0, 45.0, 30.0, 55.0)]
    assert choose_sides([label(50, 50)], crowded, CANVAS) == ["left"]
