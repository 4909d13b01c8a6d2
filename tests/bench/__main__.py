"""``make bench``: every figure is a ratio of two things measured in turn, in this run, on this machine."""

import asyncio
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench import applying
from tests.bench.confirming import Replay, record
from tests.bench.load import each_once, hammer, request
from tests.bench.practice import Growth, growing
from tests.bench.standings import ranking
from tests.bench.world import World, running_world
from tests.system.buddies import CHALLENGES

CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    rounds: int
    read_seconds: float
    confirm_sessions: int
    batch_events: int
    single_events: int
    latencies: int
    practices: tuple[int, ...]
    """The lengths of histories; the first one is what the others are compared with."""
    practice_rounds: int
    crowds: tuple[int, ...]
    """So many users among whom somebody is ranked; the first one is what the others are compared with."""


FULL = Size(
    rounds=5,
    read_seconds=3.0,
    confirm_sessions=150,
    batch_events=20_000,
    single_events=1_000,
    latencies=200,
    practices=(10, 1_000, 100_000),
    practice_rounds=150,
    crowds=(1_000, 1_000_000),
)
SHORT = Size(
    rounds=2,
    read_seconds=0.3,
    confirm_sessions=10,
    batch_events=2_000,
    single_events=40,
    latencies=5,
    practices=(10, 100, 12_000),
    practice_rounds=3,
    crowds=(400, 3_000),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: two rates measured in turn, and their ratio, paired round by round."""

    name: str
    ours: float
    theirs: float
    ratio: float
    aim: str = ""

    @classmethod
    def paired(cls, name: str, pairs: list[tuple[float, float]], aim: str = "") -> "Figure":
        """The medians; the ratio is the median of the rounds' ratios, so that a machine that drifts does not matter."""
        return cls(
            name,
            statistics.median(ours for ours, _ in pairs),
            statistics.median(theirs for _, theirs in pairs),
            statistics.median(ours / theirs for ours, theirs in pairs),
            aim,
        )


async def reading(world: World, size: Size) -> Figure:
    """Requests a second of a session read: through the gateway, and of the service alone."""
    made = await world.sessions(20)
    path = "/api/session/{}"
    through = [request("GET", path.format(m.session), world.unsigned_identity(m.one)) for m in made]
    service = world.address("session-service")
    pairs = []
    for _ in range(size.rounds):
        # Signed anew each round: a signature is valid for a minute.
        alone = [request("GET", path.format(m.session), world.signed_identity(m.one)) for m in made]
        by_gateway = await hammer(
            world.stack.base_url, through, connections=CONNECTIONS, seconds=size.read_seconds
        )
        by_service = await hammer(service, alone, connections=CONNECTIONS, seconds=size.read_seconds)
        assert set(by_gateway.statuses) == set(by_service.statuses) == {200}, (by_gateway, by_service)
        pairs.append((by_gateway.rate, by_service.rate))
    return Figure.paired("session read: gateway / service alone, requests/s", pairs, ">= 0.7")


async def confirming(world: World, size: Size) -> Figure:
    """Confirmations a second: through the gateway, and the same statements by bare psycopg."""
    original, *_ = await world.sessions(1)
    replay = Replay(await record(world, original), original, set(CHALLENGES))
    pairs = []
    for _ in range(size.rounds):
        ours = await world.sessions(size.confirm_sessions)
        calls = [
            request(
                "POST",
                f"/api/session/{m.session}/confirm",
                {**world.unsigned_identity(user), "Prefer": "wait=0"},
            )
            for half in (0, 1)
            for m in ours
            for user in ((m.one, m.other)[half],)
        ]
        load = await each_once(world.stack.base_url, calls, connections=CONNECTIONS)
        assert load.statuses == {200: len(calls)}, load.statuses
        theirs = await world.sessions(size.confirm_sessions)
        pairs.append(
            (load.rate, await replay.run(world.role_url("tandem_session"), theirs, connections=CONNECTIONS))
        )
    return Figure.paired("confirm: gateway / bare psycopg, confirmations/s", pairs)


async def applying_completions(world: World, size: Size) -> Figure:
    """Completions applied a second: by batches, and by a Celery task an event."""
    pairs = [
        (
            await applying.by_batches(world, size.batch_events),
            await applying.by_single_tasks(world, size.single_events),
        )
        for _ in range(max(1, size.rounds // 2))
    ]
    return Figure.paired("completions applied: batches / a task an event, events/s", pairs, ">= 20")


async def second_confirmation(world: World, size: Size) -> list[float]:
    """Milliseconds from the second confirmation's request to its answer with the reputation applied; idle stack."""
    taken = []
    for made in await world.sessions(size.latencies):
        path = f"/api/session/{made.session}/confirm"
        first = request("POST", path, {**world.unsigned_identity(made.one), "Prefer": "wait=0"})
        second = request("POST", path, {**world.unsigned_identity(made.other), "Prefer": "wait=10"})
        await each_once(world.stack.base_url, [first], connections=1)
        began = time.perf_counter()
        load = await each_once(world.stack.base_url, [second], connections=1)
        taken.append((time.perf_counter() - began) * 1000)
        assert load.statuses == {200: 1}, load.statuses
    return taken


async def measure(
    world: World, size: Size, console: Console
) -> tuple[list[Figure], list[Growth], list[Growth]]:
    """Measures everything and prints it: the figures, what long histories cost, and what many users cost."""
    latencies = await second_confirmation(world, size)
    figures = [
        await reading(world, size),
        await confirming(world, size),
        await applying_completions(world, size),
    ]
    growth = await growing(world, size.practices, size.practice_rounds)
    ranks = await ranking(world, size.crowds, size.practice_rounds)
    table = Table("what", "ours", "the other", "ratio", "aim")
    for figure in figures:
        table.add_row(
            figure.name, f"{figure.ours:,.0f}", f"{figure.theirs:,.0f}", f"{figure.ratio:.2f}", figure.aim
        )
    console.print(table)
    console.print(
        f"second confirmation until reputation is applied: median {statistics.median(latencies):.1f} ms,"
        f" worst {max(latencies):.1f} ms of {len(latencies)} (aim: median under 50 ms)"
    )
    console.print(
        _growth_table(("of a user with {} practices, ms", "with {}"), size.practices, growth, "< 1.2")
    )
    console.print(_growth_table(("rank among {} users, ms", "among {}"), size.crowds, ranks, "< 1.5"))
    return figures, growth, ranks


def _growth_table(words: tuple[str, str], sizes: tuple[int, ...], growth: list[Growth], aim: str) -> Table:
    first, *others = (f"{size:,}" for size in sizes)
    table = Table(
        words[0].format(first), "", *(f"{words[1].format(other)}: ratio" for other in others), "aim"
    )
    for line in growth:
        ratios = (f"{ratio:.2f}" for ratio in line.ratios)
        table.add_row(line.name, f"{line.milliseconds[0]:.1f}", *ratios, aim)
    return table


def main(arguments: list[str]) -> int:
    """Runs the measurements on a stack of their own; ``--short`` for a quick look."""
    console = Console(width=110)
    with (
        tempfile.TemporaryDirectory(prefix="tandem-bench-") as folder,
        running_world(Path(folder)) as world,
    ):
        asyncio.run(measure(world, SHORT if "--short" in arguments else FULL, console))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
