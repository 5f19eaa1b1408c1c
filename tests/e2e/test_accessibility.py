"""What axe-core finds wrong with the page for those who do not see it, or not well: nothing.

axe-core is the file that npm has, as axe-playwright-python brings it. All its rules are on, also those that are off by
default: the contrast of WCAG's level AAA, and the experimental ones.
"""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.e2e.browsing import SENTENCE, ready
from tests.e2e.conftest import Opens

pytestmark = pytest.mark.browser

VIEWS = [("light", 1440), ("dark", 390)]

EVERY_RULE = """async () => {
  const rules = Object.fromEntries(axe.getRules().map(({ ruleId }) => [ruleId, { enabled: true }]));
  const { violations } = await axe.run(document, { rules, resultTypes: ["violations"] });
  return violations.filter(({ impact }) => impact !== "minor").flatMap(({ id, nodes }) =>
    nodes.map(({ html, any, all, none }) => `${id}: ${html.slice(0, 200)} (${[...any, ...all, ...none][0]?.message})`));
}"""


STILL = """() => document.getAnimations()
  .every((one) => one.playState !== "running" || one.effect.getComputedTiming().endTime === Infinity)"""


def without_violation(page: Page, state: str) -> None:
    """Fails with what axe-core says of each element that it finds anything wrong with, but for what is minor."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    page.wait_for_function(STILL)  # colours half way from one to another are none of ours
    assert page.evaluate(EVERY_RULE) == [], state


@pytest.mark.parametrize(("scheme", "width"), VIEWS)
def test_translate_has_no_violation(open_page: Opens, scheme: str, width: int) -> None:
    page = open_page(scheme=scheme, width=width)
    ready(page)
    page.locator("#weights-table summary").click()
    without_violation(page, "with a result")
    page.evaluate("scrollTo(0, 1500)")
    expect(page.locator("#slim")).to_be_visible()
    without_violation(page, "scrolled")
    page.locator(SENTENCE).fill("")
    page.locator("#translate").click()
    expect(page.locator("#sentence .beside-field")).to_be_visible()
    expect(page.locator(SENTENCE)).to_have_attribute("aria-invalid", "true")
    without_violation(page, "with an error")
    page.locator(SENTENCE).fill("The soup is hot. " * 20 + "Wait a moment.")
    page.locator("#translate").click()
    expect(page.locator("#whole .moves")).to_contain_text("sentence 1 of 21")
    without_violation(page, "with a text of several sentences")
    page.locator(SENTENCE).fill("Something else.")
    expect(page.locator("#earlier .earlier")).to_be_visible()
    page.set_viewport_size({"width": 1024, "height": 768})
    page.locator("#stage .open-drawer").click()
    without_violation(page, "set back, with the drawer")
    page.keyboard.press("Escape")
    page.locator("#present-toggle").click()
    without_violation(page, "presenting")


def test_a_translation_is_read_out_and_its_heatmap_told(page: Page) -> None:
    said = page.locator("#announced")
    expect(said).to_have_text("German: Ein Mann in einer roten Jacke liest eine Zeitung auf einer Bank.")
    page.evaluate("""() => {
      window.told = [];
      new MutationObserver(() => told.push(document.getElementById("announced").textContent))
        .observe(document.getElementById("announced"), { childList: true });
    }""")
    page.locator(SENTENCE).fill("The cat sleeps.")
    page.locator(SENTENCE).press("Enter")
    expect(said).to_contain_text("Katze")
    page.locator("#unit").get_by_text("Words").click()
    expect(page.locator("#heatmap")).to_have_attribute("aria-label", re.compile("Looked at most: Die at The"))
    page.locator("#weights-table summary").click()
    table = page.locator("#weights-table table")
    expect(table.get_by_role("columnheader", name="cat")).to_be_visible()
    expect(table.get_by_role("rowheader", name="Katze")).to_be_visible()
    row = table.locator("tbody tr").first.locator("td").all_inner_texts()
    assert sum(map(float, row)) == pytest.approx(1, abs=0.03)
    assert len(page.evaluate("told")) == 1, "once"


def test_a_comparison_is_read_out_and_each_of_its_heatmaps_told(open_page: Opens) -> None:
    page = open_page("/?view=compare&text=The+cat+sleeps.&card1=greedy&card2=sample:temperature=2,top_k=0&name2=Hot")
    said = page.locator("#announced")
    expect(said).to_have_text(re.compile(r"^Greedy: Die Katze schläft\. Hot: "))
    expect(said).not_to_contain_text("left out")
    pictures = page.get_by_role("img", name="Figure: Where each one looked")
    expect(pictures.first).to_have_accessible_name(
        re.compile("Figure: Where each one looked: Greedy. Looked at most: Die at The")
    )
    expect(
        page.get_by_role("button", name="SVG: save the figure “Where each one looked: Hot”, for paper")
    ).to_be_visible()
    expect(page.get_by_role("img", name="Figure: At what price", exact=True)).to_be_visible()


@pytest.mark.parametrize(("scheme", "width"), VIEWS)
def test_compare_has_no_violation(open_page: Opens, scheme: str, width: int) -> None:
    page = open_page(scheme=scheme, width=width)
    page.get_by_role("tab", name="Compare").click()
    expect(page.locator("#board")).to_be_visible()
    without_violation(page, "before a run")
    page.locator("#compare").click()
    expect(page.locator("#compare-status .done")).to_be_visible()
    without_violation(page, "after a run")
    page.locator("#time-again").click()
    expect(page.locator("#compare-timing .done")).to_be_visible()
    page.get_by_role("button", name="Edit Greedy").click()
    page.get_by_role("button", name="Sweep: one setting at several values").click()
    expect(page.locator("#sweep-go")).to_be_visible()
    without_violation(page, "timed again, with the editor and its sweep open")
    page.locator("#card-model input").click()
    page.get_by_role("option", name="English to German, no attention").click()
    page.locator("#compare-again").click()
    expect(page.locator("#board .how-measured")).to_contain_text("different vocabularies")
    expect(page.locator("#board .waiting")).to_have_count(0)
    expect(page.locator("#compare-status .done")).to_be_visible()
    without_violation(page, "with a model of its own for a card")
    page.get_by_role("radio", name="Lines of my own").check(force=True)
    page.locator("#set-lines textarea").fill("A dog runs.\tEin Hund rennt.\nIt rains.\tEs regnet.")
    page.locator("#set-run").click()
    expect(page.locator("#set-status .done")).to_be_visible()
    expect(page.locator("#set-apart table").first).to_be_visible()
    without_violation(page, "after a set")
    page.get_by_role("button", name="hold all against this").last.click()
    page.locator("#set-time-again").click()
    expect(page.locator("#set-timing .done")).to_be_visible()
    without_violation(page, "a set held against another strategy and timed again")
    if width > 820:
        page.locator("#present-toggle").click()
        without_violation(page, "presenting")


@pytest.mark.parametrize(("scheme", "width"), VIEWS)
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


def test_limits_models_and_learn_have_no_violation(open_page: Opens) -> None:
    page = open_page("/?view=limits", width=1440)
    page.locator("#limits-ask").click()
    expect(page.locator("#limits-status .done")).to_be_visible(timeout=120_000)
    without_violation(page, "Limits, with an answer")
    page.locator("#limits-sentence textarea").fill("Something else.")
    expect(page.locator("#limits-earlier .earlier")).to_contain_text("You see what came of")
    without_violation(page, "Limits, set back")
    for view, there in (("models", "#models-card"), ("learn", "#learn-body")):
        page.locator(f"[role=tab][data-tab-id={view}]").click()
        expect(page.locator(there)).to_be_visible()
        without_violation(page, view)
