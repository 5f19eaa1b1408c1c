"""What stands where in the Translate tab."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from demo.common import strategy
from demo.common.assets import ASSETS
from demo.common.attention import blank
from demo.common.controls import Controls
from demo.common.examples import EXAMPLES, FIRST_STRATEGY
from demo.common.languages import Languages
from demo.common.markup import Html, tag
from demo.common.turn import Turn
from demo.service import Service
from demo.translate import translation
from demo.translate.link import TranslateLink
from demo.translate.scores import MAX_ALPHA, MAX_BETA
from demo.translate.shown import PIECES, WORDS

RERANK = (
    "Moving a slider ranks these candidates anew. That is not searching again: a search under other penalties keeps "
    "other beginnings, and may find what is not in this list."
)
ROWS = (
    "A row shows where the model looked while it wrote that piece, and sums to 1. By words, the weights of a source "
    "word's pieces are added and the rows of a target word's pieces averaged, so rows still sum to 1."
)
KEYS = "With the keyboard: arrows go from word to word, Space plays or pauses."
OFFLINE = "One page of about 5 MB that opens without a network, its figures alive"

PRESSED = (ASSETS / "pressed.js").read_text(encoding="utf-8")

LEGEND = tag("span", "sure", tag("i", class_="scale", aria_hidden="true"), "unsure", class_="legend")


@dataclass(frozen=True)
class TranslateView:
    """The components that events read and write."""

    sentence: gr.Textbox
    examples: gr.HTML
    translate: gr.Button
    stop: gr.Button
    live: gr.Checkbox
    model: gr.Dropdown
    strategy: gr.Radio
    summary: gr.HTML
    controls: Controls
    target: gr.HTML
    translation: gr.HTML
    status: gr.HTML
    axes: gr.HTML
    unit: gr.Radio
    heatmap: gr.HTML
    candidates: gr.HTML
    tree: gr.HTML
    lens: gr.HTML
    detail: gr.HTML
    alpha: gr.Slider
    beta: gr.Slider
    ledger: gr.HTML
    again: gr.Button
    downloads: gr.HTML
    file: gr.JSON
    press: gr.JSON
    views: gr.Textbox
    send_ahead: gr.Button
    present: gr.State
    turn: gr.State
    wish: gr.State

    @property
    def panels(self) -> list[gr.components.Component]:
        """What shows one candidate of a result in words and lines."""
        return [self.translation, self.candidates, self.tree, self.lens, self.detail]

    @property
    def shown(self) -> list[gr.components.Component]:
        """What shows a result."""
        return [self.heatmap, *self.panels]

    @property
    def described(self) -> list[gr.components.Component]:
        """What names the languages of the chosen model, or is in one of them."""
        return [self.sentence, self.examples, self.target, self.axes]


html = partial(gr.HTML, apply_default_css=False)


def lay_out(service: Service) -> TranslateView:
    """Builds the components where it is called."""
    unknown = Languages()  # the models are still being loaded
    with gr.Row(elem_classes="pair"):
        with gr.Column(elem_classes="card source"):
            sentence = gr.Textbox(
                EXAMPLES[0], label=unknown.source, lines=1, max_lines=8, elem_id="sentence", autofocus=True
            )
            examples = html(_examples(unknown), js_on_load=PRESSED, elem_id="examples")
            with gr.Row(elem_classes="actions"):
                translate = gr.Button("Translate", variant="primary", elem_id="translate")
                stop = gr.Button("Stop", elem_id="stop")
                live = gr.Checkbox(False, label="Show each step", container=False, min_width=0, elem_id="live")
        with gr.Column(elem_classes="card target"):
            target = html(_heading(unknown.target, LEGEND))
            words = html(translation.waiting(), elem_id="translation")
            status = html(js_on_load=PRESSED, elem_id="status")
    with gr.Row(elem_classes="evidence"):
        with gr.Column(elem_classes="card how", scale=6):
            model = gr.Dropdown(list(service.names), value=service.names[0], label="Model", filterable=False)
            names = [(entry.label, name) for name, entry in service.strategies.items()]
            chosen = gr.Radio(names, value=FIRST_STRATEGY, label="Strategy", elem_id="strategy")
            summary = html(strategy.summary(service.strategies[FIRST_STRATEGY].summary))
            controls = Controls(FIRST_STRATEGY)
        with gr.Column(elem_classes="card looked", scale=8):
            axes = html(_axes(unknown))
            unit = gr.Radio(
                [PIECES, WORDS], value=PIECES, label="Rows and columns", show_label=False, container=False,
                elem_id="unit", elem_classes="pills",
            )  # fmt: skip
            gr.Plot(blank(), show_label=False, elem_id="heatmap", elem_classes="heatmap")
            heatmap = html(elem_id="drawn")
            html(_foot(ROWS, "heatmap"))
        with gr.Column(elem_classes="card", scale=8):
            html(_heading("Candidates", "choose one to look into it"))
            candidates = html(js_on_load=PRESSED, elem_id="candidates")
            downloads = html(_downloads(), js_on_load=PRESSED, elem_id="downloads")
    with gr.Column(elem_classes="card"):
        html(_heading("What it kept and threw away", "the search, step by step"))
        tree = html(elem_id="tree", elem_classes="tree")
        html(_foot(KEYS, "tree"))
    with gr.Column(elem_classes="card"):
        html(_heading("Why this word?", "choose a column, then take another piece instead"))
        lens = html(js_on_load=PRESSED, elem_id="lens")
        detail = html(js_on_load=PRESSED, elem_id="detail")
    with gr.Column(elem_classes="card"):
        html(_heading("Why this rank?", "the score of each candidate, taken apart"))
        with gr.Row(elem_classes="weights"):
            alpha = gr.Slider(0, MAX_ALPHA, step=0.01, label="Length penalty α", buttons=[], elem_id="alpha")
            beta = gr.Slider(0, MAX_BETA, step=0.01, label="Coverage penalty β", buttons=[], elem_id="beta")
            again = gr.Button("Search again", elem_id="again", scale=0)
        ledger = html(elem_id="ledger")
        html(tag("p", RERANK, class_="caption"))
    return TranslateView(
        sentence, examples, translate, stop, live, model, chosen, summary, controls,
        target, words, status, axes, unit, heatmap, candidates, tree, lens, detail, alpha, beta, ledger,
        again, downloads, gr.JSON(visible="hidden"), gr.JSON(visible="hidden"),
        # What only the page's scripts read; a gr.JSON would draw every value of it.
        gr.Textbox(visible="hidden", lines=1, max_lines=1), gr.Button(visible="hidden", elem_id="send-ahead"),
        gr.State(None, time_to_live=3600), gr.State(Turn()), gr.State(TranslateLink()),
    )  # fmt: skip


def described(known: Languages, text: str | None) -> list[Any]:
    """Updates of ``TranslateView.described`` to these languages, and of the sentence to ``text`` unless it is None."""
    sentence = {"label": known.source, "html_attributes": gr.InputHTMLAttributes(lang=known.source_code)}
    return [
        gr.update(**sentence) if text is None else gr.update(value=text, **sentence),
        _examples(known),
        _heading(known.target, LEGEND),
        _axes(known),
    ]


def _heading(title: str, aside: str) -> Html:
    return tag("header", tag("h2", title), tag("span", aside, class_="aside"), class_="heading")


def _axes(known: Languages) -> Html:
    return _heading("Where it looked", f"attention: {known.target} down, {known.source} across")


def _foot(caption: str, figure: str) -> Html:
    """Below a figure: how to read it, and a button that saves it as a picture (assets/figures.js)."""
    button = tag("button", "PNG", type="button", data_png=figure, aria_label=f"Save the {figure} as a PNG picture")
    return tag("div", tag("p", caption, class_="caption"), button, class_="foot downloads")


def _downloads() -> Html:
    names = {"html": "HTML, everything", "json": "JSON, every step", "csv": "CSV, the candidates"}
    buttons = [
        tag("button", name, type="button", data_kind=kind, title=OFFLINE if kind == "html" else None)
        for kind, name in names.items()
    ]
    return tag("div", tag("span", "Take away"), buttons, class_="downloads")


def _examples(known: Languages) -> Html:
    chips = [
        tag("button", text, type="button", data_index=i, lang=known.source_code)
        for i, text in enumerate(known.examples)
    ]
    return tag("div", tag("span", "Try", class_="try"), chips, class_="chips")
