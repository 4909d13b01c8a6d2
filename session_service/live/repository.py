"""All SQL of live updates: which events nobody was told of yet, and where the messages stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.contracts import LIVE
from kit.live.messages import BEGINNING, Position
from kit.outbox import deliveries
from kit.outbox.deliveries import StoredEvent

_ALONE = 7_426_336_002
"""Advisory lock: one transaction publishes at a time, whoever does it."""

# By the time of publishing, which is within the lock on what changed: changes of the same thing come in their order.
# Not now(): a delivery is due at the beginning of the transaction that wrote it, which may be after our own beginning.
_UNTOLD = text(
    """
    SELECT e.id, e.type, e.source, e.subject, e.time, e.data, e.request_id, e.traceparent,
           (SELECT last_id FROM outbox.live_position) AS last_id
    FROM outbox.deliveries d JOIN outbox.events e ON e.id = d.event_id
    WHERE d.consumer = :consumer AND d.state = 'pending' AND d.due_at <= clock_timestamp()
    ORDER BY e.time, e.id LIMIT :limit
    """
)

_TOLD = text(
    """
    WITH done AS (
        UPDATE outbox.deliveries SET state = 'done', done_at = now(), last_error = NULL
        WHERE consumer = :consumer AND event_id = ANY(:ids) AND state = 'pending'
    )
    UPDATE outbox.live_position SET last_id = :last_id WHERE last_id <> :last_id
    """
)


@dataclass(frozen=True, slots=True)
class Untold:
    """The oldest events that are still to be told, in their order, and the last message that was published before."""

    events: list[StoredEvent]
    last: Position


async def untold(connection: AsyncConnection, limit: int) -> Untold:
    """What is to be told next; nobody else tells anything until the transaction ends."""
    await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ALONE})
    rows = (await connection.execute(_UNTOLD, {"consumer": LIVE.name, "limit": limit})).all()
    last = Position.parse(rows[0].last_id) if rows else None
    return Untold([StoredEvent(*row[:-1]) for row in rows], last or BEGINNING)


async def mark_told(connection: AsyncConnection, event_ids: Sequence[UUID], last: Position) -> None:
    """Says that the messages of these events are published, the last of all of them as ``last``."""
    await connection.execute(_TOLD, {"consumer": LIVE.name, "ids": list(event_ids), "last_id": str(last)})


async def mark_malformed(connection: AsyncConnection, event_id: UUID, error: str) -> None:
    """Counts a failure; the event is tried again later, and a dead letter in the end."""
    await deliveries.mark_failed(connection, LIVE.name, event_id, error)
