"""A document under way: how far it is, and a table of its texts with what became of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from demo.common import cards
from demo.common.markup import Html, join, tag, unseen
from demo.common.pieces import NO_WORDS
from demo.common.status import device_name, duration, noted, told
from demo.document.state import OPENED, PAGE

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from demo.common.languages import Languages
    from demo.document.state import DocumentRun, GivenFile
    from demo.service import DoneUnit
    from seq2seq_core.documents import Document, TextUnit

EMPTY = (
    "Press {known.verb}: every text of the document stands here beside its {known.noun}, with how sure the model was "
    "and what looks doubtful."
)
CONFIDENCE = "How sure the model was: the geometric mean of the probabilities of the {known.noun}'s pieces"


def heading(known: Languages) -> Html:
    """What a model that reads and writes this does with a document."""
    return cards.heading("A document", f"{known.done.lower()} text by text, its structure kept")


def column(known: Languages) -> str:
    """What the field is called in which a column is named."""
    return f"Column to {known.verb.lower()}"


def empty(known: Languages) -> Html:
    """Before the first document."""
    return tag("p", EMPTY.format(known=known), class_="instead")


def draw(run: DocumentRun, page: int, doubtful_first: bool, known: Languages, link: Callable[[TextUnit], str]) -> Html:
    """One page of the table.

    Args:
        run: what is done.
        page: from 0; one beyond the last is the last.
        doubtful_first: or else as in the file.
        known: the model's languages.
        link: the address that opens a text in Translate.
    """
    pages = -(-len(run.units) // PAGE)
    page = min(page, pages - 1)
    places = run.order(doubtful_first)[page * PAGE : (page + 1) * PAGE]
    heads = [
        tag("th", name, scope="col", class_=looks or None, title=title, role="columnheader")
        for name, looks, title in _headings(known)
    ]
    rows = [_row(run, place, known, link) for place in places]
    head = tag("thead", tag("tr", heads, role="row"), role="rowgroup")
    # The roles are those that the elements have by themselves, unless a narrow page shows each row as a block.
    inside = tag("table", head, tag("tbody", rows, role="rowgroup"), class_="texts", role="table",
                 aria_label="Texts of the document")  # fmt: skip
    return join([inside, _pages(page, pages, len(run.units)) if pages > 1 else Html("")])


def _headings(known: Languages) -> Sequence[tuple[str, str, str | None]]:
    """Of each column its name, its class and what it means."""
    sure = CONFIDENCE.format(known=known)
    return (("Place", "place", None), ("Source", "", None), (known.output, "", None), ("Sure", "number", sure),
            ("Doubts", "", None))  # fmt: skip


def read(given: GivenFile, document: Document, known: Languages) -> Html:
    """After a file was chosen and could be read."""
    count = len(document.units)
    shown = f"{given.name}: {count:,} {'text' if count == 1 else 'texts'} to {known.verb.lower()}."
    return noted("done", tag("span", shown), " ".join(document.notes))


def problem(message: str) -> Html:
    """One sentence on what to change."""
    return noted("error", message)


def waiting() -> Html:
    """From the press to the first word of the server: others may be before it."""
    return tag("p", "Waiting for its turn …", class_="status busy", role="status")


def busy(run: DocumentRun) -> Html:
    """How far it is, and the time that is left at the pace so far."""
    left = run.seconds_left
    facts = [_progress(run), *([f"about {duration(left)} left"] if left is not None else [])]
    bar = tag("progress", max=len(run.units), value=len(run.done), aria_label="Texts done")
    # No role: a reader that is told every few texts would say nothing else.
    return join([tag("p", told(facts), class_="status busy"), bar])


def done(run: DocumentRun, strategy: str, link: str) -> Html:
    """After the last text; ``link`` is a query that chooses the same model, strategy and settings."""
    doubtful = sum(bool(unit.doubts) for unit in run.done)
    facts = [
        _count(len(run.units)),
        f"{doubtful:,} doubtful",
        strategy,
        duration(run.seconds),
        device_name(run.device),
    ]
    again = tag("a", "link to these settings", href=link, class_="state")
    return noted("done", told([*facts, again]), " ".join(run.notes))


def stopped(run: DocumentRun, problem: str = "") -> Html:
    """After a document that did not get to its end; ``problem`` says why, "" where somebody pressed Stop."""
    kept = "What was done is kept; in the file to take away the rest stays as it came." if run.done else ""
    return noted("stopped", f"Stopped after {_progress(run)}.", f"{problem} {kept}".strip())


def _row(run: DocumentRun, place: int, known: Languages, link: Callable[[TextUnit], str]) -> Html:
    unit = run.units[place]
    done = run.done[place] if place < len(run.done) else None
    goal = unseen(" in Translate, in a new tab")
    part = f"Opens the first {OPENED:,} characters" if len(unit.text) > OPENED else None
    opens = tag("a", unit.place, goal, href=link(unit), target="_blank", rel="noopener", title=part)
    flags = [tag("span", doubt.kind, class_="flag", title=doubt.meaning) for doubt in done.doubts] if done else []
    notes = [tag("small", note) for note in done.notes] if done else []
    cells = [
        tag("th", opens, scope="row", class_="place", role="rowheader"),
        tag("td", unit.text, class_="text", lang=known.source_code, dir="auto", role="cell"),
        tag(
            "td",
            (done.text or NO_WORDS) if done else _blank(),
            class_="text",
            lang=known.target_code,
            dir="auto",
            role="cell",
        ),
        tag("td", _sure(done) if done else _blank(), class_="number", role="cell"),
        tag("td", flags, notes, class_="flags", role="cell"),
    ]
    return tag("tr", cells, class_=None if done else "waiting", role="row")


def _sure(done: DoneUnit) -> Html:
    if done.confidence is None:
        return tag("span", "–", unseen("the model was not asked"))
    share = f"{round(100 * done.confidence)}%"
    bar = tag("span", class_="bar", style=f"--length:{done.confidence:.3f}", aria_hidden="true")
    return join([tag("span", share, class_="value"), bar])


def _pages(page: int, pages: int, count: int) -> Html:
    """Buttons that leaf through the table."""
    first, last = page * PAGE + 1, min(count, (page + 1) * PAGE)
    ways = (("Previous", page - 1, page == 0), ("Next", page + 1, page == pages - 1))
    previous, following = (
        tag("button", name, type="button", data_kind="page", data_index=goal, disabled=end) for name, goal, end in ways
    )
    where = tag("span", f"{first:,} to {last:,} of {count:,}", role="status")
    return tag("nav", previous, where, following, class_="downloads pages", aria_label="Pages of the table")


def _progress(run: DocumentRun) -> str:
    return f"{len(run.done):,} of {_count(len(run.units))}"


def _count(number: int) -> str:
    return f"{number:,} text{'' if number == 1 else 's'}"


def _blank() -> Html:
    return tag("span", "–", aria_hidden="true")
