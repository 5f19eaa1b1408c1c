"""Compare on a set of sentences, in a real browser against the shipped checkpoint."""

from __future__ import annotations

import csv
import io
import re

import pytest
from playwright.sync_api import Page, expect

from demo.common.findings import findings
from tests.e2e.conftest import Opens
from tests.e2e.printing import caption, printed

pytestmark = pytest.mark.browser

TWO = "/?view=compare&card1=greedy&card2=beam:num_beams=2"
DONE, BUSY, ROWS = "#set-status .done", "#set-status progress", "#set-table tbody tr"
WATCH = f"""() => {{
  window.seen = false;
  new MutationObserver(() => {{ window.seen ||= document.querySelector("{BUSY}") !== null; }})
    .observe(document.body, {{ subtree: true, childList: true }});
}}"""
SET_LIMIT = 120_000
"""Milliseconds that forty sentences may take, on a machine that does something else as well."""


def open_compare(open_page: Opens, path: str = TWO, **options: int) -> Page:
    """The Compare tab, with the two strategies on its cards and their first comparison done."""
    page = open_page(path, **options)
    page.set_default_timeout(SET_LIMIT)
    page.get_by_role("tab", name="Compare").click()
    expect(page.locator("#board .contestant")).to_have_count(2)
    expect(page.locator("#compare-status")).to_contain_text("2 strategies")
    for figure in ("#trade-off", ".map >> visible=true"):  # what is below them moves until they are whole
        expect(page.locator(figure).locator(".take-figure").first).to_be_visible()
    return page


def file_of(page: Page, kind: str) -> str:
    with page.expect_download() as download:
        page.locator(f"#set-downloads [data-kind={kind}]").click()
    return download.value.path().read_text(encoding="utf-8")


def test_the_built_in_set_gives_a_table_a_figure_files_and_a_link(open_page: Opens) -> None:
    page = open_compare(open_page)
    expect(page.locator("#set-table")).to_contain_text("Press Run")
    page.evaluate(WATCH)  # the run may be over before a look from outside finds the bar
    page.locator("#set-run").click()
    expect(page.locator(DONE)).to_contain_text("40 sentences, 2 strategies", timeout=SET_LIMIT)
    assert page.evaluate("window.seen"), "a bar showed how far it was"
    expect(page.locator(ROWS)).to_have_count(2)
    expect(page.locator("#set-table")).to_contain_text("bs:1000|seed:12345")
    expect(page.locator("#quality-cost .scatter .point")).to_have_count(2)
    expect(page.locator("#quality-cost .errorbar")).to_have_count(2)
    expect(page).to_have_url(re.compile(r"card2=beam:num_beams=2.*set=everyday"))
    chrf = page.locator(f"{ROWS} td").first.inner_text()
    lines = list(csv.DictReader(io.StringIO(file_of(page, "table"))))
    assert chrf.startswith(f"{float(lines[0]['chrf']):.1f} ±")
    assert len(file_of(page, "outputs").splitlines()) == 81
    first = page.locator(".each-sentence tbody").first
    expect(first.locator("mark, .gap").first).to_be_visible()
    expect(first.get_by_role("link", name="Translate").first).to_have_attribute("href", re.compile("strategy="))
    page.get_by_role("button", name="hold all against this").click()
    expect(page.locator("#set-table thead")).to_contain_text("same as 2")
    page.locator("#set-quality").get_by_role("radio", name="BLEU").check(force=True)
    expect(page.locator("#quality-cost .ytitle")).to_have_text("BLEU")
    page.locator("#set-cost").get_by_role("radio", name="steps", exact=True).check(force=True)
    expect(page.locator("#quality-cost .xtitle")).to_have_text("steps a sentence")
    said = caption(printed(page, "#quality-cost [data-save=svg]"))
    assert said.startswith("40 sentences · English to German · seed 0 · 1: Greedy · 2: Beam 2 · ")


def test_a_link_runs_the_set(open_page: Opens) -> None:
    page = open_compare(open_page, f"{TWO}&set=everyday")
    expect(page.locator(DONE)).to_contain_text("40 sentences, 2 strategies", timeout=SET_LIMIT)
    expect(page.locator(ROWS).last).to_contain_text("of 40")


def test_stop_keeps_what_was_done(open_page: Opens) -> None:
    page = open_compare(open_page, "/?view=compare&card1=greedy&card2=beam:num_beams=20")
    page.get_by_role("radio", name="Lines of my own").check(force=True)
    sentences = [f"The {n} old men and the young woman are walking along the river." for n in range(200)]
    page.locator("#set-lines textarea").fill("\n".join(sentences))
    page.locator("#set-run").click()
    expect(page.locator(BUSY)).to_be_visible()
    page.locator("#set-stop").click()
    expect(page.locator("#set-status .stopped")).to_contain_text(
        re.compile(r"Stopped after \d+ of 200 sentences of "), timeout=SET_LIMIT
    )
    done = re.search(r"after (\d+) of 200", page.locator("#set-status").inner_text())
    assert done is not None
    counts = [line["sentences"] for line in csv.DictReader(io.StringIO(file_of(page, "table")))]
    assert counts == ["200"] * counts.count("200") + ([done[1]] if done[1] != "0" else [])
    expect(page.locator("#quality-cost .scatter .point")).to_have_count(len(counts))


def test_pasted_lines_are_shown_as_text_and_a_wrong_one_is_named(open_page: Opens) -> None:
    page = open_compare(open_page)
    page.get_by_role("radio", name="Lines of my own").check(force=True)
    box = page.locator("#set-lines textarea")
    wrong = "A dog runs.\tEin Hund rennt.\n<img src=x onerror=alert(1)> مرحبا 👩‍👩‍👧 ${1}"
    box.fill(wrong)
    page.locator("#set-run").click()
    expect(page.locator("#set-status .error")).to_contain_text("Line 2 has no reference")
    assert box.input_value() == wrong
    box.fill(wrong.replace("\tEin Hund rennt.", ""))
    page.locator("#set-run").click()
    expect(page.locator(DONE)).to_contain_text("a link does not hold lines of your own", timeout=SET_LIMIT)
    expect(page.locator("#set-table thead")).not_to_contain_text("BLEU")
    expect(page.locator("#quality-cost .ytitle")).to_have_text("mean log P")
    assert "onerror=alert(1)> مرحبا 👩‍👩‍👧 ${1}" in file_of(page, "outputs")


def test_on_a_phone_nothing_scrolls_sideways(open_page: Opens) -> None:
    page = open_compare(open_page, width=390, height=844)
    page.get_by_role("radio", name="Lines of my own").check(force=True)
    apart = next(one for one in findings() if (one.model, one.kind) == ("en-de", "beam-over-greedy"))
    lines = f"A dog runs.\tEin Hund rennt.\n{apart.text}\t{apart.reference}"
    page.locator("#set-lines textarea").fill(lines)
    page.locator("#set-run").click()
    expect(page.locator(DONE)).to_be_visible(timeout=SET_LIMIT)
    expect(page.locator("#quality-cost .scatter .point")).to_have_count(2)
    words = page.locator(".each-sentence .text").first
    expect(page.locator("#set-apart").get_by_role("row").first.get_by_role("rowheader")).to_be_visible()
    box = words.bounding_box()
    assert box and box["width"] > 260, "what was measured stands below the words"
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    plot = page.locator("#quality-cost")
    expect(plot.locator(".textpoint").first).to_be_hidden()
    expect(plot.locator(".annotation").first).to_be_visible()
    assert plot.evaluate("plot => plot.scrollWidth <= plot.clientWidth")
