import dataclasses

import numpy as np

from demo.common.attention import attention_heatmap, blank, by_words, in_all, matrix_parts, room
from demo.common.pieces import runs
from seq2seq_core.why_not.measures import touched
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


def test_the_bars_numbers_get_their_size_from_the_layout_which_the_page_enlarges() -> None:
    figure = attention_heatmap(samples.result(), 0)
    assert figure.layout.template.data.bar[0].textfont.size == 10
    assert figure.data[1].textfont.size is None


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
    assert room(tokens) == "room-70"
    assert room(tokens * 9) == "room-300"
    assert [room(tokens[:columns]) for columns in (16, 17)] == ["room-16", "room-24"]


def test_words_add_up_source_pieces_and_average_target_pieces() -> None:
    # Target "ab" in two pieces and the end; source "x", "yz" in two pieces, the end.
    weights = np.array([[0.2, 0.3, 0.4, 0.1], [0.6, 0.1, 0.1, 0.2], [0.0, 0.0, 0.0, 1.0]], np.float32)
    target, source = runs(("▁a", "b", "</s>")), runs(("▁x", "▁y", "z", "</s>"))
    joined = by_words(weights, target, source)
    assert np.allclose(joined, [[0.4, 0.45, 0.15], [0.0, 0.0, 1.0]])


def test_the_heatmap_by_words_has_a_row_and_a_column_for_each_and_rows_still_sum_to_one() -> None:
    result = samples.result()
    figure = attention_heatmap(result, 0, words=True)
    heat = figure.data[0]
    assert np.allclose(np.sum(heat.z, axis=1), 1)
    assert figure.layout.yaxis.ticktext == ("Ein", "Mann", "in", "einer", "roten", "Jacke", "liest.", "∎")
    assert figure.layout.xaxis.ticktext[5:] == ("jacket", "is", "reading.", "∎")
    assert heat.customdata[5][5] == "Jacke ← jacket"


def test_a_hover_names_what_a_label_cuts() -> None:
    long = ("▁Donaudampfschifffahrt", "</s>")
    hypothesis = dataclasses.replace(
        samples.hypothesis(long, (0.5, 0.5)), attention=np.full((2, 11), 1 / 11, np.float32)
    )
    figure = attention_heatmap(samples.result(hypotheses=(hypothesis,)), 0)
    assert figure.layout.yaxis.ticktext[0].endswith("…")
    assert figure.data[0].customdata[0][0] == "Donaudampfschifffahrt ← A"


def test_bars_below_say_what_each_source_word_got_in_all_as_the_core_measures_coverage() -> None:
    result = samples.result()
    pieces, words = (attention_heatmap(result, 0, words=flag) for flag in (False, True))
    for figure in (pieces, words):
        heat, bars = figure.data
        assert np.isclose(sum(bars.y), len(result.hypotheses[0].tokens)), "all that all pieces gave, by words as well"
        assert len(bars.y) == len(heat.z[0]) == len(bars.text)
        assert (bars.yaxis, bars.xaxis) == ("y2", None), "each below its column"
        assert figure.layout.yaxis2.domain[1] < figure.layout.yaxis.domain[0]
        assert figure.layout.yaxis2.ticktext == ("in all",)
    told = dict(zip(words.layout.xaxis.ticktext, words.data[1].y, strict=True))
    assert {word.word: round(word.attention, 5) for word in touched(result)} == {
        word.word: round(told[word.word], 5) for word in touched(result)
    }


def test_a_word_of_several_pieces_got_what_they_got_together() -> None:
    weights = np.array([[0.2, 0.3, 0.4, 0.1], [0.6, 0.1, 0.1, 0.2]], np.float32)
    assert np.allclose(in_all(weights, runs(("▁x", "▁y", "z", "</s>"))), [0.8, 0.9, 0.3])


def test_axes_have_titles_and_rows_of_the_height_that_is_asked_for() -> None:
    weights = np.full((2, 3), 1 / 3, np.float32)
    down, across = ("▁a", "</s>"), ("▁b", "▁c", "</s>")
    layout = matrix_parts(weights, down, across, sides=("Translation: <i>", "Source: English"), row=20, below=30)[
        "layout"
    ]
    assert layout["yaxis"]["title"]["text"] == "Translation: &lt;i&gt;"
    assert layout["xaxis"]["title"]["text"] == "Source: English"
    inside = layout["height"] - layout["margin"]["t"] - layout["margin"]["b"]
    low, high = layout["yaxis"]["domain"]
    assert np.isclose((high - low) * inside, 2 * 20)
