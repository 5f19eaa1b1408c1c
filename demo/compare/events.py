"""What happens in the Compare tab. Anyone who knows the address can call a handler, so each checks its input."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import gradio as gr

from demo.common import contest_link, export
from demo.common.contest import MAX_CARDS, one_line, prepare
from demo.common.contestant import Contestant, contestant
from demo.common.text_input import InputError
from demo.compare import board as compare
from demo.compare import export as comparison_export
from demo.compare.desk import Desk
from demo.compare.editing import Editing
from demo.compare.offline import offline
from demo.compare.presets import PRESETS
from demo.compare.show import UNCHANGED, Updates, board, plot, show
from demo.service import Draft, Service

REPAINT = 0.12
"""Seconds between two words on how far a search is."""

OURS = "Something went wrong on our side; try another sentence or strategy."


class Events:
    """The tab's handlers; what belongs to a person lies on their ``Desk``."""

    def __init__(self, service: Service, editing: Editing) -> None:
        self._service = service
        self._editing = editing

    def restore(self, desk: Any, request: gr.Request) -> Updates:
        """What the link asks for that opened the page, and the models that can be chosen, once all were tried."""
        working, wish = self._service.working(), contest_link.read(dict(request.query_params))
        model = wish.model if wish and wish.model in working else next(iter(working), None)
        choices = gr.update(choices=[(title, name) for name, title in working.items()], value=model)
        if wish is None:
            return [gr.skip(), choices, gr.skip(), gr.skip(), gr.skip(), *UNCHANGED]
        desk.wanted = True
        desk.deal(wish.cards or desk.cards)
        asked = [wish.text or gr.skip(), choices, wish.seed or 0, wish.reference or ""]
        return [*asked, desk.cards, *show(desk, self._service)]

    def run_linked(self, desk: Any, *asked: Any) -> Iterator[Updates]:
        """Runs what a link asked for."""
        if not desk.wanted:
            yield [gr.skip(), *UNCHANGED]  # without a word, Gradio would empty everything that this may write
            return
        desk.wanted = False
        yield from self.run(desk, *asked)

    def run(self, desk: Any, text: Any, model: Any, seed: Any, reference: Any) -> Iterator[Updates]:
        """Decodes with one card after the other and shows each result as it comes."""
        try:
            contest = prepare(self._service, text, model, desk.cards, seed=seed, reference=reference)
        except InputError as error:
            yield [compare.problem(str(error)), *UNCHANGED]
            return
        mine = desk.begin(contest)
        # Cards may be added and removed meanwhile, so what is next is asked for anew each time.
        while (card := desk.due()) is not None:
            yield from self._decode(desk, card, mine)
            if desk.number != mine:
                return
            if desk.stopped == mine:
                break
        desk.end()
        results = [outcome.result for _, _, outcome in desk.finished() if outcome.result]
        line = compare.stopped()
        if desk.stopped != mine:
            calls, seconds = sum(result.forward_calls for result in results), sum(result.seconds for result in results)
            line = compare.done(len(results), calls, seconds, contest.note)
        yield [line, *show(desk, self._service)]

    def _decode(self, desk: Desk, card: Contestant, mine: int) -> Iterator[Updates]:
        """One card of the run; a card that is gone meanwhile is let go."""
        assert desk.asked is not None
        desk.busy, first, painted = card, desk.asked.requests[0], time.monotonic()
        yield [compare.busy(card.name, desk.cards.index(card), len(desk.cards)), *_only_board(desk, self._service)]
        try:
            request = prepare(self._service, first.text, first.model, [card], seed=desk.asked.seed).requests[0]
            with closing(self._service.run(request)) as events:
                for event in events:
                    if desk.number != mine or desk.stopped == mine or card not in desk.cards:
                        return
                    if not isinstance(event, Draft):
                        desk.put(card, event)
                    elif time.monotonic() - painted > REPAINT:
                        painted = time.monotonic()
                        place = desk.cards.index(card)
                        yield [compare.busy(card.name, place, len(desk.cards), event.steps), *UNCHANGED]
        except InputError as error:
            desk.put(card, None, str(error))
        except Exception:
            logging.exception("a comparison failed")  # without the person's text
            desk.put(card, None, OURS)
        yield [gr.skip(), *show(desk, self._service)]

    def stop(self, desk: Any) -> None:
        """Ends the comparison that is running, after the step it is at."""
        desk.stopped = desk.number

    def press(self, desk: Any, event: gr.EventData) -> Updates:
        """What a button on a card, or the one that adds a card, does."""
        kind, card = getattr(event, "kind", None), getattr(event, "card", None)
        place = desk.ids.index(card) if card in desk.ids else None
        if kind == "add" and len(desk.cards) < MAX_CARDS:
            desk.insert(len(desk.cards), contestant("beam"))
            desk.opened = len(desk.cards) - 1
        elif place is None:
            return [gr.skip()] * (1 + len(UNCHANGED) + self._editing.size)
        elif kind == "edit":
            desk.opened = None if desk.opened == place else place
        elif kind == "copy" and len(desk.cards) < MAX_CARDS:
            desk.insert(place + 1, desk.cards[place])
        elif kind == "remove":
            desk.remove(place)
        return self._dealt(desk)

    def preset(self, desk: Any, event: gr.EventData) -> Updates:
        """Lays out the cards of a preset."""
        place, names = getattr(event, "index", None), list(PRESETS)
        if isinstance(place, int) and 0 <= place < len(names):
            desk.deal(PRESETS[names[place]])
        return self._dealt(desk)

    def close(self, desk: Any) -> Updates:
        """Puts the editor away."""
        desk.opened = None
        return self._dealt(desk)

    def _dealt(self, desk: Desk) -> Updates:
        return [desk.cards, *show(desk, self._service), *self._editing.show(desk)]

    def refer(self, desk: Any, reference: Any) -> Updates:
        """Measures what is there against another reference; nothing is decoded."""
        if desk.asked is None or not isinstance(reference, str):
            return UNCHANGED
        desk.refer(one_line(reference).text)
        return show(desk, self._service)

    def against(self, desk: Any, axis: Any) -> Any:
        """The plot, against another figure."""
        measured = desk.asked is not None and desk.asked.reference
        if axis not in (["chrf"] if measured else []) + ["milliseconds", "forward_calls"] or not desk.finished():
            return gr.skip()
        desk.against = axis
        return plot(desk)

    def export(self, desk: Any, event: gr.EventData) -> Any:
        """The comparison as a file, for the page to save."""
        kind = getattr(event, "kind", None)
        if kind not in ("json", "csv", "html") or desk.asked is None or not desk.finished():
            return gr.skip()
        if kind == "html":
            return export.file("comparison.html", offline(desk, self._service))
        write = comparison_export.traces if kind == "json" else comparison_export.table
        entries = [(card, outcome.result, outcome.figures) for _, card, outcome in desk.finished()]
        return export.file(f"comparison.{kind}", write(desk.asked, entries))


def _only_board(desk: Desk, service: Service) -> Updates:
    return [board(desk, service), *UNCHANGED[1:]]
