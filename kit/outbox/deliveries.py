"""Deliveries: what each consumer still has to do, as rows with a state of their own.

``pending`` until applied (``done``) or given up (``dead``). A lease is nothing but a due time in the future: a
delivery that was handed to Celery and never came to anything falls due again by itself.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.metrics import Backlog
from kit.outbox.events import made_at

LEASE = timedelta(seconds=20)
"""How long a delivery may be under way before it is handed out again."""

MAX_ATTEMPTS = 5
"""Failures after which a delivery is a dead letter."""

SUSPECT_AFTER_LEASES = 4
"""Leases without any outcome after which a delivery travels alone: it may be what kills its worker."""

MAX_LEASES = 40
"""Leases without any outcome after which a delivery is a dead letter."""

RETENTION = timedelta(days=7)
"""How long a delivery that is done, and its event, are kept."""


@dataclass(frozen=True, slots=True)
class Leased:
    """A delivery that the caller now holds for `LEASE`."""

    event_id: UUID
    request_id: str | None
    traceparent: str | None
    leases: int

    @property
    def suspect(self) -> bool:
        """Whether it has vanished with its worker often enough to be sent alone."""
        return self.leases > SUSPECT_AFTER_LEASES


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as a consumer gets it: the attributes of CloudEvents 1.0, and the request that caused it."""

    id: UUID
    type: str
    source: str
    subject: str
    time: datetime
    data: dict[str, Any]
    request_id: str | None
    traceparent: str | None


def cause_of(entries: Iterable[Leased | StoredEvent]) -> tuple[str | None, str | None]:
    """The request id and the `traceparent` of the one request that caused all of these; else None and None."""
    causes = {(entry.request_id, entry.traceparent) for entry in entries}
    return causes.pop() if len(causes) == 1 else (None, None)


_LEASE = text(
    """
    WITH due AS (
        SELECT event_id FROM outbox.deliveries
        WHERE consumer = :consumer AND state = 'pending' AND due_at <= now()
        ORDER BY due_at LIMIT :limit
        FOR UPDATE SKIP LOCKED
    )
    UPDATE outbox.deliveries d
    SET due_at = now() + :lease, leases = d.leases + 1,
        state = CASE WHEN d.leases >= :max_leases THEN 'dead' ELSE d.state END,
        last_error = CASE WHEN d.leases >= :max_leases THEN 'handed out without any outcome, too often'
                          ELSE d.last_error END
    FROM due, outbox.events e
    WHERE d.consumer = :consumer AND d.event_id = due.event_id AND e.id = due.event_id
    RETURNING d.event_id, e.request_id, e.traceparent, d.leases, d.state
    """
)


async def lease(connection: AsyncConnection, consumer: str, limit: int) -> list[Leased]:
    """Takes up to ``limit`` due deliveries of one consumer, oldest first, passing over what others hold."""
    rows = await connection.execute(
        _LEASE, {"consumer": consumer, "limit": limit, "lease": LEASE, "max_leases": MAX_LEASES}
    )
    return [
        Leased(row.event_id, row.request_id, row.traceparent, row.leases)
        for row in rows
        if row.state == "pending"
    ]


async def give_back(connection: AsyncConnection, consumer: str, event_ids: Sequence[UUID]) -> None:
    """Makes leased deliveries due again at once: they could not be handed over."""
    await connection.execute(
        text(
            "UPDATE outbox.deliveries SET due_at = now(), leases = greatest(leases - 1, 0)"
            " WHERE consumer = :consumer AND event_id = ANY(:ids) AND state = 'pending'"
        ),
        {"consumer": consumer, "ids": list(event_ids)},
    )


_LOCK = text(
    """
    WITH locked AS MATERIALIZED (
        SELECT event_id FROM outbox.deliveries
        WHERE consumer = :consumer AND event_id = ANY(:ids) AND state = 'pending'
        ORDER BY event_id
        FOR UPDATE SKIP LOCKED
    )
    SELECT e.id, e.type, e.source, e.subject, e.time, e.data, e.request_id, e.traceparent
    FROM locked JOIN outbox.events e ON e.id = locked.event_id
    ORDER BY e.id
    """
)


async def lock_pending(
    connection: AsyncConnection, consumer: str, event_ids: Sequence[UUID]
) -> list[StoredEvent]:
    """Locks those of the deliveries that are still pending and held by nobody else; their events, in order."""
    rows = await connection.execute(_LOCK, {"consumer": consumer, "ids": list(event_ids)})
    return [StoredEvent(*row) for row in rows]


