import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import gradio as gr
import numpy as np
import pytest

from demo.common.languages import Languages
from demo.common.turn import Turn
from demo.service import Asked, Service
from demo.translate import lens
from demo.translate.events import TranslateEvents
from demo.translate.layout import lay_out
from demo.translate.state import PIECES, Shown, ShownText
from seq2seq_core.decoding import BeamConfig, DecodeResult, DecodeStep
from tests.demo import samples

TOP = ("▁Ein", "▁Der", "<b>")


def traced() -> DecodeResult:
    """A result whose first token had three alternatives, of which a filter took the last."""
    log_probs = np.log(np.array([[0.6, 0.3, 0.1], [2 / 3, 1 / 3, 1e-30]], np.float32))
    log_probs[1, 2] = -math.inf
    row = samples.step_row(
        0, top_ids=(10, 77, 78), top_tokens=TOP, top_log_probs=log_probs, kept=(1.0, 0.9), entropy=(0.9, 0.64)
    )
    return samples.result(steps=(DecodeStep(0, ("model", "top_k"), (row,), ()),))


def test_the_column_of_a_token_shows_its_alternatives_and_which_was_taken() -> None:
    shown = lens.draw(traced(), 0)
    assert shown.count("<button") == 1
    assert 'class="alternative taken" title="Ein · P 60.0%"' in shown
    assert "width:30.0%" in shown


def test_the_whole_list_shows_p_before_and_after_each_filter_kept_mass_and_entropy() -> None:
    shown = lens.detail(traced(), 0, 0)
    for said in ("30.0%", "33.3%", "after top-k", "90.0% of the probability is left", "0.90 nats", "–"):
        assert said in shown
    assert shown.count('Take</span><span class="rest"> this one instead</span>') == 2
    assert "<b></td>" not in shown and "&lt;b&gt;" in shown


def test_without_a_trace_it_says_so() -> None:
    assert "does not record" in lens.draw(samples.result(), 0)
    assert "does not record" in lens.detail(samples.result(), 0, 3)


@pytest.fixture
def events(service: Service) -> TranslateEvents:
    with gr.Blocks():
        return TranslateEvents(service, lay_out(service))


def clicked(**numbers: Any) -> Any:
    return SimpleNamespace(**numbers)


SHOWN = Shown(Asked("A dog.", "", "en-de", BeamConfig()), traced(), Languages("English", "German"))


def test_taking_an_alternative_decodes_again_from_there(events: TranslateEvents) -> None:
    view, sent = events._view, {"turn": Turn(), "unit": PIECES}
    *_, last = events.take(clicked(index=1, of=0, at=0), present=ShownText((SHOWN,)), **sent)
    shown: Any = last[view.present].shown
    assert shown.request.prefix == (77,)
    assert shown.request.text == "A dog."
    assert "Its beginning, 1 piece, is as you chose" in str(last[view.status])
    assert str(last[view.parts["translation"].html]).count("unit given") == 1
    assert shown.before is SHOWN
    forced = replace(shown, result=traced())
    *_, further = events.take(clicked(index=0, of=0, at=0), present=ShownText((forced,)), **sent)
    assert further[view.present].shown.before is SHOWN, "one click goes back all the way"


@pytest.mark.parametrize(
    "numbers", [{}, {"index": 5, "of": 0, "at": 0}, {"index": 0, "of": 9, "at": 0}, {"index": 0, "of": 0, "at": "0"}]
)
def test_an_alternative_that_is_not_there_is_ignored(events: TranslateEvents, numbers: dict[str, Any]) -> None:
    sent = {"turn": Turn(), "unit": PIECES}
    (updates,) = events.take(clicked(**numbers), present=ShownText((SHOWN,)), **sent)
    assert list(updates) == [events._view.status] and "busy" not in str(updates[events._view.status])
    assert list(events.take(clicked(**numbers), present=None, **sent)) == [gr.skip()]


def test_looking_where_there_is_nothing_changes_nothing(events: TranslateEvents) -> None:
    assert events.look(present=None, press=clicked(index=0, of=0)) == gr.skip()
    assert events.look(present=ShownText((SHOWN,)), press=clicked(index=99, of=0)) == gr.skip()
    (opened,) = events.look(present=ShownText((SHOWN,)), press=clicked(index=0, of=0)).values()
    assert "this one instead" in str(opened)
