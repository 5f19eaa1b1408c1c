"""Filters that are moved over a word of the step lens: what is shown of them is what sampling makes of that word."""

import html
import math
import re
from pathlib import Path

import gradio as gr
import numpy as np
import pytest
import torch

from demo import models
from demo.common.languages import Languages
from demo.common.turn import Turn
from demo.service import Service
from demo.translate import lens, shaping
from demo.translate.events import TranslateEvents
from demo.translate.filters import Glance, filter_controls, number_of, sampler
from demo.translate.said import read, read_press
from demo.translate.state import Shown, ShownText
from seq2seq_core.decoding import FILTERS, Candidate, DecodeResult, DecodeStep
from seq2seq_core.decoding.filters.top_p import top_p
from seq2seq_core.decoding.record.recorder import _distributions
from seq2seq_core.pipeline import Translator
from tests.demo import samples
from tests.tiny import tiny_checkpoint, tiny_tokenizer

TEXT = "seven two."


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Service:
    """One real model, of random weights."""

    class Translators:
        @staticmethod
        def load(folder: Path, device: str, **_: object) -> Translator:
            return Translator(tiny_checkpoint(tiny_tokenizer()), name=folder.name, device=torch.device(device))

    monkeypatch.setattr(models, "Translator", Translators)
    (tmp_path / "tiny").mkdir()
    made = Service(tmp_path, "cpu")
    made.problems()
    return made


def shown(service: Service, **settings: object) -> Shown:
    """The text under sampling with these settings."""
    [request] = service.text_request(TEXT, "tiny", "sample", settings).sentences
    [result] = [event for event in service.run(request) if isinstance(event, DecodeResult)]
    return Shown(request, result, Languages())


def test_every_filter_has_a_slider_in_its_order_and_the_seed_a_box(service: Service) -> None:
    result = shown(service, temperature=1.5, seed=7, max_new_tokens=4).result
    controls = filter_controls(result)
    assert tuple(control.name for control in controls) == (*FILTERS, "seed")
    drawn = shaping.draw(controls, True)
    assert re.findall(r'data-setting="(\w+)"', drawn) == [*FILTERS, "seed"]
    assert re.search(r'<label[^>]*class="on"><span class="name">Temperature</span><output>1.5</output>', drawn)
    assert 'type="number" min="0"' in drawn and 'value="7"' in drawn
    assert shaping.draw((), True) == ""
    ranges = re.findall(r'<input type="range"[^>]*>', drawn)
    assert len(ranges) == drawn.count("<output>") > 5
    for each in ranges:
        named = re.search(r' id="(shaping-\w+)" aria-label="([^"]+)"', each)
        assert named and f'<label for="{named[1]}"' in drawn and f">{named[2]}</span><output>" in drawn


def test_decoding_by_a_strategy_that_it_was_not_waits_for_a_move_and_is_called_by_name(service: Service) -> None:
    controls = filter_controls(shown(service, max_new_tokens=3).result)
    sampled, other = (
        re.search(r'<button[^>]*class="go"[^>]*>[^<]*', shaping.draw(controls, of)) for of in (True, False)
    )
    assert sampled and other
    assert " disabled" not in sampled[0] and sampled[0].endswith(">Decode with these")
    assert " disabled" in other[0] and other[0].endswith(">Decode by sampling with these")


