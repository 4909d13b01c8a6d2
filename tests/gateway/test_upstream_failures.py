"""What a client learns when a service is away, too slow, or lost in the middle of an answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import httpx
import pytest

from tests.gateway.conftest import Serve
from tests.gateway.running import Echo, RawUpstream, ServedApp, bearer, raw_exchange, token
from tests.gateway.test_forwarding import problem

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
CONFIRMATION = "Failed to update session completion status"
USUAL = "Failed to process request"
NUMBERS = count()


@asynccontextmanager
async def before(
    serve: Serve, url: str, **changes: object
) -> AsyncIterator[tuple[httpx.AsyncClient, ServedApp]]:
    """A client of a gateway before the service at `url`."""
    served = serve(session_service_url=url, **changes)
    async with httpx.AsyncClient(base_url=served.url, timeout=20, headers=bearer()) as client:
        yield client, served


@pytest.fixture
def path(sockets: Path) -> Path:
    """Where a test's service may listen."""
    return sockets / f"{next(NUMBERS)}.sock"


@pytest.mark.parametrize("address", ["unix:/nowhere/at/all.sock", "http://127.0.0.1:1"])
@pytest.mark.parametrize(
    ("method", "target", "detail"),
    [
        ("GET", "/api/session", USUAL),
        ("POST", "/api/session/create", USUAL),
        ("POST", "/api/session/6f1c/confirm", CONFIRMATION),
        ("POST", "/api/session/confirm-completion", CONFIRMATION),
        ("GET", "/api/session/6f1c/confirm", USUAL),
    ],
)
async def test_a_service_that_is_away_is_503(
    serve: Serve, address: str, method: str, target: str, detail: str
) -> None:
    async with before(serve, address) as (client, _):
        answer = await client.request(method, target)
        assert problem(answer, 503, "service_unavailable")["detail"] == detail
        assert answer.headers["retry-after"] == "1"
        assert "nowhere" not in answer.text


async def test_a_service_that_comes_back_is_found(serve: Serve, path: Path) -> None:
    async with before(serve, f"unix:{path}") as (client, _):
        problem(await client.get("/api/session"), 503, "service_unavailable")
        for _ in range(2):
            with ServedApp(Echo(), uds=path):
                assert (await client.get("/api/session")).status_code == 200
                assert (await client.post("/api/session")).status_code == 200
            path.unlink()  # noqa: ASYNC240 - one call, in a loop that is the test's own
            problem(await client.post("/api/session"), 503, "service_unavailable")


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_service_that_starts_again_is_waited_for_a_moment(
    serve: Serve, path: Path, method: str
) -> None:
    async with before(serve, f"unix:{path}", upstream_retry_pause_seconds=3) as (client, _):
        asked = asyncio.create_task(client.request(method, "/api/session"))
        # Long enough to be refused, short of the pause by far.
        await asyncio.sleep(0.5)
        assert not asked.done()
        with ServedApp(Echo(), uds=path):
            assert (await asked).status_code == 200


async def test_the_other_service_is_not_harmed(serve: Serve, path: Path) -> None:
    with ServedApp(Echo(), uds=path) as service:
        async with before(serve, "unix:/nowhere/s.sock", reputation_service_url=service.url) as (client, _):
            problem(await client.get("/api/session"), 503, "service_unavailable")
            assert (await client.get("/api/reputation/me")).status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_service_that_is_too_slow_is_504(serve: Serve, path: Path, method: str) -> None:
    with ServedApp(Echo(), uds=path) as service:
        async with before(serve, service.url, upstream_timeout_seconds=1.0) as (client, _):
            answer = await client.request(method, "/api/session?sleep=5")
            problem(answer, 504, "gateway_timeout")
            assert (await client.get("/api/session")).status_code == 200


async def test_a_service_that_stops_in_a_short_answer_is_504(serve: Serve, path: Path) -> None:
    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
        await writer.drain()
        await asyncio.sleep(5)

    async with (
        RawUpstream(path, half) as service,
        before(serve, service.url, upstream_timeout_seconds=0.3) as (client, _),
    ):
        problem(await client.get("/api/session"), 504, "gateway_timeout")


