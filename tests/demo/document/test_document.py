import base64
import csv
import dataclasses
import io
import json
import re
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import gradio as gr
import pytest

from demo.document import events as events_module
from demo.document.asked import DOUBTFUL_FIRST, FILE, FILE_ORDER, PASTED
from demo.document.events import DocumentEvents
from demo.document.layout import EXAMPLE, lay_out
from demo.document.state import PAGE, DocumentRun, DocumentTurn, GivenFile
from demo.service import DOCUMENT_CHUNK, DoneUnit, Service, running
from demo.translate.link import read as read_translate_link
from seq2seq_core.documents import TextUnit
from seq2seq_core.documents.doubts import Doubt
from tests.demo import samples
from tests.demo.document.sending import sent
from tests.demo.reading import told

SKIP = gr.skip()
SUBTITLES = b"1\n00:00:01,000 --> 00:00:02,000\nWhere is it?\n\n2\n00:00:03,000 --> 00:00:04,500\nOver there.\n"
SAMPLE = "Ein Mann in einer roten Jacke liest."
"""What the sample translator says of every text."""


class Said(DocumentEvents):
    """The handlers, with what they answer by the names of the view's components."""

    def run(self, file: Any, turn: Any, *asked: Any) -> Any:
        return (told(self._view, update) for update in super().run(file, turn, list(asked)))

    def said(self, update: Any) -> Any:
        return told(self._view, update)

    def file(self, run: Any, kind: Any) -> Any:
        return told(self._view, self.export(run, SimpleNamespace(kind=kind))).file


@pytest.fixture
def events(service: Service) -> Said:
    with gr.Blocks():
        return Said(service, lay_out(service))


def pasted(text: Any, turn: DocumentTurn | None = None, model: Any = "en-de", strategy: Any = "greedy") -> Any:
    return None, turn or DocumentTurn(), PASTED, text, "", model, strategy


def lines(number: int) -> str:
    return "\n".join(f"Line {i} of many." for i in range(number))


def bytes_of(file: Any) -> bytes:
    return base64.b64decode(file["base64"])