def test_moved_filters_show_what_sampling_makes_of_the_open_word_and_ask_the_model_once(
    events: TranslateEvents, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = shown(service, num_return_sequences=2, seed=5, max_new_tokens=5)
    calls, foresee = list[object](), service.run_foresee
    monkeypatch.setattr(service, "run_foresee", lambda *of: (calls.append(of), foresee(*of))[1])
    glance, place = Glance(), 2
    hypothesis = found.result.hypotheses[0]
    for temperature in (0.5, 1.0, 2.0):
        settings = {"temperature": temperature, "top_k": 3, "seed": 5}
        press = {"kind": "move", "index": place, "of": 0, "settings": settings}
        [[part, detail]] = events.look(present=ShownText((found,)), glance=glance, press=press).items()
        assert part is events._view.parts["detail"].html
        known = foresee(found.request, hypothesis.token_ids[:place])
        share = torch.from_numpy(known.logits / temperature).softmax(-1).topk(3).values
        last = f"{share[0] / share.sum():.1%}"
        assert last in str(detail) and "after top-k" in str(detail) and detail.count("fallen") == 17
        assert "Seed 5 would draw" in re.sub("<[^>]*>", "", detail)
    assert len(calls) == 1, "the model is asked once while a filter moves"
    unmoved = events.look(present=ShownText((found,)), glance=glance, press={"index": 1, "of": 0, "settings": {}})
    assert "moved-to" not in str(unmoved)


def test_what_is_left_is_said_in_shares_of_the_model_itself_however_warm_the_filters_are() -> None:
    """P .90, .06, .03, .01 at temperature 2: .647, .167, .118, .068; top-p .9 leaves .932 of these, .990 of P."""
    own = torch.tensor([[0.90, 0.06, 0.03, 0.01]]).log()
    seen = _distributions(own, [own / 2, top_p(own / 2, 0.9)], None)
    log_probs, kept = seen.log_probs[:, 0], tuple(seen.kept[:, 0].tolist())
    row = samples.step_row(
        0, top_ids=(10, 11, 12, 13), top_tokens=("a", "b", "c", "d"), top_log_probs=log_probs, kept=kept,
        entropy=(0.0, 0.0, 0.0),
    )  # fmt: skip
    drawn = Candidate(0, None, 10, "a", math.log(0.9), 0.0, 0.0, "kept", "drawn")
    step = DecodeStep(0, ("model", "temperature", "top_p"), (row,), (drawn,))
    settings = {"temperature": 2.0, "top_p": 0.9, "seed": 5}
    result = samples.result(steps=(step,))
    told = html.unescape(re.sub("<[^>]*>", "", lens.detail(result, 0, 0, moved=lens.Moved(step, settings))))
    said = "hat is left held 99.0% of the model's own probability, shared out anew to 100%; "
    assert f"W{said}1 of these 4 pieces fall out. Seed 5" in told and f"After top-p w{said}entropy" in told
    assert f"64.7%{0.6468 / 0.9318:.1%}" in told, "its column is divided by what is left at this temperature"


def test_the_seed_draws_what_this_very_sample_drew(events: TranslateEvents, service: Service) -> None:
    found = shown(service, num_return_sequences=3, seed=5, max_new_tokens=5)
    for of, hypothesis in enumerate(found.result.hypotheses):
        for place in range(1, len(hypothesis.tokens)):
            said = events._moved(read({"press": {"settings": {"seed": 5}}}), found, of, place)
            assert said.drawn.token_id == hypothesis.token_ids[place]
            assert said.sample == number_of(found.result, hypothesis)


def test_columns_of_moved_filters_add_up_and_the_drawn_piece_has_a_row(service: Service) -> None:
    found = shown(service, seed=3, max_new_tokens=4)
    request, hypothesis = found.request, found.result.hypotheses[0]
    known = service.run_foresee(request, hypothesis.token_ids[:1])
    for seed in range(12):
        settings = {"temperature": 5.0, "seed": seed}
        config, step = service.shaped(request, known, settings, 0)
        moved = lens.Moved(step, {"temperature": 5.0, "seed": config.seed})
        drawn = lens.detail(found.result, 0, 1, moved=moved)
        rows = [re.sub(r"<[^>]*>", "|", row) for row in re.findall(r"<tr.*?</tr>", drawn)[1:]]
        assert sum("drawn by the seed" in row for row in rows) == 1
        listed = np.exp(step.rows[0].top_log_probs).sum(-1)
        beyond = moved.drawn.token_id not in step.rows[0].top_ids
        assert len(rows) == 21 + beyond + (hypothesis.token_ids[1] not in {*step.rows[0].top_ids, moved.drawn.token_id})
        assert listed[1] < 1 and "all other pieces" in rows[-1]


def test_one_press_decodes_with_the_moved_filters(events: TranslateEvents, service: Service) -> None:
    asked = {"max_new_tokens": 4, "num_return_sequences": 3}
    [beam] = service.text_request(TEXT, "tiny", "beam", asked).sentences
    [result] = [event for event in service.run(beam) if isinstance(event, DecodeResult)]
    settings = {"temperature": 2.0, "top_k": 4, "seed": 9}
    assert sampler(settings, result).items() >= (asked | settings).items(), "as long and as many as before"
    event = gr.EventData(None, {"kind": "decode", "settings": settings})
    *_, last = events.sample(event, turn=Turn(), present=ShownText((Shown(beam, result, Languages()),)))
    view = events._view
    now = last[view.present].shown  # type: ignore[attr-defined]
    assert now.result.strategy == last[view.strategy] == "sample"
    assert {name: now.result.config[name] for name in settings} == settings
    assert now.result.config["num_return_sequences"] == len(now.result.hypotheses) == 3
    [temperature] = view.controls.named("sample", ["temperature"])
    assert last[temperature]["value"] == 2.0  # type: ignore[index]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"temperature": 0}, "Temperature"),
        ({"temperature": math.nan}, "Temperature"),
        ({"top_k": "many"}, "Top-k"),
        ({"nonsense": 1}, "no setting"),
    ],
)
def test_what_no_slider_sends_is_refused_in_one_sentence(
    events: TranslateEvents, service: Service, settings: dict[str, object], told: str
) -> None:
    found = shown(service, max_new_tokens=3)
    update = events.look(present=ShownText((found,)), press={"index": 0, "of": 0, "settings": settings})
    assert told in str(update[events._view.status]) and "error" in str(update[events._view.status])


@pytest.mark.parametrize("settings", [None, 5, "x", [1], {1: 2}])
def test_settings_that_are_none_are_as_if_nothing_was_moved(settings: object) -> None:
    assert read_press({"settings": settings}).settings == {}
