"""What stands around a page: the list of all pages, its buttons, its own link, and the ways on and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from demo.common.markup import Html, join, tag
from demo.learn.lessons import Lesson, lessons
from demo.learn.pages import VIEWS, LearnPage, pages

OF_MANY_LANGUAGES = ("dates", "numbers")
"""Models whose sentences are of no one language."""


def contents(shown: LearnPage) -> Html:
    """A button for each page under the name of its group; the present one is marked."""
    parts: list[Html] = []
    for name, among in groupby(pages().values(), key=lambda page: page.group):
        parts += [tag("p", name, class_="group"), tag("ul", _items(among, shown))]
    return tag("nav", parts, aria_label="Pages")


def head(page: LearnPage) -> Html:
    """The page's title, and its link, which assets/app.js puts into the address bar."""
    link = tag("a", "link to this page", href=page.href, class_="state")
    return tag("header", tag("h2", page.title), link, class_="learn-head")


def buttons(page: LearnPage, models: Mapping[str, str]) -> Html:
    """What the page's examples open, a line each; nothing where a page has none or its models are not here.

    ``models``: those that are here, with their titles.
    """
    shown = [one for kind in page.see for one in lessons(kind, models)]
    if not shown:
        return Html()
    lines = [tag("li", _button(one, models[one.model])) for one in shown]
    return join([tag("h3", "See it happen"), tag("ul", lines, class_="lessons")])


def around(page: LearnPage) -> Html:
    """Ways to the page before and the page after."""
    keys = list(pages())
    place = keys.index(page.key)
    before, after = keys[place - 1] if place else None, keys[place + 1] if place + 1 < len(keys) else None
    ways = [("← ", before, ""), ("", after, " →")]
    return tag("nav", [_way(*way) for way in ways if way[1]], class_="ways", aria_label="Page before and after")


def _items(among: Iterator[LearnPage], shown: LearnPage) -> list[Html]:
    return [
        tag("li", tag("button", page.title, type="button", data_kind=page.key,
                      aria_current="page" if page.key == shown.key else None))
        for page in among
    ]  # fmt: skip


def _button(one: Lesson, model: str) -> Html:
    what = tag("span", one.label, class_="what")
    where = tag("span", f"{VIEWS[one.view]}, {model}", class_="where")
    on = tag("q", one.text, lang=None if one.model in OF_MANY_LANGUAGES else "en") if one.text else ""
    return tag("a", what, on, where, href=one.href)


def _way(before: str, key: str | None, after: str) -> Html:
    return tag("button", f"{before}{pages()[str(key)].title}{after}", type="button", data_kind=key)
