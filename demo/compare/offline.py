"""The Compare tab as one page to take away."""

from __future__ import annotations

import plotly.graph_objects as go

from demo.common import export
from demo.common.contestant import called
from demo.common.markup import Html, tag
from demo.compare import board, heatmaps
from demo.compare.desk import Desk
from demo.compare.show import plot, together
from demo.service import Service


def offline(desk: Desk, service: Service) -> str:
    """The page of what stands on the desk; something was asked."""
    assert desk.asked is not None
    request = desk.asked.requests[0]
    known, models = service.languages(request.model), dict.fromkeys(map(desk.model_of, desk.cards))
    facts = {"Model": ", ".join(f"{service.title(name)} ({name})" for name in models), "Seed": str(desk.asked.seed)}
    drawn = board.draw(desk.board(service.strategies, service.title, known))
    cards: list[tuple[str, Html | go.Figure]] = [
        (known.source, tag("p", request.text, class_="translation", lang=known.source_code, dir="auto")),
        ("Strategies", tag("div", export.still(drawn), class_="board")),
    ]
    if (figure := plot(desk, service)) is not None:
        cards.append(("At what price", figure))
    for group in together(desk).values():
        which = [(each.place, called(each.card, service.title)) for each in group]
        title = f"Where {'cards' if which[1:] else 'card'} {', '.join(str(place + 1) for place, _ in which)} looked"
        cards.append((title, heatmaps.draw(group[0].result, which, service.languages(desk.model_of(group[0].card)))))
    return export.page("Strategies, compared", facts, [export.Sheet("One sentence, decoded in several ways", cards)])
