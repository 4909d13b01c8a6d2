"""`tandem up`: brings a local stack up, tells where it is, keeps it up, and takes it down."""

import asyncio
import io
import math
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

import psycopg
import structlog
from rich.console import Console as RichConsole
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from deploy import STARTED
from deploy.local.binaries import MissingBinary
from deploy.local.console import Console
from deploy.local.data_dir import DataDirBusy, DataDirTrouble
from deploy.local.parent import end_with_parent, interrupted
from deploy.local.privileges import CannotRunAsRoot
from deploy.local.servers import ServerTrouble
from deploy.local.stack import PortTaken, Stack
from deploy.local.supervisor import DidNotStart, Supervisor
from deploy.seed.people import PEOPLE
from deploy.settings import StackSettings
from deploy.tokens import make_token

STEPS = 4

AGAIN_AFTER = 0.3
"""Seconds after which an interrupt is another Ctrl-C, and not the first one once more.

A terminal sends it to the whole group. Whatever is being forked at that moment is still in the group, with our handlers
and our end of asyncio's wake-up pipe, until it runs its own program: it tells us once more.
"""

_FIRST_START = "first start, seconds"

Failures = (
    MissingBinary,
    CannotRunAsRoot,
    ServerTrouble,
    DataDirTrouble,
    DidNotStart,
    psycopg.Error,
    SQLAlchemyError,
)
"""What may be wrong with a machine, rather than with the program: told in a line, without a traceback."""


class Stop(Protocol):
    """What `up` waits for."""

    async def wait(self) -> object:
        """Returns when the stack shall stop."""
        ...


def run(settings: StackSettings, *, with_parent: bool = False) -> int:
    """Run a stack until SIGINT, SIGTERM or (not under `nohup`) SIGHUP; the exit status. 1: it could not be started."""
    if with_parent:
        end_with_parent()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    console = Console()
    try:
        with settings.folder.locked():
            return asyncio.run(_run(settings, console, os.getppid() if with_parent else None))
    except (DataDirBusy, DataDirTrouble) as error:
        console.say(str(error))
        return 1
    finally:
        console.close()


async def _run(settings: StackSettings, console: Console, parent: int | None) -> int:
    stack = Stack(settings, console)
    try:
        stack.check_ports()
    except PortTaken as error:
        console.say(str(error))
        return 1
    stopping = asyncio.Event()
    on_signals(stack.supervisor, stopping)
    if parent is not None:
        watching = asyncio.create_task(interrupted(parent))
        watching.add_done_callback(lambda _: stopping.set())
    starting = asyncio.create_task(_start(stack, console))
    waiting = asyncio.create_task(stopping.wait())
    status = 0
    try:
        await asyncio.wait({starting, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            await waiting
    except Failures as error:
        console.say(f"cannot start: {error}".strip())
        status = 1
    finally:
        waiting.cancel()
        starting.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await starting
        began = time.monotonic()
        if status == 0:
            console.say("stopping")
        await stack.stop()
        console.say(f"everything has stopped, in {time.monotonic() - began:.1f} s")
    return status


async def _start(stack: Stack, console: Console) -> None:
    with _progress(console) as step:
        await stack.start(step)
    seconds = time.monotonic() - STARTED
    stack.start_the_rest()
    first = stack.folder.remembered(_FIRST_START)
    if not isinstance(first, float):
        stack.folder.remember(_FIRST_START, round(seconds, 2))
        took = f"first start {seconds:.1f} s"
    else:
        took = f"first start {first:.1f} s, this start {seconds:.1f} s"
    console.plain(welcome(stack, took, colour=console.colour))
    stack.supervisor.about = {"ready": True, "gateway": stack.gateway_url, "flower": stack.flower_url}
    if stack.mail_inbox_url is not None:
        stack.supervisor.about["mails"] = stack.mail_inbox_url
    stack.supervisor.save()


def on_signals(supervisor: Supervisor, stopping: asyncio.Event) -> None:
    """From now on the first Ctrl-C sets the event, and another one ends everything this instant."""
    loop = asyncio.get_running_loop()
    again_from = math.inf

    def interrupt() -> None:
        nonlocal again_from
        if loop.time() >= again_from:
            supervisor.kill()
        again_from = min(again_from, loop.time() + AGAIN_AFTER)
        stopping.set()

    loop.add_signal_handler(signal.SIGINT, interrupt)
    loop.add_signal_handler(signal.SIGTERM, stopping.set)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as `nohup` has it, to outlive the terminal
        loop.add_signal_handler(signal.SIGHUP, stopping.set)


class Step(Protocol):
    """Told what is happening now."""

    def __call__(self, what: str) -> None:
        """Say it."""
        ...


@contextmanager
def _progress(console: Console) -> Iterator[Step]:
    if not console.colour:
        yield lambda what: console.say(what)
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task("starting", total=STEPS)
        done = iter(range(STEPS + 1))
        yield lambda what: bar.update(task, description=what, completed=next(done, STEPS))


def welcome(stack: Stack, took: str, *, colour: bool) -> str:
    """The one table: where everything is, and whom to be. Each row stays one line, so that it can be copied."""
    settings = stack.settings
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_row("Gateway", stack.gateway_url, "")
    table.add_row("API", f"{stack.gateway_url}/docs", f"{stack.gateway_url}/openapi.json")
    if not settings.is_production:
        table.add_row("Demo page", f"{stack.gateway_url}/app", "")
    table.add_row("Flower", stack.flower_url, f"operator / {stack.flower_password}")
    if stack.mail_inbox_url is not None:
        table.add_row("Mails", stack.mail_inbox_url, "none of them leaves this machine")
    curl = ""
    if not settings.is_production:
        table.add_row("", "", "")
        for person in PEOPLE:
            token = make_token(
                person.id,
                secret=settings.token_secret,
                audience=settings.jwt_audience,
                issuer=settings.jwt_issuer,
                role=person.role,
                name=person.name,
                email=person.email,
            )
            operator = " (operator)" if person.role == "service_role" else ""
            table.add_row(f"{person.name}{operator}", str(person.id), token)
            curl = curl or f'curl -H "Authorization: Bearer {token}" {stack.gateway_url}/api/me'
    text = io.StringIO()
    rich = RichConsole(file=text, width=2000, force_terminal=colour, highlight=False, soft_wrap=True)
    rich.print()
    rich.print(f"Tandem is ready: {took}. Ctrl-C stops everything.", style="bold green")
    rich.print()
    rich.print(table)
    if curl:
        rich.print()
        rich.print(curl, markup=False)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"
