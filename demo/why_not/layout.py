"""What stands where in the Why not? view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from demo.common import cards, drawer, question
from demo.common.assets import ASSETS
from demo.common.cards import heading
from demo.common.controls import Controls, choices
from demo.common.examples import EXAMPLES
from demo.common.findings import chips
from demo.common.languages import Languages
from demo.common.turn import Turn
from demo.common.why_link import WhyLink
from demo.service import MOST_CANDIDATES, MOST_SECONDS, Service
from demo.why_not import agreement, best, verdict

WIDTHS = "bars in blue: kept to its end"
EXPECTED = "The {} you expected"
DOWNLOADS = {"html": "HTML, everything", "json": "JSON, everything", "csv": "CSV, the tokens"}

VIEW = "why-not"
"""How the page calls this view where it compares what is shown with what is asked now."""

ANSWER = question.of(VIEW)

PRESSED = (ASSETS / "pressed.js").read_text(encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class WhyView:
    """The components that events read and write.

    present: holds what is shown, an ``Explained``.
    wish: holds what the link that opened the page asks for.
    press: which token was pressed last.
    """

    sentence: gr.Textbox
    expected: gr.Textbox
    ask: gr.Button
    stop: gr.Button
    status: gr.HTML
    model: gr.Dropdown
    strategy: gr.Radio
    summary: gr.HTML
    controls: Controls
    verdict: gr.HTML
    downloads: gr.HTML
    tokens: gr.HTML
    curves: gr.Plot
    learnt: gr.HTML
    beams: gr.Plot
    by_width: gr.HTML
    instead: gr.HTML
    signs: gr.HTML
    needed: gr.Plot
    looked: gr.Plot
    slope: gr.Plot
    by_word: gr.HTML
    count: gr.Slider
    draw: gr.Button
    agreement: gr.Plot
    by_utility: gr.HTML
    seconds: gr.Slider
    exact: gr.Button
    best: gr.HTML
    earlier: gr.HTML
    file: gr.JSON
    press: gr.JSON
    present: gr.State
    turn: gr.State
    wish: gr.State

    @property
    def asked(self) -> Sequence[gr.components.Component]:
        """What a question is made of."""
        return [self.sentence, self.expected, self.model, self.strategy, *self.controls.widgets]

    @property
    def results(self) -> list[gr.blocks.Block]:
        """What an answer writes."""
        return [
            self.status, self.present, self.verdict, self.tokens, self.curves, self.learnt, self.beams, self.by_width,
            self.instead, self.signs, self.needed, self.looked, self.slope, self.by_word, self.agreement,
            self.by_utility, self.best, self.earlier,
        ]  # fmt: skip


html = partial(gr.HTML, apply_default_css=False)


def lay_out(service: Service) -> WhyView:
    """Builds the components where it is called."""
    unknown = Languages()  # the models are still being loaded
    with gr.Row(elem_classes="evidence"):
        with gr.Column(elem_classes="stacked", scale=10):
            asking = _question(service, unknown)
            with gr.Column(elem_classes=f"card {ANSWER}", elem_id="why"):
                html(heading("The verdict", "an error of the search, or of the model"))
                said = html(verdict.empty(), elem_id="why-verdict")
                downloads = html(cards.downloads(DOWNLOADS), js_on_load=PRESSED, elem_id="why-downloads")
        choosing = choices(service.names, "why")
    # Hidden until there is an answer by assets/why_not.css: a figure that Gradio hides may miss its first.
    with gr.Column(elem_id="why-findings"):
        shown = _findings()
    earlier = html(elem_id="why-earlier", elem_classes="bar-below")
    return WhyView(
        earlier=earlier, **asking, **choosing, **shown, verdict=said, downloads=downloads,
        file=gr.JSON(visible="hidden"), press=gr.JSON(visible="hidden"), present=gr.State(None, time_to_live=3600),
        turn=gr.State(Turn()), wish=gr.State(WhyLink()),
    )  # fmt: skip


def _question(service: Service, unknown: Languages) -> dict[str, Any]:
    with gr.Column(elem_classes="card ask", elem_id="why-question"):
        html(heading("Why not this?", "hold what you expected against what the model says"))
        sentence = gr.Textbox(EXAMPLES[0], label=unknown.source, lines=1, max_lines=8, elem_id="why-sentence")
        expected = gr.Textbox(
            label=EXPECTED.format(unknown.noun), placeholder="Yours, a reference, or one from another view", lines=1,
            max_lines=8, elem_id="why-expected",
        )  # fmt: skip
        html(chips("why-not", service.told_titles()))
        with gr.Row(elem_classes="actions"):
            ask = gr.Button("Ask", variant="primary", elem_id="why-ask")
            stop = gr.Button("Stop", elem_id="why-stop")
            html(drawer.opener("why-how"), elem_classes=drawer.OPENS)
        status = html(elem_id="why-status")
    return {"sentence": sentence, "expected": expected, "ask": ask, "stop": stop, "status": status}


def _findings() -> dict[str, Any]:
    with gr.Row(elem_classes="evidence"):
        with gr.Column(elem_classes=f"card {ANSWER}", scale=9):
            html(heading("Token by token", "what the model would rather have said"))
            tokens = html(js_on_load=PRESSED, elem_id="why-tokens")
        with gr.Column(elem_classes=f"card {ANSWER}", scale=8):
            html(heading("How likely, as it grows", "log P so far"))
            curves = gr.Plot(show_label=False, elem_id="why-curves", elem_classes="plain-figure")
    with gr.Column(elem_classes=f"card on-demand {ANSWER}"):
        html(heading("Where did it learn this?", "training sentences near to the state before a token"))
        learnt = html(elem_id="why-learnt")
    with gr.Row(elem_classes="evidence"):
        with gr.Column(elem_classes=f"card on-demand {ANSWER}", scale=9):
            html(heading("What if it had said that word?", "one press searches again"))
            instead = html(js_on_load=PRESSED, elem_id="why-instead")
        with gr.Column(elem_classes=f"card {ANSWER}", scale=8):
            html(heading("Signs of trouble", "in what was found"))
            signs = html(elem_id="why-signs")
    with gr.Column(elem_classes=f"card {ANSWER}"):
        html(heading("Which beam would have kept it?", WIDTHS))
        beams = gr.Plot(show_label=False, elem_id="why-beams", elem_classes="plain-figure")
        by_width = html(elem_id="why-by-width")
    needed, looked, slope, by_word = _words()
    with gr.Column(elem_classes=f"card on-demand {ANSWER}"):
        html(heading("What do its own candidates agree on?", "minimum Bayes risk"))
        with gr.Row(elem_classes="weights"):
            count = gr.Slider(2, MOST_CANDIDATES, value=32, step=1, label="Candidates", buttons=[], elem_id="why-count")
            draw = gr.Button("Draw and compare", elem_id="why-draw", scale=0)
        by_utility = html(agreement.about(), elem_id="why-by-utility")
        matrix = gr.Plot(show_label=False, elem_id="why-agreement", elem_classes="plain-figure")
    with gr.Column(elem_classes=f"card on-demand {ANSWER}"):
        html(heading("The true best", "is anything more probable?"))
        with gr.Row(elem_classes="weights"):
            seconds = gr.Slider(
                1, MOST_SECONDS, value=5, step=1, label="Budget: seconds", buttons=[], elem_id="why-seconds"
            )
            exact = gr.Button("Search for it", elem_id="why-exact", scale=0)
        found = html(best.about(), elem_id="why-best")
    return {
        "tokens": tokens, "curves": curves, "learnt": learnt, "instead": instead, "signs": signs, "beams": beams,
        "by_width": by_width, "needed": needed, "looked": looked, "slope": slope, "by_word": by_word, "count": count,
        "draw": draw, "agreement": matrix, "by_utility": by_utility, "seconds": seconds, "exact": exact, "best": found,
    }  # fmt: skip


def _words() -> tuple[gr.Plot, gr.Plot, gr.Plot, gr.HTML]:
    """What each source word is worth, in three ways beside each other."""
    figures = []
    with gr.Row(elem_classes="evidence"):
        for name, title, aside in (
            ("needed", "Which words does it hang on?", "each left out in turn"),
            ("looked", "Where did it look?", "attention"),
            ("slope", "What did they add?", "gradient × input"),
        ):
            with gr.Column(elem_classes=f"card {ANSWER}", min_width=300):
                html(heading(title, aside))
                figures.append(gr.Plot(show_label=False, elem_id=f"why-{name}", elem_classes="plain-figure"))
    with gr.Column(elem_classes=f"card {ANSWER}"):
        html(heading("Word by word", "do the three agree?"))
        by_word = html(elem_id="why-by-word")
    needed, looked, slope = figures
    return needed, looked, slope, by_word
