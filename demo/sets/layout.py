"""What stands where in the section on a set."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import gradio as gr

from demo.common import cards, question
from demo.common.assets import ASSETS
from demo.common.cards import heading
from demo.common.several_runs import RUNS
from demo.common.text_input import MAX_CHARACTERS
from demo.common.wiring import KEPT
from demo.sets import table
from demo.sets.asked import COSTS, EXACT, PASTED, QUALITIES
from demo.sets.sentences import EVERYDAY, MAX_LINES
from demo.sets.state import SetTurn

LINES = (
    "One sentence a line; two columns copied from a spreadsheet, or parted by a semicolon, give each its reference. "
    f"At most {MAX_LINES} lines of {MAX_CHARACTERS:,} characters."
)
EXAMPLE = "Two dogs are playing in the snow.\nI don't know what to say."
BARS = "up is better, left is cheaper; bars are 95% intervals, of time the range of its runs"
DOWNLOADS = {"table": "CSV, the table", "outputs": "CSV, all outputs", "json": "JSON, everything"}

VIEW = "set"
"""How the page calls this section where it compares what is shown with what is asked now."""

ANSWER = question.of(VIEW)

PRESSED = (ASSETS / "pressed.js").read_text(encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class SetsView:
    """The components that events read and write.

    present: holds the ``SetRun`` that is shown. turn: holds a ``SetTurn``.
    """

    kind: gr.Radio
    lines: gr.Textbox
    run: gr.Button
    stop: gr.Button
    status: gr.HTML
    earlier: gr.HTML
    table: gr.HTML
    quality: gr.Radio
    cost: gr.Radio
    plot: gr.Plot
    again: gr.Button
    timing: gr.HTML
    apart: gr.HTML
    downloads: gr.HTML
    file: gr.JSON
    present: gr.State
    turn: gr.State

    @property
    def results(self) -> list[gr.blocks.Block]:
        """What a run writes."""
        shown = [self.table, self.plot, self.apart, self.quality, self.present, self.earlier]
        return [self.status, *shown, self.timing]

    @property
    def timed(self) -> list[gr.blocks.Block]:
        """What timing it again writes."""
        return [self.timing, self.table, self.cost, self.plot, self.apart, self.present]


html = partial(gr.HTML, apply_default_css=False)


def lay_out() -> SetsView:
    """Builds the components where it is called."""
    with gr.Column(elem_classes="card ask", elem_id="on-a-set"):
        html(heading("On a set of sentences", "the strategies above, over many sentences at once"))
        kinds = [("40 everyday sentences", EVERYDAY), ("Lines of my own", PASTED)]
        kind = gr.Radio(kinds, value=EVERYDAY, label="Sentences", elem_classes="pills", elem_id="set-kind")
        lines = gr.Textbox(
            label="Lines", info=LINES, placeholder=EXAMPLE, lines=5, max_lines=12, visible=False, elem_id="set-lines"
        )
        with gr.Row(elem_classes="actions"):
            run = gr.Button("Run", variant="primary", elem_id="set-run")
            stop = gr.Button("Stop", elem_id="set-stop")
        status = html(elem_id="set-status")
        figures = html(table.empty(), js_on_load=PRESSED, elem_id="set-table", elem_classes=ANSWER)
        # Hidden until there is a table by assets/sets.css: one that Gradio hides may miss what comes first.
        with gr.Column(elem_id="set-findings", elem_classes=ANSWER):
            html(heading("Quality against cost", BARS))
            with gr.Row(elem_classes="choices axes"):
                offered = [name for name in QUALITIES if name != EXACT]
                quality = gr.Radio(
                    offered, value=QUALITIES[0], label="Quality", elem_classes="pills", elem_id="set-quality"
                )
                costs = [(axis.label, name) for name, axis in COSTS.items()]
                cost = gr.Radio(costs, value=next(iter(COSTS)), label="Cost", elem_classes="pills", elem_id="set-cost")
            with gr.Row(elem_classes="actions"):
                again = gr.Button(f"Time again, {RUNS} runs", size="sm", elem_id="set-time-again")
                timing = html(elem_id="set-timing")
            plot = gr.Plot(show_label=False, elem_id="quality-cost")
            apart = html(elem_id="set-apart")
            downloads = html(cards.downloads(DOWNLOADS), js_on_load=PRESSED, elem_id="set-downloads")
        earlier = html(elem_id="set-earlier", elem_classes="bar-below")
    return SetsView(
        earlier=earlier,
        kind=kind,
        lines=lines,
        run=run,
        stop=stop,
        status=status,
        table=figures,
        quality=quality,
        cost=cost,
        plot=plot,
        again=again,
        timing=timing,
        apart=apart,
        downloads=downloads,
        file=gr.JSON(visible="hidden"),
        present=gr.State(None, time_to_live=KEPT),
        turn=gr.State(SetTurn()),
    )
