"""Keeps a set of processes running, and ends them in order.

Each process leads a process group of its own and is ended by the kernel if the supervisor is. One that dies is
started again, after a pause that doubles from 0.1 s to 5 s and is short again once the process has been healthy
for 10 s. Who runs is written to a state file, for `tandem status` and for the next start to clear up after a
supervisor that was killed.
"""

import asyncio
import os
import subprocess
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals
from typing import Any

from deploy.local.children import ProcessId, dies_with_parent, signal_group
from deploy.local.console import Console
from deploy.local.data_dir import read_json, write_json
from deploy.local.output import LineReader, has_ended

STOP_SECONDS = 10.0
"""How long stopping everything takes at most, as whoever has asked for it sees it."""

STOP_SPARE = 2.0
"""Seconds of it that are not the processes': a signal has to arrive, and this program itself to end, which takes long
where processors are few and busy."""

GIVE_UP_AFTER = 5
"""Deaths in a row, before it was ever ready, after which a first start has failed."""


class State(StrEnum):
    """Where a process is in its life."""

    WAITING = "waiting"
    STARTING = "starting"
    RUNNING = "running"
    RESTARTING = "restarting"
    STOPPING = "stopping"
    STOPPED = "stopped"


class DidNotStart(Exception):
    """A process does not come up; the text says which, and what it said last."""


def _nothing() -> None:
    pass


@dataclass(frozen=True, kw_only=True)
class Process:
    """One process of the stack. A larger `stage` is stopped earlier."""

    name: str
    command: Callable[[], Sequence[str]]
    ready: Callable[[int], Awaitable[bool]]
    """Given the pid: whether the process does what it is for."""
    address: str | None = None
    metrics: str | None = None
    stage: int = 0
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    """Its working directory; the supervisor's own by default."""
    prepare: Callable[[], None] = _nothing
    """Called in a thread before each start; what it raises counts as a death."""
    clean_up: Callable[[], None] = _nothing
    """Called in a thread after the process had to be killed: ends what its process group does not hold."""
    stop_signal: Signals = SIGTERM
    stop_seconds: float = 1.0
    """The time it is sure to have for an orderly end."""
    crash_signal: Signals = SIGKILL
    """What the kernel sends it if the supervisor dies."""
    quiet: bool = False
    """Its lines are shown only when something is wrong with it."""


@dataclass(slots=True)
class Backoff:
    """How long to wait before a process is started again, in seconds."""

    first: float = 0.1
    longest: float = 5.0
    healthy_after: float = 10.0
    _next: float = 0.0

    def after(self, ran_for: float) -> float:
        """The pause after a run of this length."""
        if ran_for >= self.healthy_after or not self._next:
            self._next = self.first
        pause = self._next
        self._next = min(self._next * 2, self.longest)
        return pause


class Child:
    """A process under supervision: what it is, and how it is doing."""

    def __init__(self, process: Process, console: Console, changed: Callable[[], None]):
        self.process = process
        self.state = State.WAITING
        self.pid: int | None = None
        self.identity: ProcessId | None = None
        self.started_at: datetime | None = None
        self.restarts = 0
        self.deaths_before_ready = 0
        self.was_ready = asyncio.Event()
        self.last_lines: deque[str] = deque(maxlen=40)
        self._console = console
        self._changed = changed
        self._backoff = Backoff()
        self._popen: subprocess.Popen[bytes] | None = None
        self._stopping = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start it, and keep it running from now on."""
        self._keeper = asyncio.create_task(self._keep_running(), name=f"keep {self.process.name}")

    async def stop(self, seconds: float) -> None:
        """End it: the process's own signal first, SIGKILL for the whole group after `seconds`."""
        self._stopping.set()
        if self._keeper is not None and not self._keeper.done():
            self._set(State.STOPPING)
            if self._popen is not None:
                self._popen.send_signal(self.process.stop_signal)
            done, _ = await asyncio.wait({self._keeper}, timeout=seconds)
            if not done:
                self._console.say(f"{self.process.name} does not end by itself and is killed")
                self.kill()
                await asyncio.wait({self._keeper}, timeout=1.0)
                await asyncio.to_thread(self.process.clean_up)
        self._set(State.STOPPED)

    def kill(self) -> None:
        """End it and its group this instant."""
        self._stopping.set()
        if self._popen is not None:
            signal_group(self._popen.pid, SIGKILL)

    def describe(self) -> dict[str, Any]:
        """A row of the state file."""
        return {
            "name": self.process.name,
            "pid": self.pid,
            "address": self.process.address,
            "metrics": self.process.metrics,
            "state": str(self.state),
            "restarts": self.restarts,
            "started_at": self.started_at.isoformat().replace("+00:00", "Z") if self.started_at else None,
            "created": self.identity.started_at if self.identity else None,
        }

    async def _keep_running(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            began = loop.time()
            reason = await self._run_once()
            if self._stopping.is_set():
                break
            pause = self._backoff.after(loop.time() - began)
            self.restarts += 1
            if not self.was_ready.is_set():
                self.deaths_before_ready += 1
            self._set(State.RESTARTING)
            if self.process.quiet:
                for line in list(self.last_lines)[-10:]:
                    self._console.child(self.process.name, line)
            self._console.say(
                f"{self.process.name} {reason}: starting it again in {pause:.1f} s (restart {self.restarts})"
            )
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)

    async def _run_once(self) -> str:
        process = self.process
        self._set(State.STARTING if self.restarts == 0 else State.RESTARTING)
        try:
            await asyncio.to_thread(process.prepare)
            if self._stopping.is_set():
                return "was stopped"
            with LineReader(self._show) as reader:
                # In the main thread: the parent-death signal belongs to the thread that forks.
                popen = subprocess.Popen(  # noqa: ASYNC220 - a fork takes milliseconds
                    process.command(),
                    cwd=process.folder,
                    env=dict(process.environment) or None,
                    stdin=subprocess.DEVNULL,
                    stdout=reader.write_end,
                    stderr=reader.write_end,
                    start_new_session=True,
                    preexec_fn=dies_with_parent(process.crash_signal),
                )
        except Exception as error:
            self.last_lines.append(str(error))
            return f"cannot be started ({error})"
        self._popen = popen
        self.pid = popen.pid
        self.identity = ProcessId.of(popen.pid)
        self.started_at = datetime.now(UTC)
        self._changed()
        watching = asyncio.create_task(self._watch_readiness(popen.pid))
        await has_ended(popen)
        watching.cancel()
        # What it has started must not live on beside its successor. Not yet waited for, its pid is still its own.
        signal_group(popen.pid, SIGKILL)
        code = popen.wait()
        self._popen = self.pid = self.identity = None
        reader.finish()
        if code < 0:
            return f"was ended by {Signals(-code).name}"
        return f"ended with status {code}"

    async def _watch_readiness(self, pid: int) -> None:
        while True:
            with suppress(Exception):
                if await self.process.ready(pid):
                    break
            await asyncio.sleep(0.1)
        if self.state in (State.STARTING, State.RESTARTING):
            self.was_ready.set()
            self._set(State.RUNNING)

    def _show(self, line: str) -> None:
        if not line.strip():
            return
        self.last_lines.append(line)
        if not self.process.quiet:
            self._console.child(self.process.name, line)

    def _set(self, state: State) -> None:
        self.state = state
        self._changed()