async def pending_of_user(
    connection: AsyncConnection, consumer: str, user_id: UUID, limit: int
) -> list[UUID]:
    """The pending deliveries that concern one user, oldest first: what a read has to apply before it answers.

    Without those that have failed and whose time to be tried again has not come.
    """
    rows = await connection.execute(
        text(
            "SELECT event_id FROM outbox.deliveries"
            " WHERE consumer = :consumer AND user_id = :user_id AND state = 'pending'"
            " AND (attempts = 0 OR due_at <= now()) ORDER BY event_id LIMIT :limit"
        ),
        {"consumer": consumer, "user_id": user_id, "limit": limit},
    )
    return list(rows.scalars())


async def mark_done(connection: AsyncConnection, consumer: str, event_ids: Sequence[UUID]) -> None:
    """Says that the effects are in this very transaction."""
    await connection.execute(
        text(
            "UPDATE outbox.deliveries SET state = 'done', done_at = now(), last_error = NULL"
            " WHERE consumer = :consumer AND event_id = ANY(:ids) AND state = 'pending'"
        ),
        {"consumer": consumer, "ids": list(event_ids)},
    )


async def mark_failed(connection: AsyncConnection, consumer: str, event_id: UUID, error: str) -> str | None:
    """Counts a failure: due again after 1, 2, 4, 8 s, then a dead letter. The new state; None if not pending.

    Of ``error`` what can be stored is kept: errors quote the very data that was bad.
    """
    state: str | None = await connection.scalar(
        text(
            """
            UPDATE outbox.deliveries
            SET attempts = attempts + 1, last_error = :error,
                due_at = now() + make_interval(secs => power(2, attempts)),
                state = CASE WHEN attempts + 1 >= :max_attempts THEN 'dead' ELSE 'pending' END
            WHERE consumer = :consumer AND event_id = :id AND state = 'pending'
            RETURNING state
            """
        ),
        {
            "consumer": consumer,
            "id": event_id,
            "error": _storable(error)[:2000],
            "max_attempts": MAX_ATTEMPTS,
        },
    )
    return state


def _storable(text: str) -> str:
    # PostgreSQL's text has no NUL, and UTF-8 no surrogates.
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()


async def is_done(connection: AsyncConnection, consumer: str, event_id: UUID) -> bool:
    """Whether the consumer's effects of this event are committed."""
    return bool(
        await connection.scalar(
            text(
                "SELECT state = 'done' FROM outbox.deliveries WHERE consumer = :consumer AND event_id = :id"
            ),
            {"consumer": consumer, "id": event_id},
        )
    )


# Two halves, so that each has its own small index: nearly all deliveries are done.
_BACKLOGS = text(
    """
    SELECT consumer, count(*) AS pending, 0 AS dead, min(CAST(event_id AS text)) AS oldest
    FROM outbox.deliveries WHERE state = 'pending' GROUP BY consumer
    UNION ALL
    SELECT consumer, 0, count(*), NULL FROM outbox.deliveries WHERE state = 'dead' GROUP BY consumer
    """
)


async def backlogs(connection: AsyncConnection, consumers: Sequence[str]) -> dict[str, Backlog]:
    """What each of these consumers, and any other, still has to do.

    The age of an event is that of its id, which tells when it was made (UUIDv7): a relay may not read more of it.
    """
    found = dict.fromkeys(consumers, Backlog())
    for row in await connection.execute(_BACKLOGS):
        lag = 0.0 if row.oldest is None else max(0.0, time.time() - made_at(UUID(row.oldest)))
        other = found.get(row.consumer, Backlog())
        found[row.consumer] = Backlog(
            row.pending + other.pending, row.dead + other.dead, max(lag, other.lag_seconds)
        )
    return found


async def expire(connection: AsyncConnection, limit: int = 5000) -> int:
    """Deletes events older than `RETENTION` all of whose deliveries are done; how many. Dead letters stay."""
    result = await connection.execute(
        text(
            """
            WITH old AS (
                SELECT e.id FROM outbox.events e
                WHERE e.time < now() - :retention
                  AND NOT EXISTS (SELECT FROM outbox.deliveries d WHERE d.event_id = e.id AND d.state <> 'done')
                ORDER BY e.time LIMIT :limit
            )
            DELETE FROM outbox.events e USING old WHERE e.id = old.id
            """
        ),
        {"retention": RETENTION, "limit": limit},
    )
    return result.rowcount
