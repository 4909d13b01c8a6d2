"""Clients that do not read, or are no longer there: dropped, and nobody else has to wait for them."""

import asyncio
import re
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self
from uuid import UUID

import httpx
import psutil
import pytest
from redis.asyncio import Redis
from starlette.types import Message
from websockets.frames import Frame, Opcode

from deploy.local.ports import free_port
from deploy.local.processes import PROCESSES
from gateway.live.access import Access
from gateway.live.connection import Connection
from gateway.live.hub import Hub
from gateway.live.protocol import LINGER_SECONDS
from gateway.live.tickets import Holder
from gateway.main import create_app
from kit.identity import Caller
from kit.live.messages import BEGINNING, Position, Published, user_address
from tests.gateway.conftest import settings_for
from tests.gateway.live.conftest import Gateway
from tests.gateway.live.world import Client, Teller, as_user, live
from tests.gateway.running import ServedApp
from tests.support.waiting import eventually

PADDING = 20_000


@asynccontextmanager
async def lazy(gateway: ServedApp, user: UUID) -> AsyncIterator[Client]:
    """A client that reads next to nothing until it is asked to."""
    connected = socket.socket()
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connected.setblocking(False)
    await asyncio.get_running_loop().sock_connect(connected, ("127.0.0.1", gateway.port))
    async with live(gateway.url, as_user(user), sock=connected, max_queue=1, ping_interval=None) as client:
        yield client


async def fill(teller: Teller, user: UUID, start: int, stop: int) -> None:
    for at in range(start, stop, 20):
        await teller._tell(f"practice:{user}", tuple(range(at, at + 20)), "practice.told", PADDING)


async def test_who_does_not_read_is_dropped_and_told_why(
    gateway_with: Gateway, teller: Teller, ann: UUID
) -> None:
    gateway = gateway_with(live_queue_length=20)
    async with lazy(gateway, ann) as slow, live(gateway.url, as_user(ann)) as quick:
        await slow.subscribe("practice")
        await quick.subscribe("practice")
        for start in range(0, 600, 20):
            await fill(teller, ann, start, start + 20)
            # Who reads is not held up by who does not.
            assert await quick.numbers(20) == list(range(start, start + 20))
        seen: list[int] = []
        with pytest.raises(Exception, match="too slow"):
            while True:
                seen.append((await slow.receive())["data"]["number"])
        assert slow.socket.close_code == 1013
        assert seen == list(range(len(seen)))
        assert len(seen) < 600


async def test_who_was_too_slow_may_come_back_and_is_told_on(
    gateway_with: Gateway, teller: Teller, ann: UUID
) -> None:
    gateway = gateway_with(live_queue_length=20)
    seen: list[int] = []
    async with lazy(gateway, ann) as slow:
        after = (await slow.subscribe("practice"))["after"]
        await fill(teller, ann, 0, 600)
        with pytest.raises(Exception, match="too slow"):
            while True:
                message = await slow.receive()
                seen.append(message["data"]["number"])
                after = message["id"]
    async with live(gateway.url, as_user(ann)) as client:
        await client.subscribe("practice", after=after)
        seen += await client.numbers(600 - len(seen))
    assert seen == list(range(600))


@pytest.mark.parametrize(("told_at", "close_code"), [(-1_000, None), (60_000, 1013)])
async def test_what_a_gateway_itself_is_late_with_counts_against_nobody(
    redis: Redis, ann: UUID, told_at: int, close_code: int | None
) -> None:
    # A hundred messages come here at once, told so many milliseconds after the client came; it reads none of them.
    address = user_address("practice", ann)
    asked: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    sending = asyncio.Event()

    async def send(message: Message) -> None:
        if message["type"] == "websocket.send":
            sending.set()
            await asyncio.Event().wait()

    hub = Hub(redis)
    connection = Connection(
        Holder(Caller(ann), time.time() + 60),
        hub,
        Access({}, "unused"),
        queue_length=20,
        drop=lambda *_: None,
    )
    told_at += int(hub.now)
    async with hub.running():
        serving = asyncio.create_task(connection.serve(asked.get, send))
        asked.put_nowait(
            {"type": "websocket.receive", "text": '{"subscribe": ["practice"], "acknowledge": true}'}
        )
        await sending.wait()
        for number in range(100):
            position = Position(told_at, number)
            connection.tell(Published(position, BEGINNING, address, str(number), "{}"))
        asked.put_nowait({"type": "websocket.disconnect"})
        assert await serving == close_code


