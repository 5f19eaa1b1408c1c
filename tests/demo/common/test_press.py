from typing import Any

import gradio as gr
import pytest

from demo.common.press import number, word


@pytest.mark.parametrize("data", [None, 5, 1.5, True, "kind", ["kind"], [["kind", 1]], {"kind": None, "index": "1"}])
def test_a_press_that_is_none_says_nothing(data: Any) -> None:
    event = gr.EventData(None, data)
    assert (word(event, "kind"), number(event, "index")) == (None, None)
    assert (word(data, "kind"), number(data, "index")) == (None, None)


def test_what_a_press_says_is_read() -> None:
    for press in (gr.EventData(None, {"kind": "copy", "index": 2}), {"kind": "copy", "index": 2}):
        assert (word(press, "kind"), number(press, "index"), number(press, "index", 2)) == ("copy", 2, None)
