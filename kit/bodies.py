"""What a request body may be: JSON in UTF-8, of bounded size and depth, that every part of the house can take."""

from __future__ import annotations

import re
from typing import Any, Final

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit.problems import problem_response, validation_response

MAX_BODY_BYTES = 1024 * 1024
"""Larger bodies are 413."""

MAX_DEPTH = 64
"""How deep objects and arrays may be nested; deeper is an invalid request."""

_JSON: Final = re.compile(r"application/(?:[a-z0-9!#$&^_.+-]+\+)?json")
_MAYBE_WHOLE: Final = re.compile(rb"[0-9]\.0|[0-9][eE]")
_EXACT: Final = 2**53

_BODILESS_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class BodyRulesMiddleware:
    """Turn away bodies that are too large (413), not JSON (415) or not valid JSON (as an invalid request).

    Beyond a JSON parser's own rules it refuses what would fail somewhere later: NaN and Infinity, numbers that a
    double cannot hold, lone surrogates, other encodings than UTF-8, insane depth. A body that passes is whole in
    memory and comes as one message. JSON knows one kind of number, in which `2.0` is 2, and that is how it comes.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int = MAX_BODY_BYTES) -> None:
        self.app = app
        self.max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        if scope["type"] != "http" or scope["method"] in _BODILESS_METHODS:
            await self.app(scope, receive, send)
            return
        declared, is_json = _declaration(scope)
        if declared > self.max_bytes:
            await self._too_large(scope, receive, send)
            return
        chunks: list[bytes] = []
        size = 0
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return  # nobody is there to be answered
            chunk = message.get("body", b"")
            more = message.get("more_body", False)
            if chunk:
                if not is_json:
                    response = problem_response(
                        415,
                        "unsupported_media_type",
                        "The body must be JSON: Content-Type application/json, UTF-8, not encoded",
                        request=scope,
                        headers={"Accept": "application/json"},
                    )
                    await response(scope, receive, send)
                    return
                size += len(chunk)
                if size > self.max_bytes:
                    await self._too_large(scope, receive, send)
                    return
                chunks.append(chunk)
        body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        if body:
            fault = json_fault(body)
            if fault is not None:
                position, reason = fault
                error = {
                    "loc": ("body", position),
                    "msg": f"JSON decode error: {reason}",
                    "type": "json_invalid",
                }
                await validation_response([error], scope)(scope, receive, send)
                return
            body = whole_numbers(body)

        replayed = False

        async def replay() -> Message:
            nonlocal replayed
            if replayed:
                return await receive()
            replayed = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, replay, send)

    async def _too_large(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = problem_response(
            413, "payload_too_large", f"The body must not exceed {self.max_bytes} bytes", request=scope
        )
        await response(scope, receive, send)


def json_fault(body: bytes) -> tuple[int, str] | None:
    """Tell what is wrong with a JSON text: (byte or character position, reason); None when nothing is."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        return error.pos, error.msg
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _is_deeper(value, MAX_DEPTH):
        return 0, f"nested deeper than {MAX_DEPTH}"
    return None


def whole_numbers(body: bytes) -> bytes:
    """Return a JSON text without faults, with each whole number written as one: `2.0` and `2e0` as `2`.

    Some languages write all their numbers so, and to JSON Schema they are integers.
    """
    if not _MAYBE_WHOLE.search(body):
        return body
    value = orjson.loads(body)
    whole = _with_whole_numbers(value)
    return body if whole is value else orjson.dumps(whole)


def _with_whole_numbers(value: Any) -> Any:
    # What does not change stays the same object.
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < _EXACT else value
    if isinstance(value, dict):
        changed = {name: _with_whole_numbers(inner) for name, inner in value.items()}
        return changed if any(changed[name] is not inner for name, inner in value.items()) else value
    if isinstance(value, list):
        items = [_with_whole_numbers(inner) for inner in value]
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    return value


def _is_deeper(value: Any, depth: int) -> bool:
    level = [value]
    while level:
        level = [one for one in level if isinstance(one, dict | list)]
        if not level:
            return False
        if depth == 0:
            return True
        depth -= 1
        level = [inner for one in level for inner in (one.values() if isinstance(one, dict) else one)]
    return False


def _declaration(scope: Scope) -> tuple[int, bool]:
    """Return the declared length (0: none) and whether the body is declared to be plain JSON."""
    length = 0
    types: list[str] = []
    encoded = False
    for name, value in scope["headers"]:
        if name == b"content-length":
            length = int(value) if value.isdigit() else 0
        elif name == b"content-type":
            types.append(value.decode("latin-1"))
        elif name == b"content-encoding" and value.strip().lower() not in (b"", b"identity"):
            encoded = True
    return length, len(types) == 1 and not encoded and is_json_type(types[0])


def is_json_type(content_type: str) -> bool:
    """Tell whether a Content-Type means JSON in UTF-8: `application/json` or `application/…+json`."""
    media_type, *parameters = (part.strip().lower() for part in content_type.split(";"))
    if not _JSON.fullmatch(media_type):
        return False
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip().strip('"') not in ("utf-8", "utf8"):
            return False
    return True
