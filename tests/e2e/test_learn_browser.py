"""Learn, Models and Limits in a real browser against the shipped checkpoints, from a page of Learn on."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Opens
from tests.e2e.test_accessibility import without_violation

pytestmark = pytest.mark.browser

SLOW = 120_000


def taken_away(page: Page, browser: Browser, file: Path) -> None:
    """The open page as a file: whole without a network, its links leading back into the app."""
    with page.expect_download() as download:
        page.locator("#learn-downloads button").click()
    assert download.value.suggested_filename == "learn-beam.html"
    download.value.save_as(file)
    assert file.stat().st_size < 1_500_000
    errors: list[str] = []
    with browser.new_context(offline=True) as context:
        away = context.new_page()
        away.on("pageerror", lambda error: errors.append(str(error)))
        away.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        away.goto(file.as_uri())
        expect(away.locator("h2", has_text="Beam search")).to_be_visible()
        expect(away.locator("math[display=block]")).to_be_visible()
        expect(away.locator("tbody tr")).to_have_count(7)
        assert "$" not in away.locator("#learn-body").inner_text()
        links = away.locator("#learn-body a, #learn-buttons a, a.state").evaluate_all("all => all.map((a) => a.href)")
        app = page.url.split("?")[0]
        assert len(links) > 2 and all(link.startswith((app, "https://")) for link in links)
    assert errors == []


def test_a_page_of_learn_is_read_linked_taken_away_and_left_for_a_view_that_is_set_up(
    open_page: Opens, browser: Browser, tmp_path: Path
) -> None:
    page = open_page("/?view=learn&idea=beam", width=390, height=844, scheme="dark")
    expect(page.locator("#learn-head h2")).to_have_text("Beam search", timeout=SLOW)
    expect(page.locator("#learn-body .katex-display")).to_be_visible()
    expect(page.locator("#learn-body tbody tr")).to_have_count(7)
    for wide in (".katex-display", "table"):  # a shade, and a cover that scrolls along, say where it goes on
        expect(page.locator(f"#learn-body {wide}")).to_have_css("background-attachment", "local, scroll")
    without_violation(page, "a page of Learn")
    taken_away(page, browser, tmp_path / "beam.html")
    page.locator("#learn-around [data-kind=greedy]").click()
    expect(page.locator("#learn-head h2")).to_have_text("Greedy search", timeout=SLOW)
    expect(page).to_have_url(re.compile(r"view=learn&idea=greedy"))
    page.locator("#learn-body a", has_text="beam").first.click()
    expect(page.locator("#learn-head h2")).to_have_text("Beam search", timeout=SLOW)
    page.goto(f"{page.url.split('?')[0]}?view=learn&idea=numbers")  # one of which is a word of fifty letters
    expect(page.locator("#learn-head h2")).to_have_text("Numbers, letter by letter", timeout=SLOW)
    assert page.locator(".lessons a").evaluate_all("all => all.every((a) => a.scrollWidth <= a.clientWidth)")
    page.goto(f"{page.url.split('?')[0]}?view=learn&idea=fixed-context")
    page.locator("#learn-buttons a").first.click(timeout=SLOW)
    expect(page.locator("#limits-status .done")).to_be_visible(timeout=SLOW)
    expect(page.locator("#limits-beside tbody tr")).to_have_count(2)
    expect(page.locator("#limits-lengths .scatterlayer .trace")).not_to_have_count(0)
    without_violation(page, "models beside each other")
    with page.expect_download() as download:
        page.locator("#limits-downloads [data-kind=json]").click()
    assert len(json.loads(download.value.path().read_text(encoding="utf-8"))["beside"]) == 2
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_models_shows_another_model_its_curves_and_the_pieces_of_what_is_typed(open_page: Opens) -> None:
    page = open_page("/?view=models&model=en-de&over=en-fr")
    expect(page.locator("#models-curves .scatterlayer .trace")).to_have_count(4, timeout=SLOW)
    page.locator("#models-text textarea").fill("astrophysicist")
    expect(page.locator("#models-pieces .caption")).to_contain_text("pieces", timeout=SLOW)
    expect(page).to_have_url(re.compile(r"view=models&model=en-de&over=en-fr&text=astrophysicist"), timeout=SLOW)
    assert page.locator("#models-pieces .piece").count() > 2
    with page.expect_download() as download:
        page.locator("#models-downloads [data-kind=csv]").click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("model,update,set,loss")
    assert {line.split(",")[0] for line in lines[1:]} == {"en-de", "en-fr"}
    page.locator("#models-list [data-kind=dates]").click()
    expect(page.locator("#models-title h2")).to_have_text("Dates to ISO 8601", timeout=SLOW)
    without_violation(page, "a model's card")