@pytest.mark.parametrize(
    "sent", [b"", b"HTTP/1.1 200 OK\r\nContent-Le", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"]
)
@pytest.mark.parametrize(("method", "requests"), [("GET", 2), ("PUT", 2), ("POST", 1), ("PATCH", 1)])
async def test_a_service_lost_before_its_answer_is_complete_is_503(
    serve: Serve, path: Path, sent: bytes, method: str, requests: int
) -> None:
    async def lost(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        await writer.drain()
        writer.close()

    async with RawUpstream(path, lost) as service, before(serve, service.url) as (client, _):
        answer = await client.request(method, "/api/session")
        assert problem(answer, 503, "service_unavailable")["detail"] == USUAL
        assert answer.headers["retry-after"] == "1"
        if not sent.startswith(b"HTTP/1.1 200 OK\r\nContent-Length"):
            # Only what may be done twice is asked a second time: a change may have been made already.
            assert len(service.requests) == requests


async def test_a_question_is_asked_again_when_the_first_answer_was_lost(serve: Serve, path: Path) -> None:
    async def second_time(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(service.requests) == 1:
            writer.close()
            return
        writer.write(OK)
        await writer.drain()

    async with RawUpstream(path, second_time) as service, before(serve, service.url) as (client, _):
        assert (await client.get("/api/session")).status_code == 200
        assert len(service.requests) == 2


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_connection_that_the_service_has_closed_is_not_used_again(
    serve: Serve, path: Path, method: str
) -> None:
    closed = asyncio.Event()

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(OK)
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        closed.set()

    async with RawUpstream(path, once) as service, before(serve, service.url) as (client, _):
        for number in (1, 2, 3):
            closed.clear()
            assert (await client.request(method, "/api/session")).status_code == 200
            await asyncio.wait_for(closed.wait(), 5)
            # The gateway's own loop notices with the next event it handles.
            await client.get("/healthz")
            assert service.connections == number


@pytest.mark.parametrize("framing", [b"Content-Length: 1000000", b"Transfer-Encoding: chunked"])
async def test_a_service_lost_in_a_long_answer_cuts_it_off(serve: Serve, path: Path, framing: bytes) -> None:
    async def partly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n" + framing + b"\r\n\r\n")
        writer.write(b"a\r\n0123456789\r\n" if b"chunked" in framing else b"x" * 300_000)
        await writer.drain()
        writer.close()

    async with RawUpstream(path, partly) as service, before(serve, service.url) as (client, served):
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/api/session")
        head = f"GET /api/session HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token()}\r\n\r\n"
        answer = await raw_exchange(served.port, head.encode())
        assert answer.startswith(b"HTTP/1.1 200")
        assert not answer.endswith(b"0\r\n\r\n"), "a part must not look like the whole"


@pytest.mark.parametrize(
    "nonsense",
    [
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    ],
)
async def test_nonsense_is_no_answer(serve: Serve, path: Path, nonsense: bytes) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(nonsense)
        await writer.drain()
        writer.close()

    async with RawUpstream(path, answer) as service, before(serve, service.url) as (client, _):
        problem(await client.post("/api/session"), 503, "service_unavailable")


async def test_an_interim_answer_is_not_the_answer(serve: Serve, path: Path) -> None:
    async def hinting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + OK)
        await writer.drain()

    async with RawUpstream(path, hinting) as service, before(serve, service.url) as (client, _):
        assert (await client.get("/api/session")).json() == {}


async def test_a_long_answer_may_take_longer_than_a_service_may_stand_still(serve: Serve, path: Path) -> None:
    part = b"x" * 60_000

    async def steadily(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n")
        for _ in range(5):
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.5)

    async with (
        RawUpstream(path, steadily) as service,
        before(serve, service.url, upstream_timeout_seconds=1.5) as (client, _),
    ):
        answer = await client.get("/api/session")
        assert (answer.status_code, answer.content) == (200, 5 * part)


async def test_a_service_that_stands_still_in_a_long_answer_is_given_up(serve: Serve, path: Path) -> None:
    async def no_further(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + b"x" * 100_000)
        await writer.drain()
        await asyncio.sleep(60)

    async with (
        RawUpstream(path, no_further) as service,
        before(serve, service.url, upstream_timeout_seconds=0.3) as (client, _),
    ):
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/api/session")


async def test_a_client_that_leaves_does_not_stop_a_change(serve: Serve, path: Path) -> None:
    arrived, done = asyncio.Event(), asyncio.Event()

    async def slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        arrived.set()
        await asyncio.sleep(0.2)
        assert not reader.at_eof()
        writer.write(OK)
        await writer.drain()
        done.set()

    async with RawUpstream(path, slowly) as service, before(serve, service.url) as (_, served):
        _, writer = await asyncio.open_connection("127.0.0.1", served.port)
        head = f"POST /api/session HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token()}\r\n\r\n"
        writer.write(head.encode())
        await asyncio.wait_for(arrived.wait(), 5)
        writer.close()
        await asyncio.wait_for(done.wait(), 5)
