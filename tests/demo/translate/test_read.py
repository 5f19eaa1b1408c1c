"""What a person is told of how a sentence was read, and of what was not translated."""

from __future__ import annotations

import dataclasses
from typing import Any

import gradio as gr
import pytest

from demo.common.languages import Languages
from demo.service import Asked, Service
from demo.translate import heatmap, lens, show, translation, tree
from demo.translate.layout import lay_out
from demo.translate.state import Shown, ShownText
from seq2seq_core.decoding import BeamConfig, DecodeResult
from tests.demo import samples


def line(service: Service, result: DecodeResult) -> str:
    asked = Asked(result.source, "", "en-de", BeamConfig())
    return str(show.line(ShownText((Shown(asked, result, Languages("English", "German")),)), False))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"read_as": "Meet ⟨1⟩ <b>"}, "The model read: “Meet ⟨1⟩ &lt;b&gt;”."),
        ({"read_as": "where is he?", "notes": ("Read in small letters.",)}, "Read in small letters."),
    ],
)
def test_the_line_says_how_a_sentence_was_read(service: Service, changes: dict[str, Any], told: str) -> None:
    said = line(service, samples.result(**changes))
    assert told in said and said.count("The model read") == ("notes" not in changes)
    assert "The model read" not in line(service, samples.result())


def test_what_was_put_back_stands_below_the_pieces() -> None:
    result = samples.result()
    first = dataclasses.replace(result.hypotheses[0], text="Ein <i>Mann</i>", restored=("<i>", "</i>"))
    said = str(translation.draw(dataclasses.replace(result, hypotheses=(first,)), 0))
    assert "With what is kept as it is:" in said and "Ein &lt;i&gt;Mann&lt;/i&gt;" in said
    assert "With what is kept" not in str(translation.draw(result, 0))


def test_a_text_that_holds_nothing_to_translate_says_so_in_each_card() -> None:
    nothing = dataclasses.replace(
        samples.result().hypotheses[0], token_ids=(), tokens=(), token_log_probs=(), text="🙂 {x}", attention=None
    )
    result = samples.result(source_tokens=(), hypotheses=(nothing,), steps=())
    assert "🙂 {x}" in str(translation.draw(result, 0))
    for card in (heatmap.draw(result, 0, False), tree.draw(result, 0), lens.draw(result, 0)):
        assert translation.NOTHING_READ in str(card)
    assert not lens.detail(result, 0, 0)  # said once in a card


def test_the_line_says_so_too_and_counts_no_steps(service: Service) -> None:
    said = line(service, samples.result(source_tokens=()))
    assert translation.NOTHING_READ in said and "step" not in said and "link to this" in said
    assert translation.NOTHING_READ not in line(service, samples.result())


def test_the_cards_of_the_page_can_show_it(service: Service) -> None:
    with gr.Blocks():
        view = lay_out(service)
    asked = service.text_request("A dog.", "en-de", "beam", {}).sentences[0]
    result = samples.result(source_tokens=(), hypotheses=samples.result().hypotheses[:1])
    assert show.everything(view, ShownText((Shown(asked, result, Languages("English", "German")),)), True)
