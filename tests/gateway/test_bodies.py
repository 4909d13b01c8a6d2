from collections.abc import Callable
from typing import Any

import pytest
from starlette.types import Message

from gateway.bodies import ClientGone, linger, read_body, require_json
from gateway.errors import BodyTooLarge, UnsupportedMediaType
from kit.bodies import MAX_BODY_BYTES

JSON = (b"content-type", b"application/json")
CHUNKED = (b"transfer-encoding", b"chunked")


def length(size: int) -> tuple[bytes, bytes]:
    return (b"content-length", str(size).encode())


def sending(*chunks: bytes, complete: bool = True) -> Callable[[], Any]:
    """What a server hands over for a body that comes in these chunks; without `complete` the client then leaves."""
    messages: list[Message] = [
        {"type": "http.request", "body": chunk, "more_body": index < len(chunks) - 1 or not complete}
        for index, chunk in enumerate(chunks)
    ]

    async def receive() -> Message:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    return receive


async def never() -> Message:
    raise AssertionError("nothing is to be read")


@pytest.mark.parametrize(
    "value",
    [
        b"application/json",
        b"Application/JSON",
        b" application/json ",
        b"application/json;",
        b"application/json; charset=utf-8",
        b"application/json;charset=UTF-8",
        b'application/json; charset="utf-8"',
        b"application/json;charset=utf8",
        b"application/json; profile=x; charset=utf-8",
        b"application/merge-patch+json",
        b"application/vnd.api+json; charset=utf-8",
    ],
)
def test_json_is_let_through(value: bytes) -> None:
    require_json([(b"content-type", value)])


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"content-type", b"")],
        [(b"content-type", b"text/plain")],
        [(b"content-type", b"text/json")],
        [(b"content-type", b"application/jsonp")],
        [(b"content-type", b"application/x-json")],
        [(b"content-type", b"application/json, text/plain")],
        [(b"content-type", b"application/json text/plain")],
        [(b"content-type", b"application/json; charset=latin-1")],
        [(b"content-type", b"application/json; charset=utf-16")],
        [(b"content-type", b"application/x-www-form-urlencoded")],
        [(b"content-type", b"multipart/form-data; boundary=x")],
        [(b"content-type", b"text/plain; application/json")],
        [JSON, JSON],
        [JSON, (b"content-encoding", b"gzip")],
        [(b"content-encoding", b"br"), JSON],
    ],
)
def test_everything_else_is_no_json(headers: list[tuple[bytes, bytes]]) -> None:
    with pytest.raises(UnsupportedMediaType):
        require_json(headers)


def test_a_content_type_is_told_in_no_time() -> None:
    with pytest.raises(UnsupportedMediaType):
        require_json([(b"content-type", b"application/json" + b" ;" * 30_000 + b"charset=x")])


async def test_no_body_needs_no_content_type() -> None:
    assert await read_body([(b"content-type", b"text/plain")], never) == b""
    assert await read_body([length(0)], never) == b""
    assert await read_body([CHUNKED], sending(b"")) == b""


async def test_a_body_is_put_together() -> None:
    assert await read_body([JSON, length(4)], sending(b"[1", b"2]")) == b"[12]"
    assert await read_body([JSON, CHUNKED], sending(b"", b"[1", b"", b"2]", b"")) == b"[12]"


async def test_a_body_of_exactly_the_limit_passes() -> None:
    body = b"x" * MAX_BODY_BYTES
    assert await read_body([JSON, length(len(body))], sending(body)) == body
    assert await read_body([JSON, CHUNKED], sending(body[:100], body[100:])) == body


@pytest.mark.parametrize("declared", [MAX_BODY_BYTES + 1, 10**15, 10**40])
async def test_a_body_declared_too_large_is_not_read(declared: int) -> None:
    with pytest.raises(BodyTooLarge):
        await read_body([JSON, length(declared)], never)


async def test_too_large_comes_before_not_json() -> None:
    with pytest.raises(BodyTooLarge):
        await read_body([length(MAX_BODY_BYTES + 1)], never)


async def test_a_chunked_body_is_counted_while_it_is_read() -> None:
    read = 0

    async def endless() -> Message:
        nonlocal read
        read += 65536
        return {"type": "http.request", "body": b"x" * 65536, "more_body": True}

    with pytest.raises(BodyTooLarge):
        await read_body([JSON, CHUNKED], endless)
    assert read == MAX_BODY_BYTES + 65536


async def test_one_chunk_too_large_is_too_large() -> None:
    with pytest.raises(BodyTooLarge):
        await read_body([JSON, CHUNKED], sending(b"x" * (MAX_BODY_BYTES + 1)))


@pytest.mark.parametrize("framing", [length(2), CHUNKED])
async def test_a_body_that_is_not_json_is_refused_however_it_comes(framing: tuple[bytes, bytes]) -> None:
    with pytest.raises(UnsupportedMediaType):
        await read_body([framing, (b"content-type", b"text/plain")], sending(b"{}"))


@pytest.mark.parametrize("chunks", [(), (b"[1",)])
async def test_a_client_that_leaves_is_gone(chunks: tuple[bytes, ...]) -> None:
    with pytest.raises(ClientGone):
        await read_body([JSON, length(4)], sending(*chunks, complete=False))


async def test_lingering_ends_with_the_body_the_client_or_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    read = 0

    async def endless() -> Message:
        nonlocal read
        read += 1024 * 1024
        return {"type": "http.request", "body": b"x" * 1024 * 1024, "more_body": True}

    await linger(sending(b"a", b"b"))
    await linger(sending(b"a", complete=False))
    await linger(endless)
    assert read == 16 * 1024 * 1024
