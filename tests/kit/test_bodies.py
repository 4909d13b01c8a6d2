from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx
import pytest
import pytest_asyncio
from fastapi import APIRouter, Request
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field
from starlette.types import Message

from kit.bodies import (
    MAX_BODY_BYTES,
    MAX_DEPTH,
    BodyRulesMiddleware,
    is_json_type,
    json_fault,
    whole_numbers,
)
from kit.schemas import Body, Cleaned, Int
from tests.support.services import client_of, service_of

JSON = {"content-type": "application/json"}
router = APIRouter()


class Note(Body):
    notes: Annotated[str, Field(max_length=5000), Cleaned]
    anything: dict[str, Any] = {}  # noqa: RUF012 - pydantic copies it
    number: int = 0
    ratio: float = 0


class Count(Body):
    count: Int


class Reason(Body):
    reason: str | None = None


@router.post("/notes")
async def make_note(body: Note) -> dict[str, Any]:
    return {"notes": body.notes, "number": body.number}


@router.post("/cancel")
async def cancel(body: Reason | None = None) -> dict[str, Any]:
    return {"reason": body.reason if body else "none"}


@router.post("/touch")
async def touch() -> dict[str, bool]:
    return {"touched": True}


@router.get("/notes")
async def get_notes() -> dict[str, bool]:
    return {"got": True}


@router.post("/count")
async def count(body: Count) -> dict[str, int]:
    return {"count": body.count}


@router.put("/length")
async def length(request: Request) -> dict[str, int]:
    return {"length": len(await request.body())}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = service_of([router], validation=lambda path: (400, "bad", "Bad", {}) if path == "/cancel" else None)
    async with client_of(app) as one:
        yield one


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["request_id"] == answer.headers["x-request-id"]
    return body


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"{bad}",
        b"   ",
        b'{"notes": "x",}',
        b"{'notes': 'x'}",
        b'{"notes": "x"} trailing',
        b'{"notes": "x", "ratio": NaN}',
        b'{"notes": "x", "ratio": Infinity}',
        b'{"notes": "x", "ratio": -Infinity}',
        b'{"notes": "x", "ratio": 1e999}',
        b'{"notes": "x", "anything": {"a": NaN}}',
        b'{"notes": "\\ud800"}',
        b'{"notes": "\\udfff\\ud800"}',
        b'{"notes": "x", "\\ud800": 1}',
        b'{"notes": "\xff"}',
        b'{"notes": "\xed\xa0\x80"}',
        b'{"notes": "\xc0\x80"}',
        b'{"notes": "a\x00b"}',
        b'{"notes": "a\nb"}',
        b'\xef\xbb\xbf{"notes": "x"}',
        '{"notes": "x"}'.encode("utf-16"),
        '{"notes": "x"}'.encode("utf-32"),
        b'{"notes": "x", "number": ' + b"9" * 5000 + b"}",
        b'{"notes": "x", "number": ' + b"9" * 30 + b"}",
        b'{"notes": "x", "number": 9223372036854775808}',
        b'{"notes": "x", "anything": {"a": 9223372036854775808}}',
        b'{"notes": "x", "anything": {"a": "\\u0000"}}',
        b'{"notes": "x", "anything": {"\\u0000": 1}}',
        b'{"notes": "x", "anything": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}",
        b'{"notes": "x", "anything": {"a": ' + b"[" * 64 + b"]" * 64 + b"}}",
        b"[" * 500_000,
        b"[" * 1000 + b"]" * 1000,
        b"null",
        b"[]",
        b'"text"',
        b"5",
        b"",
    ],
    ids=lambda body: repr(body[:40]),
)
async def test_a_body_that_cannot_be_taken_is_422(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/notes", content=body, headers=JSON)
    told = problem(answer, 422, "validation_error")
    assert told["detail"] == "Request validation failed"
    assert told["errors"]
    assert all(set(error) == {"loc", "msg", "type"} for error in told["errors"])


@pytest.mark.parametrize("body", [b"{", b"NaN", b"[" * 100_000, b'{"reason": 5}', b'{"reason": "\\ud800"}'])
async def test_under_some_paths_the_house_says_otherwise(client: httpx.AsyncClient, body: bytes) -> None:
    assert problem(await client.post("/cancel", content=body, headers=JSON), 400, "bad")["detail"] == "Bad"


@pytest.mark.parametrize(
    ("body", "notes"),
    [
        (b'{"notes": "x"}', "x"),
        (b' \n{"notes"\t: "x"}\r\n', "x"),
        (b'{"notes": "a\\u0000b\\u0007\\r\\n"}', "ab\n"),
        (b'{"notes": "\\ud83d\\ude00"}', "😀"),
        ('{"notes": "é😀"}'.encode(), "é😀"),
        (b'{"notes": "x", "notes": "y"}', "y"),
        (b'{"notes": "x", "number": 9223372036854775807}', "x"),
        (b'{"notes": "x", "anything": {"a": ' + b"[" * 60 + b"]" * 60 + b"}}", "x"),
        (b'{"notes": "x", "anything": {"a": [' + b"[],{}," * 5000 + b"1]}}", "x"),
        (b'{"notes": "{[' + b"[" * 1000 + b'"}', "{[" + "[" * 1000),
    ],
    ids=lambda value: repr(value[:40]),
)
async def test_a_body_that_is_taken(client: httpx.AsyncClient, body: bytes, notes: str) -> None:
    answer = await client.post("/notes", content=body, headers=JSON)
    assert answer.status_code == 200, answer.text
    assert answer.json()["notes"] == notes


@settings(max_examples=60)
@given(
    body=st.binary(max_size=60)
    | st.text(max_size=40).map(lambda text: b'{"notes": "' + text.encode() + b'"}')
)
async def test_no_bytes_are_an_internal_error(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/notes", content=body, headers=JSON)
    assert answer.status_code in (200, 422)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "application/json; charset=utf8; profile=x",
        "application/merge-patch+json",
        "application/vnd.api+json",
    ],
)
async def test_json_types(client: httpx.AsyncClient, content_type: str) -> None:
    answer = await client.post("/notes", content=b'{"notes": "x"}', headers={"content-type": content_type})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": ""},
        {"content-type": "text/plain"},
        {"content-type": "text/json"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "application/jsonp"},
        {"content-type": "application/json; charset=latin-1"},
        {"content-type": "application/json; charset=utf-16"},
        {"content-type": "image/svg+json"},
        {"content-type": "application/json", "content-encoding": "gzip"},
        [("content-type", "application/json"), ("content-type", "text/plain")],
    ],
)
@pytest.mark.parametrize("path", ["/notes", "/cancel", "/touch"])
async def test_anything_but_json_is_415(client: httpx.AsyncClient, path: str, headers: Any) -> None:
    problem(await client.post(path, content=b"{}", headers=headers), 415, "unsupported_media_type")


