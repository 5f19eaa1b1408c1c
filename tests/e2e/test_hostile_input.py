"""Whatever a person types, and whatever a stranger's checkpoint says, shows up as text, in every view."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import HEAT, ROWS, SENTENCE, SOURCE_LABELS, ready, settled, translate
from tests.e2e.conftest import Opens
from tests.e2e.serving import ROOT, free_port, serving

pytestmark = pytest.mark.browser

MARKUP = "<b>x</b> <s> $x$ ${alert(1)} {{value}} <img src=x onerror=alert(2)> </script><script>alert(3)</script>"
SCRIPTS = "שלום مرحبا \u00e9 x\u0323 👨\u200d👩\u200d👧\u200d👦"
PASTE = "A dog runs through the deep snow. " * 148
"""Longer than 5,000 characters."""

SAID = {
    "▁Zwei": "▁<b>Zwei</b>",
    "▁Kinder": "▁<img/src=x/onerror=alert(1)>",
    "▁spielen": "▁${alert(2)}{{value}}",
    "▁im": "▁</script><script>alert(3)</script>",
    "▁Schnee": "▁$x$<s>",
}
"""What the shipped model says of the snow sentence, and what a stranger's tokenizer would write instead."""

SNOW = "Two children are playing in the snow."


def nothing_came_alive(page: Page) -> None:
    """No element on the page comes from text; dialogs and errors fail the test at its end anyway."""
    assert page.locator("img[src='x'], [onerror], .card s, .card script, .card td b, .translation b").count() == 0
    # Plotly draws <b> as a tspan of its own. (The hover of a cell has one that is ours.)
    assert page.locator("#heatmap .xaxislayer-above tspan, #heatmap .yaxislayer-above tspan").count() == 0


def shown(page: Page, selector: str) -> str:
    """All text in the elements, without white space: words may be split into pieces anywhere."""
    return "".join("".join(page.locator(selector).all_text_contents()).split())


def test_markup_is_text_in_every_view_of_translate(page: Page) -> None:
    translate(page, MARKUP)
    expect(page.locator(SOURCE_LABELS)).to_contain_text("${alert(1)}")
    labels = shown(page, f"{SOURCE_LABELS} >> css=text")
    assert "$" in labels and "{" in labels
    for part in ("<b>", "</b>", "<img src=x onerror=alert(2)>", "</script><script>"):
        expect(page.locator("#translation")).to_contain_text(part)
    page.locator("#heatmap .nsewdrag[data-subplot=xy]").hover(position={"x": 8, "y": 8})
    expect(page.locator("#heatmap .hoverlayer")).to_contain_text("←")
    assert page.locator(SENTENCE).input_value() == MARKUP
    nothing_came_alive(page)
    settled(page)
    page.reload()
    expect(page.locator(SOURCE_LABELS)).to_contain_text("${alert(1)}")
    assert page.locator(SENTENCE).input_value() == MARKUP
    nothing_came_alive(page)


def test_other_scripts_combining_characters_and_emoji_come_through(page: Page) -> None:
    translate(page, SCRIPTS)
    assert page.locator(SENTENCE).input_value() == SCRIPTS
    expect(page.locator("#translation")).to_contain_text("שלום مرحبا")
    expect(page.locator("#status .note")).to_contain_text("is not among what this model was trained on")
    expect(page.locator(HEAT)).to_be_visible()
    with page.expect_download() as download:
        page.locator("#downloads [data-kind=json]").click()
    trace = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert json.dumps(trace, ensure_ascii=False).count("👨\u200d👩\u200d👧\u200d👦")


def test_a_long_paste_is_cut_said_so_and_nothing_is_lost(page: Page) -> None:
    page.locator("#strategy").get_by_text("greedy search").click()
    page.locator(SENTENCE).focus()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(PASTE)  # arrives as a paste does: at once
    page.keyboard.press("Enter")
    expect(page.locator("#status .note")).to_contain_text("Only the first 30 sentences were read")
    assert page.locator(SENTENCE).input_value() == PASTE
    expect(page.locator(HEAT)).to_be_visible()


def test_nothing_but_blanks_is_asked_for_a_sentence(page: Page) -> None:
    for text in ("", "   ", "\u200b\u200e", "\t\n \n"):
        page.locator(SENTENCE).fill(text)
        page.locator("#translate").click()
        expect(page.locator("#status .error")).to_contain_text("Type an English sentence")
        assert page.locator(SENTENCE).input_value() == text
        assert page.locator(ROWS).count() == 5  # the last result stays
        translate(page, f"A dog runs {len(text)} miles.")
        expect(page.locator("#status .error")).to_have_count(0)


def test_several_lines_are_translated_as_lines_and_stay_lines(page: Page) -> None:
    lines = "A dog runs.\nA cat sleeps.\r\n\nTwo children play."
    page.locator(SENTENCE).fill(lines)
    page.locator("#translate").click()
    expect(page.locator("#whole .sentence")).to_have_count(3)
    expect(page.locator(SOURCE_LABELS)).to_contain_text("dog")
    assert [line.split()[:2] for line in page.locator("#whole .text").inner_text().split("\n")] == [
        ["Ein", "Hund"], ["Eine", "Katze"], [], ["Zwei", "Kinder"]
    ]  # fmt: skip
    assert page.locator(SENTENCE).input_value().split() == lines.split()
    assert "\n" in page.locator(SENTENCE).input_value()


