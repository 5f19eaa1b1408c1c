"""HTML that cannot be broken by what it shows: every plain string is escaped on its way in.

The result goes to ``gr.HTML`` as its value, under the default template. A template of one's own with ``{{value}}``
would be unsafe there: Gradio runs the filled template as a JavaScript template literal, so that a typed ``${...}``
is executed.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup as Html
from markupsafe import escape

__all__ = ["Content", "Html", "join", "tag", "unseen"]

Content = str | Iterable[str]


def join(parts: Iterable[str], separator: str = "") -> Html:
    """Parts side by side, each escaped unless it is HTML."""
    return Html(separator).join(parts)


def tag(name: str, *children: Content, **attributes: str | int | float | bool | None) -> Html:
    """An element. ``class_`` and ``aria_label`` stand for class and aria-label; None and False leave one out."""
    pairs = [
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(str(value))}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    ]
    inside = join(child if isinstance(child, str) else join(child) for child in children)
    return Html(f"<{name}{''.join(pairs)}>{inside}</{name}>")


def unseen(value: str) -> Html:
    """Text for whoever has the page read aloud."""
    return tag("span", value, class_="sr")
