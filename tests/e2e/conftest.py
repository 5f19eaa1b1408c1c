"""One app for all tests that only talk to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.serving import free_port, serving


@pytest.fixture(scope="session")
def app_url() -> Iterator[str]:
    """The address of the app, serving the shipped checkpoints on the CPU."""
    port = free_port()
    with serving("--no-browser", "--device", "cpu", "--port", str(port), port=port) as (url, _):
        yield url
