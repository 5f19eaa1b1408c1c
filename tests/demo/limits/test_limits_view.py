"""The Limits view on two small models of random weights: its handlers, cards, figures, link and files."""

from __future__ import annotations

import csv
import io
import json
import math
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import numpy as np
import pytest
from markupsafe import escape

from benchmarks.limits import weights_of
from demo.common import limits_link
from demo.common.pieces import NO_WORDS, label, minus, percent
from demo.common.turn import Turn
from demo.limits import beside, costs, exposure, lengths, reach
from demo.limits.costs import Timed
from demo.limits.events import NOT_TIMED, NOTHING, LimitsEvents
from demo.limits.layout import _pair, lay_out
from demo.limits.measured import measured, source_of
from demo.limits.state import BesideEachOther
from demo.service import SearchCost, Service, running, sentence_quality
from seq2seq_core.checkpoint import Checkpoint, save_checkpoint
from seq2seq_core.decoding import BeamConfig, ScoreConfig, returned
from seq2seq_core.limits import beside as set_beside
from seq2seq_core.limits import slip
from seq2seq_core.pipeline import Translator
from tests.demo.reading import caption, cells, told
from tests.tiny import tiny_checkpoint, tiny_tokenizer

CHECKPOINTS = Path(__file__).parents[3] / "checkpoints"
MODELS = ["one", "two"]
ASKED = ["one two three.", "eins zwei drei.", MODELS, 1]


class SaidOfLimits(LimitsEvents):
    """The handlers, with what they answer by the names of the view's components."""

    def said(self, updates: Any) -> list[Any]:
        return [told(self._view, update) for update in updates]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    folder, tokenizer = tmp_path_factory.mktemp("checkpoints"), tiny_tokenizer()
    for seed, name in enumerate((*MODELS, "french")):
        made = tiny_checkpoint(tokenizer, seed)
        made.model.output.bias[tokenizer.specials.eos] = 3.0  # it ends soon
        language = "French" if name == "french" else "German"
        card = {"title": f"Tiny {name}", "source_language": "English", "target_language": language}
        save_checkpoint(folder / name, Checkpoint(made.model, made.tokenizer, card))
    return Service(folder, "cpu")


@pytest.fixture(scope="module")
def events(service: Service) -> SaidOfLimits:
    with gr.Blocks():
        return SaidOfLimits(service, lay_out(service))


@pytest.fixture(scope="module")
def shown(events: SaidOfLimits) -> BesideEachOther:
    *_, last = events.said(events.ask(Turn(), ASKED))
    assert isinstance(last.present, BesideEachOther)
    return last.present


def test_models_answer_one_after_the_other(events: SaidOfLimits) -> None:
    first, one, both = events.said(events.ask(Turn(), ASKED))
    assert "0 of 2" in first.status and "1 of 2" in one.status and "2 models" in both.status
    assert len(one.present.found) == 1 and both.present.done


def test_what_is_shown_carries_the_question_that_it_answers(events: SaidOfLimits, shown: BesideEachOther) -> None:
    *_, last = events.said(events.ask(Turn(), ASKED))
    assert last.present.question.values == tuple(ASKED)
    assert "“one two three.”, Tiny one, Tiny two, a wrong word at token 1" in last.earlier
    assert 'data-run="limits-ask"' in last.earlier
    long = "one two three " * 20
    *_, last = events.said(events.ask(Turn(), [long, *ASKED[1:]]))
    assert caption(last.earlier) == [f"“{long.strip()}”", "Tiny one, Tiny two", "a wrong word at token 1"], "in full"


def test_without_a_reference_nothing_is_scored_by_it(events: SaidOfLimits) -> None:
    *_, last = events.said(events.ask(Turn(), [ASKED[0], "", *ASKED[2:]]))
    assert last.present.scores == ((None, None), (None, None))
    drawn = beside.draw(last.present)
    for name in ("log P of the reference", "chrF"):  # of two models; a phone has no headings
        assert drawn.count(f'<td class="number" data-label="{name}">–</td>') == 2


