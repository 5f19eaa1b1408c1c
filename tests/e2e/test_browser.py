"""The page in a real browser, against the shipped checkpoint."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import HEAT, ROWS, translate

pytestmark = pytest.mark.browser


def test_the_first_paint_is_a_translation(page: Page) -> None:
    expect(page.locator("#translation .unit").first).to_be_visible()
    expect(page.locator("#status")).to_contain_text("CPU")
    assert page.locator(ROWS).count() == 5


def test_a_sentence_typed_and_entered_gives_translation_heatmap_and_candidates(page: Page) -> None:
    translate(page, "Two women are drinking coffee.")
    expect(page.locator("#heatmap .xaxislayer-above")).to_contain_text("coffee")
    expect(page.locator("#translation")).to_contain_text("Kaffee")
    unit = page.locator("#translation .unit").first
    assert re.search(r"P \d", unit.get_attribute("title") or "")
    expect(page.locator("#status")).to_contain_text(re.compile(r"\d ms"))
    box = page.locator(HEAT).bounding_box()
    assert box is not None and box["width"] > 200 and box["height"] > 200


def test_a_candidate_can_be_chosen_by_click_and_by_keyboard(page: Page) -> None:
    third = page.locator(f"{ROWS} .text").nth(2).inner_text()
    page.locator(ROWS).nth(2).click()
    expect(page.locator(ROWS).nth(2)).to_have_class("chosen")
    expect(page.locator("#translation")).to_contain_text(third.split()[0])
    page.locator(f"{ROWS} button").nth(1).press("Enter")
    expect(page.locator(ROWS).nth(1)).to_have_class("chosen")


def test_each_strategy_shows_its_own_controls(page: Page) -> None:
    beam, temperature = page.locator("#setting-num_beams"), page.locator("#setting-temperature")
    expect(beam).to_be_visible()
    expect(temperature).to_have_count(0)
    page.get_by_text("Sampling", exact=True).click()
    expect(temperature).to_be_visible()
    for name in ("top_k", "top_p", "seed"):
        expect(page.locator(f"#setting-{name}")).to_be_visible()
    expect(beam).to_have_count(0)
    page.locator("#translate").click()
    expect(page.locator("#status")).to_contain_text("Sampling")


def test_stop_ends_the_search_and_says_so(page: Page) -> None:
    page.locator("#setting-num_beams input[type=number]").fill("20")
    page.locator("#setting-num_beams input[type=number]").press("Tab")
    page.locator("#sentence textarea").fill("The old man and the young woman are walking along the river. " * 15)
    page.locator("#translate").click()
    expect(page.locator("#status .busy")).to_be_visible()
    page.locator("#stop").click()
    expect(page.locator("#status")).to_contain_text("Stopped")
    translate(page, "A dog runs.")
    expect(page.locator("#heatmap .xaxislayer-above")).to_contain_text("dog")


def test_what_a_person_types_is_shown_as_text(page: Page) -> None:
    hostile = "<img src=x onerror=alert(1)> <b>bold</b> ${document.title='owned'} {{value}} $x$"
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    translate(page, hostile)
    expect(page.locator("#heatmap .xaxislayer-above")).to_contain_text("<")
    assert page.locator("#sentence textarea").input_value() == hostile
    assert page.locator("#translation img, #candidates img, #heatmap b").count() == 0
    assert dialogs == []
    assert "owned" not in page.title()


def test_an_empty_line_is_one_sentence_and_the_result_stays(page: Page) -> None:
    before = page.locator("#translation").inner_text()
    page.locator("#sentence textarea").fill("   ")
    page.locator("#sentence textarea").press("Enter")
    expect(page.locator("#status .error")).to_contain_text("Type an English sentence")
    assert page.locator("#translation").inner_text() == before


def test_the_twin_without_attention_says_why_there_is_no_heatmap(page: Page) -> None:
    page.get_by_label("Model").click()
    page.get_by_role("option", name="no attention").click()
    page.locator("#translate").click()
    expect(page.locator("#no-attention")).to_contain_text("no attention")
    expect(page.locator("#heatmap")).to_be_hidden()


def test_dark_mode_is_one_click_and_is_remembered(page: Page) -> None:
    page.locator("#theme-toggle").click()
    expect(page.locator("body")).to_have_class(re.compile("dark"))
    page.reload()
    expect(page.locator("body")).to_have_class(re.compile("dark"))
    expect(page.locator(HEAT)).to_be_visible()


def test_the_tree_plays_step_by_step(page: Page) -> None:
    steps = page.locator("#tree .steps")
    nodes = page.locator("#tree .node:not(.future)")
    everything = nodes.count()
    steps.fill("2")
    expect(page.locator("#tree .at")).to_contain_text("step 2 of")
    assert 2 <= nodes.count() < everything
    page.locator("#tree .play").click()
    expect(page.locator("#tree .at")).to_contain_text("step 4 of")
    page.locator("#tree .node").first.hover()
    expect(page.locator("#tip")).to_contain_text("log P so far")


def test_another_piece_can_be_taken_and_lifted_again(page: Page) -> None:
    page.locator("#lens button").first.click()
    expect(page.locator("#detail .after")).to_contain_text("the beginning")
    piece = page.locator("#detail tbody tr:not(.chosen) .text").first.inner_text()
    page.locator("#detail .take button").first.click()
    expect(page.locator("#translation .unit.given")).to_have_text(piece)
    expect(page.locator("#status .note")).to_contain_text("you chose")
    page.locator("#translate").click()
    expect(page.locator("#translation .unit.given")).to_have_count(0)


def test_the_ledger_ranks_anew_without_decoding(page: Page) -> None:
    before = page.locator("#status").inner_text()
    page.locator("#alpha input[type=number]").fill("0")
    page.locator("#alpha input[type=number]").press("Tab")
    expect(page.locator("#ledger tbody tr").first.locator("td").nth(4)).to_have_text("1.00")
    assert page.locator("#status").inner_text() == before
    page.locator("#again").click()
    expect(page.locator("#status a.state")).to_have_attribute("href", re.compile("length_penalty=0.0"))


def test_the_address_shows_another_person_the_same(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/?text=Two+dogs+are+playing.&strategy=greedy")
    expect(page.locator("#status")).to_contain_text("Greedy search")
    expect(page.locator("#heatmap .xaxislayer-above")).to_contain_text("dogs")
    translate(page, "The cat sleeps.")
    expect(page).to_have_url(re.compile(r"text=The\+cat\+sleeps\..*strategy=greedy"))
    page.reload()
    expect(page.locator("#heatmap .xaxislayer-above")).to_contain_text("cat")
    assert page.locator("#sentence textarea").input_value() == "The cat sleeps."


@pytest.mark.parametrize(("kind", "holds"), [("json", '"steps"'), ("csv", "rank,text")])
def test_what_is_shown_can_be_taken_away(page: Page, kind: str, holds: str) -> None:
    with page.expect_download() as download:
        page.locator(f"#downloads [data-kind={kind}]").click()
    assert download.value.suggested_filename == f"translation.{kind}"
    assert holds in download.value.path().read_text(encoding="utf-8")


def test_strategies_side_by_side(page: Page) -> None:
    page.get_by_role("tab", name="Compare").click()
    expect(page.locator("#board")).to_contain_text("press Compare")
    page.locator("#compare-sentence textarea").fill("Two dogs are playing in the snow.")
    page.locator("#compare-sentence textarea").press("Enter")
    expect(page.locator("#compare-status .done")).to_contain_text("3 strategies")
    expect(page.locator("#board .contestant .said")).to_have_count(3)
    expect(page.locator("#board .contestant").first).to_contain_text("Schnee")


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_nothing_scrolls_sideways(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    translate(page, "A very long sentence about incomprehensibilities is being read by somebody in the garden today.")
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    page.wait_for_function(f"{overflow} <= 0")
    for card in page.locator(".card:visible").all():
        box = card.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width
