"""The relay: takes due deliveries from PostgreSQL and hands their ids to Celery. The only publisher.

Batches grow with the backlog: whatever is due when it looks, up to `BATCH`, becomes one task. While a queue is long
enough to keep its workers busy nothing more is taken, so a backlog waits in PostgreSQL, where it can be neither lost
nor doubled.
"""

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from uuid import UUID

from celery import Celery
from kombu.exceptions import OperationalError
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncConnection

from kit import heartbeats
from kit.contracts import CONSUMERS, LIVE, WEBHOOKS, Consumer
from kit.database import Database, DatabaseUnavailable
from kit.outbox import deliveries
from kit.outbox.deliveries import Leased
from kit.outbox.events import WAKE_CHANNEL
from kit.outbox.lookout import Lookout

BATCH = 500
"""At most so many events a task."""

QUEUE_BOUND = 4
"""So many tasks waiting in a queue are enough to keep its workers busy."""

SHOWN = tuple(consumer.name for consumer in (*CONSUMERS, LIVE, WEBHOOKS))
"""Consumers whose backlogs are shown even when there is none."""

SHOWN_REQUEST_IDS = 3
"""How many request ids of a batch an operator sees beside the task."""


class Relay(Lookout):
    """One relay; any number may run at once, they pass over what another holds. Publishes by ``celery``."""

    heart = heartbeats.RELAY
    signals = (WAKE_CHANNEL,)
    errors = (*Lookout.errors, OperationalError)

    def __init__(
        self,
        database: Database,
        redis: Redis,
        celery: Celery,
        *,
        name: str,
        consumers: Sequence[Consumer] = CONSUMERS,
        measured: bool = False,
    ):
        super().__init__(redis, name=name)
        self.database = database
        self.celery = celery
        self.consumers = consumers
        self.measured = measured

    async def look(self) -> int:
        """One round over all consumers; how many deliveries were handed to Celery."""
        published = 0
        for consumer in self.consumers:
            published += await self._serve(consumer)
        return published

    async def measure(self) -> None:
        """Shows what each consumer still has to do, those too that are not served by a relay; if somebody may look."""
        if not self.measured:
            return
        self.metrics.show_backlogs(
            await self.database.run(lambda connection: deliveries.backlogs(connection, SHOWN))
        )

    async def _serve(self, consumer: Consumer) -> int:
        # Asked first: without the broker there is nothing to lease for, and publishing would take seconds to fail.
        room = QUEUE_BOUND - int(await self.redis.llen(consumer.queue))
        if room <= 0:
            return 0
        leased = await self.database.run(
            lambda connection: deliveries.lease(connection, consumer.name, BATCH * room)
        )
        waiting = {entry.event_id for entry in leased}
        for batch in batches(leased):
            try:
                await asyncio.to_thread(self._send, consumer, batch)
            except self.errors:
                await self._give_back(consumer, sorted(waiting))
                raise
            waiting.difference_update(entry.event_id for entry in batch)
            self.metrics.done.labels(consumer.name).inc(len(batch))
        return len(leased)

    def _send(self, consumer: Consumer, batch: Sequence[Leased]) -> None:
        shown = list(dict.fromkeys(entry.request_id for entry in batch if entry.request_id))
        request_id = ",".join(shown[:SHOWN_REQUEST_IDS]) + ("…" if len(shown) > SHOWN_REQUEST_IDS else "")
        event_ids = [str(entry.event_id) for entry in batch]
        cause, traceparent = deliveries.cause_of(batch)
        self.celery.send_task(
            consumer.task,
            kwargs={"event_ids": event_ids},
            queue=consumer.queue,
            retry=False,
            # A task for several requests is none of theirs: the worker finds each event's own beside it.
            headers={"request_id": cause, "traceparent": traceparent},
            # What Flower shows: an operator looks for a size and a request, not for 500 ids.
            argsrepr="()",
            kwargsrepr=f"{{'batch_size': {len(batch)}, 'request_id': '{request_id}'}}",
        )

    async def _give_back(self, consumer: Consumer, event_ids: Sequence[UUID]) -> None:
        async def work(connection: AsyncConnection) -> None:
            await deliveries.give_back(connection, consumer.name, event_ids)

        with contextlib.suppress(DatabaseUnavailable):
            await self.database.run(work)


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
