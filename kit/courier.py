"""The courier: carries what is due to servers outside, many slow ones at once.

What is to be carried are rows with a due time; a `Carrier` knows one kind of them. The courier asks each carrier for as
many as it has hands free, and never waits for a slow one before it takes others.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import structlog
from redis.asyncio import Redis

from kit import announcements, heartbeats
from kit.outbox.events import WAKE_CHANNEL
from kit.outbox.lookout import Lookout

log = structlog.get_logger(__name__)

FINISH = 1.2
"""Seconds that what is under way gets to come to its end once the courier shall stop."""

GIVE_BACK = 1.0
"""Seconds that what was under way then gets to store how far it has come, before it is left alone."""


class Carrier(Protocol):
    """One kind of outbound thing; its rows are the truth, and what is in memory may be lost at any moment."""

    name: str
    concurrency: int
    """How many may be under way at once in one courier."""

    async def take(self, limit: int) -> Sequence[Any]:
        """Leases up to ``limit`` due items in a transaction of its own, passing over what others hold.

        The lease is a due time ahead: what is never carried falls due again by itself. Raises
        `DatabaseUnavailable` when the database is away.
        """
        ...

    async def carry(self, item: Any) -> None:
        """Sends one item and stores the outcome in a transaction of its own; raising is a bug, and is logged.

        When it is cancelled (the courier stops) it has `GIVE_BACK` seconds to store how far it has come.
        """
        ...


class Courier(Lookout):
    """One courier; any number may run at once. Woken by publishers and workers, and looking by itself, too."""

    heart = heartbeats.COURIER
    signals = (WAKE_CHANNEL, announcements.CHANNEL)

    def __init__(self, redis: Redis, carriers: Sequence[Carrier], *, name: str):
        super().__init__(redis, name=name)
        self.carriers = carriers
        self._under_way: dict[asyncio.Task[None], Carrier] = {}

    async def look(self) -> int:
        """Takes what is due, as far as there are hands, and begins to carry it; how much that was.

        A carrier that fails does not keep the others waiting. Raises what says that a server is away.
        """
        taken = 0
        away: Exception | None = None
        for carrier in self.carriers:
            try:
                taken += await self._serve(carrier)
            except self.errors as error:
                away = error
            except Exception:
                log.exception("carrier_failed", carrier=carrier.name)
        if away is not None and not taken:
            raise away
        return taken

    async def run(self) -> None:
        """Serves until `stop`; returns within about two seconds of it, whatever servers outside do."""
        try:
            await super().run()
        finally:
            await self._finish()

    @property
    def under_way(self) -> int:
        """How many items are being carried at the moment."""
        return len(self._under_way)

    async def _serve(self, carrier: Carrier) -> int:
        busy = sum(one is carrier for one in self._under_way.values())
        free = carrier.concurrency - busy
        if free <= 0 or self._stopping.is_set():
            return 0
        items = await carrier.take(free)
        for item in items:
            task = asyncio.create_task(self._carry(carrier, item), name=f"carry-{carrier.name}")
            self._under_way[task] = carrier
            task.add_done_callback(self._done(carrier))
            self.metrics.under_way.labels(carrier.name).inc()
        return len(items)

    def _done(self, carrier: Carrier) -> Callable[[asyncio.Task[None]], None]:
        def free_a_hand(task: asyncio.Task[None]) -> None:
            was_full = sum(one is carrier for one in self._under_way.values()) >= carrier.concurrency
            self._under_way.pop(task, None)
            self.metrics.under_way.labels(carrier.name).dec()
            self.metrics.done.labels(carrier.name).inc()
            if was_full:
                # More may have been waiting for this hand than a look could take.
                self._woken.set()

        return free_a_hand

    async def _carry(self, carrier: Carrier, item: Any) -> None:
        try:
            await carrier.carry(item)
        except Exception:
            log.exception("carrying_failed", carrier=carrier.name)

    async def _finish(self) -> None:
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=FINISH)
        for task in self._under_way:
            task.cancel()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=GIVE_BACK)
