"""The page runs under its Content-Security-Policy, and a stranger's script does not.

That a browser complains of its policy in the console fails every other browser test as well.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import ROWS, SENTENCE, ready, settled, translate
from tests.e2e.conftest import Opens

pytestmark = pytest.mark.browser

WATCH = """window.violations = []; addEventListener("securitypolicyviolation",
  ({ violatedDirective: rule, blockedURI, lineNumber }) => violations.push(`${rule} ${blockedURI}:${lineNumber}`));"""


def watched(open_page: Opens, *, console: bool = True) -> Page:
    page = open_page("/theme.css", console=console, own=True)
    page.context.add_init_script(WATCH)
    page.goto(page.url.replace("/theme.css", "/"))
    return page


def test_every_view_is_used_without_a_violation(open_page: Opens) -> None:
    page = watched(open_page)
    ready(page)
    translate(page, "A dog runs.")
    page.locator(ROWS).nth(1).click()
    for kind in ("json", "csv", "html"):
        with page.expect_download() as download:
            page.locator(f"#downloads [data-kind={kind}]").click()
        assert download.value.path().stat().st_size > 0
    for kind in ("png", "svg", "pdf"):
        with page.expect_download():
            page.locator(f".foot[data-of=heatmap] [data-save={kind}]").click()
    page.locator("#theme-toggle").click()
    page.get_by_role("tab", name="Compare").click()
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator("#compare-status .done")).to_be_visible()
    page.get_by_role("tab", name="Document").click()
    page.locator("#document-text textarea").fill("A dog runs.")
    page.locator("#document-run").click()
    expect(page.locator("#document-status .done")).to_be_visible()
    settled(page)
    assert page.evaluate("violations") == []


def test_a_script_that_the_server_did_not_write_does_not_run(open_page: Opens) -> None:
    page = watched(open_page, console=False)  # the browser complains of what it is kept from
    ready(page)
    page.evaluate("""() => {
      document.body.insertAdjacentHTML("beforeend", "<img src='data:,' onerror='window.ran = 1'>");
      document.body.append(Object.assign(document.createElement("script"), { textContent: "window.ran = 2" }));
    }""")
    page.wait_for_function("violations.length >= 2")
    assert page.evaluate("window.ran") is None
    assert page.locator(SENTENCE).count() == 1
