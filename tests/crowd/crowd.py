"""A crowd that looks at some sessions while everything happens to them that can."""

import asyncio
import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.gateway.live.world import Client, as_user, live
from tests.system.buddies import Api, Pair, api, new_pair, new_session

LAST = ("session.checked_in", "session.checked_in", "session.confirmed", "session.confirmed")
"""What happens to each session after its notes were changed a few times; the second confirmation completes it."""

EFFECTS = ("session.completed", "session.reputation_updated")

AT_ONCE = 50
"""Connections that are being opened at the same time: a crowd comes quickly, and still one by one."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a crowd: clients, over so many sessions, of which so many times one loses its connection."""

    clients: int
    sessions: int
    reconnects: int
    notes: int = 8


@dataclass(slots=True)
class Listener:
    """One client, and what it was told."""

    user: str
    session: str
    cuts: list[int] = field(default_factory=list)
    """After how many messages the connection is cut."""
    messages: list[dict[str, Any]] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    """Milliseconds from the change to the client, of messages that came over a connection that stood."""
    listening: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self, base_url: str, expected: int, opening: asyncio.Semaphore) -> None:
        """Listens until everything expected was told, and comes back whenever the connection was cut."""
        after: str | None = None
        while len(self.messages) < expected:
            await opening.acquire()
            try:
                connection = live(base_url, as_user(self.user), ping_interval=None)  # type: ignore[arg-type]  # options of several types
                client = await connection.__aenter__()
            finally:
                opening.release()
            try:
                after = await self._follow(client, after, expected)
            finally:
                await connection.__aexit__(None, None, None)

    async def _follow(self, client: Client, after: str | None, expected: int) -> str | None:
        answer = await client.subscribe(f"session:{self.session}", after=after)
        came_back, after = after is not None, after or answer["after"]
        self.listening.set()
        while len(self.messages) < expected:
            message = await client.receive(seconds=120)
            assert message["type"] != "reset", "everything is still known"
            self.messages.append(message)
            after = message["id"]
            if not came_back:
                told = datetime.now(UTC) - datetime.fromisoformat(message["time"])
                self.delays.append(told.total_seconds() * 1000)
            if len(self.messages) in self.cuts:
                client.socket.transport.abort()
                break
        return after


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: messages told in all, connections cut, and the delays in milliseconds."""

    messages: int
    reconnects: int
    median_delay: float
    worst_delay: float

    def __str__(self) -> str:
        return (
            f"{self.messages:,} messages, each once and in order, over {self.reconnects} cut connections;"
            f" from change to client: median {self.median_delay:.0f} ms, worst {self.worst_delay:.0f} ms"
        )


async def gather_crowd(base_url: str, size: Size, *, seed: int = 7) -> Outcome:
    """Has a crowd listen, lets everything happen, and compares. Raises AssertionError when a client was told wrong."""
    expected = ("session.notes_changed",) * size.notes + LAST + EFFECTS
    async with api(base_url) as client:
        watched = [await _pair_with_session(client) for _ in range(size.sessions)]
        crowd = _crowd(watched, size, len(expected), random.Random(seed))
        opening = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for listener in crowd:
                group.create_task(listener.listen(base_url, len(expected), opening))
            for listener in crowd:
                await listener.listening.wait()
            for pair, session in watched:
                group.create_task(_live_through(client, pair, session, size.notes))
    _compare(crowd, expected)
    delays = [delay for listener in crowd for delay in listener.delays]
    return Outcome(
        sum(len(listener.messages) for listener in crowd),
        sum(len(listener.cuts) for listener in crowd),
        statistics.median(delays),
        max(delays),
    )


async def _pair_with_session(client: Api) -> tuple[Pair, str]:
    pair = await new_pair(client)
    return pair, await new_session(client, pair)


def _crowd(
    watched: Sequence[tuple[Pair, str]], size: Size, expected: int, rng: random.Random
) -> list[Listener]:
    crowd = []
    for number in range(size.clients):
        pair, session = watched[number % len(watched)]
        crowd.append(Listener((pair.one, pair.other)[number // len(watched) % 2], session))
    cuts = rng.sample(
        [(listener, at) for listener in range(len(crowd)) for at in range(1, expected)], size.reconnects
    )
    for listener, at in cuts:
        crowd[listener].cuts.append(at)
    return crowd


async def _live_through(client: Api, pair: Pair, session: str, notes: int) -> None:
    for number in range(notes):
        user = (pair.one, pair.other)[number % 2]
        await _do(client, user, "PATCH", f"/api/session/{session}/notes", {"notes": f"note {number}"})
    for action in ("check-in", "confirm"):
        for user in (pair.one, pair.other):
            await _do(client, user, "POST", f"/api/session/{session}/{action}")


async def _do(client: Api, user: str, method: str, path: str, body: Any = None) -> None:
    answer = await client.insist(user, method, path, body, Prefer="wait=0")
    assert answer.status_code == 200, answer.text


def _compare(crowd: Sequence[Listener], expected: Sequence[str]) -> None:
    first: dict[str, list[str]] = {}
    for listener in crowd:
        assert [message["type"] for message in listener.messages] == list(expected), listener
        ids = [message["id"] for message in listener.messages]
        assert len(set(ids)) == len(ids), listener
        # Whoever looks at the same session is told the very same.
        assert ids == first.setdefault(listener.session, ids), listener
