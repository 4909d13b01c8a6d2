"""``make fuzz``: at least 10,000 requests to a stack of its own, whatever its description says it takes.

``python -m tests.fuzz SEED`` repeats a run; the seed is printed.
"""

import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

from tests.fuzz.schemathesis_run import Outcome, Size, run
from tests.fuzz.world import make_world
from tests.support.stack import Stack
from tests.system.buddies import api

REQUESTS = 10_000
SIZE = Size(examples=90)
AS_AN_OPERATOR = Size(examples=15)
ENVIRONMENT = {
    "RATE_LIMIT_ENABLED": "false",
    # So that webhooks can be registered and nobody is called: nothing listens there.
    "WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8",
}


async def main(seed: int) -> int:
    """Runs until there were enough requests, then what ends everything; the exit status."""
    console = Console()
    console.print(f"seed {seed}")
    began, requests, failed, number = time.monotonic(), 0, False, 0
    with tempfile.TemporaryDirectory(prefix="tandem-fuzz-") as folder:
        stack = Stack(Path(folder) / "stack", ENVIRONMENT)
        try:
            await asyncio.to_thread(stack.start)
            while not failed and requests < REQUESTS:
                outcome = await _once(stack, Path(folder), seed + number)
                requests, failed, number = requests + outcome.requests, not outcome.is_clean, number + 1
                _tell(console, outcome, f"{requests:,} requests so far")
            if not failed:
                outcome = await _once(stack, Path(folder), seed, AS_AN_OPERATOR, role="service_role")
                requests, failed = requests + outcome.requests, not outcome.is_clean
                _tell(console, outcome, "as an operator")
            if not failed:
                outcome = await _once(stack, Path(folder), seed, last=True)
                requests, failed = requests + outcome.requests, not outcome.is_clean
                _tell(console, outcome, "the end of an account")
        finally:
            stack.stop()
    console.print(f"{requests:,} requests in {time.monotonic() - began:.0f} s")
    return int(failed)


async def _once(
    stack: Stack,
    folder: Path,
    seed: int,
    size: Size = SIZE,
    *,
    role: str = "authenticated",
    last: bool = False,
) -> Outcome:
    async with api(stack.base_url) as client:
        world = await make_world(client, role=role)
    return await run(stack.base_url, world, folder / "run", size, seed=seed, last=last)


def _tell(console: Console, outcome: Outcome, more: str) -> None:
    if outcome.is_clean:
        console.print(
            f"[green]✓[/] {outcome.operations} operations, {outcome.requests:,} requests: nothing wrong; {more}"
        )
        return
    sys.stdout.write(outcome.report)
    kinds = ", ".join(f"{kind['type']} ({kind['count']})" for kind in outcome.failures)
    console.print(f"[red]✗[/] {outcome.requests:,} requests: {kinds or outcome.errors or 'not complete'}")


if __name__ == "__main__":
    sys.exit(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else random.randrange(1_000_000))))
