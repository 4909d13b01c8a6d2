"""SQL about deliveries, as their owners and the housekeeping deal with them.

What changes deliveries needs their endpoint locked, in a statement of its own before: see `sending.repository`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.outbox.events import uuid7
from kit.schemas import parse_time
from session_service.webhooks.deliveries import rules
from session_service.webhooks.rules import DisabledReason

LOG_LENGTH = 20
"""Attempts that the log of a delivery shows, the latest."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One line of a delivery's log."""

    number: int
    started_at: datetime
    duration_ms: int | None
    status: int | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as its owner sees it."""

    id: UUID
    notification_id: UUID | None
    type: str
    state: rules.State
    attempts: int
    last_status: int | None
    last_error: str | None
    next_attempt_at: datetime | None
    created_at: datetime
    delivered_at: datetime | None
    log: list[Attempt]


_SHOWN = """
    SELECT d.id, d.notification_id, d.type, d.state, d.logged AS attempts, d.last_status, d.last_error,
           CASE WHEN d.state = 'pending' THEN greatest(d.due_at, e.held_until) END AS next_attempt_at,
           d.created_at, CASE WHEN d.state = 'delivered' THEN d.finished_at END AS delivered_at,
           coalesce((SELECT jsonb_agg(to_jsonb(a) ORDER BY a.number DESC) FROM (
               SELECT number, started_at, duration_ms, status, error FROM session_service.webhook_attempts
               WHERE delivery_id = d.id ORDER BY number DESC LIMIT :log_length
           ) a), '[]') AS log
    FROM session_service.webhook_deliveries d
    JOIN session_service.webhook_endpoints e ON e.id = d.endpoint_id
    WHERE d.endpoint_id = :endpoint_id
"""

_PAGES = {
    following: text(
        _SHOWN
        + (" AND (d.created_at, d.id) < (:before_created_at, :before_id)" if following else "")
        + " ORDER BY d.created_at DESC, d.id DESC LIMIT :limit"
    )
    for following in (False, True)
}

_ONE = text(_SHOWN + " AND d.id = :id")


def _delivery(row: Row[Any]) -> Delivery:
    log = [Attempt(**{**line, "started_at": parse_time(line["started_at"])}) for line in row.log]
    return Delivery(**{**row._mapping, "log": log})


async def page(
    connection: AsyncConnection, endpoint_id: UUID, *, before: tuple[datetime, UUID] | None, limit: int
) -> list[Delivery]:
    """An endpoint's deliveries newest first, from ``before`` (exclusive) on."""
    parameters: dict[str, Any] = {"endpoint_id": endpoint_id, "limit": limit, "log_length": LOG_LENGTH}
    if before is not None:
        parameters |= {"before_created_at": before[0], "before_id": before[1]}
    rows = await connection.execute(_PAGES[before is not None], parameters)
    return [_delivery(row) for row in rows]


async def load(connection: AsyncConnection, endpoint_id: UUID, delivery_id: UUID) -> Delivery | None:
    """One delivery of an endpoint."""
    row = (
        await connection.execute(
            _ONE, {"endpoint_id": endpoint_id, "id": delivery_id, "log_length": LOG_LENGTH}
        )
    ).first()
    return None if row is None else _delivery(row)


async def waiting_tests(connection: AsyncConnection, endpoint_id: UUID) -> int:
    """How many tests of an endpoint have not come to an end."""
    found = await connection.scalar(
        text(
            "SELECT count(*) FROM session_service.webhook_deliveries"
            " WHERE endpoint_id = :id AND state = 'pending' AND notification_id IS NULL"
        ),
        {"id": endpoint_id},
    )
    return int(found or 0)


async def clock(connection: AsyncConnection) -> datetime:
    """The database's time, at the beginning of the transaction."""
    now: datetime = (await connection.execute(text("SELECT now()"))).scalar_one()
    return now


_ADD_TEST = text(
    """
    WITH added AS (
        INSERT INTO session_service.webhook_deliveries (id, endpoint_id, user_id, type, payload)
        VALUES (:id, :endpoint_id, :user_id, :type, :payload)
    )
    UPDATE session_service.webhook_endpoints SET due_at = least(due_at, now()) WHERE id = :endpoint_id
    """
)


async def add_test(connection: AsyncConnection, endpoint_id: UUID, user_id: UUID, payload: str) -> UUID:
    """Queues a test for a locked endpoint; its id."""
    delivery_id = uuid7()
    await connection.execute(
        _ADD_TEST,
        {
            "id": delivery_id,
            "endpoint_id": endpoint_id,
            "user_id": user_id,
            "type": rules.TEST_TYPE,
            "payload": payload,
        },
    )
    return delivery_id


_AGAIN = text(
    """
    WITH again AS (
        UPDATE session_service.webhook_deliveries
        SET state = 'pending', attempts = 0, interruptions = 0, due_at = now(), finished_at = NULL
        WHERE id = :id AND endpoint_id = :endpoint_id
        RETURNING endpoint_id
    )
    UPDATE session_service.webhook_endpoints SET due_at = least(due_at, now())
    WHERE id IN (SELECT endpoint_id FROM again)
    """
)


async def again(connection: AsyncConnection, endpoint_id: UUID, delivery_id: UUID) -> None:
    """Sends a delivery of a locked endpoint again, as if it had never been tried."""
    await connection.execute(_AGAIN, {"id": delivery_id, "endpoint_id": endpoint_id})


_DISABLE = text(
    """
    WITH given_up AS (
        UPDATE session_service.webhook_deliveries
        SET state = 'failed', last_error = :error, finished_at = now()
        WHERE endpoint_id = :id AND state = 'pending'
    )
    UPDATE session_service.webhook_endpoints
    SET disabled_at = now(), disabled_reason = :reason, due_at = NULL
    WHERE id = :id
    """
)


async def disable(connection: AsyncConnection, endpoint_id: UUID, reason: DisabledReason) -> None:
    """Sends nothing more to a locked endpoint; what waits for it is given up, and kept with the reason."""
    await connection.execute(_DISABLE, {"id": endpoint_id, "reason": reason, "error": rules.SWITCHED_OFF})


async def expire(connection: AsyncConnection, limit: int, *, delivered: timedelta, failed: timedelta) -> int:
    """Deletes up to ``limit`` deliveries that came to an end so long ago; how many."""
    result = await connection.execute(
        text(
            """
            DELETE FROM session_service.webhook_deliveries WHERE id IN (
                SELECT id FROM session_service.webhook_deliveries
                WHERE finished_at < now() - least(:delivered, :failed)
                  AND finished_at < now() - CASE state WHEN 'failed' THEN :failed ELSE :delivered END
                ORDER BY finished_at LIMIT :limit
            )
            """
        ),
        {"limit": limit, "delivered": delivered, "failed": failed},
    )
    return result.rowcount
