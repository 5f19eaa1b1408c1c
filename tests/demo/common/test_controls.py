import math
import re
from dataclasses import replace
from typing import Any

import gradio as gr
import pytest

from demo.common.controls import Controls
from demo.common.link import read_strategy
from demo.common.settings import configure
from demo.common.text_input import InputError
from seq2seq_core.decoding import STRATEGIES, options


@pytest.fixture
def controls() -> Controls:
    with gr.Blocks():
        return Controls("beam")


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_strategy_shows_its_settings_and_no_others(controls: Controls, name: str) -> None:
    updates: dict[Any, Any] = controls.visibility(name)
    shown = [widget.label for widget in controls.widgets if updates[widget]["visible"]]
    assert sorted(shown) == sorted(field.metadata["label"] for field in options(STRATEGIES[name].Config))


def test_length_normalisation_is_told_in_words_before_its_formulas() -> None:
    told = [field.metadata["help"] for one in STRATEGIES.values() for field in options(one.Config)
            if field.name == "length_penalty_type"]  # fmt: skip
    assert told
    assert all(help.startswith("How to make up for length") for help in told)


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_strategy_is_called_what_it_does_with_the_field_s_term_beside_it(name: str) -> None:
    entry = STRATEGIES[name]
    assert entry.everyday and entry.called.startswith(entry.everyday)
    assert entry.called.lower().endswith(f"({entry.label.lower()})")
    assert replace(entry, everyday="").called == entry.label


@pytest.mark.parametrize("name", STRATEGIES)
def test_what_the_page_begins_with_is_a_valid_config(controls: Controls, name: str) -> None:
    values = [widget.value for widget in controls.widgets]
    configure(STRATEGIES[name], controls.settings(name, values))


def test_strategies_share_the_widget_of_a_setting_they_share(controls: Controls) -> None:
    labels = [widget.label for widget in controls.widgets]
    assert labels.count("Longest output") == 1


def test_asking_for_more_translations_than_beams_gives_as_many_as_there_are(controls: Controls) -> None:
    values = [{"Beam width": 2, "Outputs": 5}.get(str(widget.label), widget.value) for widget in controls.widgets]
    assert controls.settings("beam", values)["num_return_sequences"] == 2
    assert controls.lowered("beam", values) == "Outputs is 2, not 5; beam width allows no more."
    assert controls.lowered("sample", values) == ""


@pytest.mark.parametrize("candidates", [2, 3, 4])
def test_minimum_bayes_risk_returns_no_more_than_it_has_candidates(controls: Controls, candidates: int) -> None:
    """Under the page's own default of more translations."""
    values = [candidates if widget.label == "Candidates" else widget.value for widget in controls.widgets]
    settings = controls.settings("mbr", values)
    assert configure(STRATEGIES["mbr"], settings).num_return_sequences == candidates


@pytest.mark.parametrize("name", STRATEGIES)
def test_no_output_is_longer_than_512_tokens(controls: Controls, name: str) -> None:
    assert configure(STRATEGIES[name], {"max_new_tokens": 512})
    with pytest.raises(InputError, match=r"^Longest output is 513; .*512"):
        configure(STRATEGIES[name], {"max_new_tokens": 513})
    (slider,) = (widget for widget in controls.widgets if widget.label == "Longest output")
    assert slider.maximum <= 512
    assert read_strategy(name, {"max_new_tokens": "1000000000"}) == (name, {})
    assert read_strategy(name, {"max_new_tokens": "512"}) == (name, {"max_new_tokens": 512})


@pytest.mark.parametrize("value", [None, math.nan, math.inf, "5", True, [5], 2.5])
def test_what_is_no_whole_number_is_one_sentence(value: Any) -> None:
    with pytest.raises(InputError, match=r"^Beam width must be a whole number\.$"):
        configure(STRATEGIES["beam"], {"num_beams": value})


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_setting_has_one_maximum_at_every_door(controls: Controls, name: str) -> None:
    """In a request, in a link, and in the slider that a link may stretch."""
    for field in options(STRATEGIES[name].Config):
        if field.metadata["choices"]:
            continue
        if field.metadata["kind"] is str:
            with pytest.raises(InputError, match=f"^{re.escape(field.metadata['label'])} is .* it may have 120"):
                configure(STRATEGIES[name], {field.name: "x" * 121})
            assert read_strategy(name, {field.name: "x" * 121}) == (name, {})
            continue
        most, more = field.metadata["max"], field.metadata["max"] * 2
        with pytest.raises(InputError, match=f"^{re.escape(field.metadata['label'])} is .*to {most}[.;]"):
            configure(STRATEGIES[name], {field.name: more})
        assert read_strategy(name, {field.name: str(most)}) == (name, {field.name: most})
        assert read_strategy(name, {field.name: str(more)}) == (name, {})
        updates: dict[Any, Any] = controls.restored(name, {field.name: most})
        stretched = [update for update in updates.values() if update.get("maximum") == most == update.get("value")]
        assert len(stretched) == 1


def test_settings_speak_of_no_task_since_a_model_may_have_another() -> None:
    for strategy in STRATEGIES.values():
        fields = [field.metadata for field in options(strategy.Config)]
        said = [strategy.summary, strategy.called, *(f"{field['label']} {field['help']}" for field in fields)]
        assert not re.search("translat", " ".join(said), re.IGNORECASE)


def test_a_slider_may_send_a_whole_number_as_a_float() -> None:
    assert configure(STRATEGIES["beam"], {"num_beams": 4.0}) == configure(STRATEGIES["beam"], {"num_beams": 4})


def test_out_of_range_names_the_control_and_the_range() -> None:
    with pytest.raises(InputError, match=r"^Beam width is 0; .*\.$") as caught:
        configure(STRATEGIES["beam"], {"num_beams": 0})
    assert caught.value.field == "num_beams"


def test_a_value_of_a_thousand_characters_is_not_repeated() -> None:
    with pytest.raises(InputError, match=r"^Length normalisation cannot be as long as that\.$"):
        configure(STRATEGIES["beam"], {"length_penalty_type": "x" * 1000})


def test_words_come_through_as_they_were_typed() -> None:
    config = configure(STRATEGIES["beam"], {"force_words": "die Flut; Ebbe", "bad_words": "Meer = See, 1"})
    assert (config.force_words, config.bad_words) == ("die Flut; Ebbe", "Meer = See, 1")  # type: ignore[attr-defined]
    with pytest.raises(InputError, match=r"^Must say is 5, which is not text\.$"):
        configure(STRATEGIES["beam"], {"force_words": 5})


def test_an_unknown_setting_is_named() -> None:
    with pytest.raises(InputError, match="has no setting 'beams'"):
        configure(STRATEGIES["beam"], {"beams": 3})
