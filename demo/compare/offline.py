"""The Compare tab as one page to take away."""

from __future__ import annotations

from typing import Any

from demo.common import export
from demo.common.languages import languages
from demo.common.markup import tag
from demo.compare import board as compare
from demo.compare.desk import Desk
from demo.compare.heatmaps import titled_heatmap
from demo.compare.show import plot
from demo.service import Service


def offline(desk: Desk, service: Service) -> str:
    """The page of what stands on the desk; something was asked."""
    assert desk.asked is not None
    request = desk.asked.requests[0]
    known = languages(service.translator(request.model).metadata)
    facts = {"Model": f"{service.working()[request.model]} ({request.model})", "Seed": str(desk.asked.seed)}
    board = compare.board(desk.board(dict(service.strategies), known.target_code))
    cards: list[tuple[str, Any]] = [
        (known.source, tag("p", request.text, class_="translation", lang=known.source_code, dir="auto")),
        ("Strategies", tag("div", export.still(board), class_="board")),
        ("At what price", plot(desk)),
    ]
    for place, card, outcome in desk.finished():
        if outcome.result is not None and outcome.result.hypotheses[0].attention is not None:
            cards.append((f"Where card {place + 1} looked", titled_heatmap(outcome.result, place, card.name)))
    return export.page("Strategies, compared", facts, [export.Sheet("One sentence, decoded in several ways", cards)])
