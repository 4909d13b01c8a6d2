"""The supervisor, with small processes that misbehave in every way that we know of."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Callable
from io import StringIO
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.local.children import ProcessId, end_processes
from deploy.local.console import Console
from deploy.local.data_dir import ROOT
from deploy.local.supervisor import Backoff, DidNotStart, Process, State, Supervisor, leftovers
from deploy.local.up import AGAIN_AFTER, on_signals
from tests.support.waiting import eventually


class Watched:
    """A supervisor whose output can be read."""

    def __init__(self, folder: Path):
        self.output = StringIO()
        self.console = Console(self.output)
        self.state_file = folder / "state.json"
        self.supervisor = Supervisor(self.console, self.state_file)

    def run(self, *processes: Process) -> None:
        self.supervisor.add(processes)
        self.supervisor.start(process.name for process in processes)

    def state(self, name: str) -> dict[str, object]:
        rows = json.loads(self.state_file.read_text())["processes"]
        row: dict[str, object] = next(row for row in rows if row["name"] == name)
        return row

    def pid(self, name: str) -> int:
        pid = self.supervisor.children[name].pid
        assert pid is not None, f"{name} does not run just now"
        return pid

    def text(self) -> str:
        return self.output.getvalue()


@pytest_asyncio.fixture(loop_scope="session")
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    watched = Watched(tmp_path)
    yield watched
    watched.supervisor.kill()
    await watched.supervisor.stop()
    watched.console.close()


def living(pids: list[int]) -> list[int]:
    """Those that have not ended; a zombie has."""
    return [pid for pid in pids if (identity := ProcessId.of(pid)) is not None and identity.is_alive()]


async def at_once(_: int) -> bool:
    return True


async def never(_: int) -> bool:
    return False


def python(code: str) -> Callable[[], list[str]]:
    return lambda: [sys.executable, "-uSEc", textwrap.dedent(code)]


SLEEP = python("import time; time.sleep(1000)")


@pytest.mark.parametrize(
    ("ran_for", "pauses"),
    [
        ([0, 0, 0, 0, 0, 0, 0, 0], [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]),
        ([0, 0, 9.9, 0], [0.1, 0.2, 0.4, 0.8]),
        ([0, 0, 0, 10.0, 0], [0.1, 0.2, 0.4, 0.1, 0.2]),
        ([3600, 3600], [0.1, 0.1]),
    ],
)
def test_pauses_double_and_a_healthy_run_makes_them_short_again(
    ran_for: list[float], pauses: list[float]
) -> None:
    backoff = Backoff()
    assert [backoff.after(seconds) for seconds in ran_for] == pytest.approx(pauses)


async def test_a_process_that_dies_is_started_again_and_that_is_told(watched: Watched) -> None:
    watched.run(Process(name="worker", command=SLEEP, ready=at_once))
    await eventually(lambda: watched.state("worker")["state"] == State.RUNNING)
    first = watched.pid("worker")
    os.kill(first, signal.SIGKILL)
    await eventually(lambda: watched.state("worker")["restarts"] == 1)
    await eventually(lambda: watched.state("worker")["state"] == State.RUNNING)
    assert watched.pid("worker") != first
    await eventually(
        lambda: "worker was ended by SIGKILL: starting it again in 0.1 s (restart 1)" in watched.text()
    )


async def test_what_a_dead_process_had_started_does_not_live_on(watched: Watched) -> None:
    watched.run(
        Process(
            name="parent",
            command=python("""
                import subprocess, sys, time
                child = subprocess.Popen(["sleep", "1000"])
                print("child", child.pid)
                time.sleep(1000)
                """),
            ready=at_once,
        )
    )
    await eventually(lambda: "child " in watched.text())
    child = int(watched.text().split("child ")[1].split()[0])
    os.kill(watched.pid("parent"), signal.SIGKILL)
    await eventually(lambda: living([child]) == [])


async def test_everything_stops_in_order_and_nothing_is_left(watched: Watched, tmp_path: Path) -> None:
    ended = tmp_path / "ended"
    ready = tmp_path / "ready"
    polite = """
        import signal, sys, time
        def end(*_):
            time.sleep(0.2)
            open({ended!r}, "a").write({name!r} + " ")
            sys.exit()
        signal.signal(signal.SIGTERM, end)
        open({ready!r}, "a").write("r")
        time.sleep(1000)
        """
    stages = {"database": 0, "worker": 1, "service": 2, "other-service": 2, "gateway": 3}
    watched.run(
        *(
            Process(
                name=name,
                command=python(textwrap.dedent(polite).format(ended=str(ended), ready=str(ready), name=name)),
                ready=at_once,
                stage=stage,
            )
            for name, stage in stages.items()
        )
    )
    await eventually(lambda: ready.exists() and len(ready.read_text()) == len(stages))
    pids = [watched.pid(name) for name in stages]

    await watched.supervisor.stop()

    order = ended.read_text().split()
    assert order[0] == "gateway"
    assert set(order[1:3]) == {"service", "other-service"}
    assert order[3:] == ["worker", "database"]
    assert living(pids) == []
    assert {watched.state(name)["state"] for name in stages} == {State.STOPPED}


async def test_who_will_not_end_is_killed_with_all_it_has_started_and_in_time(watched: Watched) -> None:
    stubborn = python("""
        import signal, subprocess, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print("child", subprocess.Popen(["sleep", "1000"]).pid)
        time.sleep(1000)
        """)
    watched.run(
        *(
            Process(name=f"stubborn{stage}", command=stubborn, ready=at_once, stage=stage)
            for stage in range(4)
        )
    )
    await eventually(lambda: watched.text().count("child ") == 4)
    children = [int(part.split()[0]) for part in watched.text().split("child ")[1:]]
    pids = [watched.pid(f"stubborn{stage}") for stage in range(4)] + children

    began = time.monotonic()
    await watched.supervisor.stop()

    assert time.monotonic() - began < 9, "and this program has to end as well, within ten seconds"
    await eventually(lambda: living(pids) == [])
    await eventually(lambda: "stubborn0 does not end by itself and is killed" in watched.text())


async def test_stopping_does_not_wait_for_a_pause_to_pass(watched: Watched) -> None:
    watched.run(Process(name="broken", command=python("raise SystemExit(3)"), ready=never))
    await eventually(lambda: "starting it again in 1.6 s" in watched.text())
    began = time.monotonic()
    await watched.supervisor.stop()
    assert time.monotonic() - began < 1.0
    assert watched.state("broken")["state"] == State.STOPPED


async def test_a_first_start_that_fails_again_and_again_ends_with_its_last_words(watched: Watched) -> None:
    watched.run(
        Process(name="broken", command=python("print('no such table'); raise SystemExit(3)"), ready=never)
    )
    with pytest.raises(DidNotStart, match=r"broken does not start\n(.|\n)*no such table"):
        await watched.supervisor.ready(["broken"], seconds=30)


async def test_a_process_that_is_never_ready_is_not_waited_for_for_ever(watched: Watched) -> None:
    watched.run(Process(name="mute", command=SLEEP, ready=never))
    with pytest.raises(DidNotStart, match="mute is not ready after 0 s"):
        await watched.supervisor.ready(["mute"], seconds=0.3)


async def test_what_cannot_be_prepared_is_tried_again(watched: Watched) -> None:
    tries: list[int] = []

    def prepare() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise OSError("the disk is asleep")

    watched.run(Process(name="server", command=SLEEP, ready=at_once, prepare=prepare))
    await eventually(lambda: watched.state("server")["state"] == State.RUNNING)
    assert len(tries) == 3
    await eventually(lambda: "server cannot be started (the disk is asleep)" in watched.text())


async def test_output_has_names_in_front_and_long_lines_are_cut(watched: Watched) -> None:
    chatty = "import time; print('first'); print('x' * 100_000); print('last', end=''); time.sleep(0.2)"
    watched.run(Process(name="chatty", command=python(chatty), ready=at_once))
    await eventually(lambda: "| last\n" in watched.text())
    lines = watched.text().splitlines()
    assert lines[0].split() == ["chatty", "|", "first"]
    assert all(len(line) < 100_000 for line in lines)
    assert sum(line.count("x") for line in lines) >= 100_000


async def test_quiet_processes_are_heard_only_when_they_die(watched: Watched) -> None:
    watched.run(
        Process(
            name="server", command=python("print('listening'); input()"), ready=at_once, quiet=True
        )  # there is no input: it dies
    )
    await eventually(lambda: "server ended with status 1" in watched.text())
    assert "| listening" in watched.text()


async def test_nothing_outlives_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    program = """
        import asyncio, sys
        from pathlib import Path
        from deploy.local.console import Console
        from deploy.local.supervisor import Process, Supervisor

        async def ready(pid):
            return True

        async def main():
            supervisor = Supervisor(Console(), Path(sys.argv[1]))
            command = lambda: ["sleep", "1000"]
            supervisor.add([Process(name=str(n), command=command, ready=ready) for n in range(3)])
            supervisor.start(["0", "1", "2"])
            await supervisor.ready(["0", "1", "2"], seconds=10)
            print("ready", flush=True)
            await asyncio.Event().wait()

        asyncio.run(main())
        """
    state_file = tmp_path / "state.json"
    supervisor = subprocess.Popen(  # noqa: ASYNC220 - a fork takes milliseconds
        [sys.executable, "-c", textwrap.dedent(program), str(state_file)], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert supervisor.stdout is not None
    assert await asyncio.to_thread(supervisor.stdout.readline) == b"ready\n"
    left = leftovers(state_file)
    assert len(left) == 3
    supervisor.kill()
    supervisor.wait()
    supervisor.stdout.close()
    await eventually(lambda: not [process for process in left if process.is_alive()])
    assert leftovers(state_file) == []


def test_leftovers_are_ended_and_a_later_process_with_the_same_pid_is_not(tmp_path: Path) -> None:
    mine, strangers = (subprocess.Popen(["sleep", "1000"], start_new_session=True) for _ in range(2))
    try:
        rows = []
        for popen, shift in ((mine, 0.0), (strangers, -60.0)):
            identity = ProcessId.of(popen.pid)
            assert identity is not None
            rows.append({"pid": popen.pid, "created": identity.started_at + shift})
        state_file = tmp_path / "state.json"
        state_file.write_text(json.dumps({"processes": rows}))
        end_processes(leftovers(state_file), grace_seconds=2)
        assert mine.wait(5) == -signal.SIGTERM
        assert strangers.poll() is None
    finally:
        for popen in (mine, strangers):
            popen.kill()
            popen.wait()


@pytest_asyncio.fixture(loop_scope="session")
async def stopping(watched: Watched) -> AsyncIterator[asyncio.Event]:
    """What `tandem up` waits for, with its answers to signals."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in signals}
    event = asyncio.Event()
    on_signals(watched.supervisor, event)
    yield event
    for number in signals:
        asyncio.get_running_loop().remove_signal_handler(number)
        signal.signal(number, before[number])


async def test_another_interrupt_ends_everything_at_once(watched: Watched, stopping: asyncio.Event) -> None:
    watched.run(Process(name="worker", command=SLEEP, ready=at_once))
    await eventually(lambda: watched.state("worker")["state"] == State.RUNNING)
    pid = watched.pid("worker")
    os.kill(os.getpid(), signal.SIGINT)
    await stopping.wait()
    # Not a condition that could be awaited: this is how long it takes until a press is another one.
    await asyncio.sleep(AGAIN_AFTER)
    assert living([pid])
    os.kill(os.getpid(), signal.SIGINT)
    await eventually(lambda: not living([pid]))


async def test_an_interrupt_that_comes_twice_is_one(watched: Watched, stopping: asyncio.Event) -> None:
    """As it does when something is being started at that moment."""
    watched.run(Process(name="worker", command=SLEEP, ready=at_once))
    await eventually(lambda: watched.state("worker")["state"] == State.RUNNING)
    pid = watched.pid("worker")
    for _ in range(3):
        os.kill(os.getpid(), signal.SIGINT)
    await stopping.wait()
    await asyncio.sleep(0.1)  # for what must not happen there is nothing to wait for
    assert living([pid])
