"""The page with the keyboard alone: everything can be reached and worked, and the focus is always seen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from demo.app import VIEWS
from tests.e2e.browsing import ROWS, SENTENCE, SOURCE_LABELS

pytestmark = pytest.mark.browser

STOPS = 250
"""More stops than the page has."""

MOST_STOPS = 75
"""So many a view may have."""

# What of the focused element and what holds it looks otherwise while it has the focus; "" if nothing does.
FOCUS = """() => {
  const element = document.activeElement;
  const looks = () => {
    const chain = [];
    for (let e = element, i = 0; e && i < 6; e = e.parentElement, i++) chain.push(e);
    return chain.map((e) => {
      const s = getComputedStyle(e);
      return [s.outlineStyle === "none" ? "" : s.outlineColor + s.outlineWidth, s.boxShadow, s.borderColor].join(";");
    });
  };
  const box = element.getBoundingClientRect();
  const name = `${element.tagName} ${element.id} ${element.closest("[id]")?.id} ${element.textContent.slice(0, 20)}`;
  const focused = looks();
  element.blur();
  const blurred = looks();
  element.focus({ preventScroll: true });
  const held = element.closest("label, .wrap, .source") ?? element;
  const within = held.getBoundingClientRect();
  return {
    name,
    seen: focused.some((look, i) => look !== blurred[i]),
    there: within.width > 0 && within.bottom > 0 && within.top < innerHeight && box.right > 0,
    first: element === document.body,
  };
}"""


def tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    """Presses Tab until the focus is on the element."""
    for _ in range(STOPS):
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} never reaches {selector}")


def stops(page: Page) -> list[dict[str, Any]]:
    """Where Tab stops, from the top of the page to its end."""
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    found = []
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop["first"]:
            break
        found.append(stop)
    return found


def test_the_focus_is_seen_wherever_tab_stops_in_every_view(page: Page) -> None:
    for view in (view.name for view in VIEWS):
        page.get_by_role("tab", name=view).click()
        if view == "Compare":
            page.locator("#compare").click()
            expect(page.locator("#compare-status .done")).to_be_visible()
        if view == "Document":
            page.locator("#document-text textarea").fill("It rains.\nThe sun shines.")
            page.locator("#document-run").click()
            expect(page.locator("#document-status .done")).to_be_visible()
            page.get_by_role("radio", name="File").check(force=True)
        found = stops(page)
        assert 10 < len(found) <= MOST_STOPS, f"{view}: radios are one stop, and so are buttons that arrows reach"
        assert [stop["name"] for stop in found if not stop["seen"] or not stop["there"]] == [], view


def test_translate_works_with_the_keyboard_alone(page: Page) -> None:
    tab_to(page, SENTENCE)
    page.keyboard.press("Control+A")
    page.keyboard.type("Two dogs are playing in the snow.")
    page.keyboard.press("Enter")
    expect(page.locator(SOURCE_LABELS)).to_contain_text("dogs")

    tab_to(page, f"{ROWS} [aria-label='Show candidate 1']")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(ROWS).nth(1)).to_have_class("chosen")
    expect(page.locator(f"{ROWS} [aria-label='Show candidate 2']")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator(ROWS).nth(2)).to_have_class("chosen")

    tab_to(page, "#downloads [data-kind=csv]")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "translation.csv"

    tab_to(page, "#tree .play")
    page.keyboard.press("Enter")
    expect(page.locator("#tree .play")).to_have_text("Pause")
    expect(page.locator("#tree .at")).to_contain_text("step 2 of")
    page.keyboard.press("Space")
    expect(page.locator("#tree .play")).to_have_text("Play")
    tab_to(page, "#tree .steps")
    page.keyboard.press("Home")
    expect(page.locator("#tree .at")).to_contain_text("step 1 of")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tree .at")).to_contain_text("step 2 of")
    page.keyboard.press("End")
    tab_to(page, "#tree .node")
    expect(page.locator("#tip")).to_contain_text("log P so far")
    first = page.locator("#tip").text_content()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tip")).not_to_have_text(first or "")

    tab_to(page, "#lens button[data-index='0']")
    page.keyboard.press("Enter")
    expect(page.locator("#detail .after")).to_contain_text("the beginning")
    tab_to(page, "#detail .take button")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#translation .unit.given")).to_have_count(1)
    expect(page.locator("#detail tr.chosen .take button")).to_be_focused()
    expect(page.locator("#detail tr.chosen .take button")).to_contain_text("taken")
    tab_to(page, "#status [data-kind=back]", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#translation .unit.given")).to_have_count(0)
    assert page.evaluate("document.activeElement.closest('.target') !== null"), "the focus stays where the eye is"

    tab_to(page, "#alpha input[type=range]")
    page.keyboard.press("Home")
    expect(page.locator("#ledger tbody tr").first.locator("td").nth(4)).to_have_text("1.00")
    tab_to(page, "#again")
    page.keyboard.press("Enter")
    expect(page.locator("#status a.state")).to_have_attribute("href", re.compile("length_penalty=0.0"))


def test_how_to_decode_is_chosen_with_arrows(page: Page) -> None:
    tab_to(page, "#strategy input[value=beam]")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#strategy label.selected")).to_contain_text("greedy search")
    expect(page.locator("#setting-num_beams")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#strategy label.selected")).to_contain_text("(beam search)")
    tab_to(page, "#setting-num_beams input[type=range]")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#setting-num_beams input[type=number]")).to_have_value("6")
    tab_to(page, "[aria-label='Model']", "Shift+Tab")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("listbox")).to_have_count(0)
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("option").nth(1)).to_be_visible()
    names = page.get_by_role("option").all_inner_texts()
    for _ in range(next(i for i, name in enumerate(names) if "no attention" in name)):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Model").first).to_have_value(re.compile("no attention"))
    tab_to(page, "#translate", "Shift+Tab")
    page.keyboard.press("Space")
    expect(page.locator("#drawn .instead")).to_contain_text("no attention")


def test_the_theme_and_the_views_are_chosen_with_the_keyboard(page: Page) -> None:
    tab_to(page, ".skip", "Shift+Tab")  # it comes before everything else
    page.keyboard.press("Enter")
    tab_to(page, SENTENCE)
    tab_to(page, "#theme-toggle", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_have_class(re.compile("dark"))
    expect(page.locator("html")).to_have_css("color-scheme", "dark")
    tab_to(page, "[role=tab][data-tab-id=compare]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name="Compare")).to_have_attribute("aria-selected", "true")
    tab_to(page, "#compare-sentence textarea")
    page.keyboard.press("Enter")
    expect(page.locator("#compare-status .done")).to_be_visible()
