"""Which web pages may call the API from a browser (CORS, WHATWG Fetch).

Tokens travel in a header and never in cookies, so no origin is given credentials. The usual middleware rebuilds the
headers of every answer, with or without an origin; this one costs a request of no browser next to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.headers import FORWARDED
from gateway.routes import METHODS

REQUEST_HEADERS: Final = ("Authorization", *FORWARDED.values(), "X-Request-ID", "traceparent")
"""What a page may send."""

TEST_IDENTITY_HEADER: Final = "X-Test-User-ID"

EXPOSED_HEADERS: Final = (
    "Allow",
    "Cache-Tag",
    "ETag",
    "Idempotent-Replayed",
    "Location",
    "Preference-Applied",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "WWW-Authenticate",
    "X-Cache",
    "X-Request-ID",
    "traceparent",
)
"""What a page may read of an answer, beside what it always may."""

PREFLIGHT_SECONDS: Final = 600
"""How long a browser may remember what a preflight has told it."""


class CorsMiddleware:
    """Answers preflights, and tells browsers which origins may read the answers of `app`."""

    def __init__(self, app: ASGIApp, *, origins: Sequence[str], test_identities: bool = False) -> None:
        """Allow `origins` (`*`: any). `test_identities`: pages may send the header that stands in for a token."""
        self._app = app
        self._any = "*" in origins
        self._origins = frozenset(origin.encode("latin-1") for origin in origins)
        sent = (*REQUEST_HEADERS, TEST_IDENTITY_HEADER) if test_identities else REQUEST_HEADERS
        self._preflight = [
            (b"access-control-allow-methods", ", ".join(METHODS).encode("ascii")),
            (b"access-control-allow-headers", ", ".join(sent).encode("ascii")),
            (b"access-control-max-age", str(PREFLIGHT_SECONDS).encode("ascii")),
        ]
        self._exposed = (b"access-control-expose-headers", ", ".join(EXPOSED_HEADERS).encode("ascii"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        origin: bytes | None = None
        preflight = False
        for name, value in scope["headers"]:
            if name == b"origin":
                origin = value
            elif name == b"access-control-request-method":
                preflight = scope["method"] == "OPTIONS"
        allowed = self._allowance(origin)
        if preflight and origin is not None:
            # Whom the answer does not name is refused by the browser itself.
            headers = [*allowed, *self._preflight] if self._is_allowed(origin) else allowed
            await send({"type": "http.response.start", "status": 204, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        if not allowed:
            await self._app(scope, receive, send)
            return
        if origin is not None and self._is_allowed(origin):
            allowed = [*allowed, self._exposed]

        async def send_allowed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *allowed]
            await send(message)

        await self._app(scope, receive, send_allowed)

    def _is_allowed(self, origin: bytes) -> bool:
        return self._any or origin in self._origins

    def _allowance(self, origin: bytes | None) -> list[tuple[bytes, bytes]]:
        if self._any:
            return [] if origin is None else [(b"access-control-allow-origin", b"*")]
        # An answer that depends on the origin says so to caches even when there was none.
        allowed = [(b"vary", b"Origin")] if self._origins else []
        if origin in self._origins:
            allowed.append((b"access-control-allow-origin", origin))
        return allowed
