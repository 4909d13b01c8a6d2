"""How receivers misbehave (`conftest.Behaviour`)."""

import asyncio

from tests.session_service.webhooks.conftest import Receiver, Request

Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter


async def hangs(receiver: Receiver, reader: Reader, writer: Writer, request: Request) -> None:
    """Takes the request and never answers."""
    await reader.read()


async def drops(receiver: Receiver, reader: Reader, writer: Writer, request: Request) -> None:
    """Takes the request, and closes the connection."""


async def resets(receiver: Receiver, reader: Reader, writer: Writer, request: Request) -> None:
    """Takes the request, and resets the connection."""
    writer.transport.abort()


async def breaks_off_in_the_head(
    receiver: Receiver, reader: Reader, writer: Writer, request: Request
) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Le")
    await writer.drain()


async def slow_head(receiver: Receiver, reader: Reader, writer: Writer, request: Request) -> None:
    """A header's byte now and then, for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        writer.write(b"z")
        await writer.drain()
        await asyncio.sleep(0.02)


async def endless_head(receiver: Receiver, reader: Reader, writer: Writer, request: Request) -> None:
    """Headers as fast as they can be written, for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: and more\r\n" * 100)
        await writer.drain()


async def endless_hints(receiver: Receiver, reader: Reader, writer: Writer, request: Request) -> None:
    """An interim answer after the other."""
    while True:
        writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.005)


async def long_header(receiver: Receiver, reader: Reader, writer: Writer, request: Request) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100_000 + b"\r\n\r\n")
    await writer.drain()


async def gibberish(receiver: Receiver, reader: Reader, writer: Writer, request: Request) -> None:
    writer.write(b"220 mail.example.com ESMTP\r\n\r\n")
    await writer.drain()


async def breaks_off_in_the_body(
    receiver: Receiver, reader: Reader, writer: Writer, request: Request
) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly so much")
    await writer.drain()


async def endless_body(receiver: Receiver, reader: Reader, writer: Writer, request: Request) -> None:
    """Says yes, and then goes on talking as fast as it can."""
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    sent = 0
    try:
        while True:
            writer.write(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")
            sent += 0x8000
            await writer.drain()
    finally:
        SENT.append(sent)


SENT: list[int] = []


async def slow_body(receiver: Receiver, reader: Reader, writer: Writer, request: Request) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


async def bomb(receiver: Receiver, reader: Reader, writer: Writer, request: Request) -> None:
    """Claims to be compressed, and is not: nobody looks."""
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"
    writer.write(head)
    await writer.drain()
