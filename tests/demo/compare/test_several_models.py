"""Several models in one comparison: what is run, what is ranked, and what leads there."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr
import pytest

from demo.common import contest_link
from demo.common.contest import OWN_PIECES, SAME_PIECES, contestants, prepare
from demo.common.contestant import Contestant, called, contestant, on_model
from demo.common.examples import COMPARED
from demo.common.languages import UNKNOWN
from demo.common.text_input import InputError
from demo.compare import board
from demo.compare.board import Board, ShownCard
from demo.compare.desk import Desk
from demo.compare.editing import Editing
from demo.compare.figures import figures
from demo.compare.layout import NO_PRICE
from demo.compare.offline import offline
from demo.compare.presets import MODEL_PRESETS, PAIR, PRESETS, TWINS, of_models
from demo.compare.show import together
from demo.models import KnownModel
from demo.service import Service
from seq2seq_core.decoding import STRATEGIES
from seq2seq_core.models.recurrent.config import RecurrentConfig
from seq2seq_core.models.transformer.config import TransformerConfig
from tests.demo import samples
from tests.demo.compare.conftest import Said
from tests.demo.reading import told

ASKED = ["A dog.", "en-de", 0, ""]
TWO = (contestant("beam"), contestant("beam", "en-de-context"))


def known(name: str, attention: str = "general", target: str = "German", **shape: Any) -> KnownModel:
    card = {"source_language": "English", "target_language": target}
    return KnownModel(name, card, RecurrentConfig(attention=attention, **shape), 1)


def press(name: str) -> Any:
    return SimpleNamespace(index=(*PRESETS, *MODEL_PRESETS).index(name))


def test_a_card_on_a_model_of_its_own_says_so_and_its_typed_name_stays() -> None:
    assert TWO[1].name == "Beam 5 · en-de-context"
    assert on_model(TWO[1], "").name == "Beam 5"
    assert on_model(Contestant("mine", "beam"), "en-fr") == Contestant("mine", "beam", model="en-fr")
    assert contestants([{"strategy": "beam", "model": "en-de-context"}]) == TWO[1:]
    with pytest.raises(InputError, match="Give the model of strategy 1 by its name"):
        contestants([{"strategy": "beam", "model": 5}])


def test_each_request_has_its_cards_model_and_all_the_same_sentence(service: Service) -> None:
    contest = prepare(service, "A dog runs. It rains.", "en-de", TWO)
    assert [(asked.model, asked.text) for asked in contest.requests] == [
        ("en-de", "A dog runs."), ("en-de-context", "A dog runs."),
    ]  # fmt: skip
    assert contest.scale == SAME_PIECES
    assert prepare(service, "A dog.", "en-de", [TWO[0], contestant("greedy", "en-de")]).scale == ""
    with pytest.raises(InputError, match="Choose one of the models"):
        prepare(service, "A dog.", "en-de", [contestant("greedy", "no such")])


def test_other_pieces_are_another_scale_and_another_language_is_refused(service: Service) -> None:
    other = service.translator("en-de-context")
    other.tokenizer = type("Fewer", (samples.FakePieces,), {"__len__": lambda _: 10})()  # type: ignore[assignment]
    assert prepare(service, "A dog.", "en-de", TWO).scale == OWN_PIECES
    other.metadata["target_language"] = "French"
    with pytest.raises(InputError, match="pair of languages: en-de writes German, and en-de-context French"):
        prepare(service, "A dog.", "en-de", TWO)
    other.metadata |= {"source_language": "Text", "target_language": None}  # nothing is known of somebody's own model
    assert prepare(service, "A dog.", "en-de", TWO).scale


def test_a_run_decodes_each_card_with_its_model_and_draws_each_models_attention(events: Said) -> None:
    desk = Desk(cards=(*TWO, contestant("greedy")))
    *_, last = events.run(desk, ASKED)
    assert [each.attends for each in desk.finished()] == [True, False, True]
    assert [[each.place for each in group] for group in together(desk).values()] == [[0, 2]]
    assert "no attention to show of 2 Beam 5 · en-de-context" in last.no_attention["value"]
    assert SAME_PIECES in unescape(last.board)
    assert "card2=beam&model2=en-de-context" in unescape(last.board)
    assert "view=limits" in last.board
    twins = Desk(cards=(contestant("beam", "en-de"), TWO[0]))
    list(events.run(twins, ASKED))
    assert [[each.place for each in group] for group in together(twins).values()] == [[0, 1]]


def test_several_models_are_plotted_by_likeness_to_a_reference_or_not_at_all(events: Said) -> None:
    desk = Desk(cards=TWO)
    *_, last = events.run(desk, ASKED)
    assert last.plot is None and last.against["visible"] is False
    assert NO_PRICE in last.price
    said = events.referred(desk, "Ein Mann.")
    assert said.plot.layout.yaxis.title.text == "chrF"
    assert said.plot.layout.xaxis.title.text == "rows × steps"
    assert "chrf" not in [name for _, name in said.against["choices"]]


def test_what_is_of_each_models_own_pieces_has_no_best() -> None:
    better, worse, _ = samples.result().hypotheses
    cards = [
        ShownCard(name, "Beam search", figures(samples.result(hypotheses=(said,), forward_calls=calls), better.text))
        for name, said, calls in (("A", better, 12), ("B", worse, 9))
    ]
    alone = board.draw(Board(cards, reference=better.text))
    several = board.draw(Board(cards, reference=better.text, scale=OWN_PIECES))
    log_prob = f"<b>{better.log_prob:.2f}</b>".replace("-", "−")
    assert log_prob in alone and "<b>9</b>" in alone
    assert log_prob not in several and "<b>9</b>" not in several
    assert "<b>100.0</b>" in alone and "<b>100.0</b>" in several


def test_a_card_of_another_model_that_comes_during_a_run_is_not_ranked_either(events: Said) -> None:
    desk = Desk(cards=(contestant("greedy"),))
    run = events.run(desk, ASKED)
    next(run)
    desk.insert(1, TWO[1])
    *_, last = run
    assert len(desk.finished()) == 2
    assert SAME_PIECES in unescape(last.board)


def test_the_editor_gives_a_card_a_model_which_stays_with_another_strategy(events: Said, editing: Editing) -> None:
    desk = Desk(cards=(contestant("greedy"),), opened=0)
    editing.choose(desk, "en-de-context")
    assert desk.cards == (contestant("greedy", "en-de-context"),)
    editing.switch(desk, "beam")
    assert desk.cards == (TWO[1],)
    for wrong in ("no such", None, ["en-de"]):
        assert editing.choose(desk, wrong) == gr.skip()
    assert editing.show(desk)[editing._view.editor.model] == "en-de-context"
    editing.choose(desk, "")
    assert desk.cards == (contestant("beam"),)


def test_a_link_holds_each_cards_model_and_says_what_is_not_here(events: Said) -> None:
    cards = (*TWO, Contestant("mine", "greedy", model="gone"))
    params = dict(parse_qsl(contest_link.write("A dog.", "en-de", 0, "", cards).removeprefix("?")))
    link = contest_link.read(params)
    assert link is not None and link.cards == cards
    desk = Desk()
    events.restored(desk, SimpleNamespace(query_params=params))
    assert desk.cards == (*TWO, Contestant("mine", "greedy"))
    *_, last = events.run_linked(desk, ASKED)
    assert "asks for what is not here, gone: en-de took its place" in last.status


def test_presets_of_models_are_the_twins_and_all_of_the_pair() -> None:
    here = [
        known("big", decoder_size=99), known("plain", "none"), known("with"), known("french", target="French"),
        replace(known("other"), shape=TransformerConfig()),
    ]  # fmt: skip
    twins, _ = of_models(TWINS, "french", here)
    assert [(card.strategy, card.model) for card in twins] == [("beam", "with"), ("beam", "plain")]
    whole, note = of_models(PAIR, "big", here)
    assert [card.model for card in whole] == ["big", "plain", "with", "other"] and not note
    with pytest.raises(InputError, match="french is the only model here that goes from English to French"):
        of_models(PAIR, "french", here)
    with pytest.raises(InputError, match="No two models"):
        of_models(TWINS, "big", here[:2])
    many, note = of_models(PAIR, "m0", [known(f"m{i}") for i in range(9)])
    assert len(many) == 8 and "9 models" in note


def test_a_preset_of_models_lays_out_its_cards_or_says_why_not(events: Said) -> None:
    desk = Desk()
    events.preset(desk, "en-de", press(PAIR))
    assert [card.model for card in desk.cards] == ["en-de", "en-de-context"]
    said = events.preset(desk, "en-de", press(TWINS))
    assert 'role="alert"' in said[events._view.status]
    assert 'role="alert"' in events.preset(desk, None, press(PAIR))[events._view.status]


def test_a_card_is_called_by_its_models_title_where_its_settings_named_it() -> None:
    def titles(name: str) -> str:
        return {"en-de-context": "No attention"}.get(name, "")

    assert called(TWO[1], titles) == "Beam 5 · No attention"
    assert called(TWO[0], titles) == "Beam 5"
    assert called(replace(TWO[1], name="Mine"), titles) == "Mine"
    assert called(contestant("greedy", "gone"), titles) == "Greedy · gone"
    shown = Desk(cards=TWO).board(STRATEGIES, titles, UNKNOWN)
    said = board.draw(shown)
    assert '<b dir="auto">Beam 5</b>' in said and 'title="en-de-context">No attention<' in said
    assert "Edit Beam 5 · No attention" in said


def test_words_follow_the_task_of_the_model(events: Said, service: Service) -> None:
    service.translator("en-de").metadata |= samples.PRONUNCIATION
    several = Desk(cards=(contestant("sample", num_return_sequences=3),))
    *_, last = events.run(several, ["walk", "en-de", 0, ""])
    assert ">Pronunciation</span>" in last.board and "3 pronunciations" in last.board
    assert "ranslation" not in last.board
    page = offline(several, service)
    read = re.sub(r"<(script|style).*?</|<[^>]*>", "", page, flags=re.DOTALL)
    assert "Pronunciation: Phonemes" in page and "ranslation" not in read


def test_choosing_a_model_brings_its_example_and_says_what_is_wanted(events: Said, service: Service) -> None:
    service.translator("en-de-context").metadata |= samples.PRONUNCIATION
    chosen = told(events._view, events.model(COMPARED, "en-de-context"))
    assert chosen.sentence["value"] == "walk"
    assert chosen.reference["placeholder"] == "A pronunciation you trust, to measure against"
    assert "value" not in told(events._view, events.model("typed", "en-de-context")).sentence
    for wrong in (["en-de"], "broken", None):
        assert events.model("typed", wrong) == gr.skip()
