"""``make chaos``: every fault in turn, in the middle of 500 confirmations each. Stops at the first wrong effect."""

import asyncio
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from tests.chaos.faults import FAULTS, round_of_confirmations
from tests.support.stack import Stack

SESSIONS = 250


async def main() -> int:
    """Runs all faults on one stack; the exit status."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="tandem-chaos-") as folder:
        stack = Stack(Path(folder), {"RATE_LIMIT_ENABLED": "false"})
        try:
            stack.start()
            for name, fault in FAULTS.items():
                outcome = await round_of_confirmations(stack, fault, sessions=SESSIONS)
                console.print(f"[green]✓[/] {name}: {outcome}")
        except (AssertionError, RuntimeError) as error:
            console.print(f"[red]✗[/] {error}")
            console.print(stack.logs()[-4000:], markup=False)
            return 1
        finally:
            stack.stop()
    console.print(f"{len(FAULTS)} faults, {2 * SESSIONS} confirmations each: every effect exactly once")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
