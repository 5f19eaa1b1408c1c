from typing import Any

import gradio as gr
import pytest

from demo.panels.compare import compare, marked
from demo.presets import PRESETS
from demo.service import Service
from demo.tabs.compare import contest, halt
from demo.turn import Turn
from tests.demo import samples


def test_words_that_differ_are_marked_and_everything_is_text() -> None:
    shown = marked("Ein Mann liest eine Zeitung.", "Ein <b>Mann</b> liest Zeitung.")
    assert shown == "Ein <mark>&lt;b&gt;Mann&lt;/b&gt;</mark> liest Zeitung."
    assert marked("Ein Hund.", "Ein Hund.") == "Ein Hund."
    assert marked("Ein Hund.", "") == ""


def test_a_card_says_what_it_cost_and_the_others_wait() -> None:
    shown = compare(["Greedy", "Beam 5", "Nucleus"], [samples.result()])
    for said in ("83 ms", "log P", "−2.09", "<dd>10</dd>"):
        assert said in shown
    assert shown.count("contestant waiting") == 2
    assert shown.count("skeleton") == 2


@pytest.mark.parametrize("name", PRESETS)
def test_every_set_runs_and_shows_each_result_as_it_comes(service: Service, name: str) -> None:
    *rest, last = contest(service, Turn(), "A dog.", "en-de-attention", name)
    assert len(rest) == len(PRESETS[name])
    assert "waiting" not in last[1]
    assert f"{len(PRESETS[name])} strategies" in last[0]


@pytest.mark.parametrize(
    ("text", "model", "name"),
    [("", "en-de-attention", "Greedy, beam, nucleus"), ("A dog.", "broken", "Three ways"), ("A dog.", "en-de-attention", None)],
)
def test_wrong_input_is_a_sentence(service: Service, text: Any, model: Any, name: Any) -> None:
    *_, last = contest(service, Turn(), text, model, name)
    assert 'role="alert"' in last[0]
    assert last[1] == gr.skip()


def test_stop_ends_the_comparison(service: Service) -> None:
    turn = Turn()
    run = contest(service, turn, "A dog.", "en-de-attention", "Wider beams")
    next(run)
    halt(turn)
    (last,) = run
    assert "Press Compare" in last[0]
