"""Where it looked: the attention of the chosen candidate."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from plotly.io.json import to_json_plotly

from demo.common.attention import heatmap_parts, matrix_parts, room
from demo.common.markup import Html, tag
from demo.common.pieces import runs
from demo.translate.heads import Head
from demo.translate.translation import NOTHING_READ

if TYPE_CHECKING:  # the core brings torch, which a picture has no use for
    from seq2seq_core.decoding import DecodeResult
    from seq2seq_core.types import HeadAttention

START = "<start>"

NO_ATTENTION = (
    "This model has no attention: it squeezes the whole sentence into one vector, so while it writes there is no "
    "place in the source to point at. Choose a model with attention to see where it looks."
)


def draw(result: DecodeResult, index: int, words: bool) -> Html:
    """The attention of hypothesis ``index``, by pieces or by words, or why there is none.

    ``assets/translate.js`` gives it to Plotly, which changes the figure that is there: a quarter of the work of a
    gr.Plot, which draws a new one.
    """
    if not result.source_tokens:
        return tag("p", NOTHING_READ, class_="instead")
    if result.hypotheses[index].attention is None:
        return tag("p", NO_ATTENTION, class_="instead")
    figure = to_json_plotly(heatmap_parts(result, index, words))
    tokens = result.hypotheses[index].tokens
    places = [(word.first, word.last) for word in runs(tokens)] if words else [(i, i) for i in range(len(tokens))]
    rows = json.dumps(places)  # of each row its pieces, for assets/same_word.js
    return tag("div", data_room=room(result.source_tokens, words), data_figure=figure, data_rows=rows)


def draw_head(result: DecodeResult, index: int, words: bool, found: HeadAttention, chosen: Head) -> Html:
    """The attention of the chosen layer and head while hypothesis ``index`` was written, as ``draw`` does the mean."""
    target = result.hypotheses[index].tokens
    # What a decoder attends to is what it has read: the start token, and each piece but the last.
    read = (START, *target[:-1])
    down, across = {
        "cross": (target, result.source_tokens), "encoder": (result.source_tokens,) * 2, "decoder": (target, read),
    }[chosen.over]  # fmt: skip
    figure = to_json_plotly(matrix_parts(chosen.weights(found), down, across, words))
    return tag("div", data_room=room(across, words), data_figure=figure)
