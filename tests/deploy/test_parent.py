"""Ending with `make`, which does not pass everything on."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.children import ProcessId
from deploy.local.data_dir import ROOT
from deploy.local.parent import interrupted
from tests.support.waiting import eventually

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("make"), reason="needs Linux and make"
)


@pytest.fixture
def make(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    program = (
        "import os, time; from deploy.local.parent import end_with_parent; end_with_parent();"
        "print(os.getpid(), flush=True); time.sleep(1000)"
    )
    (tmp_path / "Makefile").write_text(f"run:\n\t@{sys.executable} -c '{program}'\n")
    popen = subprocess.Popen(
        ["make", "-f", str(tmp_path / "Makefile")],
        cwd=ROOT,
        # The tests are run by make as well, and one make tells the next that it is not the first.
        env={name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL"}},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        # Whoever runs the tests in the background of a script has them ignore it, and make as well.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    yield popen
    os.killpg(popen.pid, signal.SIGKILL)
    popen.communicate()


async def test_an_interrupt_that_only_make_was_sent_is_noticed(make: "subprocess.Popen[str]") -> None:
    assert make.stdout is not None
    await asyncio.to_thread(make.stdout.readline)
    noticed = asyncio.create_task(interrupted(make.pid))
    done, _ = await asyncio.wait({noticed}, timeout=1.0)
    assert not done
    make.send_signal(signal.SIGINT)
    await asyncio.wait_for(noticed, 5)


async def test_what_make_runs_ends_when_make_is_killed(make: "subprocess.Popen[str]") -> None:
    assert make.stdout is not None
    child = ProcessId.of(int(await asyncio.to_thread(make.stdout.readline)))
    assert child is not None
    make.kill()
    await eventually(lambda: not child.is_alive())


async def test_a_parent_that_never_caught_interrupts_is_never_taken_to_be_interrupted() -> None:
    with subprocess.Popen(["sleep", "1000"]) as parent:  # noqa: ASYNC220 - a fork takes milliseconds
        noticed = asyncio.create_task(interrupted(parent.pid))
        done, _ = await asyncio.wait({noticed}, timeout=1.0)
        noticed.cancel()
        parent.kill()
    assert not done
