"""Which question a result answers, so that none passes for the answer to what the page asks now.

A view's question is what its widgets say. What shows a result carries the question that the result answers, as the page
sent it; the page compares the two by itself (assets/earlier.js). Where they differ, the cards of the classes
``of(view)`` are set back, and a bar says what they answer and asks again with one press.
"""

from __future__ import annotations

import json
import textwrap
import zlib
from dataclasses import dataclass

from demo.common.markup import Html, tag

REPEATED = 70
"""Characters of a text that the bar repeats."""

LONGEST = 3000
"""Characters of a text that the page is told as they are; of a longer one it gets a check sum."""


@dataclass(frozen=True)
class PageQuestion:
    """What a person asked of a view, and how the bar says it.

    values: what the view's widgets said, in the order in which the page listens to them (``listening`` in
        ``demo.common.wiring``); None where the result does not hang on one.
    said: in words.
    caption: the same in full, as files of the view's figures say it; none = as ``said``.
    beside: what an element of the page said in its ``data-there``, where no widget holds it.
    """

    values: tuple[object, ...]
    said: tuple[str, ...]
    beside: str | None = None
    caption: tuple[str, ...] = ()


def of(view: str) -> str:
    """The classes of the cards that show what the view was asked."""
    return f"answer answer-{view}"


def quoted(text: str) -> str:
    """A text as the bar repeats it."""
    return f"“{textwrap.shorten(text[: 4 * REPEATED], REPEATED, placeholder=' …')}”"


def whole(text: str) -> str:
    """A text as captions repeat it."""
    return f"“{text}”"


def typed(text: object) -> object:
    """A text as a question's value: anybody may send megabytes, which nobody needs to have back."""
    if not isinstance(text, str) or len(text) <= LONGEST:
        return text
    units = text.replace("\r\n", "\n").encode("utf-16-le", "surrogatepass")  # what the browser counts in
    return {"crc32": zlib.crc32(units)}


def bar(view: str, question: PageQuestion | None, button: str, again: str, place: str | None = None) -> Html:
    """The bar of a view, which the page shows only where it now asks something else; nothing without a question.

    Args:
        view: as the page calls it.
        question: what is shown answers it.
        button: id of what runs the view.
        again: what the bar's own button says.
        place: a selector of the element that says ``question.beside``.
    """
    if question is None:
        return Html("")
    said = tag("p", tag("b", "An earlier question."), " You see what came of ", ", ".join(question.said), ".")
    press = tag("button", again, type="button", data_run=button)
    asked = json.dumps(question.values, ensure_ascii=False, default=str)
    return tag(
        "div", said, press, class_="earlier", hidden=True, role="status", data_view=view, data_asked=asked,
        data_place=place, data_there=question.beside,
        data_caption=json.dumps(question.caption or question.said, ensure_ascii=False),
    )  # fmt: skip
