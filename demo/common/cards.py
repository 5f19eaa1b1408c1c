"""What the cards of all views have: a heading, and buttons that take something away."""

from __future__ import annotations

from collections.abc import Mapping

from demo.common.markup import Html, tag

SCALE = tag("span", "0", tag("i", class_="weights-scale", aria_hidden="true"), "1", class_="legend")
"""The colours of attention's weights."""


def place(card: str) -> str:
    """The id of a card, by what it shows."""
    return f"card-{card}"


def heading(title: str, aside: str) -> Html:
    """Over a card: its title, and in a few words what it is."""
    return tag("header", tag("h2", title), tag("span", aside, class_="aside"), class_="heading")


def downloads(names: Mapping[str, str], titles: Mapping[str, str] | None = None) -> Html:
    """A button for each file, by its kind; ``titles`` say more about some, to who points at them."""
    buttons = [
        tag("button", name, type="button", data_kind=kind, title=(titles or {}).get(kind))
        for kind, name in names.items()
    ]
    return tag("div", tag("span", "Take away"), buttons, class_="downloads")
