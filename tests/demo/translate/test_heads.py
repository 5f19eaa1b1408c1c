"""Which layer and head the heatmap shows, and what is said of it."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from demo.translate.heads import Head, heads_of, layers_of
from demo.translate.heatmap import draw_head
from demo.translate.said import read
from seq2seq_core.types import HeadAttention
from tests.demo import samples


def attention(target: int, source: int, alignment: tuple[tuple[int, int], ...] = ()) -> HeadAttention:
    """Of 2 layers and 3 heads in the decoder, 1 and 2 in the encoder; random, rows sum to 1."""
    random = np.random.default_rng(0)

    def weights(*shape: int) -> np.ndarray:
        drawn = random.random(shape).astype(np.float32)
        return drawn / drawn.sum(-1, keepdims=True)

    return HeadAttention(
        weights(2, 3, target, source), weights(1, 2, source, source), weights(2, 3, target, target), alignment
    )


def test_a_layer_a_head_and_their_means() -> None:
    found = attention(4, 5)
    assert np.allclose(Head("cross", 1, 2).weights(found), found.cross[1, 2])
    assert np.allclose(Head("cross", 1).weights(found), found.cross[1].mean(0))
    assert np.allclose(Head("decoder", head=0).weights(found), found.decoder[:, 0].mean(0))
    assert np.allclose(Head("encoder").weights(found), found.encoder.mean((0, 1)))
    assert Head("cross", 1, 2).said(found) == "layer 2 of 2, head 3 of 3"
    assert Head("encoder").said(found) == "mean of 1 layers, mean of 2 heads"


def test_alignment_heads_where_the_model_names_them() -> None:
    found = attention(4, 5, ((0, 1), (1, 2)))
    chosen = Head("cross", 0, "alignment").fitting(found)
    assert np.allclose(chosen.weights(found), (found.cross[0, 1] + found.cross[1, 2]) / 2)
    assert chosen.said(found) == "mean of 2 alignment heads"
    assert ("Alignment heads", "alignment") in heads_of(found, "cross")
    assert ("Alignment heads", "alignment") not in heads_of(found, "decoder")
    assert Head("decoder", 0, "alignment").fitting(found) == Head("decoder", 0)
    assert Head("cross", 0, "alignment").fitting(attention(4, 5)) == Head("cross", 0)


def test_what_another_model_has_not_is_its_mean() -> None:
    found = attention(4, 5)
    assert Head("encoder", 7, 2).fitting(found) == Head("encoder")
    assert [value for _, value in layers_of(found, "cross")] == ["mean", 0, 1]
    assert [value for _, value in heads_of(found, "encoder")] == ["mean", 0, 1]


@pytest.mark.parametrize(
    ("over", "layer", "head", "expected"),
    [
        ("cross", 1, 2, Head("cross", 1, 2)),
        ("cross", "mean", "alignment", Head("cross", "mean", "alignment")),
        ("nothing", 0, 0, Head("mean", 0, 0)),
        (["cross"], -1, True, Head()),
        (None, {"a": 1}, 1.5, Head()),
    ],
)
def test_what_the_browser_sends_is_read_once(over: object, layer: object, head: object, expected: Head) -> None:
    assert read({"over": over, "layer": layer, "head": head}).head == expected


def test_the_figure_has_the_sides_of_what_is_looked_at() -> None:
    result = samples.result()
    rows, columns = len(result.hypotheses[0].tokens), len(result.source_tokens)
    found = attention(rows, columns)
    for over, size in (("cross", (rows, columns)), ("encoder", (columns, columns)), ("decoder", (rows, rows))):
        drawn = str(draw_head(result, 0, False, found, Head(over)))
        figure = json.loads(re.search(r'data-figure="([^"]*)"', drawn)[1].replace("&quot;", '"').replace("&#34;", '"'))
        z = figure["data"][0]["z"]
        assert len(figure["layout"]["yaxis"]["ticktext"]) == size[0]
        assert len(figure["layout"]["xaxis"]["ticktext"]) == size[1]
        assert z
        assert ("data-rows" in drawn and "data-columns" in drawn) == (over == "cross"), "only there both sides meet"
        assert np.isclose(sum(figure["data"][1]["y"]), size[0]), "the row of what each column got in all"
