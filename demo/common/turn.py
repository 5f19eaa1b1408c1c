"""Which request may still write to a person's page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Turn:
    """Whose turn it is on one person's page: a new request ends the one before it, and Stop ends the present one.

    live: whether the person wants to see each step of the search.

    Gradio's own ``cancels`` does neither reliably: an update already on its way arrives after the one that says
    "stopped". Here the request itself has the last word.
    """

    number: int = 0
    stopped: int = 0
    live: bool = False