def test_one_endless_word_scrolls_within_its_card(open_page: Opens) -> None:
    page = open_page(width=390)
    ready(page)
    translate(page, "Donaudampfschiff" * 30)
    word, card = page.locator(".source-word").first.bounding_box(), page.locator(".target").bounding_box()
    assert word and card and word["x"] + word["width"] < card["x"] + card["width"]
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_what_is_typed_while_a_search_runs_stays(page: Page) -> None:
    page.locator(SENTENCE).fill("The old man and the young woman are walking along the river. " * 8)
    page.locator("#translate").click()
    expect(page.locator("#status .busy")).to_be_visible()
    page.locator(SENTENCE).fill("")
    page.locator(SENTENCE).press_sequentially("A cat sleeps on the sofa.", delay=10)
    expect(page.locator("#status .done")).to_be_visible()
    assert page.locator(SENTENCE).input_value() == "A cat sleeps on the sofa."


@pytest.mark.parametrize("text", [MARKUP, SCRIPTS], ids=["markup", "scripts"])
def test_compare_shows_it_as_text(open_page: Opens, text: str) -> None:
    page = open_page()
    page.get_by_role("tab", name="Compare").click()
    page.locator("#compare-sentence textarea").fill(text)
    page.locator("#compare").click()
    expect(page.locator("#compare-status .done")).to_be_visible()
    assert page.locator("#compare-sentence textarea").input_value() == text
    nothing_came_alive(page)


def test_compare_asks_for_a_sentence_and_takes_the_first_of_a_paste(open_page: Opens) -> None:
    page = open_page()
    page.get_by_role("tab", name="Compare").click()
    box = page.locator("#compare-sentence textarea")
    box.fill("  ")
    page.locator("#compare").click()
    expect(page.locator("#compare-status .error")).to_contain_text("Type an English sentence")
    box.fill(PASTE)
    page.locator("#compare").click()
    expect(page.locator("#compare-status")).to_contain_text(
        "it took only the first, “A dog runs through the deep snow.”"
    )
    assert box.input_value() == PASTE


def with_other_pieces(tokenizer: bytes) -> bytes:
    """A SentencePiece model in which the pieces of ``SAID`` read otherwise."""
    for before, after in SAID.items():
        old, new = before.encode(), after.encode()
        # Field 1 of the model, {field 1: the piece, field 2: its score}, with the lengths in front.
        entry = b"\x0a%c\x0a%c%b\x15" % (len(old) + 7, len(old), old)
        assert tokenizer.count(entry) == 1
        tokenizer = tokenizer.replace(entry, b"\x0a%c\x0a%c%b\x15" % (len(new) + 7, len(new), new))
    return tokenizer


@pytest.fixture(scope="module")
def strangers_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with a checkpoint whose tokenizer and card try to be code."""
    folder = tmp_path_factory.mktemp("checkpoints") / "strangers"
    shutil.copytree(ROOT / "checkpoints/en-de-attention", folder)
    (folder / "tokenizer.model").write_bytes(with_other_pieces((folder / "tokenizer.model").read_bytes()))
    card: dict[str, Any] = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    card["title"] = "<img src=x onerror=alert(4)>"
    del card["sha256"]  # of the tokenizer that shipped
    (folder / "metrics.json").write_text(json.dumps(card), encoding="utf-8")
    port = free_port()
    arguments = ("--no-browser", "--device", "cpu", "--checkpoints", folder.parent, "--port", str(port))
    with serving(*arguments, port=port) as (url, _):
        yield url


def test_a_strangers_checkpoint_says_it_as_text_in_every_view(open_page: Opens, strangers_url: str) -> None:
    page = open_page(strangers_url)
    ready(page)
    translate(page, SNOW)
    everything = "".join(piece.removeprefix("▁") for piece in SAID.values())
    assert everything in shown(page, "#translation .word:not(.end)")
    for view in ("#candidates .chosen .text", "#ledger .text"):
        assert everything in shown(page, view)
    for view in ("#heatmap .yaxislayer-above text", "#tree .node", "#lens button"):
        text = shown(page, view)
        for part in ("<b>Zwei</b>", "<img/src=x/on", "${alert(2)}", "</script>", "$x$<s>"):
            assert part in text, view
    page.locator("#heatmap .nsewdrag[data-subplot=xy]").hover(position={"x": 8, "y": 8})
    expect(page.locator("#heatmap .hoverlayer")).to_contain_text("<b>Zwei</b>")
    page.locator("#tree .node.chosen").nth(1).hover()
    expect(page.locator("#tip")).to_contain_text("<img/src=x/on")
    page.locator("#lens button").nth(3).click()
    expect(page.locator("#detail")).to_contain_text("</script>")
    expect(page.locator("#detail")).to_contain_text("${alert(2)}{{value}}")
    expect(page.get_by_label("Model").first).to_have_value("<img src=x onerror=alert(4)>")
    nothing_came_alive(page)


def test_a_strangers_checkpoint_says_it_as_text_in_compare(open_page: Opens, strangers_url: str) -> None:
    page = open_page(strangers_url)
    page.get_by_role("tab", name="Compare").click()
    page.locator("#compare-sentence textarea").fill(SNOW)
    page.locator("#compare").click()
    expect(page.locator("#compare-status .done")).to_be_visible()
    assert "<b>Zwei</b><img/src=x/onerror=alert(1)>${alert(2)}" in shown(page, "#board")
    nothing_came_alive(page)
