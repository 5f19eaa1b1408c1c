"""The page in a real browser, against the shipped checkpoint."""

from __future__ import annotations

import csv
import io
import json
import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.browsing import HEAT, ROWS, SENTENCE, SOURCE_LABELS, candidate_texts, ready, settled, translate
from tests.e2e.conftest import Opens

pytestmark = pytest.mark.browser

LONG = "the old man and the young woman are walking along the river, " * 15


def test_the_first_paint_is_a_translation(page: Page) -> None:
    expect(page.locator("#translation .unit").first).to_be_visible()
    expect(page.locator("#status")).to_contain_text("CPU")
    assert page.locator(ROWS).count() == 5


def test_an_idle_page_draws_nothing(open_page: Opens) -> None:
    """Gradio's loading sign alone would ask for 60 frames a second for as long as the page is open."""
    page = open_page("/theme.css", own=True)
    page.context.add_init_script("""window.frames_asked = 0;
        const ask = window.requestAnimationFrame.bind(window);
        window.requestAnimationFrame = (draw) => { frames_asked += 1; return ask(draw); };""")
    page.goto(page.url.replace("/theme.css", "/"))
    ready(page)
    assert page.evaluate("frames_asked") > 0, "they are counted"
    page.wait_for_function(
        """async () => {
          frames_asked = 0;
          await new Promise((done) => setTimeout(done, 500));
          return frames_asked < 5;
        }""",
        polling=100,
    )


def test_a_sentence_typed_and_entered_gives_translation_heatmap_and_candidates(page: Page) -> None:
    translate(page, "Two women are drinking coffee.")
    expect(page.locator(SOURCE_LABELS)).to_contain_text("coffee")
    expect(page.locator("#translation")).to_contain_text("Kaffee")
    unit = page.locator("#translation .unit").first
    assert re.search(r"P \d", unit.get_attribute("title") or "")
    expect(page.locator("#status")).to_contain_text(re.compile(r"\d ms"))
    box = page.locator(HEAT).bounding_box()
    assert box is not None and box["width"] > 200 and box["height"] > 200


def test_a_candidate_is_chosen_by_any_part_of_its_row(page: Page) -> None:
    heat, rows = page.locator(HEAT), page.locator(ROWS)
    attention, said = heat.get_attribute("href") or "", candidate_texts(page)[2]
    for part in (".text", ".bar", "button"):
        rows.nth(2).locator(part).first.click()
        expect(rows.nth(2)).to_have_class("chosen")
        expect(rows.nth(0)).not_to_have_class("chosen")
        for word in re.findall(r"\w+", said):
            expect(page.locator("#translation")).to_contain_text(word)
        expect(heat).not_to_have_attribute("href", attention)
        rows.nth(0).locator(part).first.click()
        expect(rows.nth(0)).to_have_class("chosen")
        expect(heat).to_have_attribute("href", attention)