def shown(update: Any) -> str:
    """An update's text without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", update).split())


def test_a_run_shows_how_far_it_is_and_then_every_text(events: Said) -> None:
    begin, *middle, last = events.run(*pasted(lines(DOCUMENT_CHUNK + 6)))
    assert "0 of 70 texts" in begin.status and "left" not in begin.status
    assert [update.status.count("left") for update in middle] == [1, 1]
    assert f'max="70" value="{DOCUMENT_CHUNK}"' in middle[0].status
    assert "Line 0 of many." in begin.table and SAMPLE not in begin.table
    assert "70 texts" in shown(last.status) and "Greedy" in shown(last.status)
    assert len(last.present.done) == 70
    assert shown(last.table).count(SAMPLE) == PAGE
    assert "%" in last.table and "%" not in begin.table


def test_what_is_kept_of_a_document_is_texts_and_figures(events: Said) -> None:
    """Not the results of searches, which hold attention and more: ten thousand would take gigabytes."""
    *_, last = events.run(*pasted(lines(3)))
    unit = last.present.done[0]
    assert {type(value) for value in dataclasses.astuple(unit)} <= {str, float, tuple}
    assert 0 < unit.confidence < 1


def test_stop_keeps_what_was_done_and_the_file_keeps_the_rest(events: Said) -> None:
    turn = DocumentTurn()
    run = events.run(*pasted(lines(DOCUMENT_CHUNK + 6), turn))
    seen = [next(run) for _ in range(2)]
    assert f"{DOCUMENT_CHUNK} of 70" in seen[-1].status
    events.stop(turn)
    (last,) = run
    assert f"Stopped after {DOCUMENT_CHUNK} of 70 texts." in shown(last.status) and "kept" in last.status
    same = bytes_of(events.file(last.present, "same")).decode("utf-8").split("\n")
    assert same == [SAMPLE] * DOCUMENT_CHUNK + [f"Line {i} of many." for i in range(DOCUMENT_CHUNK, 70)]
    table = bytes_of(events.file(last.present, "tsv")).decode("utf-8-sig").splitlines()
    assert len(table) == 1 + DOCUMENT_CHUNK
    texts = json.loads(bytes_of(events.file(last.present, "json")))["texts"]
    assert [text["translation"] for text in texts].count(None) == 6 and len(texts) == 70


def test_a_new_run_ends_the_one_before_it_without_a_word(events: Said) -> None:
    turn = DocumentTurn()
    first, second = events.run(*pasted("A dog.", turn)), events.run(*pasted("A cat.", turn))
    next(first), next(second)
    assert list(first) == []
    assert list(second)


def test_a_document_has_a_limit_of_its_own(events: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "DOCUMENT_DEADLINE", -1.0)
    *_, last = events.run(*pasted("A dog."))
    assert "Stopped after 0 of 1 text." in shown(last.status)
    assert "A document may take" in last.status


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (pasted(""), "Paste a text"),
        (pasted(None), "Paste a text"),
        (pasted("A dog.", model="broken"), "cannot be used"),
        (pasted("A dog.", model=["en-de"]), "Choose one of the models"),
        (pasted("A dog.", strategy="guess"), "Choose one of the strategies"),
        (pasted("A dog.", strategy=["beam"]), "Choose one of the strategies"),
        (pasted("x\n" * 10_001), "at most 10,000"),
        (pasted("A dog.\n" + "x" * 20_001), "Line 2 has 20,001 characters"),
        ((None, DocumentTurn(), FILE, "A dog.", "", "en-de", "greedy"), "Choose a file"),
        ((sent("a.pdf", b"%PDF"), DocumentTurn(), FILE, "", "", "en-de", "greedy"), "of no format"),
        ((sent("a.srt", b"no cues"), DocumentTurn(), FILE, "", "", "en-de", "greedy"), r"a\.srt"),
    ],
)
def test_wrong_input_is_a_sentence_and_what_was_there_stays(events: Said, wrong: Any, message: str) -> None:
    (only,) = events.run(*wrong)
    assert re.search(message, shown(only.status)) and 'role="alert"' in only.status
    assert only.status.count("<p") == 1
    assert [only.table, only.present] == [SKIP] * 2


def test_a_file_comes_back_in_its_format(events: Said) -> None:
    *_, last = events.run(sent("walk.srt", SUBTITLES), DocumentTurn(), FILE, "ignored", "", "en-de", "greedy")
    assert "cue 1" in last.table and "Over there." in last.table
    file = events.file(last.present, "same")
    assert file["name"] == "walk.en-de.srt"
    back = bytes_of(file).decode("utf-8")
    assert back.count("-->") == 2 and "00:00:03,000 --> 00:00:04,500" in back and "Ein Mann" in back


def test_every_file_says_how_it_was_made(events: Said) -> None:
    *_, last = events.run(*pasted("=1+1\nA dog.", strategy="beam"))
    file = events.file(last.present, "tsv")
    assert file["name"] == "pasted.en-de.texts.tsv"
    first, second = csv.DictReader(io.StringIO(bytes_of(file).decode("utf-8-sig")), delimiter="\t")
    assert first["source"] == "'=1+1", "no spreadsheet runs it"
    assert (second["place"], second["source"], second["translation"]) == ("line 2", "A dog.", SAMPLE)
    assert (second["model"], second["strategy"]) == ("en-de", "beam")
    assert json.loads(second["settings"])["num_beams"] == 5 and "PyTorch" in second["versions"]
    whole = json.loads(bytes_of(events.file(last.present, "json")))
    assert (whole["schema"], whole["model"], whole["strategy"]) == (1, "en-de", "beam")
    assert whole["settings"]["num_beams"] == 5 and "PyTorch" in whole["versions"]
    assert whole["texts"][1]["translation"] == SAMPLE


def test_words_follow_the_task_of_the_model(events: Said, service: Service) -> None:
    service.translator("en-de-context").metadata |= samples.PRONUNCIATION
    opened = events.said(events.restore(SimpleNamespace(query_params={})))
    assert (opened.run, opened.column["label"], opened.table) == ("Translate", "Column to translate", SKIP)
    chosen = events.said(events.choose_model("en-de-context", None))
    assert (chosen.run, chosen.column["label"]) == ("Pronounce", "Column to pronounce")
    assert "pronounced text by text" in chosen.heading
    assert (opened.text["placeholder"], chosen.text["placeholder"]) == (EXAMPLE, "walk") and "value" not in chosen.text
    service.translator("en-de-context").metadata |= {"source_language": "Arabic"}
    arabic = events.said(events.choose_model("en-de-context", None)).text
    assert arabic["rtl"] and arabic["html_attributes"].lang == "ar" and not opened.text["rtl"]
    assert "Press Pronounce" in chosen.table and "its pronunciation" in chosen.table
    assert "2 texts to pronounce" in events.said(events.read(sent("a.srt", SUBTITLES), "", "en-de-context")).read
    *_, last = events.run(*pasted("walk", model="en-de-context"))
    assert ">Pronunciation</th>" in last.table and "Translation" not in last.table
    assert "Pronounce again" in last.earlier
    assert bytes_of(events.file(last.present, "tsv")).decode("utf-8-sig").split("\t")[2] == "pronunciation"
    assert events.said(events.choose_model("en-de", last.present)).table == SKIP, "what is there stays"
    doubts = {}
    for model in ("en-de", "en-de-context"):
        *_, last = events.run(*pasted("characteristics", model=model))
        doubts[model] = [doubt.kind for doubt in last.present.done[0].doubts]
    assert "unsure" not in doubts["en-de"] and doubts["en-de"] and not doubts["en-de-context"]
    assert events.choose_model(["en-de"], None) == SKIP


def test_no_other_file_can_be_taken_away(events: Said) -> None:
    *_, last = events.run(*pasted("A dog."))
    for wrong in ("html", ["same"], None):
        assert events.file(last.present, wrong) == SKIP
    assert events.file(None, "same") == SKIP


def test_texts_are_text_in_the_table_and_in_its_links(events: Said) -> None:
    hostile = '<img src=x onerror=alert(1)> ${1} {{value}} "onclick=alert(2)'
    *_, last = events.run(*pasted(hostile))
    assert "<img" not in last.table and 'class="text" lang' in last.table
    assert '"onclick' not in last.table


def test_a_row_opens_its_text_in_translate_under_the_same_settings(events: Said) -> None:
    widgets = events._view.controls.widgets
    settings = [widget.value for widget in widgets]
    beams = next(i for i, widget in enumerate(widgets) if widget.elem_id == "document-num_beams")
    settings[beams] = 7
    *_, last = events.run(*pasted("Is this a dog & a cat?", strategy="beam"), *settings)
    (address,) = re.findall(r'href="([^"]+)"', last.table)
    wish = read_translate_link(dict(parse_qsl(urlsplit(address.replace("&amp;", "&")).query)))
    assert (wish.text, wish.model, wish.strategy) == ("Is this a dog & a cat?", "en-de", "beam")
    assert wish.settings == {"num_beams": 7}


def test_the_link_of_a_document_chooses_its_settings_again(events: Said) -> None:
    *_, last = events.run(*pasted("A dog.", strategy="beam"))
    (address,) = re.findall(r'href="([^"]+)"', last.status)
    query = dict(parse_qsl(address.replace("&amp;", "&").removeprefix("?")))
    assert query == {"view": "document", "model": "en-de", "strategy": "beam"}
    answer = events.said(events.restore(SimpleNamespace(query_params=query | {"model": "en-de-context"})))
    assert answer.strategy == "beam" and answer.model["value"] == "en-de-context"
    for other in ({}, {"strategy": "greedy"}, {"view": "document", "strategy": "guess", "model": "broken"}):
        answer = events.said(events.restore(SimpleNamespace(query_params=other)))
        assert answer.strategy == SKIP and answer.model["value"] == "en-de"


def of(units: list[tuple[float | None, bool]], rest: int = 0, notes: tuple[str, ...] = ()) -> DocumentRun:
    """A run whose texts have this confidence and a doubt or none; ``rest`` are not done; the first has ``notes``."""
    doubt = Doubt("untranslated", "is much like the source", 0.9, 0.8)
    done = tuple(
        DoneUnit(f"T{i}.", sure, (doubt,) if odd else (), () if i else notes) for i, (sure, odd) in enumerate(units)
    )
    texts = tuple(TextUnit(f"S{i}.", f"line {i + 1}") for i in range(len(units) + rest))
    return DocumentRun(GivenFile("a.txt", b""), texts, (), "en-de", "greedy", {}, "cpu", done=done)


def test_doubtful_texts_come_first_if_asked(events: Said) -> None:
    turn, run = DocumentTurn(page=3), of([(0.9, False), (0.8, True), (0.2, False), (0.3, True)], rest=1)
    table = events.said(events.sort(turn, run, DOUBTFUL_FIRST)).table
    assert re.findall(r"line \d", shown(table)) == ["line 4", "line 2", "line 3", "line 1", "line 5"]
    assert table.count("untranslated") == 2 and "is much like the source" in table
    assert (turn.doubtful_first, turn.page) == (True, 0)
    table = events.said(events.sort(turn, run, FILE_ORDER)).table
    assert re.findall(r"line \d", shown(table)) == [f"line {i}" for i in range(1, 6)]
    assert events.sort(turn, None, DOUBTFUL_FIRST) == SKIP and turn.doubtful_first


def test_what_is_said_of_a_text_stands_beside_it_and_what_was_not_asked_has_no_confidence(events: Said) -> None:
    run = of([(None, False), (0.2, False), (0.3, True)], notes=("Klingon is not among its languages.",))
    table = events.said(events.sort(DocumentTurn(), run, DOUBTFUL_FIRST)).table
    assert re.findall(r"line \d", shown(table)) == ["line 3", "line 1", "line 2"]
    assert "Klingon" in table and table.count("%<") == 2 and "not asked" in table
    assert json.loads(bytes_of(events.file(run, "json")))["texts"][0]["confidence"] is None
    assert "Klingon" in bytes_of(events.file(run, "tsv")).decode("utf-8")


def test_a_long_table_has_pages(events: Said) -> None:
    turn, run = DocumentTurn(), of([(0.5, False)] * (2 * PAGE + 1))
    table = events.said(events.leaf(turn, run, {"kind": "page", "index": 2})).table
    assert table.count("<tr") == 2 and f"line {2 * PAGE + 1}" in table
    assert "101 to 101 of 101" in table and re.search(r"disabled[^>]*>Next", table)
    for wrong in (None, {"kind": "page", "index": 3}, {"kind": "page", "index": -1}, {"kind": "row", "index": 0}):
        assert events.leaf(turn, run, wrong) == SKIP
    assert events.leaf(turn, None, {"kind": "page", "index": 0}) == SKIP
    assert turn.page == 2


def test_a_page_chosen_during_a_run_stays(events: Said) -> None:
    turn = DocumentTurn()
    run = events.run(*pasted(lines(70), turn))
    begun = next(run)
    events.leaf(turn, begun.present, {"kind": "page", "index": 1})
    *_, last = run
    assert "51 to 70 of 70" in last.table


def test_a_chosen_file_is_read_at_once(events: Said) -> None:
    answer = events.said(events.read(sent("walk.srt", SUBTITLES), "", "en-de"))
    assert shown(answer.read) == "walk.srt: 2 texts to translate." and not answer.column["visible"]
    table = b"id\ttitle\tnote\n1\tA red dog.\tgood\n2\tA cat.\tbad\n"
    answer = events.said(events.read(sent("a.tsv", table), "note", "en-de"))
    assert answer.column["visible"] and "2 texts" in answer.read
    answer = events.said(events.read(sent("a.tsv", table), "nowhere", "en-de"))
    assert answer.column["visible"] and 'role="alert"' in answer.read and "nowhere" in answer.read
    answer = events.said(events.read(None, "", "en-de"))
    assert "Choose a file" in answer.read


def test_another_strategy_shows_its_own_settings(events: Said) -> None:
    answer = events.choose_strategy("sample")
    visible = {w.elem_id for w in events._view.controls.widgets if answer[w].get("visible")}
    assert "document-temperature" in visible and "document-num_beams" not in visible
    for wrong in ("guess", None, ["beam"]):
        assert events.choose_strategy(wrong) == SKIP


@pytest.mark.parametrize("where", ["run_document", "read_document"])
def test_our_own_fault_is_a_sentence_and_is_logged_without_the_text(
    events: Said, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, where: str
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("a bug")

    if where == "run_document":
        monkeypatch.setattr(Service, "run_document", broken)
    else:
        monkeypatch.setattr(events_module, "read_document", broken)
    *_, last = events.run(*pasted("my secret"))
    assert "Something went wrong" in last.status
    assert "a bug" in caplog.text and "secret" not in caplog.text
