"""What stands where in the Translate view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from demo.common import cards, drawer, question, slim, strategy, why_link
from demo.common.assets import script
from demo.common.attention import blank
from demo.common.cards import heading
from demo.common.controls import Controls, reads
from demo.common.examples import EXAMPLES, FIRST_STRATEGY
from demo.common.findings import chips
from demo.common.languages import Languages
from demo.common.markup import Content, Html, join, tag, unseen
from demo.common.pieces import NO_WORDS
from demo.common.turn import Turn
from demo.common.wiring import KEPT, Updates
from demo.service import Service
from demo.translate import asking, candidates, heatmap, signs, source_words, translation
from demo.translate.filters import Glance
from demo.translate.heads import MEAN, OVER, Head, heads_of, layers_of
from demo.translate.link import TranslateLink, compared
from demo.translate.panels import PANELS, Draw, Panel
from demo.translate.scores import MAX_ALPHA, MAX_BETA
from demo.translate.state import PIECES, WORDS, Shown

if TYPE_CHECKING:
    from seq2seq_core.types import HeadAttention

RERANK = (
    "Moving a slider ranks these candidates anew. That is not searching again: a search under other penalties keeps "
    "other beginnings, and may find what is not in this list."
)
ROWS = (
    "A row shows where the model looked while it wrote that piece, and sums to 1; the bars are what each column got "
    "from all rows, its coverage: near 0 it was hardly looked at. By words, the weights of a source word's pieces are "
    "added, and the rows of a target word's pieces averaged."
)
KEYS = tag("span", "; with the keyboard, arrows and Enter", class_="keys")
CELLS = join(["Press a cell to move its weight", KEYS, "."])
DOWNLOADS = {"html": "HTML, everything", "json": "JSON, every step", "csv": "CSV, the candidates"}
OFFLINE = "One page of about 5 MB that opens without a network, its figures alive"

CELL_PRESSED, PRESSED = script("cell_pressed"), script("pressed")

VIEW = "translate"
"""How the page calls this view where it compares what is shown with what is asked now."""

ANSWER = question.of(VIEW)

LEGEND = tag("span", "sure", tag("i", class_="scale", aria_hidden="true"), "unsure", class_="legend")


# What the heatmap shows, for whoever does not see it: assets/weights.js fills it in when it is opened.
AS_TABLE = tag("details", tag("summary", "The weights as a table"), tag("div", class_="scroll"), id="weights-table")


@dataclass(frozen=True)
class Drawing:
    """A component, and what draws in it."""

    html: gr.HTML
    draw: Draw


@dataclass(frozen=True)
class TranslateView:
    """The components that events read and write.

    parts: what shows the candidate that is looked into, by ids on the page.
    """

    sentence: gr.Textbox
    examples: gr.HTML
    translate: gr.Button
    stop: gr.Button
    live: gr.Checkbox
    target: gr.HTML
    whole: gr.HTML
    status: gr.HTML
    earlier: gr.HTML
    model: gr.Dropdown
    strategy: gr.Radio
    summary: gr.HTML
    controls: Controls
    axes: gr.HTML
    unit: gr.Radio
    over: gr.Dropdown
    share: gr.Slider
    move: gr.Button
    layer: gr.Dropdown
    head: gr.Dropdown
    downloads: gr.HTML
    alpha: gr.Slider
    beta: gr.Slider
    again: gr.Button
    ledger: gr.HTML
    parts: Mapping[str, Drawing]
    file: gr.JSON
    press: gr.JSON
    present: gr.State
    turn: gr.State
    wish: gr.State
    glance: gr.State

    @property
    def question(self) -> list[gr.components.Component]:
        """What a question is made of."""
        return [self.sentence, self.model, self.strategy, *self.controls.widgets]

    @property
    def over_heatmap(self) -> list[gr.components.Component]:
        """What says what the heatmap is of, and offers other layers and heads."""
        return [self.axes, self.over, self.layer, self.head]

    @property
    def about(self) -> list[gr.components.Component]:
        """What says of a result whose it is."""
        return [self.target, self.earlier, *self.over_heatmap]

    def sent(self, *names: str, **more: gr.components.Component) -> dict[str, dict[str, gr.components.Component]]:
        """Makes these components the named inputs of a handler, in this order, and ``more`` after them."""
        return {"inputs_kwargs": {name: getattr(self, name) for name in names} | more}


html = partial(gr.HTML, apply_default_css=False)


def lay_out(service: Service) -> TranslateView:
    """Builds the components where it is called."""
    unknown, parts = Languages(), dict[str, Drawing]()  # the models are still being loaded
    parts["slim"] = Drawing(html(elem_id="slim"), _slim)
    with gr.Column(elem_id="stage"):  # how its cards stand depends on the screen, see assets/screens.css
        with gr.Row(elem_classes="pair"):
            asking = _source(service, unknown)
            with gr.Column(elem_classes=f"card target {ANSWER}"):
                target = html(heading(unknown.target, LEGEND))
                whole = html(js_on_load=PRESSED, elem_id="whole")
                parts["source_words"] = Drawing(html(elem_id="source-words"), _source_words)
                parts["translation"] = Drawing(html(translation.waiting(), elem_id="translation"), _translation)
                parts["signs"] = Drawing(html(elem_id="signs"), _signs)
                status = html(js_on_load=PRESSED, elem_id="status")
        choosing, looking = _evidence(service, unknown, parts)
    for panel in PANELS:
        parts |= _panel(panel)
    ranking = _ledger()
    earlier = html(elem_id="earlier", elem_classes="bar-below")
    return TranslateView(
        **asking, target=target, whole=whole, status=status, earlier=earlier, **choosing, **looking, **ranking,
        parts=parts, file=gr.JSON(visible="hidden"), press=gr.JSON(visible="hidden"),
        present=gr.State(None, time_to_live=KEPT), turn=gr.State(Turn()), wish=gr.State(TranslateLink()),
        glance=gr.State(Glance()),
    )  # fmt: skip


def _evidence(
    service: Service, unknown: Languages, parts: dict[str, Drawing]
) -> tuple[dict[str, Any], dict[str, gr.components.Component]]:
    """The row below: how to decode, where it looked, and what it nearly said."""
    with gr.Row(elem_classes="evidence"):
        choosing = _choices(service)
        with gr.Column(elem_classes=f"card looked {ANSWER}", elem_id=cards.place("heatmap"), scale=8):
            axes = html(_axes(unknown))
            unit = gr.Radio(
                [PIECES, WORDS], value=PIECES, label="Rows and columns", show_label=False, container=False,
                elem_id="unit", elem_classes="pills",
            )  # fmt: skip
            looking = _heads()
            gr.Plot(blank(), show_label=False, elem_id="heatmap", elem_classes="heatmap")
            parts["drawn"] = Drawing(html(elem_id="drawn"), _heatmap)
            html(AS_TABLE)
            with gr.Column(elem_id="moving"):
                parts["cell"] = Drawing(html(js_on_load=CELL_PRESSED, elem_id="cell"), lambda *_: Html())
                with gr.Row(elem_classes="weights"):
                    share = gr.Slider(0, 1, step=0.01, label="Weight of the cell", buttons=[], elem_id="share")
                    move = gr.Button("Decode again", elem_id="move", scale=0)
            html(_foot(tag("span", cards.SCALE, " ", ROWS, " ", CELLS), "heatmap"))
        with gr.Column(elem_classes=f"card {ANSWER}", elem_id=cards.place("candidates"), scale=8):
            html(heading("What it nearly said", "the candidates: choose one to look into it"))
            parts["candidates"] = Drawing(html(js_on_load=PRESSED, elem_id="candidates"), _candidates)
            downloads = html(cards.downloads(DOWNLOADS, {"html": OFFLINE}), js_on_load=PRESSED, elem_id="downloads")
    return choosing, {"axes": axes, "unit": unit, "share": share, "move": move, **looking, "downloads": downloads}


def _source(service: Service, unknown: Languages) -> dict[str, Any]:
    """The card in which a sentence is typed."""
    with gr.Column(elem_classes="card source"):
        sentence = gr.Textbox(
            EXAMPLES[0], label=unknown.source, lines=1, max_lines=8, elem_id="sentence", autofocus=True
        )
        examples = html(_examples(unknown), js_on_load=PRESSED, elem_id="examples")
        html(chips("translate", service.told_titles()))
        with gr.Row(elem_classes="actions"):
            translate = gr.Button("Translate", variant="primary", elem_id="translate")
            stop = gr.Button("Stop", elem_id="stop")
            live = gr.Checkbox(False, label="Show each step", container=False, min_width=0, elem_id="live")
            html(drawer.opener("how"), elem_classes=drawer.OPENS)
    return {"sentence": sentence, "examples": examples, "translate": translate, "stop": stop, "live": live}


def _choices(service: Service) -> dict[str, Any]:
    """The card in which model, strategy and settings are chosen."""
    with gr.Column(elem_classes=drawer.LOOKS, elem_id="how", scale=6):
        html(drawer.head(), elem_classes=drawer.HEAD)
        model = gr.Dropdown(list(service.names), value=service.names[0], label="Model", filterable=False)
        names = [(entry.called, name) for name, entry in service.strategies.items()]
        chosen = gr.Radio(names, value=FIRST_STRATEGY, label="Strategy", elem_id="strategy")
        summary = html(strategy.summary(service.strategies[FIRST_STRATEGY].summary))
        controls = Controls(FIRST_STRATEGY)
    return {"model": model, "strategy": chosen, "summary": summary, "controls": controls}


def _heads() -> dict[str, gr.Dropdown]:
    """What is looked at of a model of many heads; nothing of it shows for another."""
    over = [(label, name) for name, label in OVER.items()]
    one = partial(gr.Dropdown, filterable=False, visible=False, min_width=90)
    with gr.Row(elem_classes="layers-heads"):
        return {
            "over": one(over, value=MEAN, label="Attention", scale=3, elem_id="over"),
            "layer": one([("All layers", MEAN)], value=MEAN, label="Layer", scale=2, elem_id="layer"),
            "head": one([("All heads", MEAN)], value=MEAN, label="Head", scale=2, elem_id="head"),
        }


def _panel(panel: Panel) -> dict[str, Drawing]:
    with gr.Column(elem_classes=f"card {ANSWER}", elem_id=cards.place(next(iter(panel.parts)))):
        html(heading(panel.title, panel.aside))
        looks = {"elem_classes": panel.looks} if panel.looks else {}
        scripts = {name: {"js_on_load": script(panel.scripts[name])} for name in panel.scripts}
        parts = {
            name: Drawing(html(elem_id=name, **looks, **scripts.get(name, {})), draw)
            for name, draw in panel.parts.items()
        }
        if panel.caption:
            html(_foot(panel.caption, next(iter(panel.parts))))
    return parts


def _ledger() -> dict[str, Any]:
    """The card that takes scores apart: it alone is drawn under the weights of its sliders."""
    with gr.Column(elem_classes=f"card {ANSWER}", elem_id=cards.place("ledger")):
        html(heading("Why this rank?", "the score of each candidate, taken apart: the ledger"))
        with gr.Row(elem_classes="weights"):
            alpha = gr.Slider(0, MAX_ALPHA, step=0.01, label="Length penalty α", buttons=[], elem_id="alpha")
            beta = gr.Slider(0, MAX_BETA, step=0.01, label="Coverage penalty β", buttons=[], elem_id="beta")
            again = gr.Button("Search again", elem_id="again", scale=0)
        table = html(elem_id="ledger")
        html(tag("p", RERANK, class_="caption"))
    return {"alpha": alpha, "beta": beta, "again": again, "ledger": table}


WAYS = {
    "heatmap": "where it looked", "candidates": "what it nearly said", "tree": "what it kept", "lens": "why this word?",
    "ledger": "why this rank?",
}  # fmt: skip
"""The cards that the slim bar leads to."""


def _slim(shown: Shown, _: bool) -> Html:
    known = shown.languages
    source = tag("span", shown.request.text, lang=known.source_code, dir="auto", class_="source-said")
    said = shown.result.hypotheses[shown.index].text or NO_WORDS
    return slim.draw(source, tag("b", said, lang=known.target_code, dir="auto"), WAYS)


def _translation(shown: Shown, _: bool) -> Html:
    return translation.draw(shown.result, shown.index, shown.given, shown.languages.target_code)


def _source_words(shown: Shown, _: bool) -> Html:
    return source_words.draw(shown.result, shown.index, shown.languages.source_code)


def _heatmap(shown: Shown, words: bool) -> Html:
    return heatmap.draw(shown.result, shown.index, words, shown.languages)


def _why(shown: Shown) -> str:
    """The query that opens Why not? on what is shown; another candidate than the first is what one expected."""
    request, result = shown.request, shown.result
    expected = result.hypotheses[shown.index].text if shown.index else ""
    return why_link.write(request.text, expected, request.model, result.strategy, result.config)


def _signs(shown: Shown, _: bool) -> Html:
    return signs.draw(shown.signs, _why(shown))


def _candidates(shown: Shown, _: bool) -> Html:
    request = shown.request
    link = tag("a", "Ask why not", unseen(", in a new tab"), href=_why(shown), target="_blank", rel="noopener")
    onward = tag("a", "Compare this", unseen(", in a new tab"), href=compared(request), target="_blank", rel="noopener")
    table = candidates.draw(shown.result, shown.index, shown.languages.target_code)
    leads = tag("p", "Expected something else? ", link, ". ", onward, " with another strategy or model.",
                class_="caption why")  # fmt: skip
    return join([table, asking.draw(shown), leads])


def described(view: TranslateView, known: Languages, text: str | None) -> Updates:
    """What is in the model's source language, set to ``text`` unless it is None, its examples, and what it does."""
    update = gr.update(**reads(known)) if text is None else gr.update(value=text, **reads(known))
    return {view.sentence: update, view.examples: _examples(known), view.translate: known.verb}


