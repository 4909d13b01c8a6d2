"""Announcements: "these effects are committed", as a hint in Redis, and waiting for one.

A request that waits for effects listens for the hint and then reads the truth, the delivery's state, in PostgreSQL.
Should the hint be lost, it looks by itself at growing intervals until its time is up.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
import structlog
from redis.exceptions import RedisError

from kit.background import end
from kit.database import Database, DatabaseUnavailable
from kit.outbox import deliveries

log = structlog.get_logger(__name__)

CHANNEL = "tandem:effects"
"""The Redis channel of all consumers' announcements."""

FIRST_LOOK = 0.03
"""Seconds until a waiting request looks by itself; doubles with each look, up to `LAST_LOOK`."""

LAST_LOOK = 0.5


async def announce(redis: Any, consumer: str, event_ids: Sequence[UUID]) -> None:
    """Says that the consumer's effects of these events are committed. Lost, not raised, when Redis is away."""
    if not event_ids:
        return
    message = orjson.dumps({"consumer": consumer, "events": [str(event_id) for event_id in event_ids]})
    try:
        await redis.publish(CHANNEL, message)
    except (RedisError, OSError, TimeoutError):
        log.info("announcement_lost", consumer=consumer)


class EffectWaiter:
    """Waits for effects on behalf of requests; one a process, with one subscription for all of them.

    Use as an async context manager. It works without Redis, only later.
    """

    def __init__(self, database: Database, redis: Any):
        self._database = database
        self._redis = redis
        self._waiting: dict[tuple[str, str], set[asyncio.Event]] = {}
        self._listener: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "EffectWaiter":
        self._listener = asyncio.create_task(self._listen(), name="effect-waiter")
        return self

    async def __aexit__(self, *_: object) -> None:
        await end([self._listener])

    async def wait(self, event_id: UUID, consumer: str, timeout: float) -> bool:  # noqa: ASYNC109 - the caller's own bound
        """Whether the consumer's effects of the event are committed, waiting up to ``timeout`` seconds for it.

        Never raises for a server that is away: then it is not known to be done, so the answer is False.
        """
        hint = asyncio.Event()
        key = (consumer, str(event_id))
        self._waiting.setdefault(key, set()).add(hint)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        pause = FIRST_LOOK
        try:
            while True:
                remaining = deadline - loop.time()
                if remaining > 0:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(hint.wait(), min(pause, remaining))
                hint.clear()
                if await self.is_done(event_id, consumer):
                    return True
                if loop.time() >= deadline:
                    return False
                pause = min(pause * 2, LAST_LOOK)
        finally:
            self._waiting[key].discard(hint)
            if not self._waiting[key]:
                del self._waiting[key]

    async def is_done(self, event_id: UUID, consumer: str) -> bool:
        """Whether the effects are committed now, as PostgreSQL says; False when it does not answer."""
        try:
            return await self._database.run(
                lambda connection: deliveries.is_done(connection, consumer, event_id)
            )
        except DatabaseUnavailable:
            return False

    async def _listen(self) -> None:
        while True:
            try:
                async with self._redis.pubsub(ignore_subscribe_messages=True) as channel:
                    await channel.subscribe(CHANNEL)
                    while True:
                        message = await channel.get_message(timeout=2.0)
                        if message is not None:
                            self._hint(message["data"])
            except (RedisError, OSError, TimeoutError):
                await asyncio.sleep(0.25)

    def _hint(self, data: bytes) -> None:
        if not self._waiting:
            return
        try:
            message = orjson.loads(data)
            consumer, event_ids = message["consumer"], message["events"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return
        for event_id in event_ids:
            for hint in self._waiting.get((consumer, event_id), ()):
                hint.set()
