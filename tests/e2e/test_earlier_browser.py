"""No result passes for the answer to another question: what is shown says which it answers, and is set back.

And what was asked before is found again: back and forward, a link that is copied, a number that a slider changed.
"""

from __future__ import annotations

import re
from itertools import product

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browsing import SENTENCE, ready, translate
from tests.e2e.conftest import Opens

pytestmark = pytest.mark.browser


def bar(page: Page, place: str) -> Locator:
    return page.locator(f"#{place} .earlier")


def test_in_translate(page: Page) -> None:
    said, earlier = page.locator("#translation").inner_text(), bar(page, "earlier")
    first, cards = page.locator(SENTENCE).input_value(), page.locator(".answer-translate")
    beams = page.locator("#setting-num_beams input[type=number]")
    border = cards.first.evaluate("card => getComputedStyle(card).borderStyle")
    expect(earlier).to_be_hidden()
    for change, undo in (
        (lambda: page.locator(SENTENCE).fill("The cat sleeps."), lambda: page.locator(SENTENCE).fill(first)),
        (lambda: (beams.fill("7"), beams.press("Tab")), lambda: (beams.fill("5"), beams.press("Tab"))),
    ):
        change()
        expect(earlier).to_be_visible()
        expect(earlier).to_contain_text(re.compile("You see what came of “.*”, English to German, Beam 5"))
        for card in cards.all():
            assert card.evaluate("card => getComputedStyle(card).borderStyle") == "dashed" != border
        undo()
        expect(earlier).to_be_hidden()
    page.locator(SENTENCE).fill("   ")
    page.locator(SENTENCE).press("Enter")
    expect(page.locator("#status .error")).to_be_visible()
    expect(earlier).to_be_visible()
    assert page.locator("#translation").inner_text() == said
    page.locator(SENTENCE).fill("My own words.")
    page.get_by_label("Model").first.click()
    page.get_by_role("option", name="English to French").click()
    expect(earlier).to_contain_text("English to German")
    expect(page.locator(".target .heading")).to_contain_text("German")
    earlier.get_by_role("button").click()
    expect(page.locator(".target .heading")).to_contain_text("French")
    expect(page.locator("#translation p")).to_have_attribute("lang", "fr")
    expect(earlier).to_be_hidden()


def test_on_a_phone_the_bar_lies_over_no_button_that_asks(open_page: Opens) -> None:
    page = open_page(width=390, height=844, has_touch=True, is_mobile=True)
    ready(page)
    page.locator(SENTENCE).fill("")
    page.locator("#translate").click()
    expect(page.locator("#status .error")).to_be_visible()
    expect(bar(page, "earlier")).to_be_visible()
    for height, name in product((844, 664, 560), ("translate", "stop", "status")):
        page.set_viewport_size({"width": 390, "height": height})
        for room in (2, 60, 110):  # pixels between it and the window's edge, where the bar would be
            page.locator(f"#{name}").evaluate(
                "(part, room) => scrollBy(0, part.getBoundingClientRect().bottom - innerHeight + room)", room
            )
            page.wait_for_function(
                "name => { const part = document.getElementById(name), box = part.getBoundingClientRect();"
                " return part.contains(document.elementFromPoint(box.left + box.width / 2, box.bottom - 8)); }",
                arg=name,
            )
    page.locator("#card-ledger").scroll_into_view_if_needed()
    expect(bar(page, "earlier")).to_have_css("opacity", "1")
    bar(page, "earlier").get_by_role("button").click(trial=True)


def test_in_compare_and_on_a_set(page: Page) -> None:
    page.get_by_role("tab", name="Compare").click()
    page.get_by_role("radio", name="Lines of my own").check(force=True)
    page.locator("#set-lines textarea").fill("A dog runs.")
    page.locator("#compare").click()
    expect(page.locator("#compare-status .done")).to_be_visible()
    page.locator("#set-run").click()
    expect(page.locator("#set-status .done")).to_be_visible()
    one, many = bar(page, "compare-earlier"), bar(page, "set-earlier")
    expect(one).to_be_hidden()
    expect(many).to_be_hidden()
    page.locator("#compare-sentence textarea").fill("The cat sleeps.")
    expect(one).to_contain_text("You see what came of")
    expect(many).to_be_hidden()
    status = page.locator("#compare-status")
    status.evaluate("status => status.insertAdjacentHTML('beforeend', '<p class=busy>Decoding 1 of 2 …</p>')")
    expect(one).to_be_hidden()  # else it may lie over Stop
    assert page.locator("#board").locator("xpath=ancestor::*[@data-set-back]").count() == 1
    status.locator(".busy").evaluate("line => line.remove()")
    expect(one).to_be_visible()
    page.locator("#board").get_by_role("button", name="Remove Greedy").click()
    expect(many).to_contain_text("1 sentence, English to German, 3 strategies")
    many.get_by_role("button").click()
    expect(many).to_be_hidden()
    one.get_by_role("button").click()
    expect(one).to_be_hidden()
    page.locator("#compare-seed input").fill("3")
    expect(one).to_be_visible()
    expect(many).to_be_visible()


