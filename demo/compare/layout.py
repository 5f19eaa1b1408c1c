"""What stands where in the Compare tab."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import gradio as gr

from demo.common import question, strategy
from demo.common.assets import ASSETS
from demo.common.cards import SCALE
from demo.common.contest import MAX_CARDS
from demo.common.controls import Controls
from demo.common.examples import COMPARED, FIRST_STRATEGY
from demo.common.findings import chips
from demo.common.languages import UNKNOWN
from demo.common.markup import Html, join, tag
from demo.common.several_runs import RUNS
from demo.common.wiring import KEPT
from demo.compare import board
from demo.compare.desk import COSTS, Desk
from demo.compare.presets import MODEL_PRESETS, PRESETS
from demo.compare.sweep import offered, swept
from demo.service import Service

PRESSED = (ASSETS / "compare.js").read_text(encoding="utf-8")
VIEW = "compare"
"""How the page calls this view where it compares what is shown with what is asked now."""

ANSWER = question.of(VIEW)
ONE_MODEL = "For all cards that choose none of their own."
OWN_MODEL = "A model of its own stands beside the others; all of one pair of languages."
SEED = "One for all cards; only random draws heed it."
THE_COMPARISONS = ("The comparison's", "")
PRICES = {"log_prob": "up is likelier under the model", "chrf": "up is closer to the reference"}
NO_PRICE = "Several models have no scale in common but likeness to a reference: give one, and they are plotted."


@dataclass(frozen=True, kw_only=True)
class Editor:
    """What one card's strategy, settings and name are changed with."""

    panel: gr.Column
    title: gr.HTML
    name: gr.Textbox
    model: gr.Dropdown
    strategy: gr.Radio
    summary: gr.HTML
    controls: Controls
    setting: gr.Dropdown
    ends: list[gr.Number]
    sweep: gr.Button
    problem: gr.HTML
    run: gr.Button
    done: gr.Button

    @property
    def shown(self) -> list[gr.blocks.Block]:
        """Everything that shows the card."""
        said = [self.panel, self.title, self.problem, self.name, self.model, self.strategy, self.summary]
        return [*said, *self.controls.widgets, self.setting, *self.ends]


@dataclass(frozen=True, kw_only=True)
class CompareView:
    """The components that events read and write."""

    sentence: gr.Textbox
    reference: gr.Textbox
    model: gr.Dropdown
    seed: gr.Number
    run: gr.Button
    stop: gr.Button
    status: gr.HTML
    presets: gr.HTML
    board: gr.HTML
    editor: Editor
    findings: gr.Column
    price: gr.HTML
    against: gr.Radio
    again: gr.Button
    timing: gr.HTML
    plot: gr.Plot
    no_attention: gr.HTML
    maps: list[gr.Plot]
    earlier: gr.HTML
    file: gr.JSON
    desk: gr.State
    cards: gr.State

    @property
    def question(self) -> list[gr.components.Component]:
        """What the results hang on beside the cards, which say it themselves; a reference only measures them."""
        return [self.sentence, self.model, self.seed]

    @property
    def asked(self) -> list[gr.components.Component]:
        """What is to be compared on."""
        return [self.sentence, self.model, self.seed, self.reference]

    @property
    def results(self) -> list[gr.blocks.Block]:
        """What shows the cards and their results."""
        figures = [self.findings, self.price, self.against, self.plot, self.no_attention, *self.maps]
        return [self.board, *figures, self.earlier]


html = partial(gr.HTML, apply_default_css=False)


