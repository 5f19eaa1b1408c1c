"""One app for all tests that only talk to it, and pages in one browser that must see neither error nor stranger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import LIMIT, ready
from tests.e2e.serving import free_port, serving


@pytest.fixture(scope="session")
def app_url() -> Iterator[str]:
    """The address of the app, serving the shipped checkpoints on the CPU."""
    port = free_port()
    with serving("--no-browser", "--device", "cpu", "--port", str(port), port=port) as (url, _):
        yield url


class Opens(Protocol):
    """Opens the app, or another of ours by its whole address, in a browser context of its own."""

    def __call__(
        self, path: str = "/", *, width: int = 1440, height: int = 900, scheme: str = "light", console: bool = True,
        **options: Any,
    ) -> Page: ...  # fmt: skip


LEAVING = ("AbortError: signal is aborted", "Unexpected error Connection errored out")
"""How errors begin that Gradio reports when its page is left while a stream of events is open."""


@pytest.fixture
def open_page(browser: Browser, app_url: str) -> Iterator[Opens]:
    """Opens the app; at the end of the test, no page saw an error, a dialog, or a request to another machine.

    ``console=False`` for a test that makes the browser itself complain, of a connection that is cut for instance.
    """
    errors: list[str] = []
    requests: list[str] = []
    pages: list[Page] = []

    def watch(page: Page, console: bool) -> None:
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("dialog", lambda dialog: (errors.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: requests.append(request.url))
        if console:
            page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        page.on("framenavigated", lambda _: left())

    def left() -> None:
        errors[:] = [error for error in errors if not error.startswith(LEAVING)]

    with ExitStack() as contexts:

        def open_(
            path: str = "/", *, width: int = 1440, height: int = 900, scheme: str = "light", console: bool = True,
            **options: Any,
        ) -> Page:  # fmt: skip
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
                **options,
            )
            page = contexts.enter_context(context).new_page()
            pages.append(page)
            watch(page, console)
            page.set_default_timeout(LIMIT)
            expect.set_options(timeout=LIMIT)
            page.goto(urljoin(app_url, path))
            return page

        yield open_
        for page in pages:
            page.evaluate("0")  # whatever it reported before is here now
        # Not what comes later: to close a page is to leave it.
        seen = list(errors)
    assert seen == []
    hosts = {urlsplit(url).hostname for url in requests if not url.startswith(("data:", "blob:"))}
    assert hosts == {"127.0.0.1"}


@pytest.fixture
def page(open_page: Opens) -> Page:
    """The page with its first translation."""
    page = open_page()
    ready(page)
    return page
