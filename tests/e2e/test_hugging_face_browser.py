"""A tiny Marian from a folder beside one of ours, as a person looks into it in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Opens
from tests.e2e.serving import ROOT, free_port, serving
from tests.hugging_face.families import save_tiny

pytestmark = pytest.mark.browser

SAID = ".looked .heading"


@pytest.fixture(scope="module")
def foreign_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an app that serves one of ours, the Marian, and one that has no weights."""
    root, port = tmp_path_factory.mktemp("foreign"), free_port()
    place = save_tiny("marian", root)
    broken = root / "broken"
    broken.mkdir()
    (broken / "config.json").write_text((Path(place) / "config.json").read_text())
    places = [argument for each in (ROOT / "checkpoints/en-de", place, broken) for argument in ("--checkpoints", each)]
    with serving("--no-browser", "--device", "cpu", "--port", str(port), *places, port=port) as (url, log):
        yield url
        printed = log.read_text()
    assert "tiny-marian is ready on cpu: " in printed and "broken is left out: " in printed


def translated(open_page: Opens, url: str, query: str) -> Page:
    page = open_page(f"{url}/?{query}")
    expect(page.locator("#status .done")).to_be_visible()
    return page


def pick(page: Page, which: str, option: str) -> None:
    page.locator(f"#{which} input").click()
    page.get_by_role("option", name=option, exact=True).click()


def test_every_card_of_translate_shows_it_and_the_heatmap_goes_by_head(open_page: Opens, foreign_url: str) -> None:
    page = open_page(f"{foreign_url}/?text=one+two.&model=tiny-marian&strategy=beam")
    done = page.locator("#status .done")
    page.wait_for_function("document.querySelector('#status .done, #status .error')")
    while not done.is_visible():  # it was still being loaded, and the page said so
        expect(page.locator("#status .error")).to_contain_text("still loading")
        page.wait_for_timeout(1000)
        page.reload()
        page.wait_for_function("document.querySelector('#status .done, #status .error')")
    expect(page.locator(SAID)).to_contain_text("attention, mean of all layers and heads: German down, English across")
    for card in ("#translation", "#candidates", "#tree", "#lens", "#ledger"):
        expect(page.locator(card)).not_to_be_empty()
    pick(page, "over", "Source, by head")
    expect(page.locator(SAID)).to_contain_text("mean of 2 layers, mean of 4 heads: German down, English across")
    mean = page.locator("#drawn [data-figure]").get_attribute("data-figure")
    pick(page, "layer", "Layer 2")
    pick(page, "head", "Head 3")
    expect(page.locator(SAID)).to_contain_text("layer 2 of 2, head 3 of 4: German down")
    expect(page.locator("#drawn [data-figure]")).not_to_have_attribute("data-figure", mean or "")
    pick(page, "over", "Encoder, by head")
    expect(page.locator(SAID)).to_contain_text("layer 2 of 2, head 3 of 4: English down, English across")
    pick(page, "over", "Decoder, by head")
    expect(page.locator(SAID)).to_contain_text("German down, what was read of it across")
    pick(page, "over", "Mean of all heads")
    expect(page.locator(SAID)).to_contain_text("mean of all layers and heads")
    expect(page.locator("#layer")).to_be_hidden()


def test_ours_stands_beside_it_and_has_no_heads(open_page: Opens, foreign_url: str) -> None:
    page = translated(open_page, foreign_url, "text=A+dog+runs.&model=en-de&strategy=beam")
    expect(page.locator(SAID)).to_contain_text("attention: German down, English across")
    expect(page.locator("#over")).to_be_hidden()
    models = page.get_by_label("Model").first
    models.click()
    expect(page.get_by_role("option", name="English to German, tiny-marian")).to_be_visible()
    expect(page.get_by_role("option", name="broken")).to_have_count(0)


def test_strategies_are_compared_on_it(open_page: Opens, foreign_url: str) -> None:
    page = open_page(f"{foreign_url}/?view=compare&text=one+two.&model=tiny-marian&card1=greedy&card2=beam")
    expect(page.locator("#compare-status .done")).to_be_visible()
    expect(page.locator(".map .heatmaplayer image").first).to_be_visible()  # one, where both say the same