async def test_what_the_system_takes_for_who_does_not_read_is_bounded(
    gateway: ServedApp, teller: Teller, ann: UUID
) -> None:
    # A megabyte, which no more than fits into what Linux takes if nobody bounds it.
    async with lazy(gateway, ann) as slow, live(gateway.url, as_user(ann)) as quick:
        await slow.subscribe("practice")
        await quick.subscribe("practice")
        for start in range(0, 1_000, 20):
            await teller._tell(
                f"practice:{ann}", tuple(range(start, start + 20)), "practice.told", padding=1_000
            )
            assert await quick.numbers(20) == list(range(start, start + 20))
        seen: list[int] = []
        with pytest.raises(Exception, match="too slow"):
            while True:
                seen.append((await slow.receive())["data"]["number"])
        assert slow.socket.close_code == 1013
        assert seen == list(range(len(seen)))
        assert len(seen) < 800


async def is_cut_off(client: Client) -> bool:
    """Whether the server's side of the connection is gone; nothing is read to find out."""
    port = client.socket.local_address[1]
    return not any(
        connection.raddr and connection.raddr.port == port
        for connection in psutil.Process().net_connections("tcp")
    )


@pytest.mark.parametrize("why", ["too slow", "no answer to a ping"])
async def test_who_never_reads_again_is_cut_off(
    teller: Teller, redis_url: str, ann: UUID, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    monkeypatch.setattr("gateway.live.protocol.LINGER_SECONDS", 0.2)
    app = create_app(settings_for(redis_url=redis_url, live_queue_length=20 if why == "too slow" else 10_000))
    pings: dict[str, Any] = {} if why == "too slow" else {"ws_ping_interval": 0.3, "ws_ping_timeout": 0.3}
    with ServedApp(app, **pings) as gateway:
        async with lazy(gateway, ann) as client:
            await client.subscribe("practice")
            assert not await is_cut_off(client)
            await fill(teller, ann, 0, 600)
            await eventually(lambda: is_cut_off(client), timeout=5)
            # Its goodbye would be unread for ten seconds.
            client.socket.transport.abort()


class Silent:
    """A client by hand, which answers pings only where it is told to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def connect(cls, gateway: ServedApp, user: UUID) -> Self:
        reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
        writer.write(
            b"GET /api/live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + f"X-Test-User-ID: {user}\r\n\r\n".encode()
        )
        assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
        return cls(reader, writer)

    def send(self, kind: Opcode, content: bytes) -> None:
        self.writer.write(Frame(kind, content).serialize(mask=True))

    async def receive(self) -> Frame:
        """The next frame, none of which is long here."""
        kind, length = await self.reader.readexactly(2)
        if length == 126:
            length = int.from_bytes(await self.reader.readexactly(2))
        return Frame(Opcode(kind & 0x0F), await self.reader.readexactly(length))

    async def receive_next(self, kind: Opcode) -> bytes:
        """The content of the next frame of this kind; what comes before it is passed over."""
        while (frame := await self.receive()).opcode != kind:
            pass
        return bytes(frame.data)


async def closed_with(metrics_port: int) -> dict[int, float]:
    """How many connections the gateway has closed itself, by close code; once there is none left."""

    async def is_over() -> str:
        async with httpx.AsyncClient() as http:
            text = (await http.get(f"http://127.0.0.1:{metrics_port}/metrics")).text
        assert "tandem_gateway_live_connections 0.0" in text
        return text

    found = re.findall(r'live_closed_total\{code="(\d+)"\} (\S+)', await eventually(is_over, timeout=5))
    return {int(code): float(count) for code, count in found}


async def test_who_answers_no_ping_while_messages_wait_is_too_slow(
    teller: Teller, redis_url: str, ann: UUID
) -> None:
    port = free_port()
    app = create_app(settings_for(redis_url=redis_url, metrics_port=port))
    with ServedApp(app, ws_ping_interval=0.1, ws_ping_timeout=0.5) as gateway:
        async with asyncio.timeout(10):
            client = await Silent.connect(gateway, ann)
            client.send(Opcode.TEXT, b'{"subscribe": ["practice"]}')
            client.send(Opcode.TEXT, b'{"unsubscribe": []}')
            await client.receive_next(Opcode.TEXT)
            await teller.own("practice", ann, 1)
            # It is over for the gateway, though the client has still to read, and to hear, that it is.
            assert await closed_with(port) == {1013: 1.0}
            assert b'"number":1' in await client.receive_next(Opcode.TEXT)
            assert await client.receive_next(Opcode.CLOSE) == b"\x03\xf5too slow"
        client.writer.close()


async def test_who_has_shown_to_have_read_everything_is_not_too_slow(
    teller: Teller, redis_url: str, ann: UUID
) -> None:
    app = create_app(settings_for(redis_url=redis_url))
    with ServedApp(app, ws_ping_interval=0.1, ws_ping_timeout=0.5) as gateway:
        async with asyncio.timeout(10):
            client = await Silent.connect(gateway, ann)
            client.send(Opcode.TEXT, b'{"subscribe": ["practice"], "acknowledge": true}')
            await client.receive_next(Opcode.TEXT)
            await teller.own("practice", ann, 1)
            while (frame := await client.receive()).opcode != Opcode.TEXT:
                client.send(Opcode.PONG, bytes(frame.data))
            # What is asked after the message, the next question but one at the latest, is answered.
            for _ in range(2):
                client.send(Opcode.PONG, await client.receive_next(Opcode.PING))
            assert (await client.receive_next(Opcode.CLOSE))[:2] == b"\x03\xf3"
        client.writer.close()


def test_who_reads_on_within_half_a_minute_hears_why_it_was_dropped() -> None:
    assert LINGER_SECONDS >= 30 + 5


async def test_who_does_not_answer_pings_is_dropped(redis: Redis, redis_url: str, ann: UUID) -> None:
    app = create_app(settings_for(redis_url=redis_url))
    with ServedApp(app, ws_ping_interval=0.05, ws_ping_timeout=0.05) as gateway:
        async with asyncio.timeout(10):
            client = await Silent.connect(gateway, ann)
            assert (await client.receive()).opcode == Opcode.PING
            closing = await client.receive()
        client.writer.close()
    assert (closing.opcode, bytes(closing.data[:2])) == (Opcode.CLOSE, b"\x03\xf3")


async def test_who_answers_pings_stays(redis: Redis, redis_url: str, teller: Teller, ann: UUID) -> None:
    app = create_app(settings_for(redis_url=redis_url))
    with ServedApp(app, ws_ping_interval=0.05, ws_ping_timeout=0.5) as gateway:
        async with live(gateway.url, as_user(ann)) as client:
            await client.subscribe("practice")
            await asyncio.sleep(0.5)
            await teller.own("practice", ann, 1)
            assert await client.numbers(1) == [1]


def test_the_gateway_pings_every_twenty_seconds() -> None:
    (gateway,) = (entry for entry in PROCESSES if entry.name == "gateway")
    command = " ".join(gateway.module)
    assert "--ws gateway.live.protocol:LiveProtocol" in command
    assert "--ws-ping-interval 20 --ws-ping-timeout 20" in command
