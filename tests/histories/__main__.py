"""``make histories``: 20,000 operations, then each fault in the middle of some thousands. Stops at a stale read.

``python -m tests.histories "Redis hangs"`` does only what is named.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from kit.migrations import role_url
from tests.histories.clients import READERS, SESSIONS_OF_A_WRITER, WRITERS, Run
from tests.histories.faults import FAULTS
from tests.histories.sessions import make_sessions
from tests.histories.world import World
from tests.support.databases import fresh_database
from tests.support.servers import ROLE_SECRET, TestServers

OPERATIONS = 20_000
OPERATIONS_OF_A_FAULT = 3_000


async def main(wanted: Sequence[str]) -> int:
    """All runs, or the wanted ones, in one world; the exit status."""
    console = Console(soft_wrap=True)
    servers = TestServers()
    with tempfile.TemporaryDirectory(prefix="tandem-histories-") as folder:
        try:
            owner_url = fresh_database(await asyncio.to_thread(servers.start), "tandem_histories")
            database_url = role_url(owner_url, "tandem_session", ROLE_SECRET)
            async with World(Path(folder), database_url) as world:
                console.print(f"2 gateways, {READERS} readers, {WRITERS} writers")
                for name, fault in {"nothing": None, **FAULTS}.items():
                    if wanted and name not in wanted:
                        continue
                    operations = OPERATIONS if fault is None else OPERATIONS_OF_A_FAULT
                    run = Run(world, make_sessions(owner_url, WRITERS * SESSIONS_OF_A_WRITER), operations)
                    await world.ready()
                    began = time.monotonic()
                    await run.run(fault)
                    faults = run.history.faults()
                    told = f"{name}: {run.answered:,} operations in {time.monotonic() - began:.0f} s, {run.told()}"
                    if faults:
                        console.print(f"[red]✗[/] {told}: {len(faults)} stale reads, such as")
                        for one in faults[:10]:
                            console.print(f"  {one}", markup=False)
                        console.print(world.logs(), markup=False)
                        return 1
                    console.print(f"[green]✓[/] {told}: 0 stale reads")
        finally:
            servers.stop()
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
