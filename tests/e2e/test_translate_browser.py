"""The Translate view's figures in a real browser: what is drawn, saved, unfolded, taken back, and what stays."""

from __future__ import annotations

import base64
import json
import re
import struct
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.browsing import HEAT, ROWS, SENTENCE, SOURCE_LABELS, translate
from tests.e2e.conftest import Opens
from tests.e2e.printing import cut_off, printed, texts

pytestmark = pytest.mark.browser

LONG = (
    "The old man in the red jacket and the young woman with the brown dog are walking slowly along the river while the "
    "children are playing football in the park."
)


def saved(page: Page, button: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.locator(button).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def decoded(page: Page) -> str:
    """What a result that was decoded anew would change: calls and milliseconds."""
    return page.locator("#status .facts").inner_text()


def test_the_heatmap_by_words_without_decoding(page: Page) -> None:
    translate(page, "The incomprehensibilities are being read.")
    before, labels = decoded(page), page.locator(SOURCE_LABELS)
    expect(labels).to_contain_text("·")
    held: list[Route] = []
    page.route("**/queue/join*", lambda route: held.append(route))
    page.locator("#unit").get_by_text("Words").click()
    expect(labels).not_to_contain_text("·")  # before the server knows of it
    for request in held:
        request.continue_()
    page.unroute("**/queue/join*")
    expect(page.locator("#status a.state")).to_have_attribute("href", re.compile("unit=words"))
    expect(labels).not_to_contain_text("·")
    expect(labels).to_contain_text("∎")
    page.locator(HEAT).hover(position={"x": 4, "y": 4}, force=True)  # Plotly lays its own area above
    expect(page.locator("#heatmap .hoverlayer")).to_contain_text(re.compile(r"← The.*weight \d"))
    page.locator(ROWS).nth(1).click()
    expect(page.locator(ROWS).nth(1)).to_have_class("chosen")
    expect(labels).not_to_contain_text("·")
    assert decoded(page) == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_figure_is_saved_as_each_kind_of_file_with_its_caption(open_page: Opens, tmp_path: Path, scheme: str) -> None:
    page = open_page(scheme=scheme)
    expect(page.locator("#status .done")).to_be_visible()
    expect(page.locator("#tree .node").first).to_be_visible()
    expect(page.locator(HEAT)).to_be_visible()
    sentence = page.locator(SENTENCE).input_value()
    for figure, name in (("heatmap", "attention"), ("tree", "beam-tree")):
        path = saved(page, f".foot[data-of={figure}] [data-save=png]", tmp_path)
        picture = path.read_bytes()
        assert path.name == f"{name}.png" and picture.startswith(b"\x89PNG")
        width, height = struct.unpack(">II", picture[16:24])
        shown = page.locator("#tree .canvas" if figure == "tree" else "#heatmap .js-plotly-plot").bounding_box()
        assert shown is not None
        assert width >= 2 * int(shown["width"]) and height >= 2 * int(shown["height"]), "sharp, and nothing cut off"
        file = printed(page, f".foot[data-of={figure}] [data-save=svg]")
        drawn, said = ElementTree.fromstring(file), " ".join(texts(file))
        caption = " ".join(text.text or "" for text in list(drawn)[-9:] if text.tag.endswith("text"))
        assert sentence in caption and "English to German" in caption and "Beam 5" in caption and "seq2seq_core" in said
        pdf = saved(page, f".foot[data-of={figure}] [data-save=pdf]", tmp_path).read_bytes()
        assert pdf.startswith(b"%PDF-") and pdf.rstrip().endswith(b"%%EOF")
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
        fonts = set(re.findall(rb"/BaseFont /(\S+)", pdf))
        assert fonts == {b"Inter"}, "all fonts are in the file"
        assert sentence.encode("utf-16-be")[4:-4] in pdf
    page.set_content(f'<img src="data:image/png;base64,{base64.b64encode(picture).decode()}">')
    corner, colours = page.evaluate(COLOURS)
    assert sum(corner) > 700 if scheme == "light" else sum(corner) < 150, "the card's colour, not transparent"
    assert colours > 40, "more than a blank picture"


COLOURS = """async () => {
  const image = document.querySelector("img");
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const seen = new Set();
  for (let i = 0; i < data.length; i += 4) seen.add((data[i] << 16) + (data[i + 1] << 8) + data[i + 2]);
  return [[...data.slice(0, 3)], seen.size];
}"""


def test_the_page_to_take_away_is_alive_without_a_network(page: Page, browser: Browser, tmp_path: Path) -> None:
    translate(page, "A <b>dog</b> ${1} runs.")
    path = saved(page, "#downloads [data-kind=html]", tmp_path)
    assert path.name == "translation.html"
    assert 4_000_000 < path.stat().st_size < 7_000_000
    errors: list[str] = []
    requests: list[str] = []
    with browser.new_context(offline=True) as context:
        away = context.new_page()
        away.on("pageerror", lambda error: errors.append(str(error)))
        away.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        away.on("request", lambda request: requests.append(request.url))
        away.goto(path.as_uri())
        expect(away.locator(".heatmaplayer image")).to_be_visible()
        away.locator(".heatmaplayer image").hover(force=True)
        expect(away.locator(".hoverlayer")).to_contain_text("weight")
        away.locator(".steps").fill("2")
        expect(away.locator(".at")).to_contain_text("step 2 of")
        away.locator(".node.chosen").first.hover()
        expect(away.locator("#tip")).to_contain_text("log P so far")
        expect(away.locator("main")).to_contain_text("A <b>dog</b> ${1} runs.")
        assert away.locator("main b:has-text('dog')").count() == 0
        assert away.evaluate("fetch('https://example.org').then(() => 'out', () => 'kept in')") == "kept in"
    assert not [line for line in errors if "example.org" not in line]
    assert not [url for url in requests if not url.startswith(("file:", "data:", "blob:", "https://example.org"))]


def test_the_tree_at_width_ten_unfolds_by_keyboard_alone_and_a_long_sentence_fits_a_column(page: Page) -> None:
    page.locator("#setting-num_beams input[type=number]").fill("10")
    page.locator("#setting-num_beams input[type=number]").press("Tab")
    translate(page, LONG)
    expect(page.locator("#tree .caption")).to_contain_text("far from the winner are folded away")
    expect(page.locator("#tree .at")).to_contain_text(re.compile(r"of (2\d|3\d|4\d)"))
    visible = page.locator("#tree .node").evaluate_all(
        "nodes => nodes.filter((n) => getComputedStyle(n).visibility === 'visible').length"
    )
    fold = page.locator("#tree .fold")
    fold.focus()
    page.keyboard.press("Enter")
    expect(fold).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#tree .node.far").first).to_be_visible()
    assert visible < page.locator("#tree .node").count()
    page.keyboard.press("Enter")
    expect(page.locator("#tree .node.far").first).to_be_hidden()
    words = page.locator("#tree .node").evaluate_all(
        "nodes => nodes.filter((n) => getComputedStyle(n).visibility === 'visible').map((n) => n.textContent)"
    )
    across = page.locator(SOURCE_LABELS).locator("text").all_text_contents()
    files = {figure: printed(page, f".foot[data-of={figure}] [data-save=svg]") for figure in ("heatmap", "tree")}
    written = {figure: Counter(texts(file)) for figure, file in files.items()}
    assert written["tree"] >= Counter(words), "every word of it"
    assert len(across) > 24 and written["heatmap"] >= Counter(across), "every column"
    assert [cut_off(page, file) for file in files.values()] == [[], []]


def test_words_of_the_tree_answer_to_the_keyboard(page: Page) -> None:
    first = page.locator("#tree .node[tabindex='0']")
    first.focus()
    expect(page.locator("#tip")).to_contain_text("log P so far")
    before = first.get_attribute("aria-label")
    page.keyboard.press("ArrowRight")
    focused = page.locator("#tree .canvas :focus")
    expect(focused).to_have_class(re.compile("node .*chosen"))
    assert focused.get_attribute("aria-label") != before
    page.keyboard.press("ArrowDown")
    expect(page.locator("#tip")).to_contain_text("dropped")
    expect(page.locator("#tree .canvas [tabindex='0']")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#tip")).to_have_count(0)
    page.locator("#tree .steps").focus()
    page.keyboard.press("Home")
    expect(page.locator("#tree .at")).to_contain_text("step 1 of")
    page.locator("#tree .play").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#tree .at")).not_to_contain_text("step 1 of")  # it plays, and no step stays for long


def test_changing_strategy_keeps_text_result_and_settings_of_the_same_name(page: Page) -> None:
    length = page.locator("#setting-num_beams input[type=number]")
    length.fill("7")
    length.press("Tab")
    page.locator("#sentence textarea").fill("The cat sleeps.")
    said = page.locator("#translation").inner_text()
    page.locator("#strategy").get_by_text("greedy search").click()
    expect(page.locator("#setting-num_beams")).to_have_count(0)
    assert page.locator("#translation").inner_text() == said
    assert page.locator("#sentence textarea").input_value() == "The cat sleeps."
    page.locator("#strategy").get_by_text("Keep the best few").click()
    expect(length).to_have_value("7")


def test_a_taken_piece_is_marked_and_one_click_goes_back(page: Page) -> None:
    own = page.locator("#translation").inner_text()
    page.locator("#lens button").nth(1).click()
    page.locator("#detail .take button[data-at='1']:not([aria-disabled])").first.click()
    expect(page.locator("#translation .unit.given")).to_have_count(2)
    expect(page.locator("#status .note")).to_contain_text("Its beginning, 2 pieces, is as you chose")
    forced = page.locator("#translation").inner_text()
    assert forced != own
    page.locator("#status [data-kind=back]").click()
    expect(page.locator("#translation .unit.given")).to_have_count(0)
    assert page.locator("#translation").inner_text() == own
    expect(page.locator("#status [data-kind=back]")).to_have_count(0)


def test_a_weight_of_the_heatmap_is_moved_and_one_click_goes_back(page: Page) -> None:
    translate(page, "A dog runs on the beach.")
    before, cell = page.locator("#translation").inner_text(), page.locator("#cell")
    page.locator(HEAT).click(position={"x": 4, "y": 4}, force=True)  # Plotly lays its own area above
    expect(cell).to_contain_text("At step 1")
    page.locator("#heatmap").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "Enter"):  # the first arrow shows where it is
        page.keyboard.press(key)
    expect(cell).to_contain_text("At step 2")
    share = page.locator("#share input[type=number]")
    share.fill("0.05")
    share.press("Tab")
    page.locator("#move").click()
    expect(page.locator("#status")).to_contain_text("was set to 0.05 by hand")
    expect(page).to_have_url(re.compile(r"moved=2-2-2-0\.05"))
    expect(page.locator("#heatmap .shapelayer path")).to_have_count(1)
    expect(cell).to_be_hidden()
    page.get_by_role("button", name="Go back").click()
    expect(page.locator("#translation")).to_have_text(before)
    expect(page).not_to_have_url(re.compile("moved="))


def test_where_a_word_was_learnt_is_shown_with_a_press(page: Page) -> None:
    translate(page, "A dog runs on the beach.")
    page.locator("#lens .lens > button").nth(1).click()
    page.locator("#learnt button").click()
    expect(page.locator("#learnt mark").first).to_have_text("Hund")
    expect(page.locator("#learnt")).to_contain_text("Tatoeba")
    expect(page).to_have_url(re.compile("near=2"))


def test_alpha_and_beta_rank_at_once_and_the_flip_is_named(page: Page) -> None:
    before, ledger = decoded(page), page.locator("#ledger")
    expect(ledger).to_contain_text("The first place")
    for slider, shown in (("alpha", 4), ("beta", 6)):
        old = ledger.locator("tbody tr").first.locator("td").nth(shown).inner_text()
        number = page.locator(f"#{slider} input[type=number]")
        number.fill("2")
        number.press("Tab")
        expect(ledger.locator("tbody tr").first.locator("td").nth(shown)).not_to_have_text(old)
    assert decoded(page) == before
    page.locator("#again").click()
    expect(page.locator("#status a.state")).to_have_attribute("href", re.compile("coverage_penalty=2.0"))


def test_the_model_names_the_languages(page: Page) -> None:
    expect(page.locator("#sentence")).to_contain_text("English")
    expect(page.locator("#sentence textarea")).to_have_attribute("lang", "en")
    expect(page.locator(".target .heading")).to_contain_text("German")
    expect(page.locator("#translation p")).to_have_attribute("lang", "de")
    page.locator("#sentence textarea").fill("My own words.")
    page.get_by_label("Model").first.click()
    page.get_by_role("option", name="no attention").click()
    expect(page.locator(".target .heading")).to_contain_text("German")
    expect(page.locator("#sentence textarea")).to_have_value("My own words.")


PARAGRAPH = (
    "The baker opens her shop at five. Where does the tall boy live?\n\n"
    "An old man is painting the fence. We will visit you on Monday."
)


def test_a_pasted_paragraph_is_shown_as_its_sentences(page: Page, open_page: Opens, tmp_path: Path) -> None:
    page.locator("#sentence textarea").focus()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(PARAGRAPH)  # arrives as a paste does: at once
    page.keyboard.press("Enter")
    whole, place = page.locator("#whole .text"), page.locator("#whole .place")
    expect(place).to_have_text("sentence 1 of 4")
    expect(page.locator(SOURCE_LABELS)).to_contain_text("shop")
    first, second = whole.inner_text().split("\n\n")
    assert first.count("?") == 1 and second.count(".") == 2, "every sentence, and the line break between them"
    words = page.locator("#translation .word:not(.end)")
    assert first.startswith(" ".join(words.all_inner_texts()))

    page.locator("#whole [data-kind=next]").focus()
    page.keyboard.press("Enter")
    expect(place).to_have_text("sentence 2 of 4")
    expect(page.locator(SOURCE_LABELS)).to_contain_text("boy")
    expect(page.locator("#whole [data-kind=next]")).to_be_focused()
    page.locator("#whole .sentence").nth(2).click()
    expect(place).to_have_text("sentence 3 of 4")
    page.keyboard.press("ArrowRight")
    expect(place).to_have_text("sentence 4 of 4")
    expect(page.locator("#whole .sentence").nth(3)).to_be_focused()
    expect(page.locator("#whole [data-kind=next]")).to_have_attribute("aria-disabled", "true")
    expect(page.locator(SOURCE_LABELS)).to_contain_text("Monday")
    assert whole.inner_text() == f"{first}\n\n{second}"

    trace = json.loads(saved(page, "#downloads [data-kind=json]", tmp_path).read_text(encoding="utf-8"))
    assert (trace["source"], trace["text"]["source"]) == ("We will visit you on Monday.", PARAGRAPH)
    expect(page).to_have_url(re.compile("sentence=4"))
    linked = open_page(page.url, width=390)
    expect(linked.locator("#whole .place")).to_have_text("sentence 4 of 4")
    expect(linked.locator("#status .done")).to_be_visible()
    assert linked.locator("#sentence textarea").input_value() == PARAGRAPH
    assert linked.locator("#whole .text").inner_text() == f"{first}\n\n{second}"
    assert linked.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_another_piece_changes_its_sentence_in_the_whole_translation(page: Page) -> None:
    translate(page, PARAGRAPH)
    page.locator("#whole .sentence").nth(2).click()
    expect(page.locator(SOURCE_LABELS)).to_contain_text("fence")
    before = page.locator("#whole .sentence").all_inner_texts()
    page.locator("#lens button").nth(1).click()
    page.locator("#detail .take button[data-at='1']:not([aria-disabled])").first.click()
    expect(page.locator("#translation .unit.given")).to_have_count(2)
    after = page.locator("#whole .sentence").all_inner_texts()
    assert [old == new for old, new in zip(before, after, strict=True)] == [True, True, False, True]
    expect(page.locator("#status .note")).to_contain_text("Its beginning, 2 pieces, is as you chose")
    page.locator("#status [data-kind=back]").click()
    expect(page.locator("#whole .sentence").nth(2)).to_have_text(before[2])
    expect(page.locator("#whole .place")).to_have_text("sentence 3 of 4")


def test_a_word_is_marked_wherever_it_stands_and_a_tap_says_its_numbers(open_page: Opens) -> None:
    page = open_page(has_touch=True)
    expect(page.locator("#status .done")).to_be_visible()
    expect(page.locator(HEAT)).to_be_visible()
    unit = page.locator("#translation .unit[data-first='2']")
    unit.tap()
    expect(page.locator("#tip")).to_contain_text("P ")
    expect(unit).to_have_class(re.compile("same-word"))
    expect(page.locator("#lens .lens > button.same-word")).to_have_attribute("data-index", "2")
    expect(page.locator("#heatmap .ytick text.same-word")).to_have_count(1)
    man = page.locator("#source-words .source-word", has_text="man")
    man.tap()
    expect(page.locator("#tip")).to_contain_text("man · looked at")
    expect(page.locator("#translation .unit.same-word")).to_have_text("Mann")
    expect(page.locator("#lens .lens > button.same-word")).to_have_attribute("data-index", "1")
    expect(page.locator("#heatmap .ytick text.same-word")).to_have_text("Mann")
    page.locator("#lens .lens > button").nth(4).hover()
    expect(page.locator("#translation .unit.same-word")).to_have_attribute("data-first", "4")
    page.locator(HEAT).hover(position={"x": 4, "y": 4}, force=True)  # Plotly lays its own area above
    expect(page.locator("#translation .unit.same-word")).to_have_attribute("data-first", "0")
    expect(page.locator("#heatmap .xtick text.same-word")).to_have_count(1)
    page.locator("#translation .unit[data-first='4']").hover()
    expect(page.locator("#source-words .same-word")).to_have_text("red")
    man.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#source-words .source-word").first).to_be_focused()
    expect(page.locator("#translation .unit.same-word")).to_have_text("Ein")


def test_a_tap_on_a_cell_marks_its_words_as_the_mouse_does(open_page: Opens) -> None:
    page = open_page(width=390, height=844, has_touch=True, is_mobile=True)
    expect(page.locator("#status .done")).to_be_visible()
    page.locator(HEAT).tap(position={"x": 4, "y": 4}, force=True)
    expect(page.locator("#source-words .same-word")).to_have_text("A")
    expect(page.locator("#translation .unit.same-word")).to_have_attribute("data-first", "0")
    expect(page.locator("#lens .lens > button.same-word")).to_have_attribute("data-index", "0")


def test_filters_move_the_distribution_of_the_open_word_and_one_press_decodes(page: Page) -> None:
    page.locator("#lens .lens > button").nth(7).click()
    expect(page.locator("#detail .after")).to_contain_text("liest")
    calls = decoded(page)
    decode = page.get_by_role("button", name="Decode by sampling with these")
    expect(decode, "nothing was moved").to_be_disabled()
    for name, value in (("temperature", "1.5"), ("top_k", "2")):
        page.locator(f"[data-setting={name}]").evaluate(
            "(input, value) => { input.value = value; input.dispatchEvent(new Event('input', { bubbles: true })); }",
            value,
        )
    expect(page.locator("#detail thead")).to_contain_text("after top-k")
    expect(page.locator("#detail tr.fallen")).to_have_count(18)
    expect(page.locator("#detail .moved-to")).to_contain_text("Seed 0 would draw")
    page.locator("#lens .lens > button").nth(8).click()
    expect(page.locator("#detail .after")).to_contain_text("eine")
    expect(page.locator("#detail thead"), "another word, the same filters").to_contain_text("after top-k")
    assert decoded(page) == calls, "nothing is decoded"
    decode.click()
    expect(page.locator("#status .done")).to_contain_text("Sampling")
    expect(page.get_by_role("button", name="Decode with these")).to_be_enabled()
    expect(page).to_have_url(re.compile("strategy=sample&temperature=1.5&top_k=2"))
    expect(page.locator("#setting-temperature input[type=number]")).to_have_value("1.5")
    expect(page.locator(".earlier[data-view=translate]")).to_be_hidden()


SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) window.shifted += shift.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_jumps_while_results_arrive(open_page: Opens, width: int) -> None:
    page = open_page(width=width)
    expect(page.locator("#status .done")).to_be_visible()
    expect(page.locator(HEAT)).to_be_visible()
    page.evaluate(SHIFTS)
    page.evaluate("window.shifted = 0")
    translate(page, "Two children are playing in the snow with their dog.")
    expect(page.locator(SOURCE_LABELS)).to_contain_text("snow")
    # input or not: what follows a click within half a second would not count in the browser's own score
    assert (
        page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(window.shifted))))")
        < 0.1
    )


def test_alpha_in_a_sentence_is_of_the_same_font_as_its_words(page: Page) -> None:
    summary = page.locator("#ledger .flips .summary")
    expect(summary).to_contain_text("α")
    session = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        session.send(f"{domain}.enable")
    top = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": top, "selector": "#ledger .flips .summary"})["nodeId"]
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    assert {(font["familyName"], font["isCustomFont"]) for font in fonts} == {("Inter", True)}
    session.detach()
