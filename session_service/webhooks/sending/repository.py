"""SQL of sending, as the courier's role.

An endpoint's row is the lock of everything that is queued for it: whoever changes its deliveries locks it first, in a
statement of its own, so that the next statement sees what the one before him has committed. ``due_at`` of that row is
never later than the earliest of what is pending, so a look does not depend on how much waits. (It may be earlier, where
a delivery was noted without its endpoint's lease: then a look takes the endpoint, finds nothing, and puts it right.)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.outbox.events import uuid7
from session_service.webhooks.deliveries import rules
from session_service.webhooks.deliveries.rules import Outcome, Told, Verdict

_ALONE = 7_426_336_003
"""Advisory lock: one courier leases at a time, so that the bounds for hosts and users hold for all of them together."""


@dataclass(frozen=True, slots=True)
class Wanting:
    """An endpoint that may want a notification, with its owner's preferences."""

    endpoint_id: UUID
    told: Told
    preferences: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parcel:
    """A delivery whose attempt has begun. ``number`` is that of the attempt among all of this delivery.

    ``leased_until`` is the endpoint's lease under which it has begun: no two are the same, since each begins when the
    one before is over.
    """

    id: UUID
    endpoint_id: UUID
    user_id: UUID
    payload: str
    number: int
    interruptions: int
    url: str
    leased_until: datetime
    secrets: list[str]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a delivery and its endpoint stand, locked.

    ``current`` is whether nobody has begun another attempt since, nor leased the endpoint; ``moved`` whether the
    endpoint leads elsewhere by now.
    """

    user_id: UUID
    attempts: int
    current: bool
    moved: bool
    enabled: bool
    failing_for: timedelta


_WANTING = text(
    """
    SELECT e.id AS endpoint_id, n.id, n.user_id, n.kind, n.title, n.body, n.session_id, n.created_at,
           p.notification_preferences
    FROM session_service.notifications n
    JOIN session_service.webhook_endpoints e ON e.user_id = n.user_id
    JOIN session_service.user_profiles p ON p.id = n.user_id
    WHERE n.id = ANY(:ids) AND e.disabled_at IS NULL AND (e.kinds IS NULL OR n.kind = ANY(e.kinds))
    ORDER BY e.id, n.created_at, n.id
    FOR NO KEY UPDATE OF e
    """
)


async def wanting(connection: AsyncConnection, notification_ids: Sequence[UUID]) -> list[Wanting]:
    """Every enabled endpoint of the notifications' owners that takes their kind; the endpoints are locked."""
    rows = await connection.execute(_WANTING, {"ids": list(notification_ids)})
    return [Wanting(row[0], Told(*row[1:-1]), row[-1]) for row in rows]


_ADD = text(
    """
    WITH added AS (
        INSERT INTO session_service.webhook_deliveries
            (id, endpoint_id, user_id, notification_id, type, payload, due_at)
        SELECT id, endpoint_id, user_id, notification_id, type, payload, least(notified_at, now())
        FROM jsonb_to_recordset(CAST(:deliveries AS jsonb))
            AS d(id uuid, endpoint_id uuid, user_id uuid, notification_id uuid, type text, payload text,
                 notified_at timestamptz)
        ON CONFLICT (endpoint_id, notification_id) DO NOTHING
        RETURNING endpoint_id
    )
    UPDATE session_service.webhook_endpoints SET due_at = least(due_at, now())
    WHERE id IN (SELECT endpoint_id FROM added)
    """
)


async def add(connection: AsyncConnection, wanted: Sequence[Wanting]) -> None:
    """Queues messages for locked endpoints in one statement; what was queued before stays as it is."""
    rows = [
        {
            "id": uuid7(),
            "endpoint_id": one.endpoint_id,
            "user_id": one.told.user_id,
            "notification_id": one.told.id,
            "type": rules.type_of(one.told.kind),
            "payload": rules.message_of(one.told),
            # What was told first is sent first, whichever courier queues it.
            "notified_at": one.told.created_at,
        }
        for one in wanted
    ]
    if rows:
        await connection.execute(_ADD, {"deliveries": orjson.dumps(rows).decode()})