def test_the_tree_marks_the_path_of_the_candidate_that_is_looked_into(page: Page) -> None:
    """Nothing of it is sent again but which one that is; where one is in its steps stays."""
    path, lines = page.locator("#tree .node.chosen"), page.locator("#tree path.chosen")
    first = path.all_text_contents()
    page.locator("#tree .steps").evaluate(
        "slider => { slider.value = 3; slider.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    page.locator(ROWS).nth(2).click()
    expect(page).to_have_url(re.compile("candidate=3"))
    expect(page.locator("#tree .canvas")).to_have_attribute("data-chosen", "2")
    written = page.locator("#translation .unit").all_text_contents()
    assert [word for word in path.all_text_contents() if word != "∎"] == [word for word in written if word != "∎"]
    assert lines.count() == path.count() and page.locator("#tree path:not(.chosen) ~ path.chosen").count() > 0
    assert page.locator("#tree path.chosen ~ path:not(.chosen)").count() == 0, "it lies above the others"
    expect(page.locator("#tree .node[tabindex='0']")).to_have_count(1)
    expect(page.locator("#tree .at")).to_contain_text("step 3 of")
    page.locator("#translate").click()
    expect(page).not_to_have_url(re.compile("candidate="))
    expect(page.locator("#tree .canvas")).to_have_attribute("data-chosen", "0")
    assert path.all_text_contents() == first


def test_of_candidates_pressed_faster_than_the_network_the_last_one_shows(page: Page) -> None:
    slow = {"offline": False, "latency": 300, "downloadThroughput": -1, "uploadThroughput": -1}
    network = page.context.new_cdp_session(page)
    network.send("Network.emulateNetworkConditions", slow)
    for row in (1, 3, 2):
        page.locator(ROWS).nth(row).click()
    expect(page).to_have_url(re.compile("candidate=3"))
    expect(page.locator(ROWS).nth(2)).to_have_class("chosen")
    expect(page.locator(f"{ROWS}.chosen")).to_have_count(1)
    network.detach()


def test_a_list_that_changes_under_the_mouse_button_is_pressed_all_the_same(page: Page) -> None:
    page.locator(ROWS).nth(2).hover()
    page.mouse.down()
    page.locator("#candidates tbody").evaluate("rows => { rows.innerHTML = rows.innerHTML; }")
    page.mouse.up()
    expect(page).to_have_url(re.compile("candidate=3"))


def test_a_button_that_the_page_moves_from_under_the_mouse_is_pressed_all_the_same(page: Page) -> None:
    page.locator("#theme-toggle").hover()
    page.mouse.down()
    page.evaluate("document.body.prepend(Object.assign(document.createElement('hr'), { style: 'height: 90px' }))")
    page.mouse.up()
    expect(page.locator("body")).to_have_class(re.compile("dark"))
    page.locator("#theme-toggle").hover()
    page.mouse.down()
    page.mouse.move(5, 500)  # whoever changes their mind leaves the button
    page.mouse.up()
    expect(page.locator("body")).to_have_class(re.compile("dark"))


def test_each_strategy_shows_its_own_controls(page: Page) -> None:
    beam, temperature = page.locator("#setting-num_beams"), page.locator("#setting-temperature")
    expect(beam).to_be_visible()
    expect(temperature).to_have_count(0)
    page.get_by_text("(sampling)").click()
    expect(temperature).to_be_visible()
    for name in ("top_k", "top_p", "seed"):
        expect(page.locator(f"#setting-{name}")).to_be_visible()
    expect(beam).to_have_count(0)
    page.locator("#translate").click()
    expect(page.locator("#status")).to_contain_text("Sampling")


def test_a_search_is_seen_step_by_step_and_can_be_stopped(open_page: Opens) -> None:
    page = open_page(f"/?text={quote(LONG * 2)}&strategy=beam&num_beams=200&min_new_tokens=400")  # not over in time
    expect(page.locator("#status .busy")).to_contain_text(re.compile(r"step \d+"))
    expect(page.locator("#translation .draft")).to_contain_text(re.compile(r"\w+"))
    page.locator("#stop").click()
    expect(page.locator("#status")).to_contain_text("Stopped")
    page.locator("#strategy").get_by_text("greedy search").click()
    translate(page, "A dog runs.")
    expect(page.locator(SOURCE_LABELS)).to_contain_text("dog")


def test_who_asks_for_each_step_watches_the_tree_grow_and_can_stop_it(page: Page) -> None:
    page.get_by_label("Show each step").check()
    page.evaluate("""() => {
      window.grown = [];
      new MutationObserver(() => {
        const count = document.querySelectorAll("#tree .growing .node.chosen").length;
        if (count && count !== grown.at(-1)) grown.push(count);
      }).observe(document.querySelector("#tree"), { subtree: true, childList: true });
    }""")
    translate(page, "The children are playing with a brown dog in the snow.")
    grown = page.evaluate("grown")
    assert len(grown) > 5 and grown == sorted(grown)
    expect(page.locator("#tree .growing")).to_have_count(0)
    page.locator(SENTENCE).fill(LONG)
    page.locator("#translate").click()
    expect(page.locator("#status .busy")).to_contain_text(re.compile(r"step \d+"))
    page.locator("#stop").click()
    expect(page.locator("#status")).to_contain_text(re.compile(r"Stopped at step \d+"))
    expect(page.locator("#tree .growing")).to_be_visible()
    expect(page.locator("#candidates")).to_contain_text("stopped before its end")
    expect(page.locator("#downloads"), "there is nothing to take away").to_be_hidden()
    page.locator("#tree .scroll").evaluate("(tree) => tree.scrollLeft = 0")
    page.locator("#tree .node.chosen").first.hover()
    expect(page.locator("#tip")).to_be_visible()
    assert page.locator("#tree .scroll").evaluate("(tree) => tree.scrollLeft") == 0, "what was stopped stays put"


def test_a_setting_beyond_what_the_core_takes_is_refused_and_does_not_stay_busy(page: Page) -> None:
    page.locator("#setting-num_beams input[type=number]").fill("5000")
    page.evaluate("document.querySelector('#translate').click()")  # before the slider is left, which would correct it
    expect(page.locator("#status .status.error")).to_contain_text("1000")
    expect(page.locator("#status .busy")).to_have_count(0)
    translate(page, "A dog runs.")


def test_a_new_sentence_ends_the_search_before_it(page: Page) -> None:
    page.locator(SENTENCE).fill(LONG * 4)  # still under way when the other comes
    page.locator("#translate").click()
    expect(page.locator("#status .busy")).to_be_visible()
    translate(page, "A dog runs.")
    expect(page.locator(SOURCE_LABELS)).to_contain_text("dog")
    assert "river" not in page.locator(SOURCE_LABELS).text_content()


def test_no_message_is_put_off(open_page: Opens) -> None:
    """Gradio's client puts off what it tells an event whose name it knows, and a newer event's end came first."""
    page = open_page("/theme.css", own=True)
    page.context.add_init_script("""window.put_off = [];
        const later = window.setTimeout.bind(window);
        window.setTimeout = (act, wait, ...given) => {
          if (given[0]?.event_id) put_off.push(given[0].msg);
          return later(act, wait, ...given);
        };""")
    page.goto(page.url.replace("/theme.css", "/"))
    ready(page)
    translate(page, "Two women are drinking coffee.")
    assert page.evaluate("put_off") == []
    order = page.evaluate("""async () => {
      const order = [];
      await new Promise((end) => {
        setTimeout((word) => order.push(word), 0, "a word");
        setTimeout(end, 20);
        setTimeout((message) => order.push(message.event_id), 0, { event_id: "a message" });
      });
      return order;
    }""")
    assert order == ["a message", "a word"], "at once, and only messages"


def test_a_double_click_ends_in_one_result(page: Page) -> None:
    page.locator(SENTENCE).fill("Two women are drinking coffee.")
    page.locator("#translate").dblclick()
    expect(page.locator(SOURCE_LABELS)).to_contain_text("coffee")
    expect(page.locator("#status .done")).to_be_visible()
    expect(page.locator("#translation")).to_contain_text("Kaffee")
    expect(page.locator("#translation p")).to_have_count(1)
    assert 1 < page.locator(ROWS).count() <= 5, "a second search would have added its own; what says the same is one"


def test_the_twin_without_attention_says_why_there_is_no_heatmap(page: Page) -> None:
    page.get_by_label("Model").click()
    page.get_by_role("option", name="no attention").click()
    page.locator("#translate").click()
    expect(page.locator("#drawn .instead")).to_contain_text("no attention")
    expect(page.locator("#heatmap")).to_be_hidden()


def test_dark_mode_is_one_click_takes_the_figures_along_and_is_remembered(page: Page) -> None:
    looks = """[".card", "#heatmap .xtick text", "#heatmap .heatmaplayer image", ".canvas .node"].map((part) => {
      const style = getComputedStyle(document.querySelector(part));
      return [style.fill, style.filter, style.color, style.backgroundColor].join();
    })"""
    light = page.evaluate(looks)
    page.locator("#theme-toggle").click()
    expect(page.locator("body")).to_have_class(re.compile("dark"))
    page.wait_for_function(f"(light) => {looks}.every((look, i) => look !== light[i])", arg=light)
    settled(page)
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
    page.locator("#detail .take button:not([aria-disabled])").first.click()
    expect(page.locator("#translation .unit.given")).to_have_text(piece)
    expect(page.locator("#status .note")).to_contain_text("as you chose")
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
    settled(page)
    page.goto(f"{app_url}/?text=Two+dogs+are+playing.&strategy=greedy")
    expect(page.locator("#status")).to_contain_text("Greedy search")
    expect(page.locator(SOURCE_LABELS)).to_contain_text("dogs")
    translate(page, "The cat sleeps.")
    expect(page).to_have_url(re.compile(r"text=The\+cat\+sleeps\..*strategy=greedy"))
    settled(page)
    page.reload()
    expect(page.locator(SOURCE_LABELS)).to_contain_text("cat")
    assert page.locator(SENTENCE).input_value() == "The cat sleeps."


def saved(page: Page, kind: str) -> str:
    """What a download holds."""
    with page.expect_download() as download:
        page.locator(f"#downloads [data-kind={kind}]").click()
    assert download.value.suggested_filename == f"translation.{kind}"
    return download.value.path().read_text(encoding="utf-8")


def test_figures_stay_whole_and_the_page_is_not_asked_for_again_when_its_address_changes(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("history.replaceState(null, '', '?text=Another')")
    page.get_by_role("button", name="Light / dark").click()  # the browser looks anew for what each part is clipped to
    assert page.locator("[clip-path^='url(#']").count() == page.locator(".js-plotly-plot [clip-path]").count() > 0
    page.wait_for_timeout(300)
    assert not [url for url in asked if "?text=" in url]


def test_the_trace_and_the_candidates_can_be_taken_away(page: Page) -> None:
    shown = candidate_texts(page)
    trace = json.loads(saved(page, "json"))
    assert [hypothesis["text"] for hypothesis in trace["hypotheses"]] == shown
    assert trace["steps"]
    table = list(csv.DictReader(io.StringIO(saved(page, "csv"))))
    assert [row["text"] for row in table] == shown
    assert [float(row["score"]) for row in table] == pytest.approx([h["score"] for h in trace["hypotheses"]], abs=1e-4)


def test_a_link_brings_its_settings_and_runs(open_page: Opens) -> None:
    page, held, held_back = open_page("/theme.css"), list[Route](), [True]
    page.route("**/queue/join*", lambda route: held.append(route) if held_back else route.continue_())
    link = "?text=Two+dogs+are+playing.&strategy=beam&num_beams=8&num_return_sequences=3&length_penalty=0.4"
    page.goto(page.url.replace("theme.css", link))
    expect(page.locator(SENTENCE), "not yet the link's").to_have_css("color", "rgba(0, 0, 0, 0)")
    held_back.clear()
    for route in held:
        route.continue_()
    ready(page)
    expect(page.locator(SENTENCE)).not_to_have_css("color", "rgba(0, 0, 0, 0)")
    expect(page.locator(SENTENCE)).to_have_value("Two dogs are playing.")
    expect(page.locator(SOURCE_LABELS)).to_contain_text("dogs")
    expect(page.locator("#setting-num_beams input[type=number]")).to_have_value("8")
    expect(page.locator("#setting-length_penalty input[type=number]")).to_have_value("0.4")
    assert page.locator(ROWS).count() == 3


def test_a_link_that_asks_for_nonsense_opens_the_page_as_ever(open_page: Opens) -> None:
    page = open_page("/?model=../secrets&strategy=%3Cimg%3E&num_beams=NaN&length_penalty=1e999&text=")
    ready(page)
    expect(page.locator("#status")).to_contain_text("Beam search")


def test_a_lost_connection_is_said_and_nothing_typed_is_lost(open_page: Opens) -> None:
    page = open_page(console=False)
    ready(page)
    page.context.set_offline(True)
    page.locator(SENTENCE).fill("Two women are drinking coffee.")
    page.locator("#translate").click()
    expect(page.get_by_text("Connection to the server was lost").first).to_be_visible()
    with page.expect_navigation():  # Gradio loads the page anew once the server answers
        page.context.set_offline(False)
    expect(page.locator(SENTENCE)).to_have_value("Two women are drinking coffee.")
    expect(page.locator("#status .done")).to_be_visible()
    page.locator("#translate").click()
    expect(page.locator(SOURCE_LABELS)).to_contain_text("coffee")


def test_what_was_typed_in_other_tabs_outlives_a_lost_connection_too(open_page: Opens) -> None:
    page = open_page("/?view=compare&text=Two+dogs+play.&card1=greedy", console=False)
    expect(page.locator("#compare-status .done")).to_be_visible()
    typed = {"compare-sentence": "A cat sleeps.", "compare-reference": "Eine Katze", "why-sentence": "A bird sings."}
    page.get_by_role("tab", name="Why not?").click()
    page.locator("#why-sentence textarea").fill(typed["why-sentence"])
    page.get_by_role("tab", name="Compare").click()
    page.context.set_offline(True)
    for name in ("compare-sentence", "compare-reference"):
        page.locator(f"#{name} textarea").fill(typed[name])
    page.locator("#compare").click()
    expect(page.get_by_text("Connection to the server was lost").first).to_be_visible()
    with page.expect_navigation():
        page.context.set_offline(False)
    expect(page.locator("#compare-status .done")).to_be_visible()
    for name in ("compare-sentence", "compare-reference"):
        expect(page.locator(f"#{name} textarea")).to_have_value(typed[name])
    expect(page.locator("#compare-earlier")).to_contain_text("Two dogs play.")
    page.get_by_role("tab", name="Why not?").click()
    expect(page.locator("#why-sentence textarea")).to_have_value(typed["why-sentence"])


FITS = """() => {
  const inner = document.querySelector("#heatmap .main-svg").getBoundingClientRect();
  const box = document.querySelector("#heatmap").getBoundingClientRect();
  const card = document.querySelector(".card:has(#heatmap)").getBoundingClientRect();
  return inner.left >= card.left && inner.right <= card.right && inner.width > 0.8 * card.width &&
    inner.height <= box.height && box.bottom <= card.bottom;
}"""


def test_the_heatmap_follows_the_window(page: Page) -> None:
    for words in (0, 45):
        if words:
            translate(page, ", ".join(["The dog and the cat run along the river"] * (words // 9)))
            expect(page.locator("#stage[data-wide] #heatmap")).to_be_visible()
        page.wait_for_function(FITS)
        for width in (1200, 1100, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_function(FITS)


def test_strategies_side_by_side(page: Page) -> None:
    page.get_by_role("tab", name="Compare").click()
    expect(page.locator("#board")).to_contain_text("press Compare")
    page.locator("#compare-sentence textarea").fill("Two dogs are playing in the snow.")
    page.locator("#compare-sentence textarea").press("Enter")
    expect(page.locator("#compare-status .done")).to_contain_text("3 strategies")
    expect(page.locator("#board .contestant .said")).to_have_count(3)
    expect(page.locator("#board .contestant").first).to_contain_text("Schnee")


def test_nothing_scrolls_sideways(page: Page) -> None:
    for width, day in ((390, "today"), (820, "tonight"), (1440, "tomorrow")):
        page.set_viewport_size({"width": width, "height": 844})
        translate(
            page, f"A very long sentence about incomprehensibilities is being read by somebody in the garden {day}."
        )
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        page.wait_for_function(f"{overflow} <= 0")
        place = page.locator("#heatmap")
        fades = place.evaluate("place => place.scrollWidth > place.clientWidth && place.scrollLeft === 0")
        expect(place).to_have_css("mask-image", re.compile("gradient") if fades else "none")
        for card in page.locator(".card:visible").all():
            box = card.bounding_box()
            assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width
        assert page.locator("#live").evaluate("box => box.scrollWidth <= box.clientWidth"), "its label is cut"
