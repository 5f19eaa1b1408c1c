"""One app for all tests that only talk to it, and pages in one browser that must see neither error nor stranger.

What a browser test costs is to open the app, and a page that had it before opens it at half the price: its scripts are
there. So the tests share one page, which each gets as a new one would be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Literal, Protocol
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Frame, Page, ViewportSize, expect

from tests.e2e.browsing import LIMIT, ready
from tests.e2e.serving import free_port, serving


@pytest.fixture(scope="session")
def app_url() -> Iterator[str]:
    """The address of the app, serving the shipped checkpoints on the CPU."""
    port = free_port()
    with serving("--no-browser", "--device", "cpu", "--port", str(port), port=port) as (url, _):
        yield url


class Opens(Protocol):
    """Opens the app, or another of ours by its whole address, on a page that knows nothing of what was before.

    The first of a test is the page that all tests share; the others, those with ``options`` and those of a test that
    changes their browser context for good (``own``), get a context for themselves.
    """

    def __call__(
        self, path: str = "/", *, width: int = 1440, height: int = 900, scheme: str = "light", console: bool = True,
        own: bool = False, **options: Any,
    ) -> Page: ...  # fmt: skip


@pytest.fixture(scope="session")
def shared_page(browser: Browser) -> Iterator[Page]:
    """The page that each test opens the app on."""
    with browser.new_context() as context:
        yield context.new_page()


def as_new(page: Page, app: str) -> None:
    """Leaves nothing of the test before: what it allowed, set, kept, or where its mouse was."""
    page.context.clear_cookies()
    page.context.clear_permissions()
    page.context.set_offline(False)
    page.mouse.move(0, 0)
    page.goto(urljoin(app, "/theme.css"))  # the store of this address, seen from a page without scripts
    page.evaluate("localStorage.clear(); sessionStorage.clear()")


LEFT = 256 * 2**20
"""Bytes that may stay of the tests before: a page on which much lies grows slow."""


def left_alone(page: Page) -> None:
    """Ends whatever a test left running on the page, and the pages that it opened.

    What lies in its memory is collected only now and then: with it go the scripts that are ready to run.
    """
    page.unroute_all()
    for other in page.context.pages:
        if other is not page:
            other.close()
    lies = page.evaluate("performance.memory.usedJSHeapSize")
    page.goto("about:blank")
    if lies > LEFT:
        browser = page.context.new_cdp_session(page)
        browser.send("HeapProfiler.collectGarbage")
        browser.detach()


LEAVING = (
    "AbortError: signal is aborted", "Unexpected error Connection errored out",
    "Unexpected error There is no such session",
)  # fmt: skip
"""How errors begin that Gradio reports when its page is left while a stream of events is open."""


@pytest.fixture
def open_page(browser: Browser, app_url: str, shared_page: Page) -> Iterator[Opens]:
    """Opens the app; at the end of the test, no page saw an error, a dialog, or a request to another machine.

    ``console=False`` for a test that makes the browser itself complain, of a connection that is cut for instance.
    """
    errors: list[str] = []
    requests: list[str] = []
    pages: list[Page] = []

    def failed(line: ConsoleMessage) -> None:
        if line.type == "error":
            errors.append(line.text)

    def asked(dialog: Dialog) -> None:
        errors.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def left(_: Frame) -> None:
        errors[:] = [error for error in errors if not error.startswith(LEAVING)]

    watchers: dict[Any, Callable[[Any], None]] = {
        "pageerror": lambda error: errors.append(str(error)),
        "dialog": asked,
        "request": lambda request: requests.append(request.url),
        "framenavigated": left,
        "console": failed,
    }

    with ExitStack() as contexts:

        def open_(
            path: str = "/", *, width: int = 1440, height: int = 900, scheme: str = "light", console: bool = True,
            own: bool = False, **options: Any,
        ) -> Page:  # fmt: skip
            address, size = urljoin(app_url, path), ViewportSize(width=width, height=height)
            looks: Literal["dark", "light"] = "dark" if scheme == "dark" else "light"
            if pages or own or options:
                context = browser.new_context(viewport=size, color_scheme=looks, **options)
                page = contexts.enter_context(context).new_page()
            else:
                page = shared_page
                as_new(page, address)
                page.set_viewport_size(size)
                page.emulate_media(color_scheme=looks)
            pages.append(page)
            for event, watcher in watchers.items():
                if console or event != "console":
                    page.on(event, watcher)
                    contexts.callback(page.remove_listener, event, watcher)
            page.set_default_timeout(LIMIT)
            expect.set_options(timeout=LIMIT)
            page.goto(address)
            return page

        yield open_
        for page in pages:
            page.evaluate("0")  # whatever it reported before is here now
        # Not what comes later: to close a page is to leave it.
        seen = list(errors)
    if shared_page in pages:
        left_alone(shared_page)
    assert seen == []
    hosts = {urlsplit(url).hostname for url in requests if not url.startswith(("data:", "blob:"))}
    assert hosts == {"127.0.0.1"}


@pytest.fixture
def page(open_page: Opens) -> Page:
    """The page with its first translation."""
    page = open_page()
    ready(page)
    return page
