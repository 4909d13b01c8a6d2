"""What a request body must be to get past the gateway: JSON, and no larger than 1 MiB."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.types import Receive

from gateway.errors import BodyTooLarge, UnsupportedMediaType
from gateway.headers import RawHeaders
from kit.bodies import MAX_BODY_BYTES, is_json_type

LINGER_BYTES: Final = 16 * MAX_BODY_BYTES
LINGER_SECONDS: Final = 2.0
"""How much of a refused body is still read, and for how long, so that its sender gets to read the refusal."""


class ClientGone(Exception):
    """The client has closed the connection; there is nobody to answer."""


async def read_body(headers: RawHeaders, receive: Receive, *, any_kind: bool = False) -> bytes:
    """Return the whole body, which may be empty; of `any_kind`, or JSON.

    Raises :class:`BodyTooLarge` (413), by what the client declares or by what has come, :class:`UnsupportedMediaType`
    (415) for a body that is not JSON, and :class:`ClientGone`.
    """
    declared, chunked = _framing(headers)
    if declared > MAX_BODY_BYTES:
        raise BodyTooLarge
    if not declared and not chunked:
        return b""
    if declared and not any_kind:
        require_json(headers)
    message = await receive()
    if message["type"] != "http.request":
        raise ClientGone
    body: bytes = message.get("body", b"")
    if message.get("more_body", False):
        body = await _read_on(body, receive)
    if len(body) > MAX_BODY_BYTES:
        raise BodyTooLarge
    if body and not declared and not any_kind:
        require_json(headers)
    return body


def require_json(headers: RawHeaders) -> None:
    """Raise :class:`UnsupportedMediaType` (415) unless the headers say: JSON in UTF-8, not compressed."""
    content_type: bytes | None = None
    for name, value in headers:
        if name == b"content-type":
            if content_type is not None:
                raise UnsupportedMediaType
            content_type = value
        elif name == b"content-encoding" and value.strip().lower() not in (b"", b"identity"):
            raise UnsupportedMediaType("The request body must not be compressed")
    if content_type is None:
        raise UnsupportedMediaType
    if not is_json_type(content_type.decode("latin-1")):
        raise UnsupportedMediaType


async def linger(receive: Receive) -> None:
    """Read on for a while after a body was refused, and throw away what comes.

    Closing a connection that still has data to be read resets it, and the client would never see the answer.
    """
    left = LINGER_BYTES
    try:
        async with asyncio.timeout(LINGER_SECONDS):
            while left > 0:
                message = await receive()
                if message["type"] != "http.request" or not message.get("more_body", False):
                    return
                left -= len(message.get("body", b""))
    except TimeoutError:
        return


async def _read_on(first: bytes, receive: Receive) -> bytes:
    body = bytearray(first)
    while len(body) <= MAX_BODY_BYTES:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientGone
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return bytes(body)


def _framing(headers: RawHeaders) -> tuple[int, bool]:
    declared, chunked = 0, False
    for name, value in headers:
        if name == b"content-length":
            # The server's parser has let digits only through; a number beyond all bounds is merely too large.
            declared = int(value) if len(value) < 16 else MAX_BODY_BYTES + 1
        elif name == b"transfer-encoding":
            chunked = True
    return declared, chunked
