import dataclasses

import numpy as np

from demo.plots.heatmap import attention_heatmap, blank, room
from tests.demo import samples


def test_rows_are_target_and_columns_are_source() -> None:
    result = samples.result()
    figure = attention_heatmap(result, 1)
    heat = figure.data[0]
    assert np.array_equal(heat.z, result.hypotheses[1].attention)
    assert len(figure.layout.yaxis.ticktext) == len(result.hypotheses[1].tokens)
    assert figure.layout.xaxis.ticktext[-2:] == (".", "∎")
    assert "·et" in figure.layout.xaxis.ticktext
    assert figure.layout.yaxis.autorange == "reversed"
    assert (heat.zmin, heat.zmax) == (0, 1)


def test_every_figure_says_its_height() -> None:
    assert blank().layout.height == attention_heatmap(samples.result(), 0).layout.height


def test_labels_and_hovers_are_escaped() -> None:
    hostile = ("▁<b>", "▁</s>", "</s>")
    hypothesis = dataclasses.replace(
        samples.hypothesis(("▁<i>x", "</s>"), (0.5, 0.5)), attention=np.full((2, 3), 1 / 3, np.float32)
    )
    figure = attention_heatmap(samples.result(source_tokens=hostile, hypotheses=(hypothesis,)), 0)
    assert figure.layout.xaxis.ticktext == ("&lt;b&gt;", "&lt;/s&gt;", "∎")
    assert figure.data[0].customdata[0][0] == "&lt;i&gt;x ← &lt;b&gt;"


def test_sixty_by_sixty_grows_so_that_labels_stay_legible() -> None:
    tokens = tuple(f"▁w{i}" for i in range(60))
    hypothesis = dataclasses.replace(
        samples.hypothesis(tokens, (0.9,) * 60), attention=np.full((60, 60), 1 / 60, np.float32)
    )
    figure = attention_heatmap(samples.result(source_tokens=tokens, hypotheses=(hypothesis,)), 0)
    assert figure.layout.height > 60 * 16
    assert figure.layout.xaxis.tickangle == -90
    assert room(samples.result(source_tokens=tokens)) == "room-70"
    assert room(samples.result(source_tokens=tokens * 9)) == "room-300"
    assert room(samples.result()) == "room-24"
