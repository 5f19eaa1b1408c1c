"""The tree of a search worked out by hand: I .6, We .3, The .1; after I: am .5, like .4; after We: are .6. Width 2."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import pytest

from demo.translate import beginnings as module
from demo.translate import tree as panel
from demo.translate.beginnings import Tree, grow
from seq2seq_core.decoding import Candidate, DecodeResult, DecodeStep, Hypothesis, ScoreParts, StepRow
from tests.demo import samples

ICH, WE, THE, AM, LIKE, ARE = range(4, 10)
WORDS = {ICH: "▁I", WE: "▁We", THE: "▁The", AM: "▁am", LIKE: "▁like", ARE: "▁are"}


def row(number: int, ids: tuple[int, ...]) -> StepRow:
    return samples.step_row(number, ids, [WORDS[i] for i in ids])


def candidate(parent: int, kept_as: int | None, token: int, p: float, total: float) -> Candidate:
    fate = "dropped" if kept_as is None else "kept"
    return Candidate(parent, kept_as, token, WORDS[token], math.log(p), math.log(total), math.log(total), fate, "why")


def searched() -> DecodeResult:
    first = DecodeStep(
        0, ("model",), (row(0, ()),),
        (candidate(0, 0, ICH, 0.6, 0.6), candidate(0, 1, WE, 0.3, 0.3), candidate(0, None, THE, 0.1, 0.1)),
    )  # fmt: skip
    second = DecodeStep(
        1, ("model",), (row(0, (ICH,)), row(1, (WE,))),
        (candidate(0, 0, AM, 0.5, 0.30), candidate(0, 1, LIKE, 0.4, 0.24), candidate(1, None, ARE, 0.6, 0.18)),
    )  # fmt: skip
    hypotheses = tuple(
        Hypothesis(ids, tuple(WORDS[i] for i in ids), (0.0, 0.0), 0.0, 0.0, "", False, None, ScoreParts(0.0, 2))
        for ids in ((ICH, AM), (ICH, LIKE))
    )
    return samples.result(hypotheses=hypotheses, steps=(first, second))


def grown_from(result: DecodeResult) -> Tree | None:
    return grow(result.steps, [hypothesis.token_ids for hypothesis in result.hypotheses])


def test_every_beginning_is_there_with_its_fate() -> None:
    grown = grown_from(searched())
    assert grown is not None
    fates = {prefix: node.what.fate for prefix, node in grown.nodes.items()}
    assert fates == {
        (ICH,): "kept", (WE,): "kept", (THE,): "dropped", (ICH, AM): "kept", (ICH, LIKE): "kept", (WE, ARE): "dropped",
    }  # fmt: skip
    assert math.isclose(grown.nodes[ICH, AM].what.total_log_prob, -1.204, abs_tol=1e-3)


def test_the_winner_runs_along_the_first_lane_and_dropped_ones_have_none() -> None:
    grown = grown_from(searched())
    assert grown is not None
    assert {prefix: node.lane for prefix, node in grown.nodes.items() if node.what.fate != "dropped"} == {
        (ICH,): 0, (ICH, AM): 0, (ICH, LIKE): 1, (WE,): 2,
    }  # fmt: skip
    assert grown.nodes[(THE,)].lane is None
    assert (grown.near, grown.lanes, grown.folded, grown.left_out) == (3, 3, 0, 0)
    assert "Unfold" not in panel.draw(searched(), 0)


def test_what_is_too_far_to_draw_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    grown = grown_from(searched())
    assert grown is not None
    assert (grown.lanes, grown.left_out) == (2, 1)
    assert "1 still farther are not drawn" in panel.draw(searched(), 0)


def test_a_winner_that_is_none_of_the_likeliest_leads_the_tree_and_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where exact search finds the empty translation: its one piece ends the sentence, and forty are likelier."""
    monkeypatch.setattr(module, "NEAR", 1)
    monkeypatch.setattr(module, "MOST", 1)
    end = math.log(0.02)
    empty = Hypothesis((3,), ("</s>",), (end,), end, end, "", True, None, ScoreParts(end, 1))
    shown = panel.draw(replace(searched(), strategy="exact", hypotheses=(empty,)), 0)
    [(tip, name)] = re.findall(r'class="node finished chosen"[^>]*aria-label="([^"]*)"[^>]*>([^<]+)', shown)
    assert name == "∎" and "P 2.0%" in tip and "finished: in the result" in tip
    assert re.search(r'<path [^>]*class="chosen"', shown), "its line, too"
    assert "4 beginnings kept, 1 finished, 2 dropped; 4 still farther are not drawn" in shown