@pytest.mark.parametrize("headers", [{}, {"content-type": "text/plain"}, JSON])
async def test_no_body_needs_no_type(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    for path, expected in (("/cancel", {"reason": "none"}), ("/touch", {"touched": True})):
        answer = await client.post(path, content=b"", headers=headers)
        assert (answer.status_code, answer.json()) == (200, expected)


@pytest.mark.parametrize(
    ("body", "reason"), [(b"{}", None), (b"null", "none"), (b'{"reason": "ill"}', "ill")]
)
async def test_an_optional_body_may_be_there(
    client: httpx.AsyncClient, body: bytes, reason: str | None
) -> None:
    answer = await client.post("/cancel", content=body, headers=JSON)
    assert (answer.status_code, answer.json()) == (200, {"reason": reason})


async def test_garbage_for_an_endpoint_without_a_body_is_an_invalid_request(
    client: httpx.AsyncClient,
) -> None:
    problem(await client.post("/touch", content=b"{garbage", headers=JSON), 422, "validation_error")


async def test_a_get_is_let_through(client: httpx.AsyncClient) -> None:
    answer = await client.request("GET", "/notes", content=b"what ever")
    assert answer.status_code == 200


def json_of(size: int) -> bytes:
    return b'"' + b"x" * (size - 2) + b'"'


async def chunked(body: bytes, size: int = 65_536) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


@pytest.mark.parametrize("way", ["declared", "chunked"])
@pytest.mark.parametrize(("size", "fits"), [(MAX_BODY_BYTES, True), (MAX_BODY_BYTES + 1, False)])
async def test_the_limit_is_one_mebibyte(client: httpx.AsyncClient, way: str, size: int, fits: bool) -> None:
    content = json_of(size) if way == "declared" else chunked(json_of(size))
    answer = await client.put("/length", content=content, headers=JSON)
    if fits:
        assert answer.json() == {"length": size}
    else:
        problem(answer, 413, "payload_too_large")


async def answered(messages: list[Message], headers: list[tuple[bytes, bytes]]) -> tuple[list[Message], int]:
    """Send these messages to the rule alone: what is sent back, and how many messages it took."""
    taken = 0
    sent: list[Message] = []

    async def receive() -> Message:
        nonlocal taken
        taken += 1
        return messages[taken - 1]

    async def send(message: Message) -> None:
        sent.append(message)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send(await receive())
        await send(await receive())

    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    await BodyRulesMiddleware(app, max_bytes=10)(scope, receive, send)
    return sent, taken


async def test_a_declared_length_is_enough_to_refuse() -> None:
    sent, taken = await answered([], [(b"content-type", b"application/json"), (b"content-length", b"11")])
    assert (sent[0]["status"], taken) == (413, 0)


async def test_an_endless_body_is_cut_off_at_the_limit() -> None:
    endless: list[Message] = [{"type": "http.request", "body": b"[1,", "more_body": True}] * 100
    sent, taken = await answered(endless, [(b"content-type", b"application/json")])
    assert (sent[0]["status"], taken) == (413, 4)


async def test_a_lie_about_the_length_does_not_help() -> None:
    body: list[Message] = [{"type": "http.request", "body": b"[" * 11, "more_body": False}]
    sent, _ = await answered(body, [(b"content-type", b"application/json"), (b"content-length", b"2")])
    assert sent[0]["status"] == 413


async def test_the_body_arrives_whole_and_then_what_follows() -> None:
    messages: list[Message] = [
        {"type": "http.request", "body": b"[1", "more_body": True},
        {"type": "http.request", "body": b"", "more_body": True},
        {"type": "http.request", "body": b",2]", "more_body": False},
        {"type": "http.disconnect"},
    ]
    sent, _ = await answered(messages, [(b"content-type", b"application/json")])
    assert sent == [
        {"type": "http.request", "body": b"[1,2]", "more_body": False},
        {"type": "http.disconnect"},
    ]


async def test_a_client_that_leaves_halfway_gets_no_answer() -> None:
    messages: list[Message] = [
        {"type": "http.request", "body": b"[1", "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent, _ = await answered(messages, [(b"content-type", b"application/json")])
    assert sent == []


@pytest.mark.parametrize(
    ("depth", "fine"), [(1, True), (MAX_DEPTH, True), (MAX_DEPTH + 1, False), (900, False)]
)
def test_depth(depth: int, fine: bool) -> None:
    for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
        inner = b"" if opening == b"[" else b"1"
        assert (json_fault(opening * depth + inner + closing * depth) is None) is fine


def test_many_brackets_are_not_deep() -> None:
    assert json_fault(b"[" + b"[]," * 1000 + b"{}]") is None


@given(st.text(max_size=60))
def test_no_content_type_breaks_it(content_type: str) -> None:
    assert is_json_type(content_type) in (True, False)


@pytest.mark.parametrize(
    ("body", "whole"),
    [
        ("2.0", "2"),
        ("-0.0", "0"),
        ("2e3", "2000"),
        ("[1.50, 3.00, 4]", "[1.5,3,4]"),
        ('{"a": {"b": [1.0, "1.0"]}, "c": 1}', '{"a":{"b":[1,"1.0"]},"c":1}'),
        # What has none stays as it was typed.
        ('{"a" : 1.5}', '{"a" : 1.5}'),
        ('{"a" : "1.0"}', '{"a" : "1.0"}'),
        ("1e300", "1e300"),
        ("9007199254740993.0", "9007199254740993.0"),
    ],
)
def test_a_whole_number_comes_as_one(body: str, whole: str) -> None:
    assert whole_numbers(body.encode()) == whole.encode()


@pytest.mark.parametrize(
    ("sent", "status"), [("2.0", 200), ("2", 200), ("2.5", 422), ('"2"', 422), ("true", 422)]
)
async def test_however_a_language_writes_it_a_number_is_a_number(
    client: httpx.AsyncClient, sent: str, status: int
) -> None:
    answer = await client.post("/count", content=f'{{"count": {sent}}}', headers=JSON)
    assert answer.status_code == status
    if status == 200:
        assert answer.json() == {"count": 2}
