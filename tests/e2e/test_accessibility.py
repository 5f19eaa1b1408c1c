"""What axe-core finds wrong with the page for those who do not see it, or not well: nothing.

axe-core is the file that npm has, as axe-playwright-python brings it.
"""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.browsing import ready
from tests.e2e.conftest import Opens

pytestmark = pytest.mark.browser

VIEWS = [(scheme, width) for scheme in ("light", "dark") for width in (1440, 390)]


def without_violation(page: Page, state: str) -> None:
    """Fails with axe-core's own report unless it finds nothing at all."""
    found = Axe().run(page)
    assert found.violations_count == 0, f"{state}\n{found.generate_report()}"


@pytest.mark.parametrize(("scheme", "width"), VIEWS)
def test_translate_has_no_violation(open_page: Opens, scheme: str, width: int) -> None:
    page = open_page(scheme=scheme, width=width)
    ready(page)
    without_violation(page, "with a result")
    page.locator("#sentence textarea").fill("")
    page.locator("#translate").click()
    expect(page.locator("#status .error")).to_be_visible()
    without_violation(page, "with an error")
    page.locator("#sentence textarea").fill("The soup is hot. " * 20 + "Wait a moment.")
    page.locator("#translate").click()
    expect(page.locator("#whole .moves")).to_contain_text("sentence 1 of 21")
    without_violation(page, "with a text of several sentences")


@pytest.mark.parametrize(("scheme", "width"), VIEWS)
def test_compare_has_no_violation(open_page: Opens, scheme: str, width: int) -> None:
    page = open_page(scheme=scheme, width=width)
    page.get_by_role("tab", name="Compare").click()
    expect(page.locator("#board")).to_be_visible()
    without_violation(page, "before a run")
    page.locator("#compare").click()
    expect(page.locator("#compare-status .done")).to_be_visible()
    without_violation(page, "after a run")
    page.get_by_role("radio", name="Lines of my own").check(force=True)
    page.locator("#set-lines textarea").fill("A dog runs.\tEin Hund rennt.\nIt rains.\tEs regnet.")
    page.locator("#set-run").click()
    expect(page.locator("#set-status .done")).to_be_visible()
    without_violation(page, "after a set")


@pytest.mark.parametrize(("scheme", "width"), [VIEWS[0], VIEWS[-1]])
def test_document_has_no_violation(open_page: Opens, scheme: str, width: int) -> None:
    page = open_page(scheme=scheme, width=width)
    page.get_by_role("tab", name="Document").click()
    page.locator("#document-text textarea").fill("\n".join(f"The cat sleeps on chair {n}." for n in range(60)))
    page.locator("#document-run").click()
    expect(page.locator("#document-status .done")).to_be_visible()
    without_violation(page, "with a document")
    page.get_by_role("radio", name="File").check(force=True)
    page.locator("#document-run").click()
    expect(page.locator("#document-status .error")).to_be_visible()
    without_violation(page, "without a file")


def test_why_not_has_no_violation(open_page: Opens) -> None:
    page = open_page("/?view=why-not", scheme="dark", width=390)
    expect(page.locator("#why-verdict")).to_contain_text("press Ask")
    without_violation(page, "before a question")
    page.locator("#why-expected textarea").fill("Ein Mann liest die Zeitung.")
    page.locator("#why-ask").click()
    expect(page.locator("#why-status .done")).to_be_visible(timeout=120_000)
    page.locator("#why-instead [data-kind=must]").first.click()
    expect(page.locator("#why-instead table")).to_be_visible(timeout=60_000)
    page.locator("#why-count input[type=number]").fill("6")
    page.locator("#why-count input[type=number]").press("Tab")
    page.locator("#why-draw").click()
    expect(page.locator("#why-by-utility table")).to_be_visible(timeout=60_000)
    page.locator("#why-exact").click()
    expect(page.locator("#why-best table")).to_be_visible(timeout=60_000)
    without_violation(page, "with an answer")
