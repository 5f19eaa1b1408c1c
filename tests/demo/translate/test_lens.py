import math
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import gradio as gr
import numpy as np
import pytest
from markupsafe import escape

from demo.common.languages import Languages
from demo.common.turn import Turn
from demo.service import Asked
from demo.translate import lens
from demo.translate.events import TranslateEvents
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
    facts = "After top-k what is left held 90.0% of the model's own probability, shared out anew to 100%; entropy 0.64."
    for said in ("30.0%", "33.3%", str(escape(facts)), "0.90 nats", "–"):
        assert said in shown
    assert shown.count('Take</span><span class="rest"> it instead</span>') == 2
    assert shown.count('aria-disabled="true"') == 1, "what is taken keeps a button, on which the focus can stay"
    assert "<b></td>" not in shown and "&lt;b&gt;" in shown


def cells(shown: str) -> list[list[str]]:
    """The table's rows as what stands in their cells."""
    rows = re.findall(r"<tr.*?</tr>", shown)[1:]
    return [[re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<td.*?</td>", row)] for row in rows]


def unlikely() -> DecodeResult:
    """A result whose first token is none of the likeliest: drawn at temperature 2, after top-p took some away."""
    p = np.array([0.6, 0.2, 0.1, 0.05])  # the last was drawn, and 0.05 are of others
    kept = np.array([0.6, 0.2, 0.1, 0.05]) / 0.95
    warm = np.sqrt(kept) / np.sqrt(kept).sum()
    log_probs = np.log(np.stack([p, kept, warm])[:, :3]).astype(np.float32)
    row = samples.step_row(
        0,
        top_ids=(77, 78, 79),
        top_tokens=TOP,
        top_log_probs=log_probs,
        kept=(1.0, 0.95, 0.95),
        entropy=(1.2, -0.0, 1.1),
    )
    drawn = samples.result(steps=(DecodeStep(0, ("model", "top_p", "temperature"), (row,), ()),))
    first = drawn.hypotheses[0]
    rare = replace(first, token_log_probs=(math.log(0.05), *first.token_log_probs[1:]))
    return replace(drawn, hypotheses=(rare,), config={"temperature": 2.0, "top_p": 0.95})


def test_the_lens_adds_up_and_shows_what_was_taken_though_it_is_none_of_the_likeliest() -> None:
    assert lens.unlisted(unlikely(), 0, 0)
    shown = lens.detail(unlikely(), 0, 0, "de", 23)
    *listed, taken, rest = cells(shown)
    assert len(listed) == 3
    _, _, stays = shown.partition('<tbody class="unlisted">')
    assert cells(f"<tr></tr>{stays}") == [taken, rest], "in sight however far the list is scrolled"
    assert taken[:3] == ["23", "Ein", "5.0%"] and taken[3] == "5.3%" and taken[-1] == "taken"
    warm = np.sqrt([0.6, 0.2, 0.1, 0.05])
    assert taken[4] == f"{warm[3] / warm.sum():.1%}", "what temperature makes of one piece it makes of the other"
    assert rest == ["", "all other pieces", "5.0%", "–", "–", ""]
    for stage in (2, 3, 4):
        shares = [row[stage].removesuffix("%") for row in (*listed, taken, rest)]
        assert sum(float(share) for share in shares if share != "–") == pytest.approx(100, abs=0.3)
    assert "-0.00" not in shown and "entropy 0.00" in shown
    assert 'class="alternative taken" title="Ein · P 5.0%"' in lens.draw(unlikely(), 0), "in its column, too"


def test_of_a_piece_that_a_person_chose_nobody_knows_what_filters_would_have_left() -> None:
    *_, taken, rest = cells(lens.detail(unlikely(), 0, 0, "de", None, given=1))
    assert taken[:5] == ["later", "Ein", "5.0%", "not recorded", "not recorded"]
    assert rest[2:5] == ["5.0%", "not recorded", "not recorded"]


def test_a_listed_piece_has_one_row_and_the_rest_another() -> None:
    assert not lens.unlisted(traced(), 0, 0)
    *listed, rest = cells(lens.detail(traced(), 0, 0))
    assert listed[0][-1] == "taken: Ein" and len(listed) == 3
    assert rest[1:4] == ["all other pieces", "–", "–"]


def test_without_a_trace_it_says_so() -> None:
    assert "does not record" in lens.draw(samples.result(), 0)
    assert not lens.detail(samples.result(), 0, 3)  # said once in a card


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
    opened, _ = events.look(present=ShownText((SHOWN,)), press=clicked(index=0, of=0)).values()
    assert "it instead" in str(opened)