_LEASE = text(
    """
    WITH busy AS MATERIALIZED (
        SELECT host, user_id FROM session_service.webhook_endpoints
        WHERE due_at IS NOT NULL AND leased_until > now()
    ), hosts AS MATERIALIZED (
        SELECT host, count(*) AS busy FROM busy GROUP BY host
    ), users AS MATERIALIZED (
        SELECT user_id, count(*) AS busy FROM busy GROUP BY user_id
    ), due AS MATERIALIZED (
        SELECT id, host, user_id, due_at FROM session_service.webhook_endpoints
        WHERE due_at <= now() AND coalesce(held_until <= now(), true) AND coalesce(leased_until <= now(), true)
          AND host NOT IN (SELECT host FROM hosts WHERE busy >= :per_host)
          AND user_id NOT IN (SELECT user_id FROM users WHERE busy >= :per_user)
        ORDER BY due_at LIMIT 4 * :limit
        FOR NO KEY UPDATE SKIP LOCKED
    ), ranked AS (
        SELECT id, due_at,
               row_number() OVER (PARTITION BY host ORDER BY due_at, id) + coalesce(hosts.busy, 0) AS in_host,
               row_number() OVER (PARTITION BY user_id ORDER BY due_at, id) + coalesce(users.busy, 0) AS of_user
        FROM due LEFT JOIN hosts USING (host) LEFT JOIN users USING (user_id)
    ), chosen AS (
        SELECT id FROM ranked WHERE in_host <= :per_host AND of_user <= :per_user ORDER BY due_at LIMIT :limit
    )
    UPDATE session_service.webhook_endpoints e SET leased_until = now() + :lease
    FROM chosen WHERE e.id = chosen.id
    RETURNING e.id
    """
)


async def lease(
    connection: AsyncConnection, limit: int, *, per_host: int, per_user: int, lasts: timedelta
) -> list[UUID]:
    """Up to ``limit`` endpoints for which something is due: nobody else sends anything to them for so long.

    One is at most once among them, one host and one user not more often than that, those counted that are
    leased already.
    """
    await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ALONE})
    rows = await connection.execute(
        _LEASE, {"limit": limit, "per_host": per_host, "per_user": per_user, "lease": lasts}
    )
    return list(rows.scalars())


_BEGIN = text(
    """
    WITH next AS (
        SELECT d.id FROM unnest(CAST(:endpoint_ids AS uuid[])) AS e(id)
        CROSS JOIN LATERAL (
            SELECT id FROM session_service.webhook_deliveries
            WHERE endpoint_id = e.id AND state = 'pending' AND due_at <= now()
            ORDER BY due_at, id LIMIT 1
        ) d
    ), cut_off AS (
        UPDATE session_service.webhook_attempts SET error = :interrupted
        WHERE delivery_id IN (SELECT id FROM next) AND duration_ms IS NULL AND error IS NULL
        RETURNING delivery_id
    ), begun AS (
        UPDATE session_service.webhook_deliveries d
        SET logged = d.logged + 1,
            attempts = d.attempts + CASE WHEN c.delivery_id IS NULL THEN 1 ELSE 0 END,
            interruptions = d.interruptions + CASE WHEN c.delivery_id IS NULL THEN 0 ELSE 1 END
        FROM next LEFT JOIN cut_off c ON c.delivery_id = next.id
        WHERE d.id = next.id
        RETURNING d.id, d.endpoint_id, d.user_id, d.payload, d.logged, d.interruptions
    ), log AS (
        INSERT INTO session_service.webhook_attempts (delivery_id, number, user_id)
        SELECT id, logged, user_id FROM begun
    )
    SELECT begun.*, e.url, e.leased_until,
           (SELECT array_agg(s.secret ORDER BY s.created_at DESC, s.id DESC) FROM session_service.webhook_secrets s
            WHERE s.endpoint_id = e.id AND (s.expires_at IS NULL OR s.expires_at > now())) AS secrets
    FROM begun JOIN session_service.webhook_endpoints e ON e.id = begun.endpoint_id
    """
)


async def begin(connection: AsyncConnection, endpoint_ids: Sequence[UUID]) -> list[Parcel]:
    """Begins an attempt for each of these leased endpoints: of what fell due first, if anything has.

    An attempt that was begun and never came to an end is noted as cut off, and does not count.
    """
    rows = await connection.execute(
        _BEGIN, {"endpoint_ids": list(endpoint_ids), "interrupted": rules.INTERRUPTED}
    )
    return [Parcel(*row) for row in rows]


