"""Compare, as a person works it in a real browser, against the shipped checkpoint."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Opens

pytestmark = pytest.mark.browser

TWO = "/?view=compare&text=Two+dogs+are+playing+in+the+snow.&card1=greedy&card2=beam"
MAPS = ".map .heatmaplayer image"


def opened(open_page: Opens, path: str = TWO, **options: int) -> Page:
    """The tab as a link opens it, run."""
    page = open_page(path, **options)
    finished(page)
    return page


def finished(page: Page) -> None:
    expect(page.locator("#compare-status .done")).to_be_visible()


def names(page: Page) -> Locator:
    return page.locator("#board .contestant .who b")


def tool(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def test_a_link_opens_the_tab_restores_and_runs_it(open_page: Opens) -> None:
    page = opened(
        open_page, TWO + "&seed=7&reference=Zwei+Hunde+spielen.&card3=sample:temperature=0.5&name3=%3Cb%3Ecool%3C/b%3E"
    )
    expect(page.get_by_role("tab", name="Compare")).to_have_attribute("aria-selected", "true")
    expect(names(page)).to_have_text(["Greedy", "Beam 5", "<b>cool</b>"])
    expect(page.locator("#compare-seed input")).to_have_value("7")
    expect(page.locator("#compare-reference textarea")).to_have_value("Zwei Hunde spielen.")
    expect(page.locator(MAPS)).to_have_count(3)
    expect(page).to_have_url(re.compile(r"view=compare.*seed=7.*card3=sample:temperature=0.5"))
    page.get_by_role("tab", name="Translate").click()
    expect(page).to_have_url(re.compile(r"strategy=beam"))
    page.get_by_role("tab", name="Compare").click()
    expect(page).to_have_url(re.compile(r"view=compare"))


def test_cards_are_duplicated_edited_and_removed_and_the_others_keep_their_results(open_page: Opens) -> None:
    page = opened(open_page)
    tool(page, "Duplicate Beam 5").click()
    expect(names(page)).to_have_text(["Greedy", "Beam 5", "Beam 5"])
    expect(page.locator("#board .unrun")).to_have_count(0)
    tool(page, "Edit Beam 5").last.click()
    expect(page.locator("#editor-title")).to_have_text("Card 3")
    page.locator("#card-num_beams input[type=number]").fill("2")
    page.locator("#card-num_beams input[type=number]").press("Tab")
    expect(names(page)).to_have_text(["Greedy", "Beam 5", "Beam 2"])
    expect(page.locator("#board .unrun")).to_have_count(1)
    page.locator("#compare-again").click()
    expect(page.locator("#board .unrun, #board .waiting")).to_have_count(0)
    expect(page.locator(MAPS)).to_have_count(3)
    tool(page, "Remove Greedy").click()
    expect(names(page)).to_have_text(["Beam 5", "Beam 2"])
    expect(page.locator("#board .unrun")).to_have_count(0)
    expect(page.locator(MAPS)).to_have_count(2)
    expect(page).to_have_url(re.compile(r"card1=beam&card2=beam:num_beams=2$"))
