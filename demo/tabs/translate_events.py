"""What happens in the Translate tab. Anyone who knows the address can call a handler, so each checks its input."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from demo import export, link
from demo.controls import Controls
from demo.examples import EXAMPLES, FIRST_STRATEGY
from demo.ledger import MAX_ALPHA, searched_with
from demo.panels import candidates, ledger, lens, status, strategy, translation, tree
from demo.plots.heatmap import attention_heatmap, room
from demo.service import Draft, Request, Service
from demo.text_input import InputError
from demo.turn import Turn

if TYPE_CHECKING:
    from seq2seq_core.decoding import DecodeResult

REPAINT = 0.12
"""Seconds between two drafts on the page while the search runs."""

UNTOUCHED = [gr.skip()] * 11
"""For the result and what shows it: as they were."""

Updates = list[Any]


@dataclass(frozen=True)
class Shown:
    """What one person's page shows: the request, and what came of it."""

    request: Request
    result: DecodeResult


class Events:
    """The tab's handlers; what belongs to a person comes in as an argument and goes out as a result."""

    def __init__(self, service: Service, controls: Controls) -> None:
        self._service = service
        self._controls = controls

    def restore(self, request: gr.Request) -> Updates:
        """What the link asks for that opened the page, on the models that can be chosen, once all were tried."""
        wish, working = link.read(dict(request.query_params)), self._service.working()
        model = wish.model if wish.model in working else next(iter(working), None)
        name = wish.strategy or FIRST_STRATEGY
        return [
            wish.text if wish.text else gr.skip(),
            gr.update(choices=[(title, name) for name, title in working.items()], value=model),
            name,
            strategy.summary(self._service.strategies[name].summary),
            *self._controls.restored(name, wish.settings),
        ]

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
        """Translates what was typed."""
        known = isinstance(name, str) and name in self._service.strategies
        settings = self._controls.settings(name, values) if known else {}
        yield from self._work(turn, lambda: self._service.request(text, model, name, settings))

    def take(self, turn: Any, shown: Any, event: gr.EventData) -> Iterator[Updates]:
        """Translates the same sentence again from the alternative that was clicked in the step lens."""
        found = _alternative(shown, event)
        if found is not None:
            yield from self._work(turn, lambda: replace(shown.request, prefix=found))

    def _work(self, turn: Turn, make_request: Callable[[], Request]) -> Iterator[Updates]:
        """Drafts while the search runs, then everything that shows the result."""
        turn.number += 1
        mine, painted = turn.number, time.monotonic()
        yield [status.busy(), *UNTOUCHED]
        try:
            request = make_request()
            with closing(self._service.run(request)) as events:
                for event in events:
                    if turn.number != mine:
                        return
                    if turn.stopped == mine:
                        yield [status.stopped(), *UNTOUCHED]
                        return
                    if not isinstance(event, Draft):
                        yield self._finished(request, event)
                    elif time.monotonic() - painted > REPAINT:
                        painted = time.monotonic()
                        draft = translation.draft(event.tokens) if event.tokens else gr.skip()
                        yield [status.busy(event.steps), gr.skip(), draft, *UNTOUCHED[2:]]
        except InputError as error:
            yield [status.error(str(error)), *UNTOUCHED]
        except Exception:
            logging.exception("a request failed")  # without the person's text
            yield [status.error("Something went wrong on our side; try another sentence or strategy."), *UNTOUCHED]

    def _finished(self, request: Request, result: DecodeResult) -> Updates:
        line = status.done(
            result, self._service.strategies[result.strategy].label, request.note,
            given=len(request.prefix), link=link.write(request, result.strategy),
        )  # fmt: skip
        shown = Shown(request, result)
        return [line, shown, *show(shown, 0), *_weighed(result)]

    def search_again(self, turn: Any, shown: Any, alpha: Any, beta: Any) -> Iterator[Updates]:
        """Translates the same sentence again, under the ledger's alpha and beta."""
        if shown is not None and _weights(alpha, beta):
            yield from self._work(turn, lambda: self._service.weighed(shown.request, float(alpha), float(beta)))

    def rank(self, shown: Any, alpha: Any, beta: Any) -> Any:
        """Ranks the candidates anew; nothing is decoded."""
        return ledger.ledger(shown.result, alpha, beta) if shown and _weights(alpha, beta) else gr.skip()

    def export(self, shown: Any, event: gr.EventData) -> Any:
        """What is shown as a file: its name, its kind and what is in it, for the page to save."""
        kind = getattr(event, "kind", None)
        if shown is None or kind not in ("json", "csv"):
            return gr.skip()
        text = export.trace(shown.result) if kind == "json" else export.table(shown.result)
        return {"name": f"translation.{kind}", "type": export.FORMATS[kind], "text": text}

    def stop(self, turn: Any) -> None:
        """Ends the request that is running, after the step it is at."""
        turn.stopped = turn.number

    # Any, because Gradio evaluates the annotations of a handler that takes an event, and knows no Shown there.
    def choose(self, shown: Any, event: gr.EventData) -> Updates:
        """Shows the candidate that was clicked."""
        index = _number(event, "index", len(shown.result.hypotheses)) if shown else None
        return [gr.skip()] * 7 if index is None else show(shown, index)

    def look(self, shown: Any, event: gr.EventData) -> Any:
        """Opens the step lens at the token that was clicked."""
        of = _number(event, "of", len(shown.result.hypotheses)) if shown else None
        place = _number(event, "index", len(shown.result.hypotheses[of].tokens)) if of is not None else None
        return gr.skip() if of is None or place is None else lens.detail(shown.result, of, place)


def show(shown: Shown, index: int) -> Updates:
    """Everything that shows one hypothesis of a result, in the order of ``View.shown``."""
    result = shown.result
    heatmap = gr.update(visible=False)
    if attends := result.hypotheses[index].attention is not None:
        heatmap = gr.update(value=attention_heatmap(result, index), visible=True, elem_classes=[room(result)])
    return [
        translation.translation(result, index, len(shown.request.prefix)),
        heatmap,
        gr.update(visible=not attends),
        candidates.candidates(result, index),
        tree.tree(result, index),
        lens.lens(result, index),
        lens.detail(result, index, max(len(shown.request.prefix) - 1, 0)),
    ]


def _weighed(result: DecodeResult) -> Updates:
    """The ledger as the search itself ranked: alpha, beta, table."""
    alpha, beta = searched_with(result)
    return [alpha, beta, ledger.ledger(result, alpha, beta)]


def _weights(*values: Any) -> bool:
    """Whether these are numbers that the ledger's sliders could have sent."""
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    return len(numbers) == len(values) and all(0 <= number <= MAX_ALPHA for number in numbers)


def _number(event: gr.EventData, name: str, end: int) -> int | None:
    """A number that the page sent along, if it is one from 0 to ``end``, ``end`` left out."""
    value = getattr(event, name, None)
    return value if isinstance(value, int) and 0 <= value < end else None


def _alternative(shown: Any, event: gr.EventData) -> tuple[int, ...] | None:
    """The beginning that an alternative in the step lens stands for."""
    of = _number(event, "of", len(shown.result.hypotheses)) if shown else None
    if of is None:
        return None
    hypothesis = shown.result.hypotheses[of]
    place = _number(event, "at", len(hypothesis.tokens))
    seen = lens.seen_before(shown.result, hypothesis, place) if place is not None else None
    rank = _number(event, "index", len(seen[1].top_ids)) if seen else None
    return (*seen[1].token_ids, seen[1].top_ids[rank]) if seen and rank is not None else None
