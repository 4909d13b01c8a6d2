"""What a fault can close: a wire between two processes, and the gate that writers go through."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

import uvloop

from deploy.local.ports import free_port


class Wire:
    """Passes bytes on to a port. While it is cut they get lost, in both directions, and nobody is told.

    It works in a thread of its own: were it to wait for its turn among the readers and writers, those at its ends
    would take Redis for lost, and the cache would be suspended for half a minute that no fault has asked for.
    """

    def __init__(self, port: int) -> None:
        """Lead to `port`; clients connect to `Wire.port`."""
        self.port = free_port()
        self._to = port
        self._loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="wire", daemon=True)
        self._server: asyncio.Server | None = None
        self._cut = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    async def open(self) -> None:
        """Begin."""
        self._thread.start()
        await asyncio.wrap_future(self._there(self._listen()))

    async def close(self) -> None:
        """End, with every connection."""
        if not self._thread.is_alive():
            return
        await asyncio.wrap_future(self._there(self._end()))
        self._loop.call_soon_threadsafe(self._loop.stop)
        await asyncio.to_thread(self._thread.join)
        self._loop.close()

    def cut(self) -> None:
        """From now on nothing comes through."""
        self._cut = True

    def mend(self) -> None:
        """New connections work again; those of before have lost something, so they end."""
        self._there(self._mend()).result()

    def _there(self, work: Coroutine[Any, Any, None]) -> Future[None]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)

    async def _end(self) -> None:
        if self._server is not None:
            self._server.close()
        await self._end_connections()

    async def _mend(self) -> None:
        self._cut = False
        await self._end_connections()

    async def _end_connections(self) -> None:
        for writer in self._writers:
            writer.close()
        ending = list(self._tasks)
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)

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
