"""Where the app listens, and whom it lets in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from demo.doors.access import Access
from demo.doors.gate import Gate
from demo.doors.hosts import is_loopback, trusted


@dataclass(frozen=True)
class Doors:
    """How others reach the app.

    host, port: where it listens.
    access: who may come in.
    names: further names by which an app that only this machine reaches may be called, as by a proxy before it.
    share: whether Gradio's servers hand on a public address.
    mcp: whether the endpoints are tools of MCP as well.
    """

    host: str
    port: int
    access: Access = field(default_factory=Access)
    names: Sequence[str] = ()
    share: bool = False
    mcp: bool = False

    @property
    def warning(self) -> str:
        """What to say at the start if others can come in and nobody is asked for anything; else nothing."""
        if self.access.token or (is_loopback(self.host) and not self.share):
            return ""
        return "Whoever reaches this address can use the app; --token lets in only who shows it (docs/security.md)"

    def gate(self, page: Any, app: Any) -> Gate:
        """What stands before the app that serves this page."""
        return Gate(app, page, self.access, trusted(self.host, self.names, share=self.share), self.mcp)

    def let_tools_in(self, page: Any) -> None:
        """Gives MCP's server the token: it calls our endpoints over HTTP, as a client like any other."""
        if self.mcp and self.access.token:
            from gradio.mcp import Client  # only with --mcp is it there to be loaded

            page.mcp_server_obj._client_instance = Client(
                page.local_url, headers={"x-gradio-user": "mcp", **self.access.headers}, download_files=False,
                verbose=False, analytics_enabled=False, ssl_verify=False, _skip_components=False,
            )  # fmt: skip
