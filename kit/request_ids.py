"""Request ids and W3C trace contexts: taken from the caller when sane, made otherwise, carried everywhere.

The middleware is outermost, so that every answer, also one about a failure, carries the id. Tasks re-enter the
context of the request that caused them with :func:`bind_request`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUEST_ID_HEADER = "x-request-id"
TRACEPARENT_HEADER = "traceparent"

_ANSWERS = frozenset({"http.response.start", "websocket.accept", "websocket.http.response.start"})
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
_traceparent: ContextVar[str | None] = ContextVar("traceparent", default=None)


def current_request_id() -> str | None:
    """Return the id of the request (or of the request that caused this task), `None` outside of one."""
    return _request_id.get()


def current_traceparent() -> str | None:
    """Return the W3C `traceparent` of the request at hand, `None` outside of one."""
    return _traceparent.get()


def is_sane_request_id(raw: str) -> bool:
    """Tell whether a client's request id may be taken over: 1 to 128 of `A-Z a-z 0-9 . _ -`."""
    return _SANE_ID.fullmatch(raw) is not None


def is_valid_traceparent(raw: str) -> bool:
    """Tell whether this is a version 00 `traceparent` with non-zero ids (W3C Trace Context, section 3.2)."""
    found = _TRACEPARENT.fullmatch(raw)
    return found is not None and found[1].strip("0") != "" and found[2].strip("0") != ""


def new_request_id() -> str:
    """Make a request id: 32 random hexadecimal digits."""
    return os.urandom(16).hex()


def new_traceparent() -> str:
    """Start a trace: a fresh trace id and span id, not sampled."""
    return f"00-{os.urandom(16).hex()}-{os.urandom(8).hex()}-00"


@contextmanager
def bind_request(request_id: str | None, traceparent: str | None) -> Iterator[None]:
    """Work within the context of a request: ids for events, answers and log lines.

    What is missing or not sane is made anew, so there always is an id to search for.
    """
    sane_id = request_id if request_id and is_sane_request_id(request_id) else new_request_id()
    sane_trace = traceparent if traceparent and is_valid_traceparent(traceparent) else new_traceparent()
    id_token = _request_id.set(sane_id)
    trace_token = _traceparent.set(sane_trace)
    log_tokens = structlog.contextvars.bind_contextvars(request_id=sane_id, trace_id=sane_trace[3:35])
    try:
        yield
    finally:
        structlog.contextvars.reset_contextvars(**log_tokens)
        _traceparent.reset(trace_token)
        _request_id.reset(id_token)


def _first(scope: Scope, name: bytes) -> str | None:
    for key, value in scope["headers"]:
        if key == name:
            return str(value, "latin-1")
    return None


class RequestIdMiddleware:
    """Bind the request's ids and put `X-Request-ID` and `traceparent` on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        with bind_request(_first(scope, b"x-request-id"), _first(scope, b"traceparent")):
            own = [
                (b"x-request-id", (_request_id.get() or "").encode("ascii")),
                (b"traceparent", (_traceparent.get() or "").encode("ascii")),
            ]

            async def send_with_ids(message: Message) -> None:
                if message["type"] in _ANSWERS:
                    # An answer that was passed on from elsewhere may carry these already: one each is right.
                    others = [
                        pair
                        for pair in message.get("headers") or ()
                        if bytes(pair[0]).lower() not in (b"x-request-id", b"traceparent")
                    ]
                    message["headers"] = [*others, *own]
                await send(message)

            await self.app(scope, receive, send_with_ids)
