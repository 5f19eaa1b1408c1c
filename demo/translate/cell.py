"""A cell of the heatmap that was pressed: which weight it is, and what may be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from demo.common.markup import Html, tag
from demo.common.pieces import label, letters, runs
from demo.translate.said import Press

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from demo.translate.state import Shown

RESULTS = (
    "Decoding again from here, the model sees the source at this one step as the moved weight has it; the others of "
    "the row stay to each other as they were."
)
UNMOVED = (
    "Weights of this model cannot be moved: what is shown is the mean of many heads. That takes a recurrent model with "
    "attention."
)


@dataclass(frozen=True)
class Cell:
    """A weight of the candidate that is looked into.

    step: of the piece that was chosen with it; of a word its first. first, last: source positions that it is of.
    row, column: what they are called. weight: as it is.
    """

    step: int
    first: int
    last: int
    row: str
    column: str
    weight: float


def cell_of(shown: Shown | None, press: Press, words: bool) -> Cell | None:
    """The cell in row ``press.index`` and column ``press.at``, by words or by pieces; None where there is none."""
    if shown is None or shown.languages.heads or press.index is None or press.at is None:
        return None
    hypothesis, source = shown.result.hypotheses[shown.index], shown.result.source_tokens
    if hypothesis.attention is None:
        return None
    down, across = (_places(tokens, words) for tokens in (hypothesis.tokens, source))
    if press.index >= len(down) or press.at >= len(across):
        return None
    (row, step, _), (column, first, last) = down[press.index], across[press.at]
    if last - first + 1 == len(source):
        return None
    return Cell(step, first, last, row, column, float(hypothesis.attention[step, first : last + 1].sum()))


def draw(cell: Cell | None, heads: bool) -> Html:
    """What was pressed, over the slider that moves it; why there is none, of a model of many ``heads``."""
    if cell is None:
        return tag("p", UNMOVED, class_="caption") if heads else Html()
    said = ["At step ", str(cell.step + 1), ", for ", tag("b", cell.row), ", weight on ", tag("b", cell.column), ": "]
    return tag("p", said, f"{cell.weight:.2f}. ", tag("span", RESULTS, class_="caption"), class_="picked")


def _places(tokens: tuple[str, ...], words: bool) -> list[tuple[str, int, int]]:
    """What each row or column is called, with its first and last token."""
    if words:
        return [(word.text, word.first, word.last) for word in runs(tokens)]
    letter = letters(tokens)
    return [(label(token, longest=40, letter=letter), place, place) for place, token in enumerate(tokens)]
