"""The line below the buttons: how far it is, or what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo.common.markup import Html, join, tag
from demo.common.status import device_name, line

if TYPE_CHECKING:
    from demo.why_not.state import Explained


def waiting() -> Html:
    """From the press to the first word of the server."""
    return line("busy", "Asking the model …")


def looking(width: int, widest: int) -> Html:
    """While beams are looked into."""
    return line("busy", f"Looking into beams: {width} of {widest} …")


def drawing(steps: int) -> Html:
    """While candidates are drawn."""
    return line("busy", f"Drawing candidates: step {steps:,} …")


def searching(calls: int) -> Html:
    """While exact search runs."""
    return line("busy", f"Searching for the true best: {calls:,} steps …")


def done(shown: Explained, strategy: str, link: str) -> Html:
    """When all is there; ``link`` is a query that shows it again."""
    facts = [
        tag("span", strategy),
        tag("span", device_name(shown.device)),
        tag("span", tag("a", "link to this", href=link, class_="state")),
    ]
    note = shown.asked.request.note
    return line("done", tag("span", join(facts), class_="facts"), *([tag("span", note, class_="note")] if note else []))


def stopped(shown: Explained | None) -> Html:
    """After Stop: what is known stays."""
    if shown is None:
        return line("stopped", "Stopped. Press Ask to start again.")
    count = len(shown.known.widths)
    return line("stopped", f"Stopped after {count} beams: what is shown of them is right, the others are missing.")
