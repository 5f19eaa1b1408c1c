"""What is on the page follows from the desk alone: here is how."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import gradio as gr
import plotly.graph_objects as go

from demo.common import contest_link, question, why_link
from demo.common.attention import room
from demo.common.contest import MAX_CARDS
from demo.common.contestant import there
from demo.common.markup import tag
from demo.common.wiring import Updates
from demo.compare import board, heatmaps, trade_off
from demo.compare.desk import Desk, FinishedCard
from demo.compare.figures import cloud
from demo.compare.layout import VIEW, CompareView
from demo.compare.trade_off import CostPoint
from demo.service import Service


@dataclass(frozen=True)
class _Part:
    """What a component shows: something that is equal for equal pictures, and the update that shows it."""

    component: gr.blocks.Block
    what: object
    update: Callable[[], object]


Picture = dict[gr.blocks.Block, object]
"""What each component shows, as something that is equal for equal pictures."""


class Display:
    """The desk as updates of the components that show it."""

    def __init__(self, service: Service, view: CompareView) -> None:
        self._service = service
        self._view = view

    def everything(self, desk: Desk) -> Updates:
        """All that shows cards and results."""
        return self.board(desk) | {part.component: part.update() for part in self._parts(desk)}

    def picture(self, desk: Desk) -> Picture:
        """What the page shows, board aside, while the desk is as it is."""
        return {part.component: part.what for part in self._parts(desk)}

    def since(self, before: Picture, desk: Desk) -> Updates:
        """The board, and of the rest what has changed: a figure takes the browser a while."""
        changed = [part for part in self._parts(desk) if part.what != before[part.component]]
        return self.board(desk) | {part.component: part.update() for part in changed}

    def board(self, desk: Desk) -> Updates:
        """The cards, with the link to what they show."""
        asked, lang, link, why = desk.asked, None, "", ""
        if asked:
            request = asked.requests[0]
            lang = self._service.languages(request.model).target_code
            if desk.cards and desk.outcomes:
                link = contest_link.write(request.text, request.model, asked.seed, asked.reference, desk.cards)
                if asked.reference:
                    first = desk.cards[0]
                    why = why_link.write(request.text, asked.reference, request.model, first.strategy, first.settings)
        drawn = board.draw(desk.board(self._service.strategies, lang), link, why)
        return {self._view.board: tag("div", drawn, data_there=there(desk.cards))}

    def _parts(self, desk: Desk) -> Iterator[_Part]:
        """Everything below the board."""
        view, finished = self._view, desk.finished()
        answered = desk.question if desk.outcomes else None
        bar = question.bar(VIEW, answered, "compare", "Compare again")
        yield _Part(view.earlier, answered, lambda: bar)
        yield _Part(view.findings, bool(finished), lambda: gr.update(visible=bool(finished)))
        yield _Part(view.against, (tuple(desk.axes), desk.against), lambda: axes(desk))
        drawn = [(each.place, each.card.name, id(each.result)) for each in finished]
        yield _Part(view.plot, (drawn, desk.against, desk.reference), lambda: plot(desk) if finished else gr.skip())
        unseeing = bool(finished) and not any(each.attends for each in finished)
        yield _Part(view.no_attention, unseeing, lambda: gr.update(visible=unseeing))
        looked = together(finished)
        for place, component in zip(range(MAX_CARDS), view.maps, strict=True):
            yield _heatmap(component, looked.get(place, ()))


def axes(desk: Desk) -> object:
    """The plot's switch: likeness to the reference is only there with a reference."""
    return gr.update(choices=[(label, name) for name, label in desk.axes.items()], value=desk.against)


def plot(desk: Desk) -> go.Figure:
    """Log P of each card that has a result against the chosen figure."""
    return trade_off.draw([_point(desk, each) for each in desk.finished()], desk.against)


def _point(desk: Desk, of: FinishedCard) -> CostPoint:
    x, others = getattr(of.figures, desk.against), of.result.hypotheses[1:]
    xs = cloud(of.result, desk.reference) if desk.against == "chrf" else [x] * len(others)
    pairs = tuple((x, h.log_prob) for x, h in zip(xs, others, strict=False))
    return CostPoint(of.place, of.card.name, x, of.figures.log_prob, pairs)


def together(finished: Sequence[FinishedCard]) -> dict[int, tuple[FinishedCard, ...]]:
    """The cards with attention, by the place of the first of those that say the same in the same pieces."""
    groups: dict[tuple[int, ...], list[FinishedCard]] = {}
    for each in finished:
        if each.attends:
            groups.setdefault(each.result.hypotheses[0].token_ids, []).append(each)
    return {group[0].place: tuple(group) for group in groups.values()}


def _heatmap(component: gr.Plot, of: tuple[FinishedCard, ...]) -> _Part:
    """One figure for all cards that say the same; none where there are none."""
    if not of:
        return _Part(component, None, lambda: None)

    def update() -> object:
        figure = heatmaps.draw(of[0].result, [(each.place, each.card.name) for each in of])
        return gr.update(value=figure, elem_classes=["heatmap", "map", room(of[0].result.source_tokens)])

    return _Part(component, tuple((each.place, each.card.name, id(each.result)) for each in of), update)
