"""The line below the buttons: how far it is, or what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo.common.markup import Html, join, tag
from demo.common.status import device_name, line

if TYPE_CHECKING:
    from demo.limits.state import BesideEachOther


def waiting() -> Html:
    """From the press to the first word of the server."""
    return line("busy", "Asking the models …")


def asking(shown: BesideEachOther) -> Html:
    """While models are asked."""
    return line("busy", f"Asking the models: {len(shown.found)} of {len(shown.asked.requests)} …")


def measuring(done: int) -> Html:
    """While searches are timed."""
    return line("busy", f"Measuring: {done} searches done …")


def done(shown: BesideEachOther, link: str) -> Html:
    """When all is there; ``link`` is a query that shows it again."""
    facts = [
        tag("span", f"{len(shown.found)} models, beam 5"),
        tag("span", device_name(shown.device)),
        tag("span", tag("a", "link to this", href=link, class_="state")),
    ]
    return line("done", tag("span", join(facts), class_="facts"))


def measured(model: str, count: int) -> Html:
    """When all searches were timed."""
    return line("done", f"{count} searches with {model}, timed one after the other.")


def stopped(found: int) -> Html:
    """After Stop: what is known stays."""
    return line("stopped", f"Stopped. What is shown is right: {found} done." if found else "Stopped.")
