"""Whether a process does what it is for, asked as cheaply as possible: starting up asks this many times a second."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

import redis

from deploy.local.servers import EmbeddedServer
from kit import heartbeats

Probe = Callable[[int], Awaitable[bool]]


def server_is_ready(server: EmbeddedServer) -> Probe:
    """An embedded server answers, and is the child that was started."""

    async def probe(pid: int) -> bool:
        return await asyncio.to_thread(server.is_ready, pid)

    return probe


def answers(address: str, path: str) -> Probe:
    """`GET path` at `http://host:port` or `unix:/path` gives 200."""

    async def probe(_: int) -> bool:
        return await status_of(address, path) == 200

    return probe


def beats(redis_url: str, name: str) -> Probe:
    """A worker or relay has said under `name` that it is alive, with this very pid."""
    client = redis.Redis.from_url(redis_url, socket_timeout=1, socket_connect_timeout=1)

    async def probe(pid: int) -> bool:
        member = f"{socket.gethostname()}:{pid}"
        beat = await asyncio.to_thread(client.zscore, heartbeats.key(name), member)
        return isinstance(beat, float) and beat > time.time() - heartbeats.ALIVE_FOR

    return probe


def lives(seconds: float) -> Probe:
    """The process has not ended within this time: all that can be said of one that answers nobody."""
    since: dict[int, float] = {}

    async def probe(pid: int) -> bool:
        return time.monotonic() - since.setdefault(pid, time.monotonic()) >= seconds

    return probe


async def status_of(address: str, path: str, *, seconds: float = 3.0) -> int | None:
    """The status with which a plain GET is answered; None when it is not."""
    with suppress(OSError, ValueError, IndexError, TimeoutError, asyncio.IncompleteReadError):
        async with asyncio.timeout(seconds):
            if address.startswith("unix:"):
                reader, writer = await asyncio.open_unix_connection(address.removeprefix("unix:"))
            else:
                host, _, port = address.removeprefix("http://").partition(":")
                reader, writer = await asyncio.open_connection(host, int(port))
            try:
                writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
                line = await reader.readline()
                return int(line.split()[1])
            finally:
                writer.close()
    return None
