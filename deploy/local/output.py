"""Reading what a child writes, and noticing that it has ended, without threads and without a busy loop."""

import asyncio
import os
import subprocess
from collections.abc import Callable

LONGEST_LINE = 16 * 1024
"""Characters after which a line is cut in two."""


class LineReader:
    """A pipe for a child's output, and the lines that come out of it.

    A grandchild may keep the pipe open after the child has ended, so its end says nothing about the child.
    """

    def __init__(self, show: Callable[[str], None]):
        self._read_end, self.write_end = os.pipe()
        os.set_blocking(self._read_end, False)
        self._show = show
        self._rest = b""
        self._loop = asyncio.get_running_loop()
        self._open = True
        self._loop.add_reader(self._read_end, self._read)

    def __enter__(self) -> "LineReader":
        """Start the child in this block, with `write_end` as its output."""
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        os.close(self.write_end)
        if kind is not None:
            self._close()

    def finish(self) -> None:
        """The child has ended: take what is still in the pipe, and close it."""
        for _ in range(100):  # and no more: somebody else may still be writing
            if not self._open or not self._read():
                break
        if self._rest:
            self._show(self._rest.decode(errors="replace"))
            self._rest = b""
        self._close()

    def _read(self) -> bool:
        try:
            chunk = os.read(self._read_end, 64 * 1024)
        except BlockingIOError:
            return False
        except OSError:
            chunk = b""
        if not chunk:
            self._close()
            return False
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            lines.append(self._rest)
            self._rest = b""
        for line in lines:
            self._show(line.decode(errors="replace").rstrip("\r"))
        return True

    def _close(self) -> None:
        if self._open:
            self._open = False
            self._loop.remove_reader(self._read_end)
            os.close(self._read_end)


async def has_ended(popen: "subprocess.Popen[bytes]") -> None:
    """Returns once a child has ended; its status is still to be taken."""
    try:
        descriptor = os.pidfd_open(popen.pid)
    except (AttributeError, OSError):  # not Linux, or forbidden in this container
        while popen.poll() is None:  # noqa: ASYNC110 - there is nothing to be told by
            await asyncio.sleep(0.05)
        return
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_reader(descriptor, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
