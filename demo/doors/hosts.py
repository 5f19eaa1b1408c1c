"""By which names the app may be called, and from which pages.

A page of a stranger may give its own name to this machine's address (DNS rebinding), and could then read and press all
that is here as if it were ours. Its name gives it away.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from demo.doors.routes import MCP

LOCAL = ("localhost", "127.0.0.1", "::1")


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens there."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def trusted(host: str, more: Collection[str], *, share: bool) -> frozenset[str]:
    """The names by which an app that listens on ``host`` may be called; none for any, where others may reach it."""
    if share or not is_loopback(host):
        return frozenset()
    return frozenset(name.lower() for name in (*LOCAL, host.strip("[]"), *more))


def stranger(method: str, path: str, headers: Headers, names: frozenset[str]) -> str | None:
    """What is wrong with the name that the app was called by, or with the page that called it; None for nothing."""
    called = _name(f"//{headers.get('host', '')}")
    if names and called not in names:
        return f"This app is not called {_shown(called)}; start it with --trust-host to serve it by another name."
    origin = headers.get("origin")
    if origin is None or (method in ("GET", "HEAD") and not path.startswith(MCP)):
        return None
    forwarded = _name(f"//{headers.get('x-forwarded-host', '')}")
    if _name(origin) not in (names or {called, forwarded} - {""}):
        return f"Pages of {_shown(_name(origin))} may not use this app; start it with --trust-host if they should."
    return None


def _name(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:  # half of an IPv6 address
        return ""


def _shown(name: str) -> str:
    return ascii(name[:80])
