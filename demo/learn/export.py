"""A page of Learn to take away: for a lesson without a network, or to print."""

from __future__ import annotations

from demo.common import export
from demo.common.export import STANDS, Sheet
from demo.common.markup import Html
from demo.learn.pages import LearnPage

SHOWN = "#learn-head .state, #learn-body, #learn-buttons"
"""What the browser puts in: it has typeset the text and its formulas, and knows the app's address for the links."""


def offline(page: LearnPage) -> dict[str, str]:
    """One file of HTML that stands alone, for the page to save."""
    text = export.page("Learn", {"Page": page.title}, [Sheet(page.title, [(page.group, Html(STANDS))])])
    return export.file(f"learn-{page.key}.html", text, SHOWN)
