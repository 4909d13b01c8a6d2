"""What a fault can close: a wire between two processes, and the gate that writers go through."""

import asyncio
import signal
import subprocess
import sys
from contextlib import suppress

import uvloop

from deploy.local.children import dies_with_parent
from deploy.local.data_dir import ROOT
from deploy.local.ports import free_port

OPEN, CUT, MEND = b"open\n", b"cut\n", b"mend\n"


class Wire:
    """Passes bytes on to a port. While it is cut they get lost, in both directions, and nobody is told.

    It is a process of its own: were it to wait for its turn among the readers and writers, those at its ends would take
    Redis for lost, and the cache would be suspended for half a minute that no fault has asked for.
    """

    def __init__(self, port: int) -> None:
        """Lead to `port`; clients connect to `Wire.port`."""
        self.port = free_port()
        self._to = port
        self._process: subprocess.Popen[bytes] | None = None

    async def open(self) -> None:
        """Begin."""
        self._start()
        assert await asyncio.to_thread(self._hear) == OPEN

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.histories.wire", str(self.port), str(self._to)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=dies_with_parent(signal.SIGKILL),
        )

    async def close(self) -> None:
        """End, with every connection."""
        if self._process is not None:
            self._process.kill()
            await asyncio.to_thread(self._process.communicate)

    def cut(self) -> None:
        """From now on nothing comes through."""
        self._tell(CUT)

    def mend(self) -> None:
        """New connections work again; those of before have lost something, so they end."""
        self._tell(MEND)

    def _tell(self, what: bytes) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(what)
        self._process.stdin.flush()
        assert self._hear() == what

    def _hear(self) -> bytes:
        assert self._process is not None
        assert self._process.stdout is not None
        return self._process.stdout.readline()


class _Passing:
    """The other process."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._cut = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, port: int) -> None:
        await asyncio.start_server(self._accept, "127.0.0.1", port)
        orders = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
        self._say(OPEN)
        while order := await orders.readline():
            self._cut = order == CUT
            if not self._cut:
                ending = list(self._tasks)
                for task in ending:
                    task.cancel()
                await asyncio.gather(*ending, return_exceptions=True)
            self._say(order)

    def _say(self, what: bytes) -> None:
        sys.stdout.buffer.write(what)
        sys.stdout.buffer.flush()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        far_writer: asyncio.StreamWriter | None = None
        try:
            with suppress(OSError, asyncio.CancelledError):
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to)
                await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))
        finally:
            for end in (writer, far_writer):
                if end is not None:
                    end.close()
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


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_Passing(int(sys.argv[2])).serve(int(sys.argv[1])))
