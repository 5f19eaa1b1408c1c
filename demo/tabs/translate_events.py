"""What happens in the Translate tab. Anyone who knows the address can call a handler, so each checks its input."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from demo.controls import Controls
from demo.panels import candidates, status, strategy, translation
from demo.plots.heatmap import attention_heatmap
from demo.service import Draft, Service
from demo.text_input import InputError

if TYPE_CHECKING:
    from seq2seq_core.decoding import DecodeResult

EXAMPLES = (
    "A man in a red jacket is reading a newspaper on a bench.",
    "I don't know what to say.",
    "Two children are playing in the snow with their dog.",
    "If it rains tomorrow, we will stay at home.",
)

REPAINT = 0.12
"""Seconds between two drafts on the page while the search runs."""

UNTOUCHED = [gr.skip()] * 5
"""For the result and what shows it: as they were."""

Updates = list[Any]


@dataclass
class Turn:
    """Whose turn it is on one person's page: a new request ends the one before it, and Stop ends the present one.

    Gradio's own ``cancels`` does neither reliably: an update already on its way arrives after the one that says
    "stopped". Here the request itself has the last word.
    """

    number: int = 0
    stopped: int = 0


class Events:
    """The tab's handlers; what belongs to a person comes in as an argument and goes out as a result."""

    def __init__(self, service: Service, controls: Controls) -> None:
        self._service = service
        self._controls = controls

    def models(self) -> dict[str, Any]:
        """The models that can be chosen, once all were tried."""
        working = self._service.working()
        return gr.update(choices=[(title, name) for name, title in working.items()], value=next(iter(working), None))

    def example(self, event: gr.EventData) -> Any:
        """The sentence of the example that was clicked."""
        index = getattr(event, "index", None)
        return EXAMPLES[index] if isinstance(index, int) and 0 <= index < len(EXAMPLES) else gr.skip()

    def strategy(self, name: Any) -> Updates:
        """What describes the chosen strategy, and its widgets."""
        if not isinstance(name, str) or name not in self._service.strategies:
            return [gr.skip()] * (1 + len(self._controls.widgets))
        return [strategy.summary(self._service.strategies[name].summary), *self._controls.visibility(name)]

    def run(self, turn: Any, text: Any, model: Any, name: Any, *values: Any) -> Iterator[Updates]:
        """Translates: drafts while the search runs, then everything that shows the result."""
        turn.number += 1
        mine, painted = turn.number, time.monotonic()
        yield [status.busy(), *UNTOUCHED]
        try:
            known = isinstance(name, str) and name in self._service.strategies
            request = self._service.request(text, model, name, self._controls.settings(name, values) if known else {})
            with closing(self._service.run(request)) as events:
                for event in events:
                    if turn.number != mine:
                        return
                    if turn.stopped == mine:
                        yield [status.stopped(), *UNTOUCHED]
                        return
                    if not isinstance(event, Draft):
                        line = status.done(event, self._service.strategies[name].label, request.note)
                        yield [line, event, *show(event, 0)]
                    elif time.monotonic() - painted > REPAINT:
                        painted = time.monotonic()
                        draft = translation.draft(event.tokens) if event.tokens else gr.skip()
                        yield [status.busy(event.steps), gr.skip(), draft, *UNTOUCHED[2:]]
        except InputError as error:
            yield [status.error(str(error)), *UNTOUCHED]
        except Exception:
            logging.exception("a request failed")  # without the person's text
            yield [status.error("Something went wrong on our side; try another sentence or strategy."), *UNTOUCHED]

    def stop(self, turn: Any) -> None:
        """Ends the request that is running, after the step it is at."""
        turn.stopped = turn.number

    # Any, because Gradio evaluates the annotations of a handler that takes an event, and knows no DecodeResult here.
    def choose(self, result: Any, event: gr.EventData) -> Updates:
        """Shows the candidate that was clicked."""
        index = getattr(event, "index", None)
        if result is None or not isinstance(index, int) or not 0 <= index < len(result.hypotheses):
            return [gr.skip()] * 4
        return show(result, index)


def show(result: DecodeResult, index: int) -> Updates:
    """Translation, heatmap, the sentence in its place, and candidates, for one hypothesis of a result."""
    attends = result.hypotheses[index].attention is not None
    return [
        translation.translation(result, index),
        gr.update(value=attention_heatmap(result, index), visible=True) if attends else gr.update(visible=False),
        gr.update(visible=not attends),
        candidates.candidates(result, index),
    ]
