"""Compare: what would another strategy have said, and at what price?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.context import Context

from demo.examples import EXAMPLES
from demo.markup import tag
from demo.panels import compare, status
from demo.presets import PRESETS
from demo.service import Draft, Service
from demo.text_input import InputError
from demo.turn import Turn

if TYPE_CHECKING:
    from seq2seq_core.decoding import DecodeResult

FIRST = next(iter(PRESETS))
SEED = 0

html = partial(gr.HTML, apply_default_css=False)


def build(service: Service) -> None:
    """The tab's components and events."""
    with gr.Column(elem_classes="card source ask"):
        sentence = gr.Textbox(EXAMPLES[0], label="English", lines=1, max_lines=6, elem_id="compare-sentence")
        with gr.Row(elem_classes="choices"):
            model = gr.Dropdown(list(service.names), value=service.names[0], label="Model", filterable=False)
            preset = gr.Radio(list(PRESETS), value=FIRST, label="Compare", elem_classes="pills")
        with gr.Row(elem_classes="actions"):
            run = gr.Button("Compare", variant="primary", elem_id="compare")
            stop = gr.Button("Stop")
        line = html(elem_id="compare-status")
    with gr.Column(elem_classes="card"):
        html(tag("p", "Marked words differ from the first card. Every strategy gets the same seed.", class_="caption"))
        board = html(compare.empty(), elem_id="board")
    turn = gr.State(Turn())
    quick: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": 8, "api_visibility": "private"}
    gr.on(
        [run.click, sentence.submit], partial(contest, service), [turn, sentence, model, preset], [line, board],
        show_progress="hidden", concurrency_id="decode", concurrency_limit=2, trigger_mode="multiple",
        api_visibility="private",
    )  # fmt: skip
    stop.click(halt, turn, None, **quick)
    page = Context.root_block
    assert page is not None, "a tab is built inside a Blocks context"
    page.load(partial(models, service), None, model, **quick)


def models(service: Service) -> dict[str, Any]:
    """The models that can be chosen, once all were tried."""
    working = service.working()
    return gr.update(choices=[(title, name) for name, title in working.items()], value=next(iter(working), None))


def contest(service: Service, turn: Any, text: Any, model: Any, name: Any) -> Iterator[list[Any]]:
    """Decodes with one strategy after the other, showing each result as it comes."""
    turn.number += 1
    mine = turn.number
    if not isinstance(name, str) or name not in PRESETS:
        yield [status.error(f"Choose one of: {', '.join(PRESETS)}."), gr.skip()]
        return
    names = [entry.name for entry in PRESETS[name]]
    results: list[DecodeResult] = []
    try:
        for entry in PRESETS[name]:
            known = service.strategies[entry.strategy].Config.__dataclass_fields__
            settings = {**entry.settings, **({"seed": SEED} if "seed" in known else {})}
            request = service.request(text, model, entry.strategy, settings)
            yield [status.busy(), compare.compare(names, results)]
            with closing(service.run(request)) as events:
                for event in events:
                    if turn.number != mine:
                        return
                    if turn.stopped == mine:
                        yield [status.stopped("Compare"), gr.skip()]
                        return
                    if not isinstance(event, Draft):
                        results.append(event)
        yield [status.compared(results, request.note), compare.compare(names, results)]
    except InputError as error:
        yield [status.error(str(error)), gr.skip()]


def halt(turn: Any) -> None:
    """Ends the comparison that is running, after the step it is at."""
    turn.stopped = turn.number