class Supervisor:
    """The processes of one stack, and the file that says how they are."""

    def __init__(self, console: Console, state_file: Path):
        self.children: dict[str, Child] = {}
        self.about: dict[str, Any] = {}
        """Whatever else the state file shall say."""
        self._console = console
        self._state_file = state_file

    def add(self, processes: Iterable[Process]) -> None:
        """Take processes on without starting them yet. Raises `ValueError` for a name that is taken."""
        for process in processes:
            if process.name in self.children:
                raise ValueError(f"there is a process {process.name} already")
            self.children[process.name] = Child(process, self._console, self.save)
        self.save()

    def start(self, names: Iterable[str]) -> None:
        """Start these, all at once, and keep them running."""
        for name in names:
            self.children[name].start()

    async def ready(self, names: Iterable[str], *, seconds: float) -> None:
        """Wait until all of these have been ready once. Raises `DidNotStart`."""
        deadline = asyncio.get_running_loop().time() + seconds
        for name in names:
            child = self.children[name]
            while not child.was_ready.is_set():
                self.check()
                if asyncio.get_running_loop().time() > deadline:
                    raise DidNotStart(f"{name} is not ready after {seconds:.0f} s{_last(child)}")
                with suppress(TimeoutError):
                    await asyncio.wait_for(child.was_ready.wait(), 0.1)

    def check(self) -> None:
        """Raises `DidNotStart` when a process dies again and again without ever having been ready."""
        for child in self.children.values():
            if child.deaths_before_ready >= GIVE_UP_AFTER:
                raise DidNotStart(f"{child.process.name} does not start{_last(child)}")

    async def stop(self) -> None:
        """End everything, the highest stage first, within `STOP_SECONDS`.

        A stage that is quick leaves its time to the later ones; none can use up what those are sure to have.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + STOP_SECONDS - STOP_SPARE
        stages: dict[int, list[Child]] = {}
        for child in self.children.values():
            stages.setdefault(child.process.stage, []).append(child)
        needs = {
            stage: max(child.process.stop_seconds for child in children) for stage, children in stages.items()
        }
        for stage in sorted(stages, reverse=True):
            later = sum(seconds for other, seconds in needs.items() if other < stage)
            seconds = max(0.1, deadline - loop.time() - later)
            await asyncio.gather(*(child.stop(seconds) for child in stages[stage]))

    def kill(self) -> None:
        """End everything this instant; `stop` still has to be awaited."""
        for child in self.children.values():
            child.kill()

    def save(self) -> None:
        """Write the state file."""
        me = ProcessId.of(os.getpid())
        with suppress(OSError):
            write_json(
                self._state_file,
                {
                    **self.about,
                    "supervisor": {"pid": me.pid, "created": me.started_at} if me else None,
                    "processes": [child.describe() for child in self.children.values()],
                },
            )


def leftovers(state_file: Path) -> list[ProcessId]:
    """The processes that a state file tells of and that still run."""
    rows = read_json(state_file).get("processes") or []
    known = (ProcessId(row["pid"], row["created"]) for row in rows if row.get("pid") and row.get("created"))
    return [process for process in known if process.is_alive()]


def _last(child: Child) -> str:
    return "".join(f"\n  {line}" for line in list(child.last_lines)[-15:])
