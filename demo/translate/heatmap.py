"""Where it looked: the attention of the chosen candidate."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from plotly.io.json import to_json_plotly

from demo.common.attention import heatmap_parts, matrix_parts, room, summary
from demo.common.languages import UNKNOWN, Languages
from demo.common.markup import Html, join, tag
from demo.common.pieces import runs
from demo.translate.heads import MEAN, Head
from demo.translate.state import PIECES, WORDS
from demo.translate.translation import NOTHING_READ

if TYPE_CHECKING:  # the core brings torch, which a picture has no use for
    from seq2seq_core.decoding import DecodeResult
    from seq2seq_core.types import HeadAttention

START = "<start>"

NO_ATTENTION = (
    "This model has no attention: it squeezes the whole sentence into one vector, so while it writes there is no "
    "place in the source to point at. Choose a model with attention to see where it looks."
)


def draw(result: DecodeResult, index: int, words: bool, known: Languages | None = None) -> Html:
    """The attention of hypothesis ``index``, by pieces or by words and then the other way, or why there is none.

    ``assets/translate.js`` gives the first to Plotly, which changes the figure that is there: a quarter of the work of
    a gr.Plot, which draws a new one. The second is there for whoever turns to it.
    """
    if not result.source_tokens:
        return tag("p", NOTHING_READ, class_="instead")
    if result.hypotheses[index].attention is None:
        return tag("p", NO_ATTENTION, class_="instead")
    return join(_mean(result, index, each, known or UNKNOWN) for each in (words, not words))


def _mean(result: DecodeResult, index: int, words: bool, known: Languages) -> Html:
    parts = heatmap_parts(result, index, words, sides=sides(known))
    return tag(
        "div", data_room=room(result.source_tokens, words), data_figure=to_json_plotly(parts), data_said=summary(parts),
        data_rows=places(result.hypotheses[index].tokens, words), data_columns=places(result.source_tokens, words),
        data_unit=WORDS if words else PIECES,
    )  # fmt: skip


def draw_head(
    result: DecodeResult, index: int, words: bool, found: HeadAttention, chosen: Head, known: Languages | None = None
) -> Html:
    """The attention of the chosen layer and head while hypothesis ``index`` was written, as ``draw`` does the mean."""
    target = result.hypotheses[index].tokens
    # What a decoder attends to is what it has read: the start token, and each piece but the last.
    read = (START, *target[:-1])
    down, across = {
        "cross": (target, result.source_tokens), "encoder": (result.source_tokens,) * 2, "decoder": (target, read),
    }[chosen.over]  # fmt: skip
    parts = matrix_parts(chosen.weights(found), down, across, words, sides=sides(known or UNKNOWN, chosen.over))
    # What looks at itself says nothing of both sides.
    cross = chosen.over == "cross"
    return tag(
        "div", data_room=room(across, words), data_figure=to_json_plotly(parts), data_said=summary(parts),
        data_rows=places(down, words) if cross else None, data_columns=places(across, words) if cross else None,
    )  # fmt: skip


def sides(known: Languages, over: str = MEAN) -> tuple[str, str]:
    """What the heatmap's axes are, down and across."""
    target, source = known.sides
    return {"encoder": (source, source), "decoder": (target, "What was read of it")}.get(over, (target, source))


def places(tokens: Sequence[str], words: bool) -> str:
    """Of each row or column its first and last piece, for assets/same_word.js."""
    return json.dumps(
        [(word.first, word.last) for word in runs(tokens)] if words else [(i, i) for i in range(len(tokens))]
    )
