"""Compare, on a set: which strategy translates many sentences best, and at what price?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import gradio as gr

from demo.common.assets import ASSETS
from demo.common.markup import Html, tag
from demo.common.text_input import MAX_CHARACTERS
from demo.common.wiring import DECODING, EACH, LAST, SAVE, Entrants
from demo.service import Service
from demo.sets import table as compare_set
from demo.sets.events import COSTS, PASTED, QUALITIES, Events, SetTurn
from demo.sets.sentences import EVERYDAY, MAX_LINES

LINES = (
    "One sentence a line; two columns copied from a spreadsheet give each its reference. At most "
    f"{MAX_LINES} lines of {MAX_CHARACTERS:,} characters."
)
EXAMPLE = "Two dogs are playing in the snow.\nI don't know what to say."
FILES = {"table": "CSV, the table", "outputs": "CSV, all translations", "json": "JSON, everything"}

PRESSED = (ASSETS / "pressed.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class View:
    """The components that events read and write."""

    kind: gr.Radio
    lines: gr.Textbox
    run: gr.Button
    stop: gr.Button
    status: gr.HTML
    table: gr.HTML
    quality: gr.Radio
    cost: gr.Radio
    plot: gr.Plot
    downloads: gr.HTML
    file: gr.JSON
    present: gr.State
    turn: gr.State

    @property
    def results(self) -> list[gr.blocks.Block]:
        """What a run writes, in the order of ``Events``."""
        return [self.status, self.table, self.plot, self.quality, self.present]


html = partial(gr.HTML, apply_default_css=False)


def build(service: Service, entrants: Entrants) -> None:
    """The section's components and events, where it is called.

    Args:
        service: what decodes.
        entrants: what is run on the set.
    """
    view = lay_out()
    _wire(view, Events(service), entrants)


def lay_out() -> View:
    """Builds the components where it is called."""
    with gr.Column(elem_classes="card ask", elem_id="on-a-set"):
        html(_heading("On a set of sentences", "the strategies above, over many sentences at once"))
        kinds = [("40 everyday sentences", EVERYDAY), ("Lines of my own", PASTED)]
        kind = gr.Radio(kinds, value=EVERYDAY, label="Sentences", elem_classes="pills", elem_id="set-kind")
        lines = gr.Textbox(
            label="Lines", info=LINES, placeholder=EXAMPLE, lines=5, max_lines=12, visible=False, elem_id="set-lines"
        )
        with gr.Row(elem_classes="actions"):
            run = gr.Button("Run", variant="primary", elem_id="set-run")
            stop = gr.Button("Stop", elem_id="set-stop")
        status = html(elem_id="set-status")
        table = html(compare_set.empty(), elem_id="set-table")
        # Hidden until there is a table by assets/sets.css: one that Gradio hides may miss what comes first.
        with gr.Column(elem_id="set-findings"):
            html(_heading("Quality against cost", "up is better, left is cheaper; bars are 95% intervals"))
            with gr.Row(elem_classes="choices axes"):
                quality = gr.Radio(
                    list(QUALITIES), value="chrF", label="Quality", elem_classes="pills", elem_id="set-quality"
                )
                costs = [(axis.label, name) for name, axis in COSTS.items()]
                cost = gr.Radio(costs, value="ms", label="Cost", elem_classes="pills", elem_id="set-cost")
            plot = gr.Plot(show_label=False, elem_id="quality-cost")
            downloads = html(_downloads(), js_on_load=PRESSED, elem_id="set-downloads")
    return View(
        kind, lines, run, stop, status, table, quality, cost, plot, downloads, gr.JSON(visible="hidden"),
        gr.State(None, time_to_live=3600), gr.State(SetTurn()),
    )  # fmt: skip


def _wire(view: View, events: Events, entrants: Entrants) -> None:
    inputs = [view.turn, view.kind, view.lines, entrants.model, entrants.seed, entrants.cards, view.quality, view.cost]
    decoding = DECODING | {"inputs": inputs, "outputs": view.results}
    view.run.click(events.run, **decoding)
    view.stop.click(events.stop, view.turn, None, **EACH)
    wished = entrants.loaded.then(events.restore, view.turn, view.kind, **LAST)
    wished.then(events.run_if_wished, **decoding)
    view.kind.change(events.choose, view.kind, view.lines, **LAST)
    axes = [view.turn, view.present, view.quality, view.cost]
    gr.on([view.quality.input, view.cost.input], events.draw, axes, view.plot, **LAST)
    saved = view.downloads.select(events.export, view.present, view.file, **EACH)
    saved.then(inputs=view.file, **SAVE)


def _heading(title: str, aside: str) -> Html:
    return tag("header", tag("h2", title), tag("span", aside, class_="aside"), class_="heading")


def _downloads() -> Html:
    buttons = [tag("button", name, type="button", data_kind=kind) for kind, name in FILES.items()]
    return tag("div", tag("span", "Take away"), buttons, class_="downloads")
