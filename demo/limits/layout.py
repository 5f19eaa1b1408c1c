"""What stands where in the Limits view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from demo.common import cards, limits_link, question
from demo.common.assets import ASSETS
from demo.common.cards import heading
from demo.common.examples import EXAMPLES
from demo.common.languages import Languages
from demo.common.limits_link import LimitsLink
from demo.common.markup import Html, join, tag
from demo.common.turn import Turn
from demo.limits import beside, costs
from demo.limits.measured import source_of
from demo.service import Service

DOWNLOADS = {"html": "HTML, everything", "json": "JSON, everything", "csv": "CSV, the tokens"}
COSTS_DOWNLOADS = {"costs": "CSV, the costs"}
PRESSED = (ASSETS / "pressed.js").read_text(encoding="utf-8")
TWINS = ("en-de-attention", "en-de-context")
"""Chosen at first where both are here: trained alike, with attention and without."""

VIEW = "limits"
"""How the page calls this view where it compares what is shown with what is asked now."""

ANSWER = question.of(VIEW)

LAST_PLACE = 15
BIAS = (
    "Evidence, no verdict: a model trained with teacher forcing never read its own mistakes. How much that costs is "
    "debated (Wang & Sennrich 2020; He et al. 2021). The wrong word is the least likely of the twenty that the model "
    "had in mind; a token has recovered when it loses less than 0.5 nats."
)

html = partial(gr.HTML, apply_default_css=False)
plot = partial(gr.Plot, show_label=False, elem_classes="plain-figure")


@dataclass(frozen=True, kw_only=True)
class LimitsView:
    """The components that events read and write.

    present: holds what is shown, a ``BesideEachOther``. wish: holds what the link that opened the page asks for.
    timings: holds what searches took, a tuple of ``Timed``.
    """

    sentence: gr.Textbox
    reference: gr.Textbox
    models: gr.CheckboxGroup
    place: gr.Slider
    ask: gr.Button
    stop: gr.Button
    status: gr.HTML
    beside: gr.HTML
    downloads: gr.HTML
    tokens: gr.HTML
    lengths: gr.Plot
    reach: gr.Plot
    reach_average: gr.Plot
    exposure: gr.Plot
    exposure_average: gr.Plot
    slips: gr.Plot
    slips_told: gr.HTML
    timed: gr.Dropdown
    measure: gr.Button
    costs: gr.HTML
    timings: gr.State
    costs_downloads: gr.HTML
    earlier: gr.HTML
    file: gr.JSON
    present: gr.State
    turn: gr.State
    wish: gr.State

    @property
    def asked(self) -> Sequence[gr.components.Component]:
        """What a question is made of."""
        return [self.sentence, self.reference, self.models, self.place]

    @property
    def results(self) -> list[gr.blocks.Block]:
        """What an answer writes."""
        return [
            self.status, self.present, self.beside, self.tokens, self.lengths, self.reach, self.exposure, self.slips,
            self.slips_told, self.earlier, self.reach_average, self.exposure_average,
        ]  # fmt: skip


def lay_out(service: Service) -> LimitsView:
    """Builds the components where it is called."""
    asking = _question(service)
    with gr.Column(elem_classes=f"card {ANSWER}", elem_id="limits"):
        html(heading("Model by model", "the same sentence, the same search"))
        found = html(beside.empty(), elem_id="limits-beside")
        tokens = html(elem_id="limits-tokens")
        downloads = html(cards.downloads(DOWNLOADS), js_on_load=PRESSED, elem_id="limits-downloads")
    with gr.Column(elem_classes="card"):
        html(heading("What length costs", "BLEU by words of the source; shades are 95 % intervals"))
        lengths = plot(elem_id="limits-lengths")
        html(tag("p", source_of(), class_="caption measured"))
    shown, measured = _evidence(service.names), _costs(service)
    earlier = html(elem_id="limits-earlier", elem_classes="bar-below")
    return LimitsView(
        **asking, **shown, **measured, earlier=earlier, beside=found,
        tokens=tokens, downloads=downloads, lengths=lengths,
        file=gr.JSON(visible="hidden"), present=gr.State(None, time_to_live=3600), turn=gr.State(Turn()),
        wish=gr.State(LimitsLink()),
    )  # fmt: skip


def _question(service: Service) -> dict[str, Any]:
    with gr.Column(elem_classes="card ask", elem_id="limits-question"):
        html(heading("What does it cost?", "one sentence through models that are built differently"))
        sentence = gr.Textbox(EXAMPLES[3], label=Languages().source, lines=1, max_lines=8, elem_id="limits-sentence")
        reference = gr.Textbox(
            label="A reference, if there is one", placeholder="All models are asked what they think of it", lines=1,
            max_lines=8, elem_id="limits-reference",
        )  # fmt: skip
        titles = service.told_titles()
        names = list(titles)
        with gr.Row(elem_classes="choosing"):
            models = gr.CheckboxGroup(
                [(title, name) for name, title in titles.items()],
                value=[name for name in TWINS if name in names] or names[:1], label="Models",
                elem_id="limits-models",
            )  # fmt: skip
            place = gr.Slider(
                1, LAST_PLACE, value=2, step=1, label="Wrong word at token", buttons=[], elem_id="limits-place"
            )
        with gr.Row(elem_classes="actions"):
            ask = gr.Button("Set beside", variant="primary", elem_id="limits-ask")
            stop = gr.Button("Stop", elem_id="limits-stop")
        status = html(elem_id="limits-status")
    return {
        "sentence": sentence, "reference": reference, "models": models, "place": place, "ask": ask, "stop": stop,
        "status": status,
    }  # fmt: skip


def _pair(names: Sequence[str]) -> Html:
    """A link to the models that differ in this alone, where both are here."""
    if not set(limits_link.PAIR) <= set(names):
        return Html()
    href = limits_link.write(limits_link.CAPTION, "", limits_link.PAIR)
    link = tag("a", "with and without scheduled sampling", href=href)
    return join([" Two models that differ in nothing but their training: ", link, "."])


def _evidence(names: Sequence[str]) -> dict[str, Any]:
    with gr.Row(elem_classes="evidence"):
        with gr.Column(elem_classes=f"card limits-here {ANSWER}"):
            html(heading("How far does a word reach?", "this sentence, each word left out in turn"))
            reach = plot(elem_id="limits-reach")
        with gr.Column(elem_classes="card"):
            html(heading("How far a word reaches, in the mean", "held-out sentences of 8 to 15 words, by part"))
            reach_average = plot(elem_id="limits-reach-average")
    with gr.Row(elem_classes="evidence"):
        with gr.Column(elem_classes=f"card limits-here {ANSWER}"):
            html(heading("Teacher-forced and free-running", "this sentence; dotted: free-running"))
            exposure = plot(elem_id="limits-exposure")
        with gr.Column(elem_classes="card"):
            html(heading("Teacher-forced and free-running, in the mean", "held-out sentences of 8 to 15 words"))
            exposure_average = plot(elem_id="limits-exposure-average")
    with gr.Column(elem_classes=f"card {ANSWER}"):
        html(heading("After a wrong word", "what each later token loses; dotted: in the mean"))
        slips = plot(elem_id="limits-slips", visible=True)
        told = html(elem_id="limits-slips-told")
        html(tag("p", BIAS, _pair(names), class_="caption why"))
    return {
        "reach": reach, "reach_average": reach_average, "exposure": exposure, "exposure_average": exposure_average,
        "slips": slips, "slips_told": told,
    }  # fmt: skip


def _costs(service: Service) -> dict[str, Any]:
    with gr.Column(elem_classes="card on-demand"):
        html(heading("What decoding costs here", "measured live on this machine"))
        with gr.Row(elem_classes="weights"):
            choices = [(title, name) for name, title in service.told_titles().items()]
            timed = gr.Dropdown(choices, value=service.names[0], label="Model", filterable=False)
            measure = gr.Button("Measure", elem_id="limits-measure", scale=0)
        table = html(costs.about(), elem_id="limits-costs")
        taken = html(cards.downloads(COSTS_DOWNLOADS), js_on_load=PRESSED, elem_id="limits-costs-downloads")
    return {
        "timed": timed, "measure": measure, "costs": table, "timings": gr.State((), time_to_live=3600),
        "costs_downloads": taken,
    }  # fmt: skip
