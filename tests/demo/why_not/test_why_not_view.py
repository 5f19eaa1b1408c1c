"""The Why not? view on a small model of random weights: its handlers, cards, link and files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote_plus

import gradio as gr
import numpy as np
import pytest
import torch
from markupsafe import escape

from demo.common import why_link
from demo.common.pieces import NO_WORDS, label, minus, percent
from demo.common.turn import Turn
from demo.service import Service, running
from demo.why_not import beams, best, curves, learnt, signs, tokens, verdict, what_if, words
from demo.why_not.events import WhyEvents
from demo.why_not.layout import lay_out
from demo.why_not.state import Explained
from demo.why_not.view import FAILED
from seq2seq_core.checkpoint import Checkpoint, save_checkpoint, weights_sum
from seq2seq_core.data.batches import padded
from seq2seq_core.decoding import BeamConfig, ScoreConfig, returned
from seq2seq_core.neighbours import FILE, build, load_index, nearest, save_index
from seq2seq_core.pipeline import Translator
from seq2seq_core.why_not import agree, candidates_config, signs_of, why_not
from tests.demo.reading import caption, cells, told
from tests.tiny import PAIRS, tiny_checkpoint, tiny_tokenizer

ASKED = ["one two.", "eins zwei.", "tiny", "beam"]


class Said(WhyEvents):
    """The handlers, with what they answer by the names of the view's components."""

    def said(self, updates: Any) -> list[Any]:
        return [told(self._view, update) for update in updates]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    folder, made = tmp_path_factory.mktemp("checkpoints"), tiny_checkpoint(tiny_tokenizer())
    made.model.output.bias[made.tokenizer.specials.eos] = 6.0  # it ends soon: fifty beams are looked into
    card = {"title": "Tiny", "source_language": "English", "target_language": "German"}
    save_checkpoint(folder / "tiny", Checkpoint(made.model, made.tokenizer, card))
    translator, weights = Translator.load(folder / "tiny", "cpu"), weights_sum(folder / "tiny")
    save_index(folder / "tiny", build(translator, PAIRS, weights=weights, credit="numbers <b>"))
    return Service(folder, "cpu")


@pytest.fixture(scope="module")
def events(service: Service) -> Said:
    with gr.Blocks():
        return Said(service, lay_out(service))


@pytest.fixture(scope="module")
def shown(events: Said) -> Explained:
    *_, last = events.said(events.ask(Turn(), ASKED))
    assert isinstance(last.present, Explained)
    return last.present


