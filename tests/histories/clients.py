"""Readers and writers, and the history that they leave."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.histories.checker import History, Outcome, Read, Write
from tests.histories.world import World

READERS = 20
WRITERS = 5
SESSIONS_OF_A_WRITER = 2
WARM = 50
"""Hits before a fault strikes."""

OPEN_FOR = 0.5
"""Seconds that a writer waits at most before asking again what it got no certain answer to."""
TIMEOUT = aiohttp.ClientTimeout(total=10)


@dataclass(slots=True)
class Session:
    """A session, and the numbers that were last written to what it shows."""

    id: str
    users: tuple[str, str]
    notes: int = 0
    venue: int = 0
    names: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Run:
    """One run: until so many operations were answered."""

    world: World
    sessions: Sequence[Session]
    operations: int
    history: History = field(default_factory=History)
    answered: int = 0
    how: Counter[str] = field(default_factory=Counter)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    _warm: asyncio.Event = field(default_factory=asyncio.Event)
    _enough: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, beside: Callable[[World], Awaitable[None]] | None = None) -> None:
        """Let them read and write, while `beside` goes on, once there were hits; neither ends before the other."""
        connector = aiohttp.TCPConnector(limit=0)
        async with (
            aiohttp.ClientSession(connector=connector, timeout=TIMEOUT) as http,
            asyncio.TaskGroup() as group,
        ):
            fault = None if beside is None else asyncio.ensure_future(self._when_warm(beside))
            for number in range(READERS):
                group.create_task(self._reader(http, random.Random(number)))
            for number in range(WRITERS):
                own = self.sessions[number::WRITERS]
                group.create_task(self._writer(http, random.Random(1000 + number), own))
            if fault is not None:
                await fault
            await self._enough.wait()
            self.over.set()

    async def _when_warm(self, beside: Callable[[World], Awaitable[None]]) -> None:
        # Before anything is read out of the cache nothing could be stale.
        async with asyncio.timeout(60):
            await self._warm.wait()
        await beside(self.world)

    def told(self) -> str:
        """What kinds of operations there were, for people."""
        writes = len([write for write in self.history.writes if write.outcome == "done"])
        return f"{writes:,} of them changes, {self.how['hit']:,} hits, {self.how['miss']:,} misses"

    async def _reader(self, http: aiohttp.ClientSession, dice: random.Random) -> None:
        known: dict[tuple[str, str], tuple[str, Any]] = {}
        while not self.over.is_set():
            session = dice.choice(self.sessions)
            user, number = dice.choice(session.users), dice.randrange(2)
            etag, body = known.get((session.id, user), ("", None))
            headers = {"X-Test-User-ID": user}
            if etag and dice.random() < 0.3:
                headers["If-None-Match"] = etag
            start = time.monotonic()
            try:
                async with http.get(
                    f"{self.world.urls[number]}/api/session/{session.id}", headers=headers
                ) as answer:
                    if answer.status == 200:
                        body = await answer.json()
                        known[session.id, user] = answer.headers["ETag"], body
                    elif answer.status != 304:
                        assert answer.status >= 500, await answer.text()
                        await asyncio.sleep(0.02)
                        continue
                    how = f"gateway {number}, {answer.status}, {answer.headers['X-Cache']}"
            except (aiohttp.ClientError, TimeoutError, OSError):
                await asyncio.sleep(0.02)
                continue
            self._record(session, body, start, time.monotonic(), how)

    def _record(self, session: Session, body: Any, start: float, end: float, how: str) -> None:
        self._count()
        self.how[how.rpartition(" ")[2]] += 1
        if self.how["hit"] > WARM:
            self._warm.set()
        shown = {
            f"notes of {session.id}": body["notes"] or "0",
            f"venue of {session.id}": body["venue_name"],
        }
        for user in ("user1", "user2"):
            participant = body["participants"][user]
            shown[f"name of {participant['id']}"] = participant["name"]
        for register, value in shown.items():
            self.history.reads.append(Read(register, int(value), start, end, how))

    def _count(self) -> None:
        self.answered += 1
        if self.answered >= self.operations:
            self._enough.set()

    async def _writer(
        self, http: aiohttp.ClientSession, dice: random.Random, sessions: Sequence[Session]
    ) -> None:
        while not self.over.is_set():
            session = dice.choice(sessions)
            what = dice.choice(("notes", "notes", "venue", "name"))
            user = dice.choice(session.users)
            if what == "notes":
                session.notes += 1
                path, body = f"/api/session/{session.id}/notes", {"notes": str(session.notes)}
                register, value = f"notes of {session.id}", session.notes
            elif what == "venue":
                session.venue += 1
                path, body = f"/api/session/{session.id}", {"venue_name": str(session.venue)}
                register, value = f"venue of {session.id}", session.venue
            else:
                value = session.names[user] = session.names.get(user, 0) + 1
                path, body, register = "/api/me", {"display_name": str(value)}, f"name of {user}"
            async with self.world.gate:
                while True:
                    if await self._write(http, dice, user, path, body, register, value):
                        break
                    # Long enough for others to see what became of it.
                    await asyncio.sleep(dice.uniform(0, OPEN_FOR))
            await asyncio.sleep(dice.uniform(0, 0.02))

    async def _write(
        self,
        http: aiohttp.ClientSession,
        dice: random.Random,
        user: str,
        path: str,
        body: Any,
        register: str,
        value: int,
    ) -> bool:
        """One attempt; whether it was answered for certain. Others follow until one is, at either gateway."""
        start = time.monotonic()
        outcome: Outcome
        try:
            async with http.patch(
                f"{self.world.urls[dice.randrange(2)]}{path}", json=body, headers={"X-Test-User-ID": user}
            ) as answer:
                outcome = "done" if answer.status < 500 else "open"
                assert answer.status == 200 or answer.status >= 500, await answer.text()
        except (aiohttp.ClientError, TimeoutError, OSError):
            outcome = "none"
        self.history.writes.append(Write(register, value, start, time.monotonic(), outcome))
        if outcome == "done":
            self._count()
        return outcome == "done"
