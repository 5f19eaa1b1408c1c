"""The row of tabs: every view can be reached and has its address, on a phone and with the keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from demo.app import VIEWS
from tests.e2e.browsing import SENTENCE, ready, settled
from tests.e2e.conftest import Opens
from tests.e2e.printing import cut_off, printed

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


SEEN = """selector => {
  const box = document.querySelector(selector).getBoundingClientRect();
  return box.height > 0 && box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth;
}"""


WHOLE = "selector => (box => box.scrollHeight <= box.clientHeight)(document.querySelector(selector))"
FITS = "selector => (({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth)(document.querySelector(selector))"


def test_on_a_beamer_all_is_in_sight_and_settings_are_in_a_drawer_and_it_presents(open_page: Opens) -> None:
    page = open_page(width=1024, height=768)
    ready(page)
    for part in (SENTENCE, "#translation .translation", "#heatmap .main-svg", "#translate"):
        page.wait_for_function(SEEN, arg=part)
    title, words = page.locator("#masthead h1").bounding_box(), page.locator("#masthead .ask-words").bounding_box()
    assert title is not None and words is not None and title["x"] + title["width"] + 16 <= words["x"]
    how, opener = page.locator("#how"), page.locator("#stage .open-drawer")
    expect(how).to_be_hidden()
    opener.click()
    expect(how).to_be_visible()
    expect(opener).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#how .close-drawer")).to_be_focused()
    page.locator("#strategy").get_by_text("greedy search").click()
    page.keyboard.press("Escape")
    expect(how).to_be_hidden()
    expect(opener).to_be_focused()

    page.locator("#present-toggle").click()
    expect(page).to_have_url(re.compile(r"[?&]present=1"))
    expect(page.locator("[role=tablist]")).to_be_hidden()
    for part in ("#card-candidates", "#stage .chips", "#stage .folded"):
        expect(page.locator(f"{part} >> visible=true")).to_have_count(0)
    page.set_viewport_size({"width": 3840, "height": 2160})
    for part in (SENTENCE, "#translation .translation", "#heatmap .main-svg"):
        page.wait_for_function(SEEN, arg=part)
    assert page.locator(SENTENCE).evaluate("box => parseFloat(getComputedStyle(box).fontSize)") > 72
    label = page.locator("#heatmap .ytick text").first
    number = page.locator("#heatmap .barlayer text").first
    for each in (label, number):
        expect(each).to_have_css("font-size", re.compile(r"^(2[5-9]|3\d)(\.\d+)?px$"))
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("present"))
    expect(page.locator("[role=tablist]")).to_be_visible()
    assert page.locator(SENTENCE).evaluate("box => parseFloat(getComputedStyle(box).fontSize)") > 36, (
        "it grows with the screen"
    )
    settled(page)
    page.goto(page.url + "&present=1")
    expect(page.locator("#present-toggle")).to_have_text("Stop presenting")
    ready(page)


def test_the_other_views_present_what_was_asked_and_answered(open_page: Opens) -> None:
    page = open_page("/?view=compare", width=1920, height=1080)
    chosen(page, "compare")
    toggle, text = page.locator("#present-toggle"), page.locator("#compare-sentence textarea")
    toggle.click()
    for part in ("[role=tablist]", "#presets", "#on-a-set", "#board .tools"):
        expect(page.locator(part).first).to_be_hidden()
    text.fill("A dog runs.")
    text.press("Enter")
    expect(page, "its link is not seen, and yet the address has it").to_have_url(
        re.compile(r"view=compare&text=A\+dog\+runs.*&present=1"), timeout=90_000
    )
    assert page.locator("#board .said p").first.evaluate("said => parseFloat(getComputedStyle(said).fontSize)") > 30
    page.wait_for_function("document.querySelector('#trade-off .point')?.getBoundingClientRect().height > 26")
    page.keyboard.press("Escape")
    expect(page.locator("#presets")).to_be_visible()
    page.wait_for_function("document.querySelector('#trade-off .point')?.getBoundingClientRect().height < 24")
    for view, asks in (("why-not", "#why-strategy"), ("limits", "#limits-models"), ("learn", "#learn-contents")):
        page.locator(f"[role=tab][data-tab-id={view}]").click()
        expect(page.locator(asks)).to_be_visible()
        toggle.click()
        expect(page.locator(asks)).to_be_hidden()
        expect(page).to_have_url(re.compile(f"view={view}.*present=1"))
        page.keyboard.press("Escape")
    page.locator("[role=tab][data-tab-id=compare]").click()
    page.set_viewport_size({"width": 3840, "height": 2160})
    page.wait_for_function("document.querySelector('#trade-off .point')?.getBoundingClientRect().height > 30")
    assert cut_off(page, printed(page, "#trade-off [data-save=svg]")) == [], "paper is as wide on any screen"


def test_on_a_phone_the_question_is_whole_when_turned_and_its_answer_comes_into_sight(
    open_page: Opens,
) -> None:
    page = open_page(width=390, height=664, has_touch=True, is_mobile=True)
    ready(page)
    for part in ("#translate", "#examples button", "#unit label", "[role=tab]", ".take-figure button", "summary"):
        box = page.locator(f"{part} >> visible=true").first.bounding_box()
        assert box and box["height"] >= 44, part
    page.locator(SENTENCE).fill("The cat sleeps.")
    page.locator("#translate").tap()
    expect(page.locator("#translation")).to_contain_text("Katze")
    page.wait_for_function(SEEN, arg="#translation .translation")
    page.set_viewport_size({"width": 844, "height": 390})
    page.locator(SENTENCE).fill("The teacher gave the children of the village a book about the sea and its fish.")
    for width, height in ((390, 844), (844, 390), (1440, 900), (844, 390)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(WHOLE, arg=SENTENCE)
    page.set_viewport_size({"width": 390, "height": 664})
    page.locator(SENTENCE).fill("")
    page.locator("#translate").tap()
    expect(page.locator("#beside-field")).to_be_in_viewport()


def test_presenting_shows_what_was_asked_and_answered_and_nothing_that_asks(open_page: Opens) -> None:
    page = open_page("/?view=limits&text=We+love+coming+here.&present=1", width=1920, height=1080)
    expect(page.locator("#limits-beside tbody tr").first).to_be_visible()
    expect(
        page.locator("#limits-ask, #limits-stop, #limits-measure, #limits-reference").locator("visible=true")
    ).to_have_count(0)
    expect(page.get_by_role("heading", name="What decoding costs here")).to_be_hidden()
    page.locator("#limits-sentence textarea").fill("")
    page.locator("#limits-sentence textarea").press("Enter")
    expect(page.locator("#limits-status .error")).to_be_visible()
    page.locator("#limits-sentence textarea").fill("A dog runs.")
    again = page.locator("#limits-earlier").get_by_role("button")
    expect(again, "what asks again comes where it has something to ask").to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#limits-measure")).to_be_visible()

    page = open_page(
        "/?view=why-not&text=We+love+coming+here.&expected=Wir+kommen+gern.&present=1", width=1024, height=768
    )
    expect(page.locator("#why-findings .why-tokens")).to_be_visible()
    for asked_apart in ("Where did it learn this?", "The true best", "What do its own candidates agree on?"):
        expect(page.get_by_role("heading", name=asked_apart)).to_be_hidden()
    expect(page.locator("#why-not button:not([data-kind]) >> visible=true")).to_have_count(0)

    page = open_page("/?view=models&present=1", width=1440, height=900)
    expect(page.locator("#models-card table")).to_be_visible()
    expect(page.locator("#models-list, #models-title a").locator("visible=true")).to_have_count(0)


def test_presenting_goes_on_where_a_page_of_learn_leads(open_page: Opens) -> None:
    page = open_page("/?view=learn&present=1")
    page.locator(".lessons a[href*='view=compare']").first.click()
    expect(page.locator("#compare-status .done")).to_have_count(1)
    expect(page).to_have_url(re.compile("view=compare.*present=1"))
    expect(page.locator("#compare")).to_be_hidden()


def test_all_that_is_presented_of_translate_is_in_sight(open_page: Opens) -> None:
    page = open_page("/?present=1", width=1024, height=768)
    ready(page)
    for width, height in ((1024, 768), (1440, 900), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function("height => innerHeight === height && document.body.scrollHeight <= height", arg=height)


def test_figures_keep_a_height_as_type_grows(open_page: Opens) -> None:
    page = open_page("/?view=limits", width=1440, height=900)
    figure = page.locator("#limits-lengths .js-plotly-plot .main-svg").first
    expect(figure).to_be_visible()
    before = figure.bounding_box()
    page.set_viewport_size({"width": 1400, "height": 900})  # after which Plotly has no height for it
    page.wait_for_function("document.querySelector('#limits-lengths .js-plotly-plot').layout.height === undefined")
    page.set_viewport_size({"width": 2560, "height": 1440})
    page.wait_for_function(
        "before => document.querySelector('#limits-lengths .js-plotly-plot').offsetHeight > 1.1 * before",
        arg=before and before["height"],
    )


def test_a_very_large_screen_is_not_left_half_empty(open_page: Opens) -> None:
    page = open_page("/?view=learn", width=3840, height=2160)
    expect(page.locator(".lessons a").first).to_be_visible()
    text, examples = page.locator("#learn-body").bounding_box(), page.locator("#learn-buttons").bounding_box()
    assert text is not None and examples is not None
    assert examples["x"] > text["x"] + text["width"] and examples["y"] < text["y"]
    page.locator("#present-toggle").click()
    page.wait_for_function(
        "document.querySelector('#learn-buttons').getBoundingClientRect().top >"
        " document.querySelector('#learn-body').getBoundingClientRect().bottom"
    )

    page = open_page("/?view=compare&text=I+would+have+helped+you+if+you+had+asked+me.", width=3840, height=2160)
    chosen(page, "compare")
    expect(page.locator(".maps .main-svg").first).to_be_visible()
    page.wait_for_function(
        """() => {
          const tracks = getComputedStyle(document.querySelector(".maps")).gridTemplateColumns.split(" ");
          const drawn = [...document.querySelectorAll(".maps .map")].filter((map) => map.checkVisibility());
          return drawn.length > 1 && tracks.filter((track) => track !== "0px").length <= drawn.length;
        }"""
    )


def test_on_a_phone_words_come_first_and_what_counts_is_in_sight(open_page: Opens) -> None:
    page = open_page(width=390, height=844, has_touch=True, is_mobile=True)
    ready(page)
    expect(page.get_by_role("radio", name="Words")).to_be_checked()
    expect(page).to_have_url(re.compile("unit=words"))
    page.wait_for_function(FITS, arg="#heatmap")
    page.locator("#unit").get_by_text("Pieces").click()
    expect(page).to_have_url(re.compile("unit=pieces"))
    expect(page.locator(".keys >> visible=true")).to_have_count(0)
    score = page.locator("#ledger tbody tr").first.locator(".number").last
    score.scroll_into_view_if_needed()
    page.wait_for_function(SEEN, arg="#ledger tbody tr .number:last-child")
    expect(page.locator("#slim .of")).to_be_visible()
    page.get_by_role("navigation", name="Cards of this view").get_by_role("link", name="what it nearly said").click()
    expect(page.locator("#card-candidates h2")).to_be_focused()
    page.wait_for_function("""() => {
      const card = document.querySelector("#card-candidates").getBoundingClientRect().top;
      return card >= document.querySelector("#slim").getBoundingClientRect().bottom && card < innerHeight / 2;
    }""")
    page.evaluate("scrollTo(0, 0)")
    expect(page.locator("#slim")).to_be_hidden()
