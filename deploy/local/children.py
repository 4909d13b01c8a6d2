"""Child processes that can be told apart from strangers, and that do not outlive their parent.

A process is identified by its pid together with the moment it started, because pids are used again. Nothing
is ever ended by name.
"""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def dies_with_parent(sign: signal.Signals = signal.SIGKILL) -> Callable[[], None]:
    """A `preexec_fn`: the kernel sends `sign` to the child when the thread that started it ends, in any way.

    Call it in the parent. Where the kernel has no such thing (macOS), the next start cleans up instead.
    """
    parent = os.getpid()

    def arrange() -> None:
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, int(sign))
            if os.getppid() != parent:  # it has ended already, between the fork and here
                os._exit(1)

    return arrange


@dataclass(frozen=True, slots=True)
class ProcessId:
    """One process, never mistaken for a later one with the same pid."""

    pid: int
    started_at: float
    """Seconds since the epoch, as the kernel has it."""

    @classmethod
    def of(cls, pid: int) -> "ProcessId | None":
        """The process that has this pid now; None when there is none."""
        try:
            return cls(pid, psutil.Process(pid).create_time())
        except psutil.Error:
            return None

    def is_alive(self) -> bool:
        """Whether it still runs; a zombie does not."""
        try:
            process = psutil.Process(self.pid)
            # The kernel's clock is read with a grain of 10 ms, and shifts when the wall clock is set.
            same = abs(process.create_time() - self.started_at) < 2.0
            return same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False


def signal_group(pid: int, sign: signal.Signals) -> None:
    """Send `sign` to the process group led by `pid`; nothing happens when it has gone."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, sign)


def end_processes(processes: Iterable[ProcessId], *, grace_seconds: float) -> None:
    """End the groups that these processes lead: SIGTERM, and SIGKILL after `grace_seconds`."""
    alive = [process for process in processes if process.is_alive()]
    for process in alive:
        signal_group(process.pid, signal.SIGTERM)
    deadline = time.monotonic() + grace_seconds
    while alive and time.monotonic() < deadline:
        time.sleep(0.02)
        alive = [process for process in alive if process.is_alive()]
    for process in alive:
        signal_group(process.pid, signal.SIGKILL)
    deadline = time.monotonic() + 5.0
    while any(process.is_alive() for process in alive) and time.monotonic() < deadline:
        time.sleep(0.02)


def programs_in(folder: Path, name: str) -> list[ProcessId]:
    """Every process of the program `name` whose working directory is `folder`."""
    wanted = os.fspath(folder.resolve())
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.name() == name and process.cwd() == wanted:
                found.append(ProcessId(process.pid, process.create_time()))
    return found