def test_every_number_of_the_tables_is_the_core_s(shown: BesideEachOther, service: Service) -> None:
    drawn, by_token = beside.draw(shown), beside.tokens(shown)
    for one in shown.found:
        [scored] = service.translator(one.model).score((shown.source, shown.asked.reference))
        assert one.expected is not None
        assert one.expected.hypothesis.log_prob == pytest.approx(scored.hypotheses[0].log_prob, abs=1e-3)
        assert f"{one.expected.hypothesis.log_prob:.2f}".replace("-", "−") in drawn
        [found] = service.translator(one.model).translate(shown.source, BeamConfig())
        [row] = [row for row in cells(drawn) if row[0] == f"Tiny {one.model}"]
        chrf = sentence_quality(found.hypotheses[0].text, shown.asked.reference).chrf
        log_probs = (found.hypotheses[0].log_prob, scored.hypotheses[0].log_prob)
        assert row[1] == (found.hypotheses[0].text or NO_WORDS)
        assert row[2:] == [*(minus(f"{value:.2f}") for value in log_probs), f"{chrf:.1f}"]
    assert by_token.count("<section>") == 2 and by_token.count('title="one">Tiny one</th>') == 2
    assert 'title="one">Tiny one</th>' in drawn


def test_each_token_has_its_probability_and_its_rank(shown: BesideEachOther, service: Service) -> None:
    said, wanted = beside.tokens(shown).split("</section>")[:2]
    for table, kind in ((said, "said"), (wanted, "expected")):
        columns = list(zip(*cells(table), strict=True))[1:]
        assert len(columns) == len(shown.found)
        for one, column in zip(shown.found, columns, strict=True):
            ids = getattr(one, kind).hypothesis.token_ids
            [forced] = service.translator(one.model).translate(shown.source, ScoreConfig(), prefix=ids, trace=True)
            told = forced.hypotheses[0]
            assert told.ranks is not None
            written = [
                percent(math.exp(log_prob)) + (f", rank {rank:,}" if rank > 1 else "")
                for log_prob, rank in zip(told.token_log_probs, told.ranks, strict=True)
            ]
            assert [cell.partition(" ")[2] for cell in column if cell] == written
            assert not any(column[len(ids) :])


def test_what_a_wrong_word_costs_is_the_core_s(shown: BesideEachOther) -> None:
    """On a shipped model: those of random weights say no whole words."""
    translator, source = Translator.load(CHECKPOINTS / "en-de-attention", "cpu"), "We stayed at home because it rained."
    for place in (1, 3):
        one, known = returned(set_beside(translator, source, slip_at=place)), slip(translator, source, place)
        assert known is not None and known == one.slip
        of_it = replace(shown, found=(one,), titles={"en-de-attention": "With"})
        lost, *_ = exposure.slips(of_it).data
        np.testing.assert_allclose(lost.y, known.lost, atol=1e-3)
        line, after = exposure.told(of_it).split("<li>")[1], known.recovers_after
        assert f"With: {label(known.wrong)} in place of {label(known.tokens[known.place])}, token {place + 1}; " in line
        assert ("never recovers" if after is None else f"recovered after {after} token") in line
        assert str(escape(known.goes_on)) in line


def test_the_figures_show_what_the_core_found(shown: BesideEachOther) -> None:
    for place, one in enumerate(shown.found):
        assert one.left_out is not None and one.expected is not None
        np.testing.assert_allclose(reach.here(shown).data[place].y, one.left_out.worth, atol=1e-3)
        forced, free = exposure.curves(shown).data[2 * place : 2 * place + 2]
        np.testing.assert_allclose(forced.y, [t.log_prob for t in one.expected.tokens], atol=1e-3)
        np.testing.assert_allclose(free.y, [t.log_prob for t in one.said.tokens], atol=1e-3)
    slipped = [one for one in shown.found if one.slip is not None]
    assert len(exposure.slips(shown).data) == len(slipped)


