"""Consuming: a batch of deliveries becomes effects exactly once.

One transaction locks the deliveries that are still pending, applies their events set-wise, and marks them done. A
batch that fails is split until the culprit stands alone; that one is counted, tried again later, and
in the end kept as a dead letter, while the others have long gone through.

What is applied belongs to the request that caused it: whatever a consumer publishes or logs for events of one request
carries that request's ids (`kit.request_ids`), whoever applies it. What it publishes for a batch of several requests is
one event for all of them, and is nobody's: it carries ids of the batch's own, and the log says with these ids
(``requests_together``) which requests they stand for.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.database import Database, DatabaseUnavailable
from kit.outbox import deliveries
from kit.outbox.deliveries import StoredEvent
from kit.request_ids import bind_request

log = structlog.get_logger(__name__)

Apply = Callable[[AsyncConnection, Sequence[StoredEvent]], Awaitable[None]]
"""What a consumer does with a batch: set-wise, in the transaction that it is given, idempotent, raising on bad data.

It is called with the ids bound of the request that caused all of the batch, or with new ones."""


@dataclass(frozen=True, slots=True)
class Consumed:
    """What became of a batch, by event id. What was done already, or is held by another worker, is in none."""

    applied: tuple[UUID, ...] = ()
    failed: tuple[UUID, ...] = ()
    dead: tuple[UUID, ...] = ()

    def __add__(self, other: "Consumed") -> "Consumed":
        return Consumed(self.applied + other.applied, self.failed + other.failed, self.dead + other.dead)


async def consume(
    database: Database,
    consumer: str,
    event_ids: Sequence[UUID],
    apply: Apply,
    *,
    user_id: UUID | None = None,
) -> Consumed:
    """Applies what is still pending among ``event_ids``, exactly once whoever else tries.

    With ``user_id`` row-level security sees that user: for a read that applies its own user's deliveries. Raises
    `DatabaseUnavailable` when the server is away, and the worker's `SoftTimeLimitExceeded`: nothing is counted then,
    and the lease brings the deliveries back.
    """
    try:
        return Consumed(applied=await _apply_at_once(database, consumer, event_ids, apply, user_id))
    except DatabaseUnavailable:
        if len(event_ids) == 1 or not await _is_answering(database):
            raise
        # It answers: it was this batch that took too long, or met a lock. Smaller pieces may go through.
        return await _split(database, consumer, event_ids, apply, user_id)
    except (asyncio.CancelledError, SoftTimeLimitExceeded):
        # No fault of any of them. What keeps running into the limit is sent alone, and given up in the end.
        raise
    except Exception as error:
        if len(event_ids) > 1:
            log.debug("batch_split", consumer=consumer, size=len(event_ids), error=type(error).__name__)
            return await _split(database, consumer, event_ids, apply, user_id)
        return await _count_failure(database, consumer, event_ids[0], error, user_id)


async def _apply_at_once(
    database: Database, consumer: str, event_ids: Sequence[UUID], apply: Apply, user_id: UUID | None
) -> tuple[UUID, ...]:
    async def work(connection: AsyncConnection) -> tuple[UUID, ...]:
        events = await deliveries.lock_pending(connection, consumer, event_ids)
        if not events:
            return ()
        with bind_request(*deliveries.cause_of(events)):
            _tell_requests(consumer, events)
            await apply(connection, events)
        done = tuple(event.id for event in events)
        await deliveries.mark_done(connection, consumer, done)
        return done

    return await database.run(work, user_id=user_id)


def _tell_requests(consumer: str, events: Sequence[StoredEvent]) -> None:
    requests = list(dict.fromkeys(event.request_id for event in events if event.request_id))
    if len(requests) > 1:
        log.info("requests_together", consumer=consumer, requests=requests)


async def _split(
    database: Database, consumer: str, event_ids: Sequence[UUID], apply: Apply, user_id: UUID | None
) -> Consumed:
    middle = len(event_ids) // 2
    first = await consume(database, consumer, event_ids[:middle], apply, user_id=user_id)
    return first + await consume(database, consumer, event_ids[middle:], apply, user_id=user_id)


async def _count_failure(
    database: Database, consumer: str, event_id: UUID, error: Exception, user_id: UUID | None
) -> Consumed:
    reason = f"{type(error).__name__}: {error}"
    state = await database.run(
        lambda connection: deliveries.mark_failed(connection, consumer, event_id, reason), user_id=user_id
    )
    if state == "dead":
        log.error("dead_letter", consumer=consumer, event_id=str(event_id), error=reason)
        return Consumed(dead=(event_id,))
    log.warning("delivery_failed", consumer=consumer, event_id=str(event_id), error=reason)
    return Consumed(failed=(event_id,))


async def _is_answering(database: Database) -> bool:
    try:
        await database.ping()
    except DatabaseUnavailable:
        return False
    return True
