"""The pages: Markdown files in demo/learn/texts/, one for each idea.

A file begins with lines "name: value" between two lines "---": title, group, order (of all pages), and see, the kinds
of examples that its buttons open. In its text links lead to other files of the folder, formulas stand between dollars,
and ``{worked:beam}``, ``{worked:temperature}`` and ``{all}`` stand for tables that are computed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from demo.learn.lessons import KINDS, lessons

FOLDER = Path(__file__).with_name("texts")
VIEW = "learn"
VIEWS = {"translate": "Translate", "compare": "Compare", "why-not": "Why not?", "limits": "Limits", "models": "Models"}
"""Names of the views that buttons lead to, by what links call them."""

LINK = re.compile(r"\]\(([a-z-]+)\.md\)")


@dataclass(frozen=True)
class LearnPage:
    """One page: its name in links, what its file says of it, and its Markdown. see: kinds of examples."""

    key: str
    title: str
    group: str
    order: int
    see: tuple[str, ...]
    text: str

    @property
    def href(self) -> str:
        """The query that opens it."""
        return href(self.key)


def href(key: str) -> str:
    """The query that opens the page of this name; "page" is a word that Gradio keeps for itself."""
    return "?" + urlencode({"view": VIEW, "idea": key})


@cache
def pages() -> Mapping[str, LearnPage]:
    """All pages by name, in their order."""
    found = [_read(path) for path in FOLDER.glob("*.md")]
    return {page.key: page for page in sorted(found, key=lambda page: page.order)}


def body(page: LearnPage, worked: Mapping[str, Callable[[], str]], models: Mapping[str, str]) -> str:
    """The page's Markdown with its links and tables put in.

    Args:
        page: which.
        worked: what makes each table, by name.
        models: those that are here, with their titles.
    """
    text = LINK.sub(lambda link: f"]({href(link[1])})", page.text)
    for name, table in worked.items():
        if (mark := f"{{worked:{name}}}") in text:
            text = text.replace(mark, table())
    return text.replace("{all}", _all(models)) if "{all}" in text else text


def _all(models: Mapping[str, str]) -> str:
    """A table of every button, for a teacher's notes."""
    rows = [one for kind in KINDS for one in lessons(kind, models)]
    lines = [
        f"| [{one.label}]({one.href}) | {VIEWS[one.view]} | {_cell(models[one.model])} | {_cell(one.text)} |"
        for one in rows
    ]
    return "\n".join(["| What it shows | View | Model | Sentence |", "|---|---|---|---|", *lines])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _read(path: Path) -> LearnPage:
    """A page from its file.

    Raises:
        ValueError: the file has no heading, or not the lines that it needs; the message names it.
    """
    mark, heading, text = [*path.read_text(encoding="utf-8").split("---\n", 2), "", ""][:3]
    said = dict(line.partition(": ")[::2] for line in heading.splitlines())
    if mark or not {"title", "group", "order"} <= said.keys():
        raise ValueError(f"{path}: begin with --- and the lines title, group and order, then --- again")
    see = tuple(said.get("see", "").split())
    return LearnPage(path.stem, said["title"], said["group"], int(said["order"]), see, text.strip())
