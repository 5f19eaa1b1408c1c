"""The plot of log P against cost, and heatmaps side by side."""

from demo.common.attention import attention_heatmap
from demo.common.languages import UNKNOWN
from demo.compare import heatmaps, trade_off
from demo.compare.trade_off import CostPoint
from tests.demo import samples


def texts(points: list[CostPoint]) -> list[str]:
    return [note.text for note in trade_off.draw(points, "milliseconds").layout.annotations]


def test_each_card_has_its_number_and_its_name_as_text() -> None:
    assert texts([CostPoint(0, "Beam <b>5</b>", 10, -2), CostPoint(2, "Greedy", 90, -8)]) == [
        "<b>1</b>", "Beam &lt;b&gt;5&lt;/b&gt;", "<b>3</b>", "Greedy",
    ]  # fmt: skip


def test_cards_at_one_spot_share_a_label() -> None:
    assert (
        texts([CostPoint(0, "Greedy", 10, -2), CostPoint(1, "Beam 1", 10, -2), CostPoint(2, "Hot", 90, -9)])[0]
        == "1 Greedy<br>2 Beam 1"
    )


def test_for_a_phone_a_shared_spot_also_has_its_numbers_unseen_elsewhere() -> None:
    points = [CostPoint(0, "Greedy", 10, -2), CostPoint(1, "Beam 1", 10, -2), CostPoint(2, "Hot", 90, -9)]
    figure = trade_off.draw(points, "forward_calls")
    seen = {note.text: note.opacity for note in figure.layout.annotations}
    assert seen["1, 2"] == 0
    assert seen["1 Greedy<br>2 Beam 1"] is None


def test_what_is_written_says_by_its_alignment_whether_a_phone_hides_it() -> None:
    points = [CostPoint(0, "Greedy", 10, -2), CostPoint(1, "Beam 1", 10, -2), CostPoint(2, "Hot", 90, -9)]
    notes = trade_off.draw(points, "rows").layout.annotations
    assert {note.text: note.align for note in notes} == {
        "1 Greedy<br>2 Beam 1": "left", "1, 2": "right", "<b>3</b>": "center", "Hot": "left",
    }  # fmt: skip


def test_many_cards_have_numbers_alone() -> None:
    points = [CostPoint(i, f"Beam {i}", 50.0 * (i % 4), -2) for i in range(5)]
    assert sorted(texts(points)) == ["1, 5", "<b>2</b>", "<b>3</b>", "<b>4</b>"]


def test_every_sample_is_a_small_point_of_its_card() -> None:
    figure = trade_off.draw([CostPoint(0, "Hot", 10, -2, ((10, -5), (10, -7)))], "milliseconds")
    small, best = figure.data
    assert list(small.y) == [-5, -7]
    assert small.marker.color == best.marker.color
    assert small.marker.size < best.marker.size
    low, high = figure.layout.yaxis.range
    assert low < -7 and high > -2


def test_labels_stay_clear_of_points_and_of_each_other() -> None:
    figure = trade_off.draw(
        [CostPoint(i, "Beam with a name", 10 + 4 * i, -2 - 0.2 * i) for i in range(4)], "milliseconds"
    )
    sides = [(note.xanchor, note.yanchor) for note in figure.layout.annotations if note.text.startswith("Beam")]
    assert len(set(sides)) > 1


def test_times_of_several_runs_have_a_bar_that_no_label_covers() -> None:
    points = [CostPoint(0, "Greedy", 100, -2, ends=(60, 150)), CostPoint(1, "Beam", 200, -2, ends=(150, 320))]
    figure = trade_off.draw(points, "milliseconds")
    bar = figure.data[0].error_x
    assert (list(bar.arrayminus), list(bar.array)) == ([40], [50])
    low, high = figure.layout.xaxis.range
    assert low < 60 and high > 320
    assert {note.yanchor for note in figure.layout.annotations if note.text in ("Greedy", "Beam")} <= {"top", "bottom"}
    assert figure.data[1].error_x.symmetric is False


def test_one_card_alone_is_drawn() -> None:
    assert len(trade_off.draw([CostPoint(0, "Greedy", 0, 0)], "forward_calls").data) == 1


def test_heatmaps_of_all_cards_are_on_one_scale_with_cells_of_one_height() -> None:
    long, short = samples.result(), samples.result(hypotheses=samples.result().hypotheses[2:])
    one, other = heatmaps.draw(long, [(0, "<b>"), (2, "Greedy")], UNKNOWN), heatmaps.draw(short, [(1, "Beam")], UNKNOWN)
    assert {(figure.data[0].zmin, figure.data[0].zmax) for figure in (one, other)} == {(0, 1)}
    rows = [len(figure.data[0].z) for figure in (one, other)]
    assert (one.layout.height - other.layout.height) % (rows[0] - rows[1]) == 0
    assert one.layout.title.text == "<b>1, 3</b>  &lt;b&gt;, Greedy"
    both = heatmaps.draw(long, [(0, "Beam 5 · English to German, with attention")], UNKNOWN).layout
    assert both.title.text == "<b>1</b>  Beam 5 · English to German,<br>with attention", "a phone has room for no more"
    assert both.height - one.layout.height == both.title.pad.b - one.layout.title.pad.b > 0
    alone = attention_heatmap(long, 0).layout.margin
    assert (one.layout.margin.l, one.layout.margin.t) == (alone.l, alone.t), "room for the pieces"
