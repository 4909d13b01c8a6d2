import asyncio
from typing import Any

import httpx
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from kit.request_ids import (
    RequestIdMiddleware,
    bind_request,
    current_request_id,
    current_traceparent,
    is_sane_request_id,
    is_valid_traceparent,
    new_request_id,
    new_traceparent,
)

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.mark.parametrize("raw", ["a", "A-b_c.9", "x" * 128, "4bf92f35-77b3-4da6-a3ce-929d0e0e4736"])
def test_sane_ids(raw: str) -> None:
    assert is_sane_request_id(raw)


@pytest.mark.parametrize("raw", ["", "x" * 129, "a b", "a\n", "ä", "a/b", "a;b", "<x>", '"', "a,b"])
def test_insane_ids(raw: str) -> None:
    assert not is_sane_request_id(raw)


@pytest.mark.parametrize(
    ("raw", "valid"),
    [
        (TRACE, True),
        (TRACE.replace("-01", "-00"), True),
        (TRACE.upper(), False),
        (TRACE + "\n", False),
        (TRACE + "-extra", False),
        (TRACE.replace("00-", "01-", 1), False),
        (TRACE.replace("00-", "ff-", 1), False),
        ("00-" + "0" * 32 + "-00f067aa0ba902b7-01", False),
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-" + "0" * 16 + "-01", False),
        ("00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01", False),
        ("", False),
    ],
)
def test_traceparents(raw: str, valid: bool) -> None:
    assert is_valid_traceparent(raw) is valid


def test_made_ones_are_good_and_differ() -> None:
    assert is_sane_request_id(new_request_id())
    assert is_valid_traceparent(new_traceparent())
    assert new_request_id() != new_request_id()
    assert new_traceparent() != new_traceparent()


def test_outside_of_a_request_there_is_none() -> None:
    assert current_request_id() is None
    assert current_traceparent() is None


def test_a_task_works_within_the_context_of_its_request() -> None:
    with bind_request("abc", TRACE):
        assert (current_request_id(), current_traceparent()) == ("abc", TRACE)
        assert structlog.contextvars.get_contextvars() == {"request_id": "abc", "trace_id": TRACE[3:35]}
        with bind_request("inner", None):
            assert current_request_id() == "inner"
        assert structlog.contextvars.get_contextvars()["request_id"] == "abc"
    assert current_request_id() is None
    assert structlog.contextvars.get_contextvars() == {}


@pytest.mark.parametrize(("request_id", "trace"), [(None, None), ("", ""), ("a b", "nonsense")])
def test_what_is_missing_or_insane_is_made(request_id: str | None, trace: str | None) -> None:
    with bind_request(request_id, trace):
        assert is_sane_request_id(current_request_id() or "")
        assert is_valid_traceparent(current_traceparent() or "")


def test_the_context_ends_with_an_error_too() -> None:
    with pytest.raises(RuntimeError), bind_request("abc", TRACE):
        raise RuntimeError
    assert current_request_id() is None


async def show(scope: Scope, receive: Receive, send: Send) -> None:
    await asyncio.sleep(0)
    response = Response(
        f"{current_request_id()} {current_traceparent()}", headers={"X-Request-ID": "another"}
    )
    await response(scope, receive, send)


async def ask(headers: Any) -> httpx.Response:
    transport = httpx.ASGITransport(RequestIdMiddleware(show))
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        return await client.get("/", headers=headers)


async def test_a_sane_id_is_taken_and_returned_once() -> None:
    answer = await ask({"X-Request-ID": "mine-1", "traceparent": TRACE})
    assert answer.text == f"mine-1 {TRACE}"
    assert answer.headers.get_list("x-request-id") == ["mine-1"]
    assert answer.headers.get_list("traceparent") == [TRACE]


@pytest.mark.parametrize(
    "headers", [{}, {"X-Request-ID": "a b"}, {"X-Request-ID": "x" * 129}, {"traceparent": "00"}]
)
async def test_otherwise_one_is_made(headers: dict[str, str]) -> None:
    answer = await ask(headers)
    request_id = answer.headers["x-request-id"]
    assert request_id not in headers.values()
    assert answer.text == f"{request_id} {answer.headers['traceparent']}"
    assert is_sane_request_id(request_id)


async def test_requests_do_not_see_each_others_ids() -> None:
    answers = await asyncio.gather(*(ask({"X-Request-ID": f"id-{number}"}) for number in range(20)))
    assert [answer.text.split()[0] for answer in answers] == [f"id-{number}" for number in range(20)]


@given(st.text(st.characters(codec="latin-1"), max_size=140))
async def test_no_header_breaks_out_of_the_answer(raw: str) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    scope = {"type": "http", "headers": [(b"x-request-id", raw.encode("latin-1"))]}
    await RequestIdMiddleware(show)(scope, receive, send)
    (value,) = [value for name, value in sent[0]["headers"] if name == b"x-request-id"]
    assert is_sane_request_id(value.decode())


async def test_a_websocket_has_an_id_too() -> None:
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    await RequestIdMiddleware(app)(
        {"type": "websocket", "headers": [(b"x-request-id", b"ws-1")]}, receive, send
    )
    assert (b"x-request-id", b"ws-1") in sent[0]["headers"]
