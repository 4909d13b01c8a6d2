"""Where messages come in, once for the whole process, and go to whoever has subscribed."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from gateway.live.history import Arrival, History
from kit.background import end
from kit.live.messages import Position, Published
from kit.live.stream import RETENTION, STREAM, read_entries

BLOCK_MILLISECONDS: Final = 2000
"""How long one read waits for messages: well below the client's socket timeout."""

READ_AT_ONCE: Final = 100
READ_AT_FIRST: Final = 1000
RETRY_SECONDS: Final = 0.25

AHEAD_MILLISECONDS: Final = 10_000
"""How far ahead of what has come here a client may be, by another gateway; more than that nobody can have been told."""

RETENTION_MILLISECONDS: Final = int(RETENTION.total_seconds() * 1000)

_log = structlog.get_logger(__name__)


class Subscriber(Protocol):
    """Somebody to be told. Neither call may wait."""

    def tell(self, message: Published) -> None:
        """A message for an address that was subscribed to."""

    def reset(self, since: Position) -> None:
        """Something may have been missed, and nobody can say what; nothing that comes after `since` was."""


class Hub:
    """Reads the stream for all subscribers of this gateway, whatever becomes of Redis meanwhile."""

    def __init__(self, redis: Redis, *, at_once: int = READ_AT_ONCE) -> None:
        """Read with `redis`, whose socket timeout must be longer than `BLOCK_MILLISECONDS`.

        After `at_once` messages the subscribers get time to pass them on.
        """
        self._redis = redis
        self._at_once = at_once
        self._history = History()
        self._subscribers: dict[str, set[Subscriber]] = {}
        self._begun = asyncio.Event()
        self._clock_offset = 0.0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Read as long as the context lasts."""
        reading = asyncio.create_task(self._read(), name="live-hub")
        try:
            yield
        finally:
            await end([reading])

    async def wait_until_begun(self, seconds: float) -> None:
        """Wait until what was told lately is known, but no longer than so many seconds."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._begun.wait(), seconds)

    @property
    def newest(self) -> Position | None:
        """The position up to which everything has come here; None while nothing is known."""
        return self._history.newest if self._begun.is_set() else None

    @property
    def now(self) -> float:
        """Redis's clock, by which messages have their positions, in milliseconds since the epoch."""
        return time.time() * 1000 + self._clock_offset

    def subscribe(self, subscriber: Subscriber, addresses: Iterable[str]) -> None:
        """Tell `subscriber` from now on what comes for these addresses.

        While nothing is known yet it is told nothing, and then reset.
        """
        for address in addresses:
            self._subscribers.setdefault(address, set()).add(subscriber)

    def missed(self, after: Position, addresses: Collection[str]) -> list[Published] | None:
        """Give what has come here for these addresses `after` that position, in order.

        None says that this is not known for sure: too long ago, or never heard of.
        """
        if not self._begun.is_set() or after.milliseconds > self._latest_believable():
            return None
        return self._history.after(after, addresses) if addresses else []

    def unsubscribe(self, subscriber: Subscriber, addresses: Iterable[str]) -> None:
        """Tell `subscriber` no more of these addresses."""
        for address in addresses:
            subscribers = self._subscribers.get(address)
            if subscribers is not None:
                subscribers.discard(subscriber)
                if not subscribers:
                    del self._subscribers[address]

    def _latest_believable(self) -> float:
        return max(self.now, self._history.newest.milliseconds) + AHEAD_MILLISECONDS

    async def _read(self) -> None:
        away = False
        while True:
            try:
                if not self._begun.is_set():
                    await self._begin()
                await self._read_once(self._at_once, block=BLOCK_MILLISECONDS)
                away = False
                await asyncio.sleep(0)
            except (RedisError, OSError, TimeoutError) as error:
                if not away:
                    _log.warning("live_updates_wait", error=type(error).__name__)
                away = True
                await asyncio.sleep(RETRY_SECONDS)

    async def _begin(self) -> None:
        """Learn what was told in the last minutes; who has subscribed before that may have missed something."""
        seconds, microseconds = await self._redis.time()
        now = seconds * 1000 + microseconds // 1000
        self._clock_offset = now - time.time() * 1000
        self._history.begin(Position(now - RETENTION_MILLISECONDS, 0))
        while await self._read_once(READ_AT_FIRST, block=None) == READ_AT_FIRST:
            pass
        # Nothing there: then everything up to this moment is known.
        self._history.skip(Position(now - 1, 0))
        self._begun.set()
        self._reset_all(self._history.newest)

    async def _read_once(self, count: int, *, block: int | None) -> int:
        answer: Any = await self._redis.xread({STREAM: str(self._history.newest)}, count=count, block=block)
        entries = answer[0][1] if answer else []
        for message in read_entries(entries):
            self._take(message)
        if entries:
            # What is no message is not to be read again, either.
            self._history.skip(Position.parse(entries[-1][0].decode()) or self._history.newest)
        self._history.forget(Position(int(self.now) - RETENTION_MILLISECONDS, 0))
        return len(entries)

    def _take(self, message: Published) -> None:
        arrival = self._history.add(message)
        if arrival is Arrival.KNOWN or not self._begun.is_set():
            return
        if arrival is Arrival.AFTER_GAP:
            _log.warning("live_updates_missed", position=str(message.position))
            self._reset_all(message.previous)
        for subscriber in tuple(self._subscribers.get(message.address, ())):
            subscriber.tell(message)

    def _reset_all(self, since: Position) -> None:
        everybody = {subscriber for each in self._subscribers.values() for subscriber in each}
        for subscriber in everybody:
            subscriber.reset(since)
