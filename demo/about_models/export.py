"""What is shown of a model, to take away."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from demo.about_models import card, curves, vocabulary
from demo.common.export import Sheet, as_json, page
from demo.common.markup import Html
from demo.common.spreadsheet import csv_text
from demo.common.versions import dated

if TYPE_CHECKING:  # the models bring torch, which a file has no use for
    from collections.abc import Mapping, Sequence

    import plotly.graph_objects as go

    from demo.models import KnownModel
    from demo.service import LoggedEvent, PieceLengths

HEADER = ("model", "update", "set", *curves.MEASURES)


@dataclass(frozen=True)
class ShownModel:
    """What the view shows: a model, the logs that are drawn, of it and of another, its vocabulary, a text in pieces.

    titles: what people call the models of the logs, by name.
    """

    known: KnownModel
    titles: Mapping[str, str]
    runs: Sequence[tuple[str, Sequence[LoggedEvent]]]
    measure: str
    lengths: Sequence[PieceLengths]
    text: str
    pieces: Sequence[str]


def everything(shown: ShownModel) -> str:
    """All of it as JSON."""
    known = shown.known
    return as_json(
        {
            "model": known.name, **dated(), "metadata": known.metadata, "shape": asdict(known.shape),
            "weights": known.weights,
            "log": {name: [asdict(event) for event in events] for name, events in shown.runs},
            "piece_lengths": [each.to_dict() for each in shown.lengths],
            "text": shown.text, "pieces": list(shown.pieces),
        }
    )  # fmt: skip


def table(shown: ShownModel) -> str:
    """A line for each event of the logs that are drawn."""
    rows = [
        [name, event.step, "validation" if event.validation else "training",
         *(event.measured.get(measure) for measure in curves.MEASURES)]
        for name, events in shown.runs
        for event in events
    ]  # fmt: skip
    return csv_text(HEADER, rows)


def offline(shown: ShownModel) -> str:
    """One page that opens without a network, its figures alive."""
    known = shown.known
    drawn = [each for each in curves.MEASURES if any(curves.known(events, each) for _, events in shown.runs)]
    titled = [(shown.titles[name], events) for name, events in shown.runs]
    cards: list[tuple[str, Html | go.Figure]] = [
        ("What it is", card.draw(known)),
        *((f"How it learnt: {each}", curves.draw(titled, each)) for each in drawn),
        ("How it cuts words into pieces", vocabulary.split(shown.pieces, None)),
        ("How long its pieces are", vocabulary.lengths(shown.lengths)),
        ("In numbers", vocabulary.told(shown.lengths)),
    ]
    return page("Models", {"Model": f"{shown.titles[known.name]} ({known.name})"}, [Sheet(card.title(known), cards)])
