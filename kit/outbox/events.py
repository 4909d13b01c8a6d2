"""Publishing: an event is a row in the transaction of the change that it tells of.

Pattern: transactional outbox. The event is a CloudEvents 1.0 object; beside it stands one delivery for each
consumer, with a state of its own, so that nobody ever has to ask "what is newer than the last one that I saw"
(rows commit out of order).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
import uuid_utils
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit import contracts
from kit.request_ids import current_request_id, current_traceparent

WAKE_CHANNEL = "tandem:outbox:wake"
"""The Redis channel on which a relay is told that something is due. A hint: it also looks by itself."""

_PUBLISHED = "tandem.outbox.published"


def uuid7() -> UUID:
    """A UUIDv7 (RFC 9562): ids that sort by the time of their making."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


def made_at(event_id: UUID) -> float:
    """When a UUIDv7 was made, in seconds since 1970."""
    return (event_id.int >> 80) / 1000


@dataclass(frozen=True, slots=True)
class Event:
    """Something that has happened, before it is stored.

    ``user_id`` names the one user whose own reads must include the event's effects at once (null where there is
    no such user); the time is the database's, at publishing.
    """

    type: str
    subject: str
    data: Mapping[str, Any]
    user_id: UUID | None = None
    id: UUID = field(default_factory=uuid7)


_PUBLISH = text(
    """
    WITH input AS (
        SELECT * FROM jsonb_to_recordset(CAST(:events AS jsonb))
            AS e(id uuid, type text, subject text, data jsonb, user_id uuid, consumers text[])
    ), stored AS (
        INSERT INTO outbox.events (id, type, source, subject, time, data, request_id, traceparent)
        SELECT id, type, :source, subject, clock_timestamp(), data, :request_id, :traceparent FROM input
    )
    INSERT INTO outbox.deliveries (event_id, consumer, user_id)
    SELECT id, unnest(consumers), user_id FROM input
    """
)


async def publish(
    connection: AsyncConnection, events: Sequence[Event], *, source: str = contracts.SOURCE
) -> None:
    """Stores events and a delivery for each of their consumers, in the caller's transaction, in one statement.

    They exist if and only if that transaction commits. They carry the ids of the request at hand; within a consumer
    those of the request whose events it applies (`kit.outbox.consumer`). An unknown event type is a programming
    error: KeyError.
    """
    if not events:
        return
    rows = [
        {
            "id": event.id,
            "type": event.type,
            "subject": event.subject,
            "data": event.data,
            "user_id": event.user_id,
            "consumers": [consumer.name for consumer in contracts.SUBSCRIPTIONS[event.type]],
        }
        for event in events
    ]
    await connection.execute(
        _PUBLISH,
        {
            "events": orjson.dumps(rows, option=orjson.OPT_UTC_Z).decode(),
            "source": source,
            "request_id": current_request_id(),
            "traceparent": current_traceparent(),
        },
    )
    connection.info[_PUBLISHED] = True


def take_published(connection: AsyncConnection) -> bool:
    """Whether `publish` ran on this connection since the last time of asking. For the door, before it commits."""
    return bool(connection.info.pop(_PUBLISHED, False))


async def wake_relay(redis: Any) -> None:
    """Tells the relays that something is due. Loses the hint rather than raise when Redis is away."""
    try:
        await redis.publish(WAKE_CHANNEL, b"1")
    except (RedisError, OSError, TimeoutError):
        return
