from types import SimpleNamespace
from typing import Any

import gradio as gr

from demo.common.contestant import contestant
from demo.common.export import MARK
from demo.compare.desk import Desk
from tests.demo import samples
from tests.demo.compare.conftest import Said


def html() -> Any:
    return SimpleNamespace(kind="html")


def test_the_page_to_take_away_has_every_card_and_every_heatmap(events: Said) -> None:
    desk = Desk()
    desk.deal((contestant("greedy"), contestant("beam")))
    list(events.run(desk, ["A <b>dog</b>.", "en-de", 0, ""]))
    file = events.file(desk, html())
    page = file["text"]
    assert (file["name"], file["mark"]) == ("comparison.html", MARK)
    assert page.count("<div data-figure") == 2, "the plot of prices, and one heatmap where all say the same"
    assert "A &lt;b&gt;dog&lt;/b&gt;." in page and "<b>dog" not in page
    assert samples.result().hypotheses[0].text.split()[1] in page
    assert '<button type="button"' not in page.replace('class="play"', "").split('class="board"')[1]


def test_nothing_to_take_away_before_a_comparison(events: Said) -> None:
    assert events.file(Desk(), html()) == gr.skip()