def test_in_limits_where_a_box_was_left_empty(page: Page) -> None:
    page.get_by_role("tab", name="Limits").click()
    page.locator("#limits-models").get_by_role("checkbox").first.uncheck(force=True)  # one model alone answers soon
    page.locator("#limits-ask").click()
    expect(page.locator("#limits-status .done")).to_be_visible()
    earlier = bar(page, "limits-earlier")
    expect(earlier).to_have_attribute("data-asked", re.compile("at home"))
    expect(earlier).to_be_hidden()
    page.locator("#limits-reference textarea").fill("Ein Hund.")
    expect(earlier).to_be_visible()
    page.locator("#limits-reference textarea").fill("")
    expect(earlier).to_be_hidden()


def test_back_and_forward_walk_through_what_was_asked(page: Page) -> None:
    first = page.url
    translate(page, "The cat sleeps.")
    second = page.url
    page.locator("#candidates tbody tr").nth(1).click()
    expect(page).to_have_url(re.compile("candidate=2"))
    page.get_by_role("tab", name="Compare").click()
    page.locator("#compare").click()
    expect(page).to_have_url(re.compile("view=compare"))
    page.go_back()
    expect(page.get_by_role("tab", name="Translate")).to_have_attribute("aria-selected", "true")
    expect(page).to_have_url(re.compile("The\\+cat\\+sleeps.*candidate=2"))
    page.go_back()
    page.wait_for_url(first)
    ready(page)
    expect(page.locator(SENTENCE)).not_to_have_value("The cat sleeps.")
    expect(page).to_have_url(first)
    page.go_forward()
    ready(page)
    expect(page.locator(SENTENCE)).to_have_value("The cat sleeps.")
    assert second.split("&")[0] in page.url


def test_the_address_names_a_question_while_it_is_answered_and_none_that_was_refused(page: Page) -> None:
    first, began = page.url, page.locator(SENTENCE).input_value()
    text = " ".join(["We walked along the river until it was dark, and then we walked back again to the house."] * 8)
    beams = page.locator("#setting-num_beams input[type=number]")
    beams.fill("20")
    beams.press("Tab")
    page.locator(SENTENCE).fill(text)
    page.locator("#translate").click()
    expect(page).to_have_url(re.compile(r"[?&]text=We\+walked"))
    page.locator("#stop").click()
    expect(page.locator("#status .stopped, #status .done")).to_be_visible()
    page.reload()
    expect(page.locator(SENTENCE)).to_have_value(text)
    ready(page)
    asked = page.url
    page.locator(SENTENCE).fill("   ")
    page.locator(SENTENCE).press("Enter")
    expect(page.locator("#status .error")).to_be_visible()
    assert page.url == asked
    page.go_back()
    page.wait_for_url(first)
    expect(page.locator(SENTENCE)).to_have_value(began)
    ready(page)


def test_a_second_step_back_in_the_midst_of_the_first_keeps_what_lies_forward(page: Page) -> None:
    first = page.url
    translate(page, "The cat sleeps.")
    page.get_by_role("tab", name="Compare").click()
    page.locator("#compare").click()
    expect(page).to_have_url(re.compile("view=compare"))
    page.evaluate("addEventListener('popstate', () => history.back(), { once: true }); history.back()")
    page.wait_for_url(first)
    expect(page.locator(SENTENCE)).not_to_have_value("The cat sleeps.")
    ready(page)
    page.go_forward()
    expect(page.locator(SENTENCE)).to_have_value("The cat sleeps.")
    ready(page)


def test_a_link_is_copied_and_a_number_that_a_slider_changed_is_named(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    link, address = page.locator("#status a.state"), page.url
    link.click()
    expect(link).to_have_text("link copied")
    assert page.url == address
    assert page.evaluate("navigator.clipboard.readText()") == address
    expect(link).to_have_text("link to this")
    beams = page.locator("#setting-num_beams input[type=number]")
    beams.fill("100")
    beams.press("Tab")
    expect(page.locator("#setting-num_beams .clamped")).to_have_text(
        "100 is more than this slider takes; it is at 20 now."
    )
    beams.fill("7")
    beams.press("Tab")
    expect(page.locator("#setting-num_beams .clamped")).to_have_text("")


def test_the_glossary_opens_and_closes(page: Page) -> None:
    page.locator("#candidates .ask-words").click()
    expect(page.locator("#glossary")).to_be_visible()
    expect(page.locator("#glossary")).to_contain_text("log P")
    page.keyboard.press("Escape")
    expect(page.locator("#glossary")).to_be_hidden()
