"""What keeps the page of this machine from everybody else: the one place where requests are let in.

The server listens on 127.0.0.1, which other programs and the pages of other servers reach too. So a request has to name
this server as its host, against names that are pointed here by somebody else (DNS rebinding); to come from no other
page; and to hold the token that was made at the start, which the first page swaps for a cookie. No page of ours runs a
script that is not one of its files.
"""

import hmac
import secrets
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from starlette.responses import JSONResponse, RedirectResponse, Response

MOST_BYTES = 8 * 2**20
"""Of a request."""
TOKEN = "token"
HOSTS = ("127.0.0.1", "localhost")
WRITES = "POST"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
"""Of every answer."""

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class TooLarge(Exception):
    """A request is larger than any that is answered."""


def new_token() -> str:
    """Return a token that nobody can guess, 256 bits."""
    return secrets.token_urlsafe(32)


class Guard:
    """Lets through the requests of the page, and adds to each answer what the browser is to forbid it.

    Args:
        app: what answers them.
        token: that of this start.
        port: where the server listens; None before it is known, when nobody is let in.
    """

    def __init__(self, app: App, token: str, port: int | None = None) -> None:
        self._app, self._token, self.port = app, token, port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            answer = self._refused(scope) or self._app
            await answer(scope, _limited(scope, receive), _with_headers(send))

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names of this server, with its port."""
        return tuple(f"{host}:{self.port}" for host in HOSTS)

    @property
    def cookie(self) -> str:
        """The name of the cookie: cookies of one host are shared among its ports."""
        return f"ganatomy-{self.port}"

    def _refused(self, scope: Scope) -> Response | None:
        """Return the answer to a request that is not let in, or that brings the token; None for any other."""
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if self.port is None or headers.get(b"host", "") not in self.hosts:
            return refusal(403, f"this server answers to {' and '.join(self.hosts)} alone")
        origin = headers.get(b"origin")
        if origin is not None and origin not in {f"http://{host}" for host in self.hosts}:
            return refusal(403, "requests of other pages are not answered")
        if headers.get(b"sec-fetch-site", "none") not in ("none", "same-origin") and scope["path"] != "/":
            return refusal(403, "requests of other pages are not answered")
        if scope["method"] == WRITES and headers.get(b"content-type", "").split(";")[0] != "application/json":
            return refusal(400, "give application/json")
        if headers.get(b"content-length", "0").isdecimal() and int(headers.get(b"content-length", "0")) > MOST_BYTES:
            return too_large()
        return self._without_token(scope, headers)

    def _without_token(self, scope: Scope, headers: dict[bytes, str]) -> Response | None:
        if self._is_token(_cookies(headers.get(b"cookie", "")).get(self.cookie)):
            return None
        given = parse_qs(scope.get("query_string", b"").decode("latin-1")).get(TOKEN, [""])
        if scope["path"] != "/" or not self._is_token(given[0]):
            return refusal(403, "open the link that `ganatomy paint` printed: it holds a token of this start")
        answer = RedirectResponse("/", 303)
        answer.set_cookie(self.cookie, self._token, httponly=True, samesite="lax", path="/")
        return answer

    def _is_token(self, given: str | None) -> bool:
        return given is not None and hmac.compare_digest(given.encode(), self._token.encode())


def refusal(status: int, said: str, headers: dict[str, str] | None = None) -> Response:
    """Return an answer that says in one line what was wrong."""
    return JSONResponse({"error": said}, status, headers)


def too_large() -> Response:
    """Return the answer to a request that is larger than any that is answered."""
    return refusal(413, f"the request has more than {MOST_BYTES // 2**20} MiB; send less")


def _cookies(text: str) -> dict[str, str]:
    try:
        return {name: one.value for name, one in SimpleCookie(text).items()}
    except CookieError:
        return {}


def _limited(scope: Scope, receive: Receive) -> Receive:
    """Return what receives a request, and raises where it is too large whatever it said of its length."""
    total = 0

    async def received() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > MOST_BYTES:
            raise TooLarge
        return message

    return received


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            own: Iterable[tuple[bytes, bytes]] = message.get("headers", ())
            message = {**message, "headers": [*own, *HEADERS]}
        await send(message)

    return sent