def test_what_was_measured_is_drawn_as_it_was_measured() -> None:
    known = measured()["models"]
    titles = {name: f"Title of {name}" for name in known}
    figure = lengths.draw(None, titles)
    two = lengths.draw(None, dict(list(titles.items())[:2])).layout.height
    assert figure.layout.height == two + 18 * (len(figure.data) // 2 - 2), "names take no room from the lines"
    for band, line in zip(figure.data[::2], figure.data[1::2], strict=True):
        groups = sorted(known[line.name.removeprefix("Title of ")]["lengths"], key=lambda group: group["words"])
        assert list(line.x) == [group["words"] for group in groups]
        assert list(line.y) == [group["bleu"] for group in groups]
        _within(band, groups, [(g["bleu"] - (g["margin"] or 0), g["bleu"] + (g["margin"] or 0)) for g in groups])
        assert [f"{g['group']}, {g['sentences']} of them" for g in groups] == list(line.hovertext)
    for figure, rows in (
        (reach.average({"en-de-attention": "With"}), [known["en-de-attention"]["reach"]]),
        (exposure.slips_average({"en-de-context": "Without"}), [known["en-de-context"]["slips"]["lost"]]),
        (exposure.average({"en-fr": "French"}), [
            [row for row in known["en-fr"]["exposure"] if row["kind"] == kind]
            for kind in ("teacher-forced", "free-running")
        ]),
    ):  # fmt: skip
        for band, line, measures in zip(figure.data[::2], figure.data[1::2], rows, strict=True):
            assert list(line.y) == [round(row["mean"], 4) for row in measures]
            _within(band, measures, [(row["low"], row["high"]) for row in measures])
    assert exposure.slips_average({"en-de-context": "Without"}).data[1].name == "Without, in the mean"
    long = exposure.slips_average({"en-de-context": "English to German, no attention"}).data[1].name
    assert long == "English to German, no attention,<br>in the mean", "a phone would cut it off"
    for name, each in known.items():
        slips = each["slips"]
        said = f"recovers {slips['mean_tokens']:.1f} tokens after a wrong word; in {slips['never']:.0f} % of cases"
        assert f"Title of {name}: {said} never before the end ({slips['sentences']} held-out" in exposure.many(titles)
    assert "python -m benchmarks.limits" in source_of()


def _within(band: Any, rows: Sequence[Any], ends: Sequence[tuple[float, float]]) -> None:
    """A shade goes along all upper ends and back along the lower ones."""
    lows, highs = ([end[side] for end in ends] for side in (0, 1))
    assert len(rows) and list(band.y) == pytest.approx([*highs, *reversed(lows)])


def test_the_figures_are_those_of_the_weights_that_ship() -> None:
    """If this fails, weights were replaced: run the command of docs/limits.md again."""
    for name, known in measured()["models"].items():
        assert known["sha256"] == weights_of(CHECKPOINTS / name), name


def test_the_pair_differs_in_its_teacher_forcing_alone() -> None:
    forced, scheduled = (
        tomllib.loads((CHECKPOINTS.parent / "recipes" / f"{name}.toml").read_text("utf-8")) for name in limits_link.PAIR
    )
    assert scheduled["training"].pop("teacher_forcing")["schedule"] == "inverse_sigmoid"
    assert scheduled["data"].pop("tokenizer").endswith("en-de-forced/checkpoint/tokenizer.model")
    for recipe in (forced, scheduled):
        del recipe["name"], recipe["card"]["title"]
    assert forced == scheduled
    folders = [CHECKPOINTS / name for name in limits_link.PAIR]
    assert len({(folder / "tokenizer.model").read_bytes() for folder in folders}) == 1
    assert len({(folder / "config.json").read_bytes() for folder in folders}) == 1
    known = [measured()["models"][name] for name in limits_link.PAIR]
    assert {one["test_set"] for one in known} == {"Multi30k"} and "Multi30k's test captions" in source_of()


def test_the_view_leads_to_the_pair_where_both_are_here() -> None:
    assert limits_link.write(limits_link.CAPTION, "", limits_link.PAIR).replace("&", "&amp;") in _pair(limits_link.PAIR)
    assert _pair(("en-de-forced", "en-de")) == ""


def test_what_is_shown_in_the_mean_is_of_the_models_that_were_asked(
    events: SaidOfLimits, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = measured()["models"]["en-de-attention"]
    monkeypatch.setattr("demo.limits.exposure.measured", lambda: {"models": {"two": known}})
    first = next(iter(events.said(events.ask(Turn(), ASKED))))
    assert [line.name for line in first.exposure_average.data if line.name] == [
        "Tiny two, teacher-forced", "Tiny two, free-running",
    ]  # fmt: skip


def test_attention_keeps_its_bleu_where_the_fixed_context_loses_it() -> None:
    """What the view is there to show, in the figures that ship: of the longest, the intervals lie apart."""
    twins = [measured()["models"][name]["lengths"][-1] for name in ("en-de-attention", "en-de-context")]
    with_attention, without = twins
    assert with_attention["group"] == without["group"] == "5 joined"
    assert with_attention["bleu"] - with_attention["margin"] > without["bleu"] + without["margin"]


def test_the_sentence_s_own_point_is_added_for_each_model(shown: BesideEachOther) -> None:
    stars = [trace for trace in lengths.draw(shown, {}).data if "this sentence" in (trace.name or "")]
    assert {trace.x[0] for trace in stars} == {3}  # words of the sentence
    again = [sentence_quality(one.found.hypotheses[0].text, shown.asked.reference).bleu for one in shown.found]
    assert [bleu for bleu, _ in shown.scores] == again
    assert [trace.y[0] for trace in stars] == [round(bleu, 2) for bleu, _ in shown.scores if bleu is not None]


def test_a_link_asks_the_same_again(events: SaidOfLimits, shown: BesideEachOther) -> None:
    href = limits_link.write(shown.source, shown.asked.reference, shown.models, 3)
    query = dict(pair.split("=") for pair in href[1:].split("&"))
    read = limits_link.read({name: value.replace("+", " ") for name, value in query.items()})
    assert read == limits_link.LimitsLink(shown.source, shown.asked.reference, shown.models, 3)
    assert limits_link.read({"view": "compare"}) is None
    for place in ("0", "101", "-1", "x", "9" * 400, "²"):
        found = limits_link.read({"view": "limits", "place": place})
        assert found is not None and found.place is None


def test_files_hold_everything(events: SaidOfLimits, shown: BesideEachOther) -> None:
    made = {}
    for kind in ("html", "json", "csv"):
        pressed: Any = SimpleNamespace(_data={"kind": kind})
        made[kind] = told(events._view, events.export(shown, (), pressed)).file["text"]
    whole = json.loads(made["json"])
    assert [one["model"] for one in whole["beside"]] == MODELS and whole["reference"] == ASKED[1]
    rows = list(csv.DictReader(io.StringIO(made["csv"].lstrip("\ufeff"))))
    assert len(rows) == sum(len(one.said.tokens) + len(one.expected.tokens) for one in shown.found if one.expected)
    tokens = [
        token for one in shown.found if one.expected for given in (one.said, one.expected) for token in given.tokens
    ]
    for row, token in zip(rows, tokens, strict=True):
        assert (row["piece"], int(row["rank"])) == (token.token, token.rank)
        assert (float(row["log_prob"]), float(row["entropy"])) == (token.log_prob, token.entropy)
    assert made["html"].count("<div data-figure>") == 3
    nothing: Any = SimpleNamespace(_data={"kind": "json"})
    assert NOTHING in told(events._view, events.export(None, (), nothing)).status


def test_stop_keeps_what_is_there(events: SaidOfLimits) -> None:
    turn = Turn()
    answers = events.ask(turn, ASKED)
    assert len(events.said([next(answers), next(answers)])) == 2
    events.stop(turn)
    *_, last = events.said(answers)
    assert "Stopped" in last.status and "1 done" in last.status


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (("", "", MODELS, 1), "Type"),
        (("one", "", [], 1), "Choose 1 to 6 models"),
        (("one", "", None, 1), "Choose 1 to 6 models"),
        (("one", "", ["three"], 1), "Choose one of the models"),
        (("one", "eins", ["one", "french"], 1), "different languages"),
        (("one", "", [["one"]], 1), "Choose one of the models"),
        (("one", "", MODELS, None), "whole number"),
        (("one", "", MODELS, float("nan")), "whole number"),
        (("x" * 2000, "", MODELS, 1), "shorten it"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_sentence(events: SaidOfLimits, asked: Any, message: str) -> None:
    *_, last = events.said(events.ask(Turn(), list(asked)))
    assert message in last.status and "error" in last.status


def test_searches_that_another_wish_follows_at_once_leave_the_page_to_it(
    events: SaidOfLimits, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = Turn()

    def overtaken(_: object) -> Iterator[None]:
        turn.take()
        yield None

    monkeypatch.setattr(events._service, "run_cost", overtaken)
    assert list(events.measure(turn, "one two.", "one", ())) == [gr.skip()]


def test_the_cost_is_what_the_searches_took(events: SaidOfLimits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seq2seq_core.limits.cost.WIDTHS", (1, 3))
    monkeypatch.setattr("seq2seq_core.limits.cost.BATCHES", (1, 2))
    *_, last = events.said(events.measure(Turn(), "one two.", "one", ()))
    assert "10 searches" in last.status and "timed one after the other" in last.status
    for name, _ in costs.AXES.values():
        assert name in last.costs
    assert [cost.axis for cost in last.timings[0].found] == ["width"] * 2 + ["length", "read"] * 3 + ["batch"] * 2
    *_, both = events.said(events.measure(Turn(), "one two.", "two", last.timings))
    assert [one.model for one in both.timings] == ["one", "two"] and both.costs.count('title="one">Tiny one</th>') == 10
    *_, other = events.said(events.measure(Turn(), "two.", "two", both.timings))
    assert [(one.model, one.text) for one in other.timings] == [("two", "two.")]
    found = last.timings[0].found
    assert cells(last.costs) == [
        [f"{cost.value:,}", f"{cost.calls:,}", f"{each:.1f}" if each < 10 else f"{each:,.0f}"]
        for axis in costs.AXES
        for cost in found
        if cost.axis == axis
        for each in [1000 * cost.seconds / (cost.value if axis == "batch" else 1)]
    ]
    drawn = costs.draw([Timed("one", "One", "", (SearchCost("batch", 4, 12, 0.4), SearchCost("width", 5, 1234, 0.02)))])
    assert ">100<" in drawn and ">1,234<" in drawn and ">20<" in drawn and "Model<" not in drawn
    assert ">0.4<" in costs.draw([Timed("one", "One", "", (SearchCost("read", 7, 1, 0.0004),))])


def test_what_was_timed_is_taken_away_too(events: SaidOfLimits, shown: BesideEachOther) -> None:
    timed = (Timed("one", "Tiny one", shown.source, (SearchCost("read", 7, 1, 0.0123),)),)
    press: Any = SimpleNamespace(_data={"kind": "json"})
    whole = json.loads(told(events._view, events.export(shown, timed, press)).file["text"])
    assert whole["costs"] == json.loads(json.dumps([asdict(one) for one in timed]))
    press._data["kind"] = "html"
    assert "What decoding costs here" in told(events._view, events.export(shown, timed, press)).file["text"]


def test_what_was_timed_is_a_table_of_its_own_for_which_nothing_else_has_to_be_there(events: SaidOfLimits) -> None:
    found = (SearchCost("width", 5, 12, 0.0123), SearchCost("read", 7, 1, 0.0004))
    timed = (Timed("one", "Tiny one", "one, two.", found), Timed("two", "Tiny two", "one, two.", found[:1]))
    made = told(events._view, events.export_costs(timed)).file
    assert made["name"] == "limits-costs.csv" and made["type"] == "text/csv"
    rows = list(csv.DictReader(io.StringIO(made["text"].lstrip("\ufeff"))))
    assert [(row["model"], row["title"], row["source"]) for row in rows] == [
        ("one", "Tiny one", "one, two."), ("one", "Tiny one", "one, two."), ("two", "Tiny two", "one, two."),
    ]  # fmt: skip
    read = [SearchCost(r["axis"], int(r["value"]), int(r["calls"]), float(r["seconds"])) for r in rows]
    assert read == [*found, found[0]]
    for nothing in ((), None, "x"):
        assert NOT_TIMED in told(events._view, events.export_costs(nothing)).status


def test_it_does_not_take_longer_than_it_may(events: SaidOfLimits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "WHY_DEADLINE", 0.0)
    *_, last = events.said(events.ask(Turn(), ASKED))
    assert "Stopped after 0 seconds" in last.status
