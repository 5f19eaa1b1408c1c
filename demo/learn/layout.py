"""What stands where in the Learn view."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import gradio as gr

from demo.common.assets import ASSETS
from demo.common.cards import downloads
from demo.common.markup import Html
from demo.learn import contents
from demo.learn.pages import LearnPage, pages

PRESSED = (ASSETS / "pressed.js").read_text(encoding="utf-8")
FORMULAS = [{"left": "$$", "right": "$$", "display": True}, {"left": "$", "right": "$", "display": False}]

html = partial(gr.HTML, apply_default_css=False)


@dataclass(frozen=True, kw_only=True)
class LearnView:
    """The components that events read and write."""

    contents: gr.HTML
    head: gr.HTML
    body: gr.Markdown
    buttons: gr.HTML
    around: gr.HTML
    downloads: gr.HTML
    file: gr.JSON


def take(page: LearnPage) -> Html:
    """The button that takes this page away."""
    return downloads({page.key: "HTML, this page"})


def lay_out() -> LearnView:
    """Builds the components where it is called, with the first page's frame; its text comes with the models."""
    first = next(iter(pages().values()))
    with gr.Row(elem_classes="evidence", elem_id="learn"):
        with gr.Column(elem_classes="card", scale=3, min_width=220):
            listed = html(contents.contents(first), js_on_load=PRESSED, elem_id="learn-contents")
        with gr.Column(elem_classes="card", scale=11):
            head = html(contents.head(first), elem_id="learn-head")
            body = gr.Markdown(latex_delimiters=FORMULAS, elem_id="learn-body")
            buttons = html(elem_id="learn-buttons")
            taken = html(take(first), js_on_load=PRESSED, elem_id="learn-downloads")
            around = html(contents.around(first), js_on_load=PRESSED, elem_id="learn-around")
    return LearnView(
        contents=listed, head=head, body=body, buttons=buttons, around=around, downloads=taken,
        file=gr.JSON(visible="hidden"),
    )  # fmt: skip