def test_what_the_steps_recorded_of_a_result_is_not_recorded_twice() -> None:
    found = searched()
    assert module.completed(found.steps, found.hypotheses) == list(found.steps)


def test_the_last_dot_stands_for_all_that_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panel, "CRUMBS", 1)
    dropped = grown_from(searched()).roots  # type: ignore[union-attr]
    (dot,) = panel._crumbs([*dropped[2:], dropped[1]], 0, 0)
    assert "The · P 10.0%" in dot
    assert "and 1 more: We 30.0%" in dot


def test_what_is_far_from_the_winner_is_folded_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "NEAR", 2)
    grown = grown_from(searched())
    assert grown is not None
    assert (grown.near, grown.lanes, grown.folded, grown.left_out) == (2, 3, 1, 0)
    assert grown.nodes[(WE,)].far
    shown = panel.draw(searched(), 0)
    assert "1 far from the winner are folded away" in shown
    assert 'class="node kept far"' in shown and ">Unfold 1</button>" in shown
    assert all(node.lane is not None for node in (grown.nodes[(ICH,)], grown.nodes[ICH, AM]))


def test_no_trace_makes_no_tree() -> None:
    assert grown_from(samples.result()) is None
    assert "makes no tree" in panel.draw(samples.result(), 0)


def test_the_picture_shows_words_fates_and_reasons() -> None:
    shown = panel.draw(searched(), 0)
    for word in ("I", "We", "am", "like"):
        assert f">{word}</span>" in shown
    assert "The · P 10.0%" in shown
    assert "dropped: why" in shown
    assert "4 beginnings kept, 0 finished, 2 dropped" in shown
    assert shown.count('class="node kept chosen"') == 2
    assert "step 2 of 2" in shown


def marked(shown: str) -> list[str]:
    return re.findall(r'class="node [a-z]+ chosen"[^>]*>([^<]+)', shown)


def test_whose_path_a_word_or_line_is_on_stands_in_it_for_each_candidate() -> None:
    for chosen, path in enumerate((["I", "am"], ["I", "like"])):
        shown = panel.draw(searched(), chosen)
        assert marked(shown) == path and f'data-chosen="{chosen}"' in shown
        assert dict(re.findall(r'class="node[^>]*data-of="([^"]*)">([^<]+)', shown)) == {
            "0 1": "I", "0": "am", "1": "like",
        }  # fmt: skip
        assert re.findall(r'<path[^>]*class="chosen"[^>]*data-of="([^"]*)"', shown) == ["0 1", str(chosen)]


def test_the_tree_of_a_search_under_way_has_what_was_seen_so_far() -> None:
    first, second = (panel.growing(searched().steps[:end], leader) for end, leader in ((1, (WE,)), (2, (ICH, AM))))
    assert "am" not in first and "growing" in first and "step 1 of 1" in first
    assert re.findall('class="node kept chosen"[^>]*>([^<]+)', first) == ["We"]
    assert re.findall('class="node kept chosen"[^>]*>([^<]+)', second) == ["I", "am"]
    assert module.NEAR * panel.LANE == 368 and first.count("--near:23.5rem") == 1, "one height while it grows"
