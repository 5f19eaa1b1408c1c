"""On small screens how to decode is a drawer: what opens and closes it (assets/screens.css, assets/screens.js)."""

from __future__ import annotations

import gradio as gr

from demo.common.markup import tag

NAME = "Model and settings"

LOOKS = "card how drawer"
"""The classes of the card that becomes one."""

CLOSE = tag("button", "Close", type="button", class_="close-drawer")


def opener(of: str) -> gr.HTML:
    """The button that opens the card of this id."""
    press = tag("button", NAME, type="button", class_="open-drawer", aria_expanded="false", aria_controls=of)
    return gr.HTML(press, elem_classes="opens-drawer", apply_default_css=False)


def head() -> gr.HTML:
    """What the card begins with where it is a drawer."""
    title = tag("header", tag("h2", NAME), CLOSE, class_="heading")
    return gr.HTML(title, elem_classes="drawer-head", apply_default_css=False)
