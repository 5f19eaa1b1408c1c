import codecs
import csv
import dataclasses
import io
import json
import re
import time

import numpy as np
import pytest

from demo.common import export
from demo.common.attention import attention_heatmap
from demo.common.markup import Html
from demo.common.stopping import Watch
from demo.common.text_input import InputError
from demo.translate import candidates
from seq2seq_core import __version__
from seq2seq_core.decoding import DecodeResult
from tests.demo import samples


def test_the_json_is_the_whole_result() -> None:
    result = samples.result()
    assert DecodeResult.from_json(export.trace(result, "en-de")).to_json() == result.to_json()


def test_a_file_with_every_step_is_written_within_a_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps are written one at a time, each piece as ``json.dumps`` would."""
    result = samples.result(steps=tuple(samples.step(index) for index in range(10)))
    watch = Watch(60.0, "late")
    assert export.plain(result, watch) == result.to_dict()
    assert export.as_json(result.to_dict(), watch) == result.to_json()
    looked: list[float] = []
    monkeypatch.setattr(Watch, "check", lambda self: looked.append(time.monotonic()))
    export.trace(result, "en-de")
    assert len(looked) > 2 * len(result.steps)
    monkeypatch.undo()
    monkeypatch.setattr(export, "WRITING", -1.0)
    with pytest.raises(InputError, match=r"^Stopped after .* seconds of writing down all steps; search with fewer"):
        export.trace(result, "en-de")


def test_every_file_names_model_strategy_settings_and_versions() -> None:
    result = samples.result()
    trace = json.loads(export.trace(result, "en-de"))
    assert (trace["model"], trace["strategy"], trace["config"]) == ("en-de", result.strategy, dict(result.config))
    assert trace["versions"].startswith(f"seq2seq_core {__version__}, Python ") and trace["date"].endswith("UTC")
    line = next(csv.DictReader(io.StringIO(export.table(result, "en-de").removeprefix("\ufeff"))))
    assert (line["model"], line["strategy"], line["versions"]) == ("en-de", result.strategy, trace["versions"])
    assert json.loads(line["settings"]) == dict(result.config)


def test_the_csv_has_a_line_for_each_candidate_and_runs_nothing_in_a_spreadsheet() -> None:
    result = samples.result(source="=HYPERLINK(1)")
    first = dataclasses.replace(result.hypotheses[0], text='@a, "b"')
    lines = list(csv.DictReader(io.StringIO(export.table(dataclasses.replace(result, hypotheses=(first,)), "en-de"))))
    assert lines[0]["text"] == '\'@a, "b"'
    assert lines[0]["source"] == "'=HYPERLINK(1)"
    assert float(lines[0]["score"]) == first.score


def test_a_csv_begins_with_the_mark_by_which_excel_knows_utf_8() -> None:
    source = "Die Tür."
    data = export.file("x.csv", export.table(samples.result(source=source), "en-de"))["text"].encode()
    assert data.startswith(codecs.BOM_UTF8) and data.count(codecs.BOM_UTF8) == 1
    line = next(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert (line["rank"], line["source"]) == ("1", source)


def offline(typed: str) -> str:
    tokens = (f"▁{typed}", "</s>")
    hypothesis = dataclasses.replace(samples.hypothesis(tokens, (0.5, 0.5)), text=typed)
    attention = np.full((2, 2), 0.5, np.float32)
    result = samples.result(
        source=typed, source_tokens=tokens, hypotheses=(dataclasses.replace(hypothesis, attention=attention),)
    )
    card = ("Where it looked", attention_heatmap(result, 0))
    return export.page(
        "A page", {"Sentence": typed}, [export.Sheet(typed, [card, (typed, candidates.draw(result, 0))])]
    )


def test_the_page_reaches_for_nothing_and_runs_no_script_but_its_own() -> None:
    page = offline("A dog.")
    assert page.startswith("<!doctype html>\n<html")
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    nonce = re.search(r"script-src &#39;nonce-([\w-]+)&#39;", policy)
    assert policy.startswith("default-src &#39;none&#39;") and "connect-src" not in policy and nonce
    scripts = re.findall(r"<script ([^>]*)>", page)
    assert len(scripts) == 3
    assert all(f'nonce="{nonce[1]}"' in script or script == 'type="application/json"' for script in scripts)
    assert not re.search(r'(src|href)="?https?:', page)
    assert offline("A dog.") != page, "a nonce is for one page only"


def test_what_a_person_typed_is_text_on_the_page_too() -> None:
    page = offline("</script><img src=x onerror=alert(1)>" + export.MARK + export.STANDS)
    assert "<img" not in page
    assert page.count(export.MARK) == 1 and export.STANDS not in page, "the browser puts in what is ours, where we say"
    assert page.count("</script>") == 3


def test_a_file_says_how_the_browser_completes_it() -> None:
    assert "plotly" not in export.file("x.csv", "rank")
    assert export.file("x.html", offline("A dog."))["plotly"].endswith("plotly.min.js")
    assert export.PLOTLY.is_file()


def test_a_file_without_figures_is_not_five_megabytes() -> None:
    still = export.page("x", {}, [export.Sheet("y", [("z", Html("<p>"))])])
    assert "plotly" not in export.file("x.html", still)
    typed = json.dumps({"source": export.MARK})
    assert "plotly" not in export.file("x.json", typed)