_STANDING = text(
    """
    SELECT e.user_id, d.attempts, d.logged = :number AND e.leased_until IS NOT DISTINCT FROM :leased_until AS current,
           e.url <> :url AS moved, e.disabled_at IS NULL AS enabled,
           now() - coalesce(e.failing_since, now()) AS failing_for
    FROM session_service.webhook_endpoints e
    JOIN session_service.webhook_deliveries d ON d.endpoint_id = e.id
    WHERE e.id = :endpoint_id AND d.id = :id
    FOR NO KEY UPDATE OF e
    """
)


async def standing(connection: AsyncConnection, parcel: Parcel) -> Standing | None:
    """How things are now with a delivery that was attempted; its endpoint is locked. None when it was deleted."""
    row = (
        await connection.execute(
            _STANDING,
            {
                "endpoint_id": parcel.endpoint_id,
                "id": parcel.id,
                "number": parcel.number,
                "leased_until": parcel.leased_until,
                "url": parcel.url,
            },
        )
    ).first()
    return None if row is None else Standing(*row)


_NOTE = text(
    """
    WITH log AS (
        UPDATE session_service.webhook_attempts SET duration_ms = :duration_ms, status = :status, error = :error
        WHERE delivery_id = :id AND number = :number
    )
    UPDATE session_service.webhook_deliveries
    SET state = CAST(:state AS text), last_status = :status, last_error = :error,
        due_at = CASE WHEN :state = 'pending' THEN now() + :wait ELSE due_at END,
        finished_at = CASE WHEN :state = 'pending' THEN NULL ELSE now() END
    WHERE id = :id AND (state = 'pending' OR :state = 'delivered')
    """
)

_LOG = text(
    """
    UPDATE session_service.webhook_attempts SET duration_ms = :duration_ms, status = :status, error = :error
    WHERE delivery_id = :id AND number = :number
    """
)


async def note(
    connection: AsyncConnection, parcel: Parcel, outcome: Outcome, verdict: Verdict | None, took: timedelta
) -> None:
    """Logs what came of the attempt, and with a verdict what that means for the delivery.

    What was accepted is accepted, whatever became of it meanwhile.
    """
    parameters = {
        "id": parcel.id,
        "number": parcel.number,
        "duration_ms": round(took / timedelta(milliseconds=1)),
        "status": outcome.status,
        "error": outcome.error,
    }
    if verdict is None:
        await connection.execute(_LOG, parameters)
    else:
        wait = verdict.wait or timedelta(0)
        await connection.execute(_NOTE, {**parameters, "state": verdict.state, "wait": wait})


_SETTLE = text(
    """
    UPDATE session_service.webhook_endpoints e
    SET failing_since = CASE CAST(:failed AS boolean) WHEN true THEN coalesce(failing_since, now())
                                                      WHEN false THEN NULL ELSE failing_since END,
        held_until = greatest(held_until, now() + CAST(:hold AS interval)),
        leased_until = CASE WHEN :keep THEN now() + CAST(:lease AS interval) END,
        due_at = (SELECT min(due_at) FROM session_service.webhook_deliveries d
                  WHERE d.endpoint_id = e.id AND d.state = 'pending')
    WHERE id = :id
    RETURNING due_at <= now() AND coalesce(held_until <= now(), true)
    """
)


async def settle(
    connection: AsyncConnection,
    endpoint_id: UUID,
    *,
    failed: bool | None,
    hold: timedelta | None,
    keep: timedelta | None,
) -> bool:
    """Notes on a locked endpoint how it did and when it is next due; with ``keep`` it stays leased for so long.

    With ``failed`` None nothing was learnt of how it does.
    Whether something is due for it at this moment.
    """
    return bool(
        await connection.scalar(
            _SETTLE,
            {
                "id": endpoint_id,
                "failed": failed,
                "hold": hold,
                "keep": keep is not None,
                "lease": keep if keep is not None else timedelta(0),
            },
        )
    )


_RELEASE = text(
    """
    UPDATE session_service.webhook_endpoints e
    SET leased_until = NULL,
        due_at = (SELECT min(due_at) FROM session_service.webhook_deliveries d
                  WHERE d.endpoint_id = e.id AND d.state = 'pending')
    WHERE id = ANY(:ids)
    """
)


async def release(connection: AsyncConnection, endpoint_ids: Sequence[UUID]) -> None:
    """Gives locked endpoints back."""
    await connection.execute(_RELEASE, {"ids": list(endpoint_ids)})
