"""The relay: takes due deliveries from PostgreSQL and hands their ids to Celery. The only publisher.

It is woken by a Redis signal, which may be lost, and looks by itself a few times a second. Batches grow with the
backlog: whatever is due when it looks, up to `BATCH`, becomes one task. While a queue is long enough to keep its
workers busy nothing more is taken, so a backlog waits in PostgreSQL, where it can be neither lost nor doubled.
"""

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from uuid import UUID

import structlog
from celery import Celery
from kombu.exceptions import OperationalError
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.ext.asyncio import AsyncConnection

from kit import heartbeats
from kit.contracts import CONSUMERS, Consumer
from kit.database import Database, DatabaseUnavailable
from kit.outbox import deliveries
from kit.outbox.deliveries import Leased
from kit.outbox.events import WAKE_CHANNEL

log = structlog.get_logger(__name__)

BATCH = 500
"""At most so many events a task."""

QUEUE_BOUND = 4
"""So many tasks waiting in a queue are enough to keep its workers busy."""

LOOK_EVERY = 0.25
"""Seconds between two looks when nothing wakes the relay."""

SHOWN_REQUEST_IDS = 3
"""How many request ids of a batch an operator sees beside the task."""

_BROKER_ERRORS = (RedisError, OperationalError, OSError, TimeoutError)


class Relay:
    """One relay; any number may run at once, they pass over what another holds.

    ``celery`` is used for publishing only. `run` returns after `stop` was called, with nothing half done.
    """

    def __init__(
        self,
        database: Database,
        redis: Redis,
        celery: Celery,
        *,
        name: str,
        consumers: Sequence[Consumer] = CONSUMERS,
    ):
        self.database = database
        self.redis = redis
        self.celery = celery
        self.name = name
        self.consumers = consumers
        self._stopping = asyncio.Event()
        self._woken = asyncio.Event()

    def stop(self) -> None:
        """Asks `run` to return after the round that it is in."""
        self._stopping.set()
        self._woken.set()

    async def run(self) -> None:
        """Serves until `stop`. Whatever fails (server, broker) is logged once a round and tried again."""
        async with asyncio.TaskGroup() as group:
            helpers = [group.create_task(self._listen()), group.create_task(self._beat())]
            pause = LOOK_EVERY
            while not self._stopping.is_set():
                self._woken.clear()
                try:
                    published = await self.look()
                    pause = LOOK_EVERY
                except (DatabaseUnavailable, *_BROKER_ERRORS) as error:
                    published = 0
                    pause = min(pause * 2, 2.0)
                    log.warning("relay_waits", error=type(error).__name__)
                if not published:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._woken.wait(), pause)
            for helper in helpers:
                helper.cancel()

    async def look(self) -> int:
        """One round over all consumers; how many deliveries were handed to Celery."""
        published = 0
        for consumer in self.consumers:
            published += await self._serve(consumer)
        return published

    async def _serve(self, consumer: Consumer) -> int:
        # Asked first: without the broker there is nothing to lease for, and publishing would take seconds to fail.
        room = QUEUE_BOUND - int(await self.redis.llen(consumer.queue))
        if room <= 0:
            return 0
        leased = await self.database.run(
            lambda connection: deliveries.lease(connection, consumer.name, BATCH * room)
        )
        handed_over = 0
        for batch in batches(leased):
            try:
                await asyncio.to_thread(self._send, consumer, batch)
            except _BROKER_ERRORS:
                await self._give_back(consumer, [entry.event_id for entry in leased[handed_over:]])
                raise
            handed_over += len(batch)
        return handed_over

    def _send(self, consumer: Consumer, batch: Sequence[Leased]) -> None:
        shown = list(dict.fromkeys(entry.request_id for entry in batch if entry.request_id))
        request_id = ",".join(shown[:SHOWN_REQUEST_IDS]) + ("…" if len(shown) > SHOWN_REQUEST_IDS else "")
        event_ids = [str(entry.event_id) for entry in batch]
        self.celery.send_task(
            consumer.task,
            kwargs={"event_ids": event_ids},
            queue=consumer.queue,
            retry=False,
            headers={"request_id": shown[0] if shown else None},
            # What Flower shows: an operator looks for a size and a request, not for 500 ids.
            argsrepr="()",
            kwargsrepr=f"{{'batch_size': {len(batch)}, 'request_id': '{request_id}'}}",
        )

    async def _give_back(self, consumer: Consumer, event_ids: Sequence[UUID]) -> None:
        async def work(connection: AsyncConnection) -> None:
            await deliveries.give_back(connection, consumer.name, event_ids)

        with contextlib.suppress(DatabaseUnavailable):
            await self.database.run(work)

    async def _listen(self) -> None:
        while True:
            try:
                async with self.redis.pubsub(ignore_subscribe_messages=True) as signals:
                    await signals.subscribe(WAKE_CHANNEL)
                    while True:
                        # Bounded below the client's socket timeout, which would otherwise end the read.
                        if await signals.get_message(timeout=2.0) is not None:
                            self._woken.set()
            except _BROKER_ERRORS:
                await asyncio.sleep(LOOK_EVERY)

    async def _beat(self) -> None:
        while True:
            with contextlib.suppress(*_BROKER_ERRORS):
                await heartbeats.beat(self.redis, heartbeats.RELAY, self.name)
            await asyncio.sleep(heartbeats.INTERVAL)


def batches(leased: Sequence[Leased]) -> Iterator[list[Leased]]:
    """Cuts what was leased into tasks of at most `BATCH`; a suspect delivery gets a task of its own."""
    together: list[Leased] = []
    for entry in leased:
        if entry.suspect:
            yield [entry]
            continue
        together.append(entry)
        if len(together) == BATCH:
            yield together
            together = []
    if together:
        yield together