def lay_out(service: Service) -> CompareView:
    """Builds the components where it is called."""
    desk = Desk()
    with gr.Column(elem_classes="card ask"):
        with gr.Row(elem_classes="texts"):
            sentence = gr.Textbox(COMPARED, label="Sentence", lines=1, max_lines=6, elem_id="compare-sentence")
            reference = gr.Textbox(
                label="Reference, if you have one", lines=1, max_lines=6, elem_id="compare-reference",
                placeholder="A translation you trust, to measure against",
            )  # fmt: skip
        html(chips("compare", service.told_titles()))
        with gr.Row(elem_classes="choices"):
            model = gr.Dropdown(
                _titled(service), value=service.names[0], label="Model", info=ONE_MODEL, filterable=False
            )
            seed = gr.Number(0, label="Seed", info=SEED, precision=0, minimum=0, elem_id="compare-seed")
        with gr.Row(elem_classes="actions"):
            run = gr.Button("Compare", variant="primary", elem_id="compare")
            stop = gr.Button("Stop", elem_id="compare-stop")
            line = html(elem_id="compare-status")
    with gr.Column(elem_classes=f"card {ANSWER}"):
        presets = html(_presets(len(service.names) > 1), js_on_load=PRESSED, elem_id="presets")
        cards = html(_laid_out(desk, service), js_on_load=PRESSED, elem_id="board")
        editor = _editor(service)
    with gr.Column(visible=False, elem_classes="findings-below") as findings:
        with gr.Column(elem_classes=f"card {ANSWER}"):
            price = html(price_heading("log_prob"))
            against = gr.Radio(
                [(label, name) for name, label in COSTS.items()],
                value=next(iter(COSTS)),
                label="log P against",
                elem_classes="pills",
                elem_id="against",
            )
            with gr.Row(elem_classes="actions"):
                again = gr.Button(f"Time again, {RUNS} runs", size="sm", elem_id="time-again")
                timing = html(elem_id="compare-timing")
            plot = gr.Plot(show_label=False, elem_id="trade-off", elem_classes="plain-figure")
        with gr.Column(elem_classes=f"card {ANSWER}"):
            html(_heading("Where each one looked", SCALE))
            no_attention = html(visible=False, elem_id="compare-no-attention")
            with gr.Row(elem_classes="maps"):
                # Those without a figure are hidden by assets/compare.css; one that Gradio hides may miss its first.
                maps = [gr.Plot(show_label=False, elem_classes="map") for _ in range(MAX_CARDS)]
    earlier = html(elem_id="compare-earlier", elem_classes="bar-below")
    return CompareView(
        earlier=earlier,
        sentence=sentence,
        reference=reference,
        model=model,
        seed=seed,
        run=run,
        stop=stop,
        status=line,
        presets=presets,
        board=cards,
        editor=editor,
        findings=findings,
        price=price,
        against=against,
        again=again,
        timing=timing,
        plot=plot,
        no_attention=no_attention,
        maps=maps,
        file=gr.JSON(visible="hidden"),
        desk=gr.State(desk, time_to_live=KEPT),
        cards=gr.State(desk.cards),
    )


def _laid_out(desk: Desk, service: Service) -> Html:
    return board.on_page(desk.board(service.strategies, str, UNKNOWN), desk.cards)


def _editor(service: Service) -> Editor:
    with gr.Column(visible=False, elem_classes="editor how", elem_id="editor") as panel:
        title = html(elem_id="editor-title")
        with gr.Row(elem_classes="choices"):
            names = [(entry.called, name) for name, entry in service.strategies.items()]
            chosen = gr.Radio(names, value=FIRST_STRATEGY, label="Strategy", elem_classes="pills", scale=3)
        with gr.Row(elem_classes="choices"):
            models = [THE_COMPARISONS, *_titled(service)]
            model = gr.Dropdown(models, value="", label="Model", info=OWN_MODEL, filterable=False, elem_id="card-model")
            name = gr.Textbox(label="Name", max_length=60, elem_id="card-name", min_width=200)
        summary = html(strategy.summary(service.strategies[FIRST_STRATEGY].summary))
        controls = Controls(FIRST_STRATEGY, ids="card", without=("seed",))
        with gr.Accordion("Sweep: one setting at several values", open=False, elem_classes="more", elem_id="sweep"):
            with gr.Row(elem_classes="choices"):
                settings = [(label, name) for name, label in swept(FIRST_STRATEGY).items()]
                setting = gr.Dropdown(settings, value=settings[0][1], label="Setting", filterable=False, min_width=200)
                numbers = zip(("From", "To", "Step"), offered(FIRST_STRATEGY, settings[0][1]), strict=True)
                ends = [gr.Number(value, label=label, min_width=90, elem_id=f"sweep-{label.lower()}")
                        for label, value in numbers]  # fmt: skip
            sweeping = gr.Button("Lay out a card for each value, in place of all cards", size="sm", elem_id="sweep-go")
        problem = html(elem_id="editor-problem")
        with gr.Row(elem_classes="actions"):
            run = gr.Button("Compare", variant="primary", elem_id="compare-again")
            done = gr.Button("Done", elem_id="editor-done")
    return Editor(
        panel=panel, title=title, name=name, model=model, strategy=chosen, summary=summary, controls=controls,
        setting=setting, ends=ends, sweep=sweeping, problem=problem, run=run, done=done,
    )  # fmt: skip


def _titled(service: Service) -> list[tuple[str, str]]:
    """The models as a list to choose from."""
    return [(title, name) for name, title in service.told_titles().items()]


def _heading(title: str, aside: Html) -> Html:
    return tag("header", tag("h2", title), aside, class_="heading")


def price_heading(measure: str | None) -> Html:
    """Over the plot of a measure, or of nothing."""
    if measure is None:
        return join([_heading("At what price", Html("")), tag("p", NO_PRICE, class_="caption")])
    return _heading("At what price", tag("span", PRICES[measure], class_="aside"))


def _presets(several: bool) -> Html:
    """Sets of cards to start from; those of models where there are several."""
    names = (*PRESETS, *(MODEL_PRESETS if several else ()))
    chips = [tag("button", name, type="button", data_index=i, data_kind="preset") for i, name in enumerate(names)]
    rows = tag("div", tag("span", "start from", class_="try"), chips, class_="chips")
    return tag("div", tag("h2", "Strategies"), rows, class_="titled")
