import re

import gradio as gr
import pytest

from demo.app import VIEWS, build, launch
from demo.common.assets import ASSETS, css, head, rem
from demo.common.theme import theme
from demo.doors import Doors
from demo.service import Service
from tests.e2e.serving import free_port


def test_every_view_builds_without_a_browser(service: Service) -> None:
    config = build(service).get_config_file()
    labels = [part["props"].get("label") for part in config["components"] if part["type"] == "tabitem"]
    assert labels == [view.name for view in VIEWS]


def test_what_is_kept_but_never_shown_stands_before_the_views(service: Service) -> None:
    """Gradio's page looks it up from the top at all news of each event; it took 8 of 140 ms of another candidate."""
    config = build(service).get_config_file()
    unseen = {
        part["id"]
        for part in config["components"]
        if part["type"] == "state" or (part["type"] == "json" and part["props"]["visible"] == "hidden")
    }
    first = [each["id"] for each in config["layout"]["children"][: len(unseen)]]
    assert len(unseen) > 20 and set(first) == unseen


def test_only_the_documented_endpoints_are_public(service: Service) -> None:
    endpoints = build(service).get_api_info()["named_endpoints"]
    names = ("translate", "compare", "score", "why_not", "neighbours", "beside", "models", "ideas")
    assert set(endpoints) == {f"/{name}" for name in names}
    assert "sentence" in endpoints["/translate"]["description"]


def test_no_state_of_a_person_and_no_outside_address_is_in_the_page(service: Service) -> None:
    page = build(service)
    assert not page.analytics_enabled
    for text in (css(), head()):
        assert not re.search(r"(https?:)?//\w+\.\w+", text.replace("http://www.w3.org", ""))


def test_the_style_sheet_names_no_colour_that_dark_mode_cannot_change() -> None:
    names = ("app", "tabs", "translate", "document", "learn", "limits")
    rules = "".join((ASSETS / f"{name}.css").read_text(encoding="utf-8") for name in names)
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;, )])", rules)


def test_what_can_be_pressed_looks_like_it_wherever_it_stands(service: Service) -> None:
    """On a card a button without an edge is a bold word: its own colour is the card's."""
    alone = {
        block.elem_id
        for block in build(service).blocks.values()
        if isinstance(block, gr.Button) and block.variant == "secondary" and "actions" not in block.parent.elem_classes
    }
    rules = [rule.partition("{") for rule in (ASSETS / "app.css").read_text(encoding="utf-8").split("}")]
    edged = {name for names, _, looks in rules if "border: 1px" in looks for name in re.findall(r"#([\w-]+)", names)}
    assert {"limits-measure", "why-draw", "why-exact"} <= alone & edged


def test_lengths_grow_with_the_page_s_type() -> None:
    """Else a wide screen, or a person who asks the browser for larger type, gets some of it larger and some not."""
    served = re.sub(r"url\([^)]*\)", "", css())
    assert "rem" in served and not re.findall(r"[^-\w]\d+px", served)
    sizes = theme()
    assert sizes.text_md == rem(14) and sizes.spacing_lg == rem(8) and sizes.block_radius == rem(14)


def test_no_selector_reads_a_length_which_is_served_in_another_unit() -> None:
    for path in sorted(ASSETS.glob("*.css")):
        assert not re.search(r"\[[^\]]*\dpx", path.read_text(encoding="utf-8")), path.name


def test_no_list_within_a_selector_since_gradio_would_cut_it_in_two() -> None:
    for path in sorted(ASSETS.glob("*.css")):
        for rule in path.read_text(encoding="utf-8").splitlines():
            if not rule.startswith(".offline"):  # a page of its own, without Gradio
                assert not re.search(r":(has|is|not|where)\([^()]*,", rule), rule


def test_the_sessions_that_are_kept_are_few(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each holds the page's config and its last answer, half a megabyte and more; Gradio would keep 10,000."""
    page = build(service)
    monkeypatch.setattr(page, "block_thread", lambda: None)
    try:
        launch(page, Doors("127.0.0.1", free_port()), rest=service.rest, browser=False)
        assert page.state_session_capacity == page.app.state_holder.capacity == 100
    finally:
        page.close()
