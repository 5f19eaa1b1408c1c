"""The Why not? view in a real browser against the shipped checkpoint."""

from __future__ import annotations

import json
import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import ready
from tests.e2e.conftest import Opens
from tests.e2e.printing import caption, printed

pytestmark = pytest.mark.browser

WHY_LIMIT = 120_000
"""Milliseconds that fifty beams may take, on a machine that does something else as well."""

SENTENCE, EXPECTED = "The cook has lost his hat.", "Der Koch hat den Hut seines Bruders verloren."
DONE = "#why-status .done"


def answered(page: Page) -> None:
    expect(page.locator(DONE)).to_be_visible(timeout=WHY_LIMIT)


def test_a_question_is_typed_answered_linked_and_taken_away(open_page: Opens) -> None:
    page = open_page(width=390, height=844)
    ready(page)
    page.goto(f"{page.url.split('?')[0]}?view=why-not")
    expect(page.locator("#why-verdict")).to_contain_text("press Ask")
    page.locator("#why-ask").click()
    expect(page.locator("#why-status .error")).to_contain_text("Type the translation that you expected")
    page.locator("#why-sentence textarea").fill(SENTENCE)
    page.locator("#why-expected textarea").fill(EXPECTED)
    page.locator("#why-expected textarea").press("Enter")
    answered(page)
    how, opener = page.locator("#why-how"), page.locator("#why-question .open-drawer")
    expect(how).to_be_hidden()  # the answer is read through without the settings in between
    opener.click()
    expect(how.locator(".close-drawer")).to_be_focused()
    expect(page.locator("#why-strategy").get_by_role("radio").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(how).to_be_hidden()
    expect(opener).to_be_focused()
    expect(page.locator("#why-verdict .verdict")).to_contain_text("error")
    expect(page.locator("#why-verdict tbody tr")).to_have_count(2)
    expect(page.locator("#why-curves .scatterlayer .trace")).to_have_count(2)
    expect(page.locator("#why-beams .point")).to_have_count(50)
    for title in ("How likely, as it grows", "Which beam would have kept it?", "Which words does it hang on?"):
        expect(page.get_by_role("img", name=f"Figure: {title}")).to_have_count(1)  # and not three that have no name
    assert page.locator("#why-by-width tbody tr").count() >= 1
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    expect(page).to_have_url(re.compile(r"view=why-not.*" + re.escape(urlencode({"expected": EXPECTED}))))
    with page.expect_download() as download:
        page.locator("#why-downloads [data-kind=json]").click()
    whole = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert (whole["target"], len(whole["widths"])) == (EXPECTED, 50)
    said = page.locator("#why-verdict .verdict").inner_text()

    again = open_page(page.url, width=1440)
    answered(again)
    expect(again.locator("#why-verdict .verdict")).to_have_text(said)
    expect(
        again.locator("#why-needed .heatmaplayer, #why-looked .heatmaplayer, #why-slope .heatmaplayer")
    ).to_have_count(3)
    for name in ("needed", "curves"):
        said = caption(printed(again, f"#why-{name} [data-save=svg]"))
        assert said.startswith(f"“{SENTENCE}” · expected “{EXPECTED}” · English to German · ")
    expect(again.locator("#why-signs tbody tr").first).to_be_visible()
    again.locator("#why-tokens button").nth(3).focus()
    again.keyboard.press("Enter")
    expect(again.locator("#why-learnt mark").first).to_be_visible()
    expect(again.locator("#why-learnt")).to_contain_text("Tatoeba")
    expect(again).to_have_url(re.compile("near=4"))
    again.locator("#why-instead [data-kind=must]").first.click()
    word = again.locator("#why-instead [data-kind=must]").first.inner_text()
    expect(again.locator("#why-instead tbody tr")).to_have_count(2, timeout=WHY_LIMIT)
    expect(again.locator("#why-instead tbody tr td.text").last).to_contain_text(word)
    again.locator("#why-count input[type=number]").fill("6")
    again.locator("#why-count input[type=number]").press("Tab")
    again.locator("#why-draw").click()
    expect(again.locator("#why-by-utility .verdict")).to_contain_text("wins", timeout=WHY_LIMIT)
    expect(again.locator("#why-agreement .heatmaplayer image")).to_have_count(1)
    again.locator("#why-exact").click()
    expect(again.locator("#why-best table")).to_be_visible(timeout=WHY_LIMIT)
    expect(again.locator("#why-best tbody tr")).to_have_count(4)


def test_translate_leads_there_with_its_sentence(page: Page) -> None:
    with page.context.expect_page() as opened:
        page.locator("#candidates .why a").first.click()
    typed = page.locator("#sentence textarea").input_value()
    expect(opened.value.locator("#why-sentence textarea")).to_have_value(typed)
    expect(opened.value.locator("#why-expected textarea")).to_have_value("")
