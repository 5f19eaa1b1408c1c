"""On small screens how to decode is a drawer: what opens and closes it (assets/screens.css, assets/screens.js)."""

from __future__ import annotations

from demo.common.markup import Html, tag

NAME = "Model and settings"

LOOKS = "card how drawer"
"""The classes of the card that becomes one."""

OPENS, HEAD = "opens-drawer", "drawer-head"
"""The classes of the parts that hold ``opener`` and ``head``."""


def opener(of: str) -> Html:
    """The button that opens the card of this id."""
    return tag("button", NAME, type="button", class_="open-drawer", aria_expanded="false", aria_controls=of)


def head() -> Html:
    """What the card begins with where it is a drawer."""
    close = tag("button", "Close", type="button", class_="close-drawer")
    return tag("header", tag("h2", NAME), close, class_="heading")
