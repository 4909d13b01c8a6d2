"""A load generator that costs little itself: keep-alive HTTP/1.1 over raw connections.

It measures servers on the same two cores, so what it burns is missing there. Requests are prepared bytes; of an
answer's head it reads the status and the length, and no more.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(slots=True)
class Load:
    """What came of a run: how many answers by status, and how long it took in all, in seconds."""

    seconds: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return sum(self.statuses.values()) / self.seconds


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """A request as bytes; a body is JSON."""
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: bench",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    if body:
        lines.append("Content-Type: application/json")
    if method != "GET":
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def connect(address: str) -> Connection:
    """A connection to ``unix:/path`` or ``http://host:port``."""
    parts = urlsplit(address)
    if parts.scheme == "unix":
        return await asyncio.open_unix_connection(parts.path)
    assert parts.hostname is not None
    return await asyncio.open_connection(parts.hostname, parts.port)


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Reads one answer to its end; its status and its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    start = head.lower().find(b"\r\ncontent-length:")
    length = int(head[start + 17 : head.index(b"\r\n", start + 2)]) if start >= 0 else 0
    return int(head[9:12]), await reader.readexactly(length)


async def exchange(connection: Connection, sent: bytes) -> tuple[float, int, bytes]:
    """One request and its answer: the seconds from the one to the other, the status, the body."""
    reader, writer = connection
    began = time.perf_counter()
    writer.write(sent)
    status, body = await answer(reader)
    return time.perf_counter() - began, status, body


async def hammer(address: str, requests: Sequence[bytes], *, connections: int, seconds: float) -> Load:
    """Sends the requests over and over from so many connections for so many seconds."""
    load = Load()
    deadline = time.perf_counter() + seconds

    async def client(offset: int) -> None:
        reader, writer = await connect(address)
        position = offset
        while time.perf_counter() < deadline:
            writer.write(requests[position % len(requests)])
            status, _ = await answer(reader)
            load.statuses[status] = load.statuses.get(status, 0) + 1
            position += connections
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(client(n) for n in range(connections)))
    load.seconds = time.perf_counter() - began
    return load


async def each_once(address: str, requests: Iterable[bytes], *, connections: int) -> Load:
    """Sends each request once, from so many connections."""
    load = Load()
    waiting = iter(requests)

    async def client() -> None:
        reader, writer = await connect(address)
        for one in waiting:
            writer.write(one)
            status, _ = await answer(reader)
            load.statuses[status] = load.statuses.get(status, 0) + 1
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(connections)))
    load.seconds = time.perf_counter() - began
    return load
