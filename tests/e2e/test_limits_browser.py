"""The Limits view in a real browser against shipped models: a sentence, its point, its files, what searches cost."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Opens
from tests.e2e.printing import caption, printed

pytestmark = pytest.mark.browser

SLOW = 180_000
"""Milliseconds that models may take together, on a machine that does something else as well."""

LINK = (
    "/?view=limits&text=A+dog+runs.&reference=Ein+Hund+rennt.&models=en-de-attention,en-de-transformer&place=2"
)  # fmt: skip


def test_models_are_set_beside_each_other_timed_and_taken_away(open_page: Opens) -> None:
    page = open_page(LINK, width=390, height=844)
    status = page.locator("#limits-status")
    expect(status.locator(".done")).to_be_visible(timeout=SLOW)
    expect(page.locator("#limits-beside tbody tr")).to_have_count(2)
    expect(page.locator("#limits-lengths .legend")).to_contain_text("this sentence")
    here = caption(printed(page, "#limits-reach [data-save=svg]"))
    assert here.startswith("“A dog runs.” · ") and "Transformer" in here
    assert caption(printed(page, "#limits-lengths [data-save=svg]")).startswith("Tatoeba's test sentences")
    page.locator("#limits-measure").click()
    expect(status).to_contain_text("Measuring", timeout=SLOW)
    expect(status).to_contain_text("timed one after the other", timeout=SLOW)
    tables = page.locator("#limits-costs table")
    expect(tables).to_have_count(4)
    rows = tables.last.locator("tbody tr")
    expect(rows).to_have_count(3)  # the sentence once, twice, four times, read at once
    page.get_by_label("Model", exact=True).locator("visible=true").click()
    page.get_by_role("option", name="Transformer").click()
    page.locator("#limits-measure").click()
    expect(rows).to_have_count(6, timeout=SLOW)
    expect(rows.nth(1).locator("th")).to_contain_text("Transformer")
    expect(status).to_contain_text("timed one after the other", timeout=SLOW)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    with page.expect_download() as download:
        page.locator("#limits-downloads [data-kind=json]").click()
    whole = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert [one["model"] for one in whole["beside"]] == ["en-de-attention", "en-de-transformer"]
    assert [one["model"] for one in whole["costs"]] == ["en-de-attention", "en-de-transformer"]
    with page.expect_download() as download:
        page.locator("#limits-costs-downloads [data-kind=costs]").click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1 + sum(len(one["found"]) for one in whole["costs"])
