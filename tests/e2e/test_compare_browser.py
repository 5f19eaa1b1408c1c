"""Compare, as a person works it in a real browser, against the shipped checkpoint."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Opens
from tests.e2e.printing import caption, printed

pytestmark = pytest.mark.browser

TWO = "/?view=compare&text=Two+dogs+are+playing+in+the+snow.&card1=greedy&card2=beam"
MAPS = ".map .heatmaplayer image"
BOX = "#compare-sentence textarea"
WITH, WITHOUT = "English to German, with attention", "English to German, no attention"
AS_LARGE_AS_DRAWN = """() => [...document.querySelectorAll("#trade-off .js-plotly-plot, .map .js-plotly-plot")].every(
  (plot) => {
    const place = plot.getBoundingClientRect(), drawn = plot.querySelector(".main-svg").getBoundingClientRect();
    return drawn.height > 200 && Math.abs(place.height - drawn.height) < 2 && Math.abs(place.width - drawn.width) < 2;
  })"""
WIDE = "Beam 600, shortest output 250"


def opened(open_page: Opens, path: str = TWO, **options: int) -> Page:
    """The tab as a link opens it, run."""
    page = open_page(path, **options)
    finished(page)
    return page


def finished(page: Page) -> None:
    """Waits until the cards that show have run: "done" alone may still be said of the run before."""
    expect(page.locator("#board .unrun, #board .waiting")).to_have_count(0)
    expect(page.locator("#compare-status .done")).to_be_visible()


def looked(page: Page, cards: int) -> None:
    """Waits until heatmaps of so many cards show; of those that say the same there is one."""
    page.wait_for_function(
        """cards => [...document.querySelectorAll(".map .gtitle")]
          .flatMap((title) => title.textContent.match(/^[\\d, ]+/)[0].split(",")).length === cards""",
        arg=cards,
    )


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
    looked(page, 3)
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
    looked(page, 3)
    tool(page, "Remove Greedy").click()
    expect(names(page)).to_have_text(["Beam 5", "Beam 2"])
    expect(page.locator("#board .unrun")).to_have_count(0)
    looked(page, 2)
    expect(page).to_have_url(re.compile(r"card1=beam&card2=beam:num_beams=2$"))


def test_another_strategy_brings_its_settings_and_a_typed_name_stays(open_page: Opens) -> None:
    page = opened(open_page)
    tool(page, "Edit Greedy").click()
    expect(page.locator("#card-temperature")).to_have_count(0)
    page.locator("#editor").get_by_text("(sampling)").click()
    expect(page.locator("#card-temperature")).to_be_visible()
    expect(page.locator("#card-seed")).to_have_count(0)
    expect(names(page).first).to_have_text("Sampling")
    page.locator("#card-name textarea, #card-name input").fill("<img src=x onerror=alert(1)>")
    expect(names(page).first).to_have_text("<img src=x onerror=alert(1)>")
    page.locator("#editor-done").click()
    expect(page.locator("#editor")).to_be_hidden()


def test_a_preset_fills_the_cards_and_an_empty_board_says_what_to_do(open_page: Opens) -> None:
    page = opened(open_page)
    page.get_by_role("button", name="Wider beams").click()
    expect(names(page)).to_have_text(["Beam 1", "Beam 2", "Beam 5", "Beam 10", "Beam 20"])
    for left, name in enumerate(("Beam 1", "Beam 2", "Beam 5", "Beam 10", "Beam 20")):
        tool(page, f"Remove {name}").click()
        expect(names(page)).to_have_count(4 - left)  # else the next press may meet rows that move
    expect(page.locator("#board .instead")).to_contain_text("Add one")
    page.locator("#compare").click()
    expect(page.locator("#compare-status .error")).to_contain_text("Add a strategy")
    page.get_by_role("button", name="+ Add a strategy").click()
    expect(page.locator("#editor")).to_be_visible()
    page.locator(BOX).press("Enter")
    finished(page)


def test_a_reference_measures_and_marks_without_decoding(open_page: Opens) -> None:
    page = opened(open_page)
    before = page.locator("#compare-status").inner_text()
    page.locator("#compare-reference textarea").fill("Zwei <b>Hunde</b> im Schnee.")
    expect(page.locator("#board .given")).to_contain_text("Zwei <b>Hunde</b> im Schnee.")
    expect(page.locator("#board .heads")).to_be_visible()
    expect(page.locator("#board .heads")).to_contain_text("chrF")
    expect(page.locator("#board mark").first).to_be_visible()
    expect(page.locator("#trade-off .xtitle")).to_contain_text("chrF")
    assert page.locator("#compare-status").inner_text() == before
    expect(page).to_have_url(re.compile("reference=Zwei"))
    page.locator("#against").get_by_label("milliseconds").check()
    expect(page.locator("#trade-off .xtitle")).to_contain_text("milliseconds")


def test_samples_show_their_spread(open_page: Opens) -> None:
    page = opened(open_page, TWO + "&card3=sample:temperature=1.5,num_return_sequences=6")
    spread = page.locator("#board .spread")
    expect(spread).to_contain_text("6 translations")
    spread.locator("summary").click()
    expect(spread.locator("li").first).to_be_visible()
    tool(page, "Remove Greedy").click()
    expect(names(page)).to_have_count(2)
    expect(spread.locator("li").first).to_be_visible()


def test_stop_and_a_card_removed_while_it_runs(open_page: Opens) -> None:
    """Wide beams on a long text take seconds, which is time enough to press something."""
    text = "the+old+man+and+the+young+woman+are+walking+along+the+river,+" * 12
    slow = "&card2=beam:num_beams=600,min_new_tokens=250&card3=beam:num_beams=150"
    page = open_page(f"/?view=compare&text={text}&card1=greedy{slow}")
    expect(page.locator("#compare-status")).to_contain_text("Decoding 2 of 3")
    tool(page, "Remove Beam 150").click()
    expect(names(page)).to_have_text(["Greedy", WIDE])
    page.locator("#compare-stop").click()
    expect(page.locator("#compare-status")).to_contain_text("Stopped")
    expect(names(page)).to_have_text(["Greedy", WIDE])
    expect(page.locator("#board .unrun")).to_have_count(1)
    tool(page, f"Remove {WIDE}").click()
    page.locator(BOX).fill("A dog runs.")
    page.locator("#compare").dblclick()
    finished(page)
    expect(page.locator("#board .said")).to_contain_text("Hund")


def test_keys_alone_remove_and_edit_cards(open_page: Opens) -> None:
    page = opened(open_page)
    tool(page, "Duplicate Greedy").focus()
    page.keyboard.press("Enter")
    expect(names(page)).to_have_count(3)
    expect(tool(page, "Duplicate Greedy").first).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(names(page)).to_have_text(["Greedy", "Beam 5"])
    expect(tool(page, "Remove Greedy")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#editor input:checked")).to_be_focused()


def test_an_error_is_one_sentence_and_keeps_what_is_there(open_page: Opens) -> None:
    page = opened(open_page)
    said = page.locator("#board .said").first.inner_text()
    page.locator(BOX).fill("   ")
    page.locator(BOX).press("Enter")
    expect(page.locator("#compare-status .error")).to_contain_text("Type an English sentence")
    expect(page.locator("#compare-sentence #beside-field")).to_be_in_viewport()
    assert page.locator("#board .said").first.inner_text() == said


def test_a_comparison_can_be_taken_away(open_page: Opens) -> None:
    page = opened(open_page)
    files = {}
    for kind in ("csv", "json"):
        with page.expect_download() as download:
            page.locator(f"#board [data-kind={kind}]").click()
        assert download.value.suggested_filename == f"comparison.{kind}"
        files[kind] = download.value.path().read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(files["csv"])))
    assert [row["name"] for row in rows] == ["Greedy", "Beam 5"]
    assert all(card["result"]["steps"] for card in json.loads(files["json"])["cards"])
    looked(page, 2)
    for figure, part in ((".map", "<image"), ("#trade-off", "rows × steps")):
        file = printed(page, f"{figure} [data-save=svg]")
        assert part in file, "no empty figure"
        assert caption(file).startswith(
            "“Two dogs are playing in the snow.” · English to German · seed 0 · 1: Greedy · 2: Beam 5"
        )


def test_the_model_without_attention_says_why_there_is_no_heatmap(open_page: Opens) -> None:
    page = opened(open_page, TWO + "&model=en-de-context")
    expect(page.locator("#compare-no-attention")).to_contain_text("no attention")
    expect(page.locator(MAPS)).to_have_count(0)


def test_twins_stand_side_by_side_and_a_card_gets_a_model_of_its_own(open_page: Opens) -> None:
    page = opened(open_page, TWO + "&model1=en-de-attention&model2=en-de-context")
    expect(names(page)).to_have_text(["Greedy", "Beam 5"])
    expect(page.locator("#board .contestant .who small")).to_have_text([WITH, WITHOUT])
    looked(page, 1)
    expect(page.locator("#compare-no-attention")).to_contain_text(f"2 Beam 5 · {WITHOUT}")
    expect(page.locator("#board .how-measured")).to_contain_text("share a vocabulary")
    expect(page.locator("#trade-off .js-plotly-plot")).to_have_count(0)
    page.locator("#compare-reference textarea").fill("Zwei Hunde spielen im Schnee.")
    expect(page.locator("#trade-off .ytitle")).to_have_text("chrF")
    with page.expect_popup() as popup:
        page.get_by_role("link", name=f"Open Beam 5 · {WITHOUT} in Translate").click()
    assert "model=en-de-context" in popup.value.url and "strategy=beam" in popup.value.url
    popup.value.close()
    tool(page, f"Edit Greedy · {WITH}").click()
    page.locator("#card-model input").click()
    page.get_by_role("option", name="English to German, Transformer").click()
    expect(page.locator("#board .contestant .who small").first).to_have_text("English to German, Transformer")
    page.locator("#compare-again").click()
    expect(page.locator("#board .how-measured")).to_contain_text("different vocabularies")
    expect(page).to_have_url(re.compile("model1=en-de-transformer"))


def test_a_sweep_lays_out_cards_and_times_come_from_several_runs(open_page: Opens) -> None:
    page = opened(open_page)
    tool(page, "Edit Beam 5").click()
    page.locator("#sweep").get_by_role("button").first.click()
    for name, value in (("from", 1), ("to", 3), ("step", 1)):
        page.locator(f"#sweep-{name} input").fill(str(value))
    page.locator("#sweep-go").click()
    expect(names(page)).to_have_text(["Beam 1", "Beam 2", "Beam 3"])
    page.locator("#compare").click()
    finished(page)
    page.locator("#time-again").click()
    expect(page.locator("#compare-timing")).to_contain_text("6 runs of each card")
    expect(page.locator("#board .how-measured")).to_contain_text("the median of 6 runs")
    expect(page.locator("#trade-off .errorbar")).to_have_count(3)


def test_on_a_beamer_the_words_have_room_beside_the_figures_that_a_reference_brings(open_page: Opens) -> None:
    page = opened(open_page, TWO + "&reference=Zwei+Hunde.", width=1024, height=768)
    expect(page.locator("#board .contestant").first.locator(".number")).to_have_count(8)
    heads, row = page.locator("#board .heads"), page.locator("#board .contestant").first
    for place in (0, 7):
        head, figure = (part.locator(".number").nth(place).bounding_box() for part in (heads, row))
        assert head and figure and head["x"] + head["width"] == pytest.approx(figure["x"] + figure["width"], abs=1)
    words = row.locator(".said p").bounding_box()
    assert words and words["width"] > 250


def test_on_a_phone_cards_stack_and_nothing_scrolls_sideways(open_page: Opens) -> None:
    page = opened(open_page, TWO + "&reference=Zwei+Hunde.", width=390, height=844)
    tool(page, "Edit Greedy").click()
    expect(page.locator("#editor")).to_be_visible()
    page.wait_for_function("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    tool(page, "Done").click()
    expect(tool(page, "Edit Greedy")).to_be_focused()
    expect(tool(page, "Edit Greedy"), "the editor below was longer than the window").to_be_in_viewport()
    for row in page.locator("#board .contestant").all():
        box = row.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390
    plot = page.locator("#trade-off")
    expect(plot.locator(".annotation text", has_text="Greedy")).to_be_hidden()
    assert plot.evaluate("plot => plot.scrollWidth <= plot.clientWidth")


def test_on_a_phone_the_button_comes_early_and_what_there_is_to_see_is_one_row(open_page: Opens) -> None:
    page = open_page("/?view=compare", width=390, height=844, has_touch=True, is_mobile=True)
    button = page.locator("#compare").bounding_box()
    assert button and button["y"] + button["height"] <= 820
    row = page.locator("nav.chips >> visible=true")
    links = row.get_by_role("link")
    expect(row).to_have_class(re.compile("more-right"))
    places = [link.bounding_box() for link in links.all()]
    assert len(places) > 4 and len({place["y"] for place in places if place}) == 1
    assert all(place and place["height"] >= 44 for place in places)
    links.first.focus()
    page.keyboard.press("End")
    expect(links.last).to_be_focused()
    expect(row).not_to_have_class(re.compile("more-right"))
    expect(row).to_have_class(re.compile("more-left"))
    last = links.last.bounding_box()
    assert last and last["x"] >= 0 and last["x"] + last["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_figures_keep_their_height_when_the_window_becomes_a_phones_and_when_that_is_turned(open_page: Opens) -> None:
    page = opened(open_page)
    looked(page, 2)
    for width, height in ((390, 844), (844, 390), (1440, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(500)  # Plotly fits a figure to its card a moment after the window has changed
        page.wait_for_function(AS_LARGE_AS_DRAWN)
