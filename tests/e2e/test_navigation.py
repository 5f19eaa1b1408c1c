"""The row of tabs: every view can be reached and has its address, on a phone and with the keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from demo.app import VIEWS
from tests.e2e.conftest import Opens

pytestmark = pytest.mark.browser

SLOW = 60_000
IN_SIGHT = """tab => {
  const row = tab.parentElement.getBoundingClientRect(), box = tab.getBoundingClientRect();
  return box.left >= row.left - 1 && box.right <= row.right + 1;
}"""


def chosen(page: Page, key: str) -> None:
    """The view of this key is open, its tab in sight and its name in the address."""
    tab = page.locator(f"[role=tab][data-tab-id={key}]")
    expect(tab).to_have_attribute("aria-selected", "true", timeout=SLOW)
    page.wait_for_function(f"({IN_SIGHT})(document.querySelector('[role=tab][data-tab-id={key}]'))")
    expect(page).to_have_url(re.compile(rf"view={key}\b"), timeout=SLOW)


def test_every_view_is_reached_at_390_pixels_by_link_press_and_keyboard(open_page: Opens) -> None:
    first, last = VIEWS[0], VIEWS[-1]
    page = open_page(f"/?view={last.key}", width=390, height=844)
    chosen(page, last.key)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.locator("[role=tab]").all_inner_texts() == [view.name for view in VIEWS]
    expect(page.get_by_role("tablist", name="Views")).to_be_visible()

    page.locator(f"[role=tab][data-tab-id={last.key}]").focus()
    page.keyboard.press("ArrowRight")  # from the last to the first
    expect(page.locator(f"[role=tab][data-tab-id={first.key}]")).to_be_focused()
    for _ in range(len(VIEWS) - 2):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    chosen(page, VIEWS[-2].key)
    page.keyboard.press("End")
    page.keyboard.press("Space")
    chosen(page, last.key)
