"""Ending with the program that has started us, `make run` above all.

`make` passes SIGTERM on to what it runs, but not SIGINT: it counts on the terminal to send that to everybody, and
then waits for us for ever when only it was told. And nothing at all can pass on a SIGKILL.
"""

import asyncio
import ctypes
import signal
import sys
from contextlib import suppress
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LOOK_EVERY = 0.3


def end_with_parent() -> None:
    """Have the kernel send us SIGTERM when the parent process ends. Linux only; nothing elsewhere."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))


async def interrupted(pid: int) -> None:
    """Returns once the process `pid` has taken a SIGINT that it handles once only, as `make` does.

    Seen by its no longer catching that signal. Never returns where that cannot be seen.
    """
    if not _catches_interrupts(pid):
        await asyncio.Event().wait()
    while _catches_interrupts(pid):  # noqa: ASYNC110 - the kernel tells nobody
        await asyncio.sleep(_LOOK_EVERY)


def _catches_interrupts(pid: int) -> bool:
    with suppress(OSError, ValueError, IndexError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("SigCgt:"):
                return bool(int(line.split()[1], 16) & 1 << (signal.SIGINT - 1))
    return False