def headings(view: TranslateView, known: Languages) -> Updates:
    """What stands over a result and names its languages."""
    return {view.target: heading(known.target, LEGEND), **mean_of_heads(view, known)}


def mean_of_heads(view: TranslateView, known: Languages) -> Updates:
    """What is said and offered over the heatmap that the search itself recorded."""
    of = "attention, mean of all layers and heads" if known.heads else "attention"
    hidden = {each: gr.update(visible=False) for each in (view.layer, view.head)}
    return {view.axes: _axes(known, of), view.over: gr.update(value=MEAN, visible=known.heads), **hidden}


def one_head(view: TranslateView, known: Languages, found: HeadAttention, chosen: Head) -> Updates:
    """What is said and offered over the heatmap of one layer and head."""
    sides = {"encoder": (known.source, known.source), "decoder": (known.target, "what was read of it")}
    down, across = sides.get(chosen.over, (known.target, known.source))
    return {
        view.axes: heading("Where it looked", f"{chosen.said(found)}: {down} down, {across} across"),
        view.layer: gr.update(choices=layers_of(found, chosen.over), value=chosen.layer, visible=True),
        view.head: gr.update(choices=heads_of(found, chosen.over), value=chosen.head, visible=True),
    }


def _axes(known: Languages, of: str = "attention") -> Html:
    return heading("Where it looked", f"{of}: {known.target} down, {known.source} across")


def _foot(caption: Content, figure: str) -> Html:
    """Below a figure: how to read it; assets/take_figure.js adds the buttons that save it."""
    return tag("div", tag("p", caption, class_="caption"), class_="foot downloads", data_of=figure)


def _examples(known: Languages) -> Html:
    chips = [
        tag("button", text, type="button", data_index=i, lang=known.source_code)
        for i, text in enumerate(known.examples)
    ]
    return tag("div", tag("span", "Try", class_="try"), chips, class_="chips")