def test_a_question_that_another_follows_at_once_leaves_the_page_to_it(
    events: Said, shown: Explained, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A generator that ends without a word would have Gradio empty the verdict, the line and all else."""
    turn = Turn()

    def overtaken(*_: object, **__: object) -> Iterator[None]:
        turn.take()
        yield None

    monkeypatch.setattr(events._service, "run_why", overtaken)
    monkeypatch.setattr(events._service, "run", overtaken)
    assert list(events.ask(turn, ASKED)) == [gr.skip()]
    assert list(events.search(turn, shown, 1)) == [gr.skip()]


def test_the_verdict_comes_first_and_the_beams_after_it(events: Said) -> None:
    first, *_, last = events.said(events.ask(Turn(), ASKED))
    assert "error" in first.verdict and first.tokens and first.curves.data
    assert (len(first.present.known.widths), first.present.done) == (0, False)
    assert (len(last.present.known.widths), last.present.done) == (50, True)
    assert "link to this" in last.status


def test_files_of_the_figures_say_both_texts_model_and_settings(events: Said) -> None:
    first, *_ = events.said(events.ask(Turn(), ASKED))
    text, expected, *_ = caption(first.earlier)
    assert (text, expected) == (f"“{ASKED[0]}”", f"expected “{ASKED[1]}”") and len(caption(first.earlier)) == 4


def test_stop_ends_it_between_two_steps_and_what_is_known_stays(events: Said) -> None:
    turn = Turn()
    answers = events.ask(turn, ASKED)
    next(answers)
    events.stop(turn)
    *_, last = events.said(answers)
    assert last.present is not None and not last.present.done
    assert "Stopped after" in last.status and "verdict" in last.verdict


def test_what_gradio_would_not_take_names_the_button_of_this_view() -> None:
    assert "press Ask again" in FAILED


def test_a_new_question_silences_the_one_before(events: Said) -> None:
    turn = Turn()
    answers = events.ask(turn, ASKED)
    next(answers)
    turn.take()
    assert list(answers) == [gr.skip()]


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        (("", "eins.", "tiny", "beam"), "Type an English sentence"),
        (("one.", " ", "tiny", "beam"), "Type the translation that you expected"),
        (("one.", "eins. " * 400, "tiny", "beam"), "Only texts of up to 1,000 characters"),
        (("one.", "eins.", "none", "beam"), "Choose one of the models"),
        (("one.", "eins.", "tiny", None), "Choose one of the strategies"),
        ((None, {}, [], ()), "Choose one of the models"),
        ((), "Choose one of the models"),
    ],
)
def test_what_cannot_be_asked_gets_a_sentence(events: Said, asked: tuple[Any, ...], named: str) -> None:
    [answer] = events.said(events.ask(Turn(), list(asked)))
    assert named in answer.status and "alert" in answer.status


def test_what_takes_too_long_says_so_and_keeps_what_is_known(events: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "WHY_DEADLINE", 0.0)
    *_, last = events.said(events.ask(Turn(), ASKED))
    assert "Stopped after 0 seconds" in last.status


def test_exact_search_stands_beside_it(events: Said, shown: Explained) -> None:
    *_, last = events.said(events.search(Turn(), shown, 2))
    assert last.present.exact is not None and last.present.known is shown.known
    assert "model calls" in last.best and NO_WORDS in last.best
    found = last.present.exact
    assert escape(minus(found.said)) in last.best
    assert all(f"{row.log_prob:.2f}".replace("-", "−") in last.best for row in found.ranked)
    assert "Give exact search from 1 to" in events.said(events.search(Turn(), shown, 10**9))[0].status
    assert "Press Ask first" in events.said(events.search(Turn(), None, 2))[0].status


def pressed(kind: str, index: int) -> Any:
    return SimpleNamespace(kind=kind, index=index)


def test_a_word_is_asked_for_with_one_press(events: Said, shown: Explained, service: Service) -> None:
    apart = shown.known.apart
    assert apart.missing and all(f">{word}<" in what_if.draw(shown) for word in apart.missing)
    word = apart.missing[0]
    *_, last = events.said(events.what_if(Turn(), shown, pressed("must", 0)))
    [one] = last.present.instead
    assert (one.word, one.must_not, one.result.config["force_words"]) == (word, False, word)
    again = service.translator("tiny").translate("one two.", BeamConfig(force_words=word))[0].hypotheses[0]
    assert word in one.result.hypotheses[0].text.split() or word in one.result.hypotheses[0].text
    assert f"{again.log_prob:.2f}".replace("-", "−") in last.instead
    nats = again.log_prob - shown.known.found.hypotheses[0].log_prob
    assert f"{nats:+.2f} nats".replace("-", "−") in last.instead
    assert f"force_words={quote_plus(word)}" in last.instead
    *_, twice = events.said(events.what_if(Turn(), last.present, pressed("must", 0)))
    assert len(twice.present.instead) == 1
    assert events.said(events.what_if(Turn(), shown, pressed("must", 99)))[0].status
    assert list(events.what_if(Turn(), None, pressed("must", 0))) == [gr.skip()]


def test_candidates_are_drawn_and_compared(events: Said, shown: Explained, service: Service) -> None:
    *_, last = events.said(events.draw(Turn(), shown, 6))
    known = last.present.agreement
    translator = service.translator("tiny")
    core = returned(agree(translator, shown.known, candidates_config(6)))
    assert known.texts == core.texts and known.utilities == core.utilities
    [heat] = last.agreement.data
    assert np.allclose(heat.z, core.matrix, atol=0.01)
    assert [row[2:] for row in cells(last.by_utility)][:6] == [
        [f"{count} of {core.drawn}", f"{mean:.1f}"] for count, mean in zip(core.counts, core.utilities, strict=True)
    ][:6]
    assert f"{core.ahead:.1f} before the next" in last.by_utility
    place = core.expected
    assert (f"at place {place + 1} with {core.utilities[place]:.1f}" in last.by_utility) == (place > 0)
    assert "Draw from 2 to 64 candidates" in events.said(events.draw(Turn(), shown, 1e9))[0].status
    assert "Draw from 2 to 64" in events.said(events.draw(Turn(), shown, float("nan")))[0].status
    assert "Press Ask first" in events.said(events.draw(Turn(), None, 4))[0].status


def test_a_wish_waits_for_the_beams_and_neither_loses_what_the_other_found(
    events: Said,
) -> None:
    turn = Turn()
    asking = events.ask(turn, ASKED)
    (first,) = events.said([next(asking)])
    assert first.present.answering.busy and not first.present.done
    drawing, wishes = events.draw(turn, first.present, 2), list[Any]()
    thread = Thread(target=lambda: wishes.extend(events.said(drawing)))
    thread.start()
    *_, last = events.said(asking)
    thread.join(60)
    assert last.present.done and last.present.agreement is None
    answered = wishes[-1].present
    assert answered.done and answered.agreement is not None and answered.known.widths == last.present.known.widths
    *_, best_of = events.said(events.search(turn, first.present, 1))
    assert best_of.present.agreement is not None, "a state that the page sent before is brought up to date"


def test_a_wish_about_an_answer_that_another_question_replaced_is_dropped(events: Said) -> None:
    turn = Turn()
    *_, old = events.said(events.ask(turn, ASKED))
    list(events.ask(turn, ["two.", *ASKED[1:]]))
    assert list(events.draw(turn, old.present, 2)) == [gr.skip()]
    assert not old.present.answering.busy


def test_a_token_says_where_it_was_learnt(events: Said, shown: Explained, service: Service) -> None:
    drawn = tokens.draw(shown)
    assert drawn.count("<button") == len(shown.known.expected.tokens) and "Press a token" in learnt.draw(shown)
    turn = Turn()
    for place, token in enumerate(shown.known.expected.tokens):
        [answer] = events.said([events.learn(turn, shown, {"index": place})])
        ids = shown.known.expected.hypothesis.token_ids
        core = nearest(service.translator("tiny"), load_index(service.folder("tiny")), "one two.", ids, place)
        assert answer.present.near == core and f"{core.same} of 10 went on with the same piece" in answer.learnt
        assert all(f"{one.likeness:.2f}" in answer.learnt for one in core.found)
        assert f"Searched: {len(PAIRS):,} training sentences" in answer.learnt
        others = sum(one.tokens[one.place] == token.preferred for one in core.found)
        assert (f"{others} with" in answer.learnt) == (token.rank > 1) and "numbers &lt;b&gt;" in answer.learnt
        assert f"near={place + 1}" in answer.status
    whole = json.loads(told(events._view, events.export(answer.present, SimpleNamespace(kind="json"))).file["text"])  # type: ignore[arg-type]
    assert whole["neighbours"] == json.loads(json.dumps(core.to_dict()))
    page = told(events._view, events.export(answer.present, SimpleNamespace(kind="html"))).file["text"]  # type: ignore[arg-type]
    assert "Where did it learn this?" in page and "<button type" not in page


def test_where_it_was_learnt_does_not_wait_for_the_beams_and_is_kept_by_them(events: Said) -> None:
    turn = Turn()
    asking = events.ask(turn, ASKED)
    [first] = events.said([next(asking)])
    [answer] = events.said([events.learn(turn, first.present, {"index": 0})])
    assert answer.present.near.place == 0 and answer.status == gr.skip()  # the line goes on to tell of the beams
    *_, last = events.said(asking)
    assert last.present.done and last.present.near == answer.present.near and "near=1" in last.status
    list(events.ask(turn, ["two.", *ASKED[1:]]))
    assert events.learn(turn, last.present, {"index": 0}) == gr.skip()


@pytest.mark.parametrize("said", [None, {}, {"index": -1}, {"index": 999}, {"index": "0"}, {"index": True}])
def test_a_press_on_no_token_does_nothing(events: Said, shown: Explained, said: object) -> None:
    assert events.learn(Turn(), shown, said) == gr.skip()
    assert events.learn(Turn(), None, {"index": 0}) == gr.skip()


def test_without_an_index_it_says_how_to_make_one_and_a_damaged_one_is_a_sentence(
    events: Said, shown: Explained, service: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bare = replace(shown, languages=replace(shown.languages, neighbours=False))
    assert "<button" not in tokens.draw(bare) and "builds it" in learnt.draw(bare)
    assert events.learn(Turn(), bare, {"index": 0}) == gr.skip()
    (tmp_path / FILE).write_bytes(b"nothing")
    monkeypatch.setattr(service._models, "folder", lambda name: tmp_path)
    [answer] = events.said([events.learn(Turn(), shown, {"index": 0})])
    assert "build it again" in answer.learnt and answer.present == gr.skip()


def test_the_cards_show_the_numbers_of_the_core(shown: Explained) -> None:
    known = shown.known
    assert known.verdict.split(": ")[0] in verdict.draw(shown)
    drawn = tokens.draw(shown)
    assert drawn.count("<tr") == len(known.expected.tokens) + 1
    assert all(f"{token.lost:.2f}" in drawn for token in known.expected.tokens)
    ours, theirs = curves.draw(shown).data
    assert ours.y[-1] == pytest.approx(known.expected.hypothesis.log_prob, abs=1e-3)
    assert theirs.y[-1] == pytest.approx(known.said.hypothesis.log_prob, abs=1e-3)
    [bars] = beams.figure(shown).data
    length = len(known.expected.tokens)
    assert list(bars.y) == [length if one.step is None else one.step for one in known.widths]
    assert sum(_widths(row) for row in beams.table(shown).split("<tr")[2:]) == 50
    assert "Exact search looks for" in best.draw(shown)
    occluded = known.left_out
    assert occluded is not None and occluded.gradient is not None and occluded.attention is not None
    for what, values in (("lost", occluded.lost), ("attention", occluded.attention), ("gradient", occluded.gradient)):
        [heat] = words.figure(shown, what).data
        assert np.allclose(heat.z, values, atol=1e-3) and (heat.zmin, heat.zmax) == (0, max(values.max(), 1e-3))
    told = words.table(shown)
    for column in (occluded.coverage, occluded.worth, occluded.slope):
        assert column and all(f"{value:.2f}".replace("-", "−") in told for value in column)
    for pair in (occluded.agreement, occluded.gradient_and_loss, occluded.gradient_and_attention):
        assert pair is None or f"{pair:.2f}" in told
    assert ("hardly looked at, yet needed" in told) == bool(occluded.unseen)
    nats, looked = abs(occluded.lost), np.zeros_like(occluded.lost)
    nats[0, -1], looked[:, 0] = 1e3, 1.0
    seen = replace(occluded, lost=nats, attention=looked)
    drawn = words.table(replace(shown, known=replace(known, left_out=seen)))
    assert drawn.count("hardly looked at, yet needed") == 1 and "less than half an even share" in drawn
    assert all(
        f"{sign.value:.2f}".replace("-", "−").replace("−0.00", "0.00") in signs.draw(shown) for sign in known.signs
    )


def said(value: float, digits: int = 2) -> str:
    """A number as cards write it."""
    return minus(f"{value:.{digits}f}")


def test_the_verdict_s_scores_are_those_of_the_search_and_of_forced_decoding(
    shown: Explained, service: Service
) -> None:
    translator, config = service.translator("tiny"), BeamConfig()
    [searched] = translator.translate("one two.", config)
    scored_by = ScoreConfig(
        length_penalty_type=config.length_penalty_type, length_penalty=config.length_penalty,
        coverage_penalty=config.coverage_penalty,
    )  # fmt: skip
    ids = shown.known.expected.hypothesis.token_ids
    [forced] = translator.translate("one two.", scored_by, prefix=ids)
    expected, found = forced.hypotheses[0], searched.hypotheses[0]
    drawn = verdict.draw(shown)
    assert cells(drawn) == [
        [name, one.text or NO_WORDS, said(one.log_prob), str(len(one.token_ids)), said(one.score, 3)]
        for name, one in (("expected", expected), ("found", found))
    ]
    assert f"{said(expected.score, 3)} against {said(found.score, 3)}" in drawn, "with the table's own minus"
    assert drawn.count('data-label="score"') == 2, "a phone has no headings"
    assert f"It is {abs(found.log_prob - expected.log_prob):.2f} nats" in drawn
    assert all(escape(minus(line)) in drawn for line in shown.known.evidence)


def test_each_token_s_numbers_are_those_of_the_model_s_own_distribution(shown: Explained, service: Service) -> None:
    translator, ids = service.translator("tiny"), shown.known.expected.hypothesis.token_ids
    specials, tokenizer = translator.tokenizer.specials, translator.tokenizer
    batch, lengths = padded([translator.source_ids("one two.")], specials)
    with torch.no_grad():
        logits = translator.model(batch, lengths, torch.tensor([[specials.bos, *ids[:-1]]]))[0]
    log_p = logits.log_softmax(-1)
    wanted = []
    for place, (token, row) in enumerate(zip(ids, log_p, strict=True)):
        own, best, rank = row[token], row.max(), 1 + int((row > row[token]).sum())
        rather = [label(tokenizer.pieces([int(row.argmax())])[0]), percent(float(best.exp()))] if rank > 1 else ["", ""]
        entropy = float(torch.special.entr(row.exp()).sum())
        wanted.append(
            [str(place + 1), percent(float(own.exp())), str(rank), *rather, said(float(best - own)), said(entropy)]
        )
    drawn = [[place, *numbers] for place, _, *numbers in cells(tokens.draw(shown))]
    assert drawn == wanted
    [ours, _] = curves.draw(shown).data
    totals = np.cumsum([float(row[token]) for token, row in zip(ids, log_p, strict=True)])
    assert np.allclose(ours.y, [0.0, *totals], atol=1e-3)


def test_each_run_of_beams_says_by_how_much_and_behind_whom(shown: Explained, service: Service) -> None:
    again = why_not(service.translator("tiny"), "one two.", "eins zwei.", BeamConfig())
    assert again.widths == shown.known.widths
    place = 0
    for widths, _, short, rivals in cells(beams.table(shown)):
        first, _, last = widths.partition("–")
        run = [one for one in again.widths if int(first) <= one.width <= int(last or first)]
        assert run[0] == again.widths[place]
        place += len(run)
        shorts = [one.short_by for one in run if one.short_by is not None]
        low, high = (said(bound(shorts)) if shorts else "" for bound in (min, max))
        assert short == ("" if not shorts else f"{low} nats" if low == high else f"{low}–{high} nats")
        assert bool(shorts) == (run[0].outcome == "dropped")
        assert rivals == " ".join(" ".join(run[0].rivals).split())
    assert place == len(again.widths) and any(one.short_by for one in again.widths)
    for one, hover in zip(again.widths, beams.figure(shown).data[0].hovertext, strict=True):
        assert (f"at token {one.step + 1}" in hover) if one.step is not None else True
        assert (f"place {one.place}" in hover) == (one.outcome == "finished")


def test_signs_outside_of_the_usual_are_said_first_and_name_the_words(shown: Explained) -> None:
    usual = {"ranges": {"coverage": [9.0, 9.5], "stuck": [0.0, 99.0], "log_prob": [[1000000, -0.001, 0.0]]}}
    known = replace(shown.known, signs=signs_of(shown.known.found, usual))
    drawn = signs.draw(replace(shown, known=known))
    assert drawn.count('class="chosen"') == 2
    assert "“one”" in drawn and "hardly looked at: Least attention of a word" in drawn
    assert "at least 9.00" in drawn and "at most 99.00" in drawn
    assert "Nobody has measured" in signs.draw(shown)
    fine = replace(shown.known, signs=signs_of(shown.known.found, {"ranges": {"stuck": [0.0, 99.0]}}))
    assert "Nothing is outside of the usual" in signs.draw(replace(shown, known=fine))


def _widths(row: str) -> int:
    """How many widths a row of the table stands for."""
    first, _, last = row.split('class="number">')[1].split("<")[0].partition("–")
    return int(last or first) - int(first) + 1


def test_nothing_typed_is_markup(events: Said) -> None:
    *_, last = events.said(
        events.ask(Turn(), ["one <b>two</b> ${1}.", "<img src=x onerror=alert(1)>", "tiny", "greedy"])
    )
    everything = "".join([last.verdict, last.by_width, tokens.draw(last.present)])
    assert "<img" not in everything and "&lt;img" in everything


def test_a_link_asks_the_same_again(shown: Explained) -> None:
    query = why_link.write("one two.", "eins zwei.", "tiny", "beam", {"num_beams": 9, "length_penalty": 1.0})
    assert query.startswith("?view=why-not&text=one+two.&expected=eins+zwei.&model=tiny&strategy=beam&num_beams=9")
    assert "length_penalty" not in query  # at its default
    wish = why_link.read(dict(pair.split("=") for pair in query[1:].replace("+", " ").split("&")))
    assert wish == why_link.WhyLink("one two.", "eins zwei.", "tiny", "beam", {"num_beams": 9})
    assert why_link.read({"view": "compare", "text": "one"}) is None
    assert why_link.write("one.", "eins.", "tiny", "greedy", {}, near=1).endswith("&near=2")
    read = [why_link.read({"view": "why-not", "near": said}) for said in ("2", "0", "-1", "x", "9" * 400, "²", "")]
    assert [wish.near if wish else -1 for wish in read] == [1] + [None] * 6


def test_a_link_opens_with_its_question_and_is_answered(events: Said) -> None:
    request: Any = SimpleNamespace(query_params={"view": "why-not", "text": "one.", "expected": "eins."})
    restored = told(events._view, events.restore(request))
    assert (restored.sentence["value"], restored.expected["value"]) == ("one.", "eins.")
    *_, last = events.said(events.open(restored.wish, Turn(), ["one.", "eins.", "tiny", "greedy"]))
    assert last.present.done
    *_, asked = events.said(events.open(replace(restored.wish, near=1), Turn(), ["one.", "eins.", "tiny", "greedy"]))
    assert asked.present.done and asked.present.near.place == 1 and "near=2" in asked.status
    other: Any = SimpleNamespace(query_params={"text": "one."})
    assert list(events.open(told(events._view, events.restore(other)).wish, Turn(), ASKED)) == [gr.skip()]


def test_files_hold_the_question_and_the_answer(events: Said, shown: Explained) -> None:
    whole = json.loads(told(events._view, events.export(shown, SimpleNamespace(kind="json"))).file["text"])  # type: ignore[arg-type]
    assert (whole["model"], whole["target"], len(whole["widths"])) == ("tiny", "eins zwei.", 50)
    assert whole["verdict"] == shown.known.verdict and "PyTorch" in whole["versions"]
    text = told(events._view, events.export(shown, SimpleNamespace(kind="csv"))).file["text"]  # type: ignore[arg-type]
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    numbers = ("log_prob", "rank", "entropy", "total_log_prob", "preferred_log_prob", "lost")
    for row, token in zip(rows, shown.known.expected.tokens, strict=True):
        assert (row["piece"], row["preferred"]) == (token.token, token.preferred)
        assert [float(row[name]) for name in numbers] == [float(getattr(token, name)) for name in numbers]
    page = told(events._view, events.export(shown, SimpleNamespace(kind="html"))).file["text"]  # type: ignore[arg-type]
    assert shown.known.verdict.split(": ")[0] in page and page.count("data-figure") >= 3
    empty = told(events._view, events.export(None, SimpleNamespace(kind="csv")))  # type: ignore[arg-type]
    assert "press Ask first" in empty.status
