"""Who may come in: any, or who shows the token that the app was started with."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import Scope

from seq2seq_core.types import CoreError

SHORTEST = 12
"""Characters of a token; a shorter one might be guessed."""

COOKIE = "seq2seq-access"

WANTED = "This app wants its token: Authorization: Bearer TOKEN, or in a browser the address /?token=TOKEN once."

FORM = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Token</title>
<form><label>This app wants its token: <input name="token" type="password" autofocus></label>
<button>Enter</button></form>
</html>"""


@dataclass(frozen=True)
class Access:
    """Lets in who knows the token; everybody where there is none.

    Raises:
        CoreError: the token is too short, or holds what no header can.
    """

    token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.token and (len(self.token) < SHORTEST or not self.token.isascii() or not self.token.isprintable()):
            raise CoreError(f"the token must have at least {SHORTEST} characters, all of them ASCII; choose another")

    @property
    def headers(self) -> dict[str, str]:
        """What a program of ours sends to be let in."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """What somebody gets who may not come in, or who shows the token in an address; None for all others."""
        if not self.token:
            return None
        if scope["method"] == "GET" and scope["path"] == "/":
            query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            if self._is_token(dict(query).get("token", "")):
                return self._welcome(query, scope["scheme"] == "https")
        if self._is_token(headers.get("authorization", "").removeprefix("Bearer ")) or self._has_cookie(headers):
            return None
        challenge = {"WWW-Authenticate": "Bearer"}
        if "text/html" in headers.get("accept", ""):
            return HTMLResponse(FORM, 401, challenge)
        return JSONResponse({"detail": WANTED}, 401, challenge)

    def _welcome(self, query: list[tuple[str, str]], secure: bool) -> Response:
        """The same address without the token, which the browser shows by a cookie from then on."""
        rest = urlencode([(name, value) for name, value in query if name != "token"])
        answer = RedirectResponse(f"?{rest}" if rest else "./", 303)
        answer.set_cookie(COOKIE, self._proof(), httponly=True, samesite="lax", secure=secure)
        return answer

    def _proof(self) -> str:
        return hashlib.sha256(f"{COOKIE}:{self.token}".encode()).hexdigest()

    def _is_token(self, said: str) -> bool:
        return secrets.compare_digest(said.encode("utf-8", "replace"), self.token.encode())

    def _has_cookie(self, headers: Headers) -> bool:
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return False
        return cookie is not None and secrets.compare_digest(cookie.value.encode(), self._proof().encode())
