"""A desk as updates of the components that show it."""

from __future__ import annotations

from typing import Any

import gradio as gr

from demo.common import contest_link
from demo.common.attention import room
from demo.common.contest import MAX_CARDS
from demo.common.languages import languages
from demo.compare import board as compare
from demo.compare.desk import Desk, Outcome
from demo.compare.figures import cloud
from demo.compare.heatmaps import titled_heatmap
from demo.compare.trade_off import Point, trade_off
from demo.service import Service

Updates = list[Any]

UNCHANGED: Updates = [gr.skip()] * (5 + MAX_CARDS)
"""For board, findings, the plot and its switch, and the heatmaps."""

COSTS = [("milliseconds", "milliseconds"), ("model calls", "forward_calls")]


def show(desk: Desk, service: Service) -> Updates:
    """Everything that shows cards and results, in the order of ``View.results``."""
    finished = desk.finished()
    attends = any(_attends(outcome) for _, _, outcome in finished)
    return [
        board(desk, service),
        _findings(desk, bool(finished)),
        _against(desk),
        plot(desk) if finished else gr.skip(),
        gr.update(visible=bool(finished) and not attends),
        *_heatmaps(desk),
    ]


def board(desk: Desk, service: Service) -> str:
    """The cards, with the link to what they show."""
    asked, lang, link = desk.asked, None, ""
    if asked:
        request = asked.requests[0]
        lang = languages(service.translator(request.model).metadata).target_code
        if desk.cards and desk.outcomes:
            link = contest_link.write(request.text, request.model, asked.seed, asked.reference, desk.cards)
    return compare.board(desk.board(dict(service.strategies), lang), link)


def plot(desk: Desk) -> Any:
    """Log P against the chosen figure."""
    points = []
    for place, card, outcome in desk.finished():
        assert outcome.result is not None and outcome.figures is not None
        x, others = getattr(outcome.figures, desk.against), outcome.result.hypotheses[1:]
        if desk.against == "chrf":
            assert desk.asked is not None
            xs = cloud(outcome.result, desk.asked.reference)
        else:
            xs = [x] * len(others)
        pairs = tuple((x, h.log_prob) for x, h in zip(xs, others, strict=False))
        points.append(Point(place, card.name, x, outcome.figures.log_prob, pairs))
    return trade_off(points, desk.against)


def _findings(desk: Desk, visible: bool) -> Any:
    """What is below the board, only where it comes or goes: said again, Gradio sometimes forgot what was new in it."""
    before, desk.found = desk.found, visible
    return gr.skip() if visible == before else gr.update(visible=visible)


def _against(desk: Desk) -> Any:
    """The switch of the plot: likeness to the reference is only there with a reference."""
    measured = desk.asked is not None and bool(desk.asked.reference)
    if measured == desk.measured:
        return gr.skip()
    if desk.measured is not None:
        desk.against = "chrf" if measured else "milliseconds"
    desk.measured = measured
    return gr.update(choices=[*([("chrF", "chrf")] if measured else []), *COSTS], value=desk.against)


def _heatmaps(desk: Desk) -> Updates:
    """Only those that show something else than before: a figure takes the browser a while."""
    results = {place: o.result for place, _, o in desk.finished() if o.result is not None and _attends(o)}
    wanted: list[object] = [
        (desk.cards[place].name, id(results[place])) if place in results else None for place in range(MAX_CARDS)
    ]
    before, desk.painted = desk.painted or [...] * MAX_CARDS, wanted
    updates: Updates = []
    for place, (new, old) in enumerate(zip(wanted, before, strict=True)):
        if new == old:
            updates.append(gr.skip())
        elif new is None:
            updates.append(None)
        else:
            figure = titled_heatmap(results[place], place, desk.cards[place].name)
            updates.append(gr.update(value=figure, elem_classes=["heatmap", "map", room(results[place])]))
    return updates


def _attends(outcome: Outcome) -> bool:
    return outcome.result is not None and outcome.result.hypotheses[0].attention is not None
