import math
from typing import Any

import gradio as gr
import pytest

from demo.common.languages import Languages
from demo.common.text_input import InputError
from demo.common.turn import Turn
from demo.service import Asked, Service
from demo.translate import ledger
from demo.translate.events import TranslateEvents
from demo.translate.scores import flips, ranked
from demo.translate.state import PIECES, Shown, ShownText
from seq2seq_core.decoding import BeamConfig, Hypothesis, ScoreParts
from tests.demo import samples


def hypothesis(log_prob: float, length: int) -> Hypothesis:
    parts = ScoreParts(log_prob, length, length_penalty_type="avg", length_penalty=1.0, length_divisor=float(length))
    return Hypothesis((5,), ("▁x",), (0.0,), log_prob, parts.score, f"of {length}", True, None, parts)


# Under alpha = 1 the longer is first, -4/8 against -3/4; under 0 the shorter, -3 against -4.
TWO = samples.result(
    hypotheses=(hypothesis(-4.0, 8), hypothesis(-3.0, 4)),
    config={"length_penalty_type": "avg", "length_penalty": 1.0, "coverage_penalty": 0.0},
)


def test_every_score_is_its_parts_put_together() -> None:
    for alpha in (0.0, 0.5, 1.0):
        for one in ranked(TWO, alpha, 0.0):
            assert math.isclose(one.parts.score, one.parts.log_prob / one.parts.length**alpha)
    assert [one.parts.score for one in ranked(TWO, 1.0, 0.0)] == [h.score for h in TWO.hypotheses]


def test_moving_alpha_changes_the_order_where_the_formula_says() -> None:
    assert [one.place for one in ranked(TWO, 1.0, 0.0)] == [0, 1]
    assert [one.place for one in ranked(TWO, 0.0, 0.0)] == [1, 0]
    # 4 / 8^a = 3 / 4^a at a = ln(4/3) / ln 2
    assert flips(TWO, 0.0) == [pytest.approx(math.log(4 / 3) / math.log(2), abs=1e-4)]
    shown = ledger.draw(TWO, 1.0, 0.0)
    assert "α = 0.42" in shown
    assert '<i style="left:20.8%">' in shown and '<b style="left:50.0%">' in shown, "marked on the scale from 0 to 2"


def test_the_table_says_who_moved() -> None:
    shown = ledger.draw(TWO, 0.0, 0.0)
    assert "▲1" in shown and "▼1" in shown


def test_searching_again_takes_the_weights_along(events: TranslateEvents) -> None:
    shown = Shown(Asked("A dog.", "", "en-de", BeamConfig()), TWO, Languages("English", "German"))
    *_, last = events.search_again(turn=Turn(), unit=PIECES, present=ShownText((shown,)), alpha=0.3, beta=0.1)
    found: Any = last[events._view.present].shown
    config = found.request.config
    assert (config.length_penalty, config.coverage_penalty) == (0.3, 0.1)


@pytest.mark.parametrize("alpha", [None, math.nan, math.inf, -1, 99, "1", True])
def test_weights_that_no_slider_sends_are_ignored(events: TranslateEvents, alpha: object) -> None:
    shown = Shown(Asked("A dog.", "", "en-de", BeamConfig()), TWO, Languages("English", "German"))
    assert events.rank(present=ShownText((shown,)), alpha=alpha, beta=0.0) == gr.skip()
    (updates,) = events.search_again(turn=Turn(), unit=PIECES, present=ShownText((shown,)), alpha=alpha, beta=0.0)
    assert list(updates) == [events._view.status] and "busy" not in str(updates[events._view.status])
    assert events.rank(present=None, alpha=1.0, beta=0.0) == gr.skip()


def test_a_strategy_without_penalties_says_so(service: Service) -> None:
    request = service.text_request("A dog.", "en-de", "greedy", {}).sentences[0]
    with pytest.raises(InputError, match="choose beam search"):
        service.weighed(request, 1.0, 0.0)
