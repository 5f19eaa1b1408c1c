"""What the browser tests and the pictures share: where things are on the page, and how to wait for them."""

from __future__ import annotations

import os
import re
import shutil
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

HEAT = "#heatmap .heatmaplayer image"
SOURCE_LABELS = "#heatmap .xaxislayer-above >> nth=0"  # the bars below have another
ROWS = "#candidates tbody tr"
SENTENCE = "#sentence textarea"
LIMIT = 30_000
"""Milliseconds that anything on the page may take, on a machine that does something else as well."""


def chromium() -> str | None:
    """The Chromium that $CHROMIUM names or PATH has; None, and an empty $CHROMIUM, mean the one Playwright brought."""
    return os.environ.get("CHROMIUM", shutil.which("chromium")) or None


def ready(page: Page) -> None:
    """Waits until the page has its first translation, figures included."""
    expect(page.locator(HEAT)).to_be_visible(timeout=LIMIT)
    expect(page.locator("#status .done")).to_be_visible(timeout=LIMIT)


def translate(page: Page, sentence: str) -> None:
    """Types a sentence, presses Enter and waits for the result."""
    page.locator(SENTENCE).fill(sentence)
    page.locator(SENTENCE).press("Enter")
    expect(page).to_have_url(re.compile(re.escape(urlencode({"text": sentence}))), timeout=LIMIT)
    expect(page.locator("#status .done")).to_be_visible(timeout=LIMIT)


def settled(page: Page) -> None:
    """Waits until nothing is under way.

    To leave while Gradio's stream of events is open is an error in the console, and it is closed a moment later.
    """
    expect(page.locator("#status .busy")).to_have_count(0, timeout=LIMIT)
    page.wait_for_timeout(400)


def candidate_texts(page: Page) -> list[str]:
    """What the candidates say, without the marks that only say where words of another are missing."""
    texts: list[str] = page.locator(f"{ROWS} .text").evaluate_all(
        "cells => cells.map((cell) => { const own = cell.cloneNode(true);"
        " own.querySelectorAll('.gap').forEach((gap) => gap.remove()); return own.textContent.trim(); })"
    )
    return texts
