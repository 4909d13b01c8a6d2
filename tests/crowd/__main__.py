"""``make crowd``: 1,000 clients on one gateway, 100 of whose connections are cut."""

import asyncio
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from tests.crowd.crowd import Size, gather_crowd
from tests.support.stack import Stack

SIZE = Size(clients=1000, sessions=50, reconnects=100)


def main() -> int:
    """Runs it on a stack of its own; the exit status."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="tandem-crowd-") as folder:
        stack = Stack(Path(folder), {"RATE_LIMIT_ENABLED": "false"})
        try:
            outcome = asyncio.run(gather_crowd(stack.start().base_url, SIZE))
        except (AssertionError, ExceptionGroup, RuntimeError) as error:
            console.print(f"[red]✗[/] {error!r}")
            console.print(stack.logs()[-4000:], markup=False)
            return 1
        finally:
            stack.stop()
    console.print(f"[green]✓[/] {SIZE.clients:,} clients of {SIZE.sessions} sessions: {outcome}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
