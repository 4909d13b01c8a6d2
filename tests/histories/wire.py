"""What a fault can close: a wire between two processes, and the gate that writers go through."""

import asyncio
from contextlib import suppress

from deploy.local.ports import free_port


class Wire:
    """Passes bytes on to a port. While it is cut they get lost, in both directions, and nobody is told."""

    def __init__(self, port: int) -> None:
        """Lead to `port`; clients connect to `Wire.port`."""
        self.port = free_port()
        self._to = port
        self._server: asyncio.Server | None = None
        self._cut = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    async def open(self) -> None:
        """Begin."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)

    async def close(self) -> None:
        """End, with every connection."""
        if self._server is not None:
            self._server.close()
        self._end_connections()

    def cut(self) -> None:
        """From now on nothing comes through."""
        self._cut = True

    def mend(self) -> None:
        """New connections work again; those of before have lost something, so they end."""
        self._cut = False
        self._end_connections()

    def _end_connections(self) -> None:
        for writer in self._writers:
            writer.close()
        for task in self._tasks:
            task.cancel()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with suppress(OSError, asyncio.CancelledError):
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to)
                self._writers.add(far_writer)
                try:
                    await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))
                finally:
                    far_writer.close()
                    self._writers.discard(far_writer)
        finally:
            writer.close()
            self._writers.discard(writer)
            self._tasks.discard(task)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if not self._cut:
                writer.write(data)
                await writer.drain()
        writer.close()


class Gate:
    """What writers hold (``async with``) while they write; closed, it lets nobody begin."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._open.set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._inside = 0

    async def __aenter__(self) -> None:
        await self._open.wait()
        self._inside += 1
        self._idle.clear()

    async def __aexit__(self, *_: object) -> None:
        self._inside -= 1
        if not self._inside:
            self._idle.set()

    async def close(self) -> None:
        """Let nobody in, and wait until everybody is out."""
        self._open.clear()
        await self._idle.wait()

    def open(self) -> None:
        """Let them in again."""
        self._open.set()
