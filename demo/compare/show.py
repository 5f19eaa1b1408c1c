"""What is on the page follows from the desk alone: here is how."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import gradio as gr
import plotly.graph_objects as go

from demo.common import contest_link, limits_link, question, why_link
from demo.common.attention import room
from demo.common.contest import MAX_CARDS, Contest
from demo.common.contestant import Contestant, called, numbered
from demo.common.languages import UNKNOWN
from demo.common.question import PageQuestion
from demo.common.wiring import Updates
from demo.compare import board, heatmaps, trade_off
from demo.compare.board import Board, BoardLinks
from demo.compare.desk import Desk, FinishedCard
from demo.compare.figures import cloud
from demo.compare.layout import VIEW, CompareView, price_heading
from demo.compare.trade_off import CostPoint
from demo.service import MOST_BESIDE, Service


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
        answers = desk.shows or desk.busy is not None
        links = _links(desk, desk.asked) if desk.asked and desk.cards and answers else None
        return {self._view.board: board.on_page(self.shown(desk), desk.cards, links)}

    def shown(self, desk: Desk) -> Board:
        """The cards as the board draws them."""
        known = self._service.languages(desk.asked.requests[0].model) if desk.asked else UNKNOWN
        return desk.board(self._service.strategies, self._service.title, known)

    def _parts(self, desk: Desk) -> Iterator[_Part]:
        """Everything below the board."""
        view, finished = self._view, desk.finished()
        answered = self._answered(desk)
        bar = question.bar(VIEW, answered, "compare", "Compare again")
        yield _Part(view.earlier, answered, lambda: bar)
        yield _Part(view.findings, bool(finished), lambda: gr.update(visible=bool(finished)))
        heading = price_heading(desk.measure)
        yield _Part(view.price, heading, lambda: heading)
        yield _Part(view.against, (tuple(desk.axes), desk.against, desk.measure), lambda: axes(desk))
        drawn = [(each.place, self._called(each.card), id(each.result), each.figures.times) for each in finished]
        of = (drawn, desk.against, desk.reference, desk.measure)
        yield _Part(view.plot, of, lambda: plot(desk, self._service) if finished else gr.skip())
        unseeing = board.no_attention([(each.place, self._called(each.card)) for each in finished if not each.attends])
        yield _Part(view.no_attention, unseeing, lambda: gr.update(value=unseeing, visible=bool(unseeing)))
        looked = together(desk)
        for place, component in zip(range(MAX_CARDS), view.maps, strict=True):
            yield self._heatmap(component, desk, looked.get(place, ()))

    def _answered(self, desk: Desk) -> PageQuestion | None:
        """The question that what is shown answers, with all that files of the figures say of it."""
        asked = desk.asked
        if asked is None or desk.question is None or not desk.shows:
            return None
        reference = (f"reference {question.whole(asked.reference)}",) if asked.reference else ()
        cards = numbered(desk.cards, self._service.title)
        said = (question.whole(asked.requests[0].text), *reference, *desk.question.said[1:], *cards)
        return replace(desk.question, caption=said)

    def _called(self, card: Contestant) -> str:
        return called(card, self._service.title)

    def _heatmap(self, component: gr.Plot, desk: Desk, of: tuple[FinishedCard, ...]) -> _Part:
        """One figure for all cards that say the same; none where there are none."""
        if not of:
            return _Part(component, None, lambda: None)
        names = [(each.place, self._called(each.card)) for each in of]

        def update() -> object:
            known = self._service.languages(desk.model_of(of[0].card))
            figure = heatmaps.draw(of[0].result, names, known)
            return gr.update(value=figure, elem_classes=["heatmap", "map", room(of[0].result.source_tokens)])

        return _Part(component, (tuple(names), tuple(id(each.result) for each in of)), update)


def _links(desk: Desk, asked: Contest) -> BoardLinks:
    """Where the board leads to."""
    text, first = asked.requests[0].text, desk.cards[0]
    model, models = desk.model_of(first), tuple(dict.fromkeys(map(desk.model_of, desk.cards)))
    why = why_link.write(text, asked.reference, model, first.strategy, first.settings) if asked.reference else ""
    return BoardLinks(
        contest_link.write(text, asked.model, asked.seed, asked.reference, desk.cards),
        done=desk.shows,
        why=why,
        beside=limits_link.write(text, asked.reference, models[:MOST_BESIDE]) if asked.scale else "",
    )


def axes(desk: Desk) -> object:
    """The plot's switch: likeness to the reference is only there with a reference, nothing where nothing is plotted."""
    choices = [(label, name) for name, label in desk.axes.items()]
    measured = trade_off.MEASURES[desk.measure or "log_prob"]
    return gr.update(choices=choices, value=desk.against, label=f"{measured} against", visible=desk.measure is not None)


def plot(desk: Desk, service: Service) -> go.Figure | None:
    """The measure of each card that has a result against the chosen figure; None where models have none in common."""
    if (measure := desk.measure) is None:
        return None
    points = [_point(desk, each, measure, called(each.card, service.title)) for each in desk.finished()]
    return trade_off.draw(points, desk.against, measure)


def _point(desk: Desk, of: FinishedCard, measure: str, name: str) -> CostPoint:
    x, y, others = getattr(of.figures, desk.against), getattr(of.figures, measure), of.result.hypotheses[1:]
    likeness = cloud(of.result, desk.reference) if "chrf" in (desk.against, measure) else []
    xs = likeness if desk.against == "chrf" else [x] * len(others)
    ys = likeness if measure == "chrf" else [h.log_prob for h in others]
    ends = of.figures.range if desk.against == "milliseconds" else None
    return CostPoint(of.place, name, x, y, tuple(zip(xs, ys, strict=False)), ends)


def together(desk: Desk) -> dict[int, tuple[FinishedCard, ...]]:
    """The cards with attention, by the place of the first of those whose model says the same in the same pieces."""
    groups: dict[tuple[str, tuple[int, ...]], list[FinishedCard]] = {}
    for each in desk.finished():
        if each.attends:
            said = (desk.model_of(each.card), each.result.hypotheses[0].token_ids)
            groups.setdefault(said, []).append(each)
    return {group[0].place: tuple(group) for group in groups.values()}
