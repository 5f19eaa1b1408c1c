"""What a strategy does, in its own words."""

from __future__ import annotations

from demo.common.markup import Html, tag


def summary(text: str) -> Html:
    """The strategy's summary."""
    return tag("p", text, class_="summary")
