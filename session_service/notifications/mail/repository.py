"""All SQL of mails: what is planned, what is due, and what has become of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from session_service.notifications.mail.rules import (
    KEPT_AT_MOST,
    LEASES_APART,
    MOST_LEASES,
    Entry,
    Mail,
    Recipient,
)

OUTCOME_UNKNOWN = (
    "handing it over came to no known end: the server may have accepted it, so it is not sent again by itself"
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that the caller holds, as long as nobody else takes it: then its number of leases is another one."""

    id: UUID
    leases: int


@dataclass(frozen=True, slots=True)
class Planned:
    """A mail to be."""

    id: UUID
    user_id: UUID
    notification_id: UUID
    due_at: datetime
    gathering: bool


async def recipients(
    connection: AsyncConnection, user_ids: Iterable[UUID]
) -> tuple[list[Recipient], datetime | None]:
    """Those of the users who can be mailed and have said anything about where they want to be told; and the clock."""
    rows = (
        await connection.execute(
            text(
                "SELECT id, email, timezone, notification_preferences, now() AS now"
                " FROM session_service.user_profiles"
                " WHERE id = ANY(:ids) AND email IS NOT NULL AND notification_preferences ? 'email'"
            ),
            {"ids": list(user_ids)},
        )
    ).all()
    return [Recipient(*row[:4]) for row in rows], rows[0].now if rows else None


async def repeated(
    connection: AsyncConnection, notification_ids: Sequence[UUID], within: timedelta
) -> set[UUID]:
    """Those of the notifications before which, and not longer before, there was one like it.

    That is one for the same user, of the same kind, about the same session.
    """
    rows = await connection.execute(
        text(
            """
            SELECT n.id FROM session_service.notifications n
            WHERE n.id = ANY(:ids) AND n.session_id IS NOT NULL AND EXISTS (
                SELECT FROM session_service.notifications o
                WHERE o.user_id = n.user_id AND o.session_id = n.session_id AND o.kind = n.kind
                  AND o.created_at > n.created_at - :within AND (o.created_at, o.id) < (n.created_at, n.id)
            )
            """
        ),
        {"ids": list(notification_ids), "within": within},
    )
    return set(rows.scalars())


_PLAN = text(
    """
    WITH input AS (
        SELECT * FROM jsonb_to_recordset(CAST(:mails AS jsonb))
            AS m(id uuid, user_id uuid, notification_id uuid, due_at timestamptz, gathering boolean)
    ), single AS (
        INSERT INTO session_service.emails (id, user_id, notification_ids, due_at)
        SELECT id, user_id, ARRAY[notification_id], due_at FROM input WHERE NOT gathering
    )
    INSERT INTO session_service.emails (id, user_id, notification_ids, due_at, gathering)
    SELECT min(id::text)::uuid, user_id,
           (array_agg(notification_id ORDER BY notification_id))[greatest(1, count(*)::integer - :most + 1):],
           min(due_at), true
    FROM input WHERE gathering
    -- One order for all: two workers wait for each other instead of deadlocking.
    GROUP BY user_id ORDER BY user_id
    ON CONFLICT (user_id) WHERE gathering AND state = 'queued'
        DO UPDATE SET notification_ids = (emails.notification_ids || excluded.notification_ids)[
            greatest(1, cardinality(emails.notification_ids) + cardinality(excluded.notification_ids) - :most + 1):]
    """
)


async def plan(connection: AsyncConnection, mails: Sequence[Planned]) -> None:
    """Stores mails in one statement; what gathers goes into the one that its user already has, if there is one.

    That keeps the newest `KEPT_AT_MOST`.
    """
    if mails:
        written = orjson.dumps(mails, option=orjson.OPT_UTC_Z).decode()
        await connection.execute(_PLAN, {"mails": written, "most": KEPT_AT_MOST})


_TAKE = text(
    """
    WITH due AS (
        SELECT id FROM session_service.emails
        WHERE state IN ('queued', 'sending') AND due_at <= now()
        ORDER BY due_at LIMIT :limit
        FOR UPDATE SKIP LOCKED
    ), fate AS (
        SELECT e.id, e.state = 'sending' AS uncertain, e.state = 'sending' OR e.leases % :apart >= :most AS over
        FROM due JOIN session_service.emails e ON e.id = due.id
    )
    UPDATE session_service.emails e
    SET leases = e.leases + CASE WHEN over THEN 0 ELSE 1 END,
        due_at = now() + :lease,
        state = CASE WHEN over THEN 'dead' ELSE 'queued' END,
        gathering = gathering AND NOT over,
        uncertain = fate.uncertain,
        last_error = CASE WHEN fate.uncertain THEN :unknown WHEN over THEN 'taken too often without any outcome'
                          ELSE e.last_error END,
        done_at = CASE WHEN over THEN now() END
    FROM fate WHERE e.id = fate.id
    RETURNING e.id, e.leases, e.state
    """
)


async def take(connection: AsyncConnection, limit: int, lease: timedelta) -> tuple[list[Taken], list[UUID]]:
    """Takes up to ``limit`` due mails for so long, passing over what others hold; and those given up instead.

    A mail that was being handed over, and never came to an outcome, is a dead letter from now on: nobody knows
    whether it was accepted.
    """
    rows = (
        await connection.execute(
            _TAKE,
            {
                "limit": limit,
                "lease": lease,
                "most": MOST_LEASES,
                "apart": LEASES_APART,
                "unknown": OUTCOME_UNKNOWN,
            },
        )
    ).all()
    return (
        [Taken(row.id, row.leases) for row in rows if row.state == "queued"],
        [row.id for row in rows if row.state == "dead"],
    )


_MINE = "id = :id AND leases = :leases AND state = 'queued'"
_STORABLE = (
    "id = :id AND leases = :leases AND (state IN ('queued', 'sending') OR state = 'dead' AND uncertain)"
)

_LOOK = text(
    """
    SELECT m.id, m.user_id, m.gathering, m.created_at, now() AS now, cardinality(m.notification_ids) >= :most AS full,
           m.notification_ids[greatest(1, cardinality(m.notification_ids) - :most + 1):] AS notification_ids,
           p.email, p.timezone, p.notification_preferences
    FROM session_service.emails m JOIN session_service.user_profiles p ON p.id = m.user_id
    WHERE m.id = :id AND m.leases = :leases AND m.state = 'queued'
    FOR UPDATE OF m
    """
)

_ENTRIES = text(
    """
    SELECT n.id, n.event_id, n.kind, n.title, n.body, n.created_at, n.session_id, s.status, s.scheduled_time
    FROM session_service.notifications n
        LEFT JOIN session_service.wingman_sessions s ON s.id = n.session_id
    WHERE n.id = ANY(:ids) AND n.user_id = :user_id
    ORDER BY n.created_at, n.id
    """
)


async def look(connection: AsyncConnection, taken: Taken) -> Mail | None:
    """The mail, its user and what it tells of, as they are now; locked. None if it is not the caller's any more."""
    values = {"id": taken.id, "leases": taken.leases, "most": KEPT_AT_MOST}
    row = (await connection.execute(_LOOK, values)).first()
    if row is None:
        return None
    entries = await connection.execute(_ENTRIES, {"ids": row.notification_ids, "user_id": row.user_id})
    return Mail(
        row.id,
        row.user_id,
        row.gathering,
        row.created_at,
        Recipient(row.user_id, row.email, row.timezone, row.notification_preferences),
        [Entry(*entry) for entry in entries],
        row.now,
        row.full,
    )


async def begin(connection: AsyncConnection, taken: Taken, within: timedelta) -> None:
    """Says of a mail that `look` has locked that it is being handed over: from now on it is never taken again.

    Nothing more goes into it either, even when it is refused and tried again.
    """
    await connection.execute(
        text(
            "UPDATE session_service.emails SET state = 'sending', gathering = false, due_at = now() + :within,"  # noqa: S608 - put together of constants
            f" first_tried_at = coalesce(first_tried_at, now()) WHERE {_MINE}"
        ),
        {"id": taken.id, "leases": taken.leases, "within": within},
    )


async def postpone(connection: AsyncConnection, taken: Taken, until: datetime | None) -> None:
    """Makes a mail due then (None: at once), as if it had not been taken."""
    await _store(
        connection,
        taken,
        "state = 'queued', uncertain = false, done_at = NULL, due_at = coalesce(:until, now())",
        until=until,
    )


async def drop(connection: AsyncConnection, taken: Taken, reason: str) -> None:
    """It is not sent any more."""
    await _store(connection, taken, "state = 'dropped', done_at = now(), last_error = :reason", reason=reason)


async def succeed(connection: AsyncConnection, taken: Taken) -> bool:
    """The server has accepted it, whatever was believed meanwhile. False if there is no such mail any more."""
    return await _store(
        connection,
        taken,
        "state = 'sent', done_at = now(), last_error = NULL, uncertain = false, attempts = attempts + 1,"
        " first_tried_at = coalesce(first_tried_at, now())",
    )


async def fail(connection: AsyncConnection, taken: Taken, reason: str, *, uncertain: bool = False) -> None:
    """A dead letter: the server will never accept it, or nobody knows whether it has."""
    await _store(
        connection,
        taken,
        "state = 'dead', gathering = false, done_at = now(), last_error = :reason, uncertain = :uncertain,"
        " attempts = attempts + 1,"
        " first_tried_at = coalesce(first_tried_at, now())",
        reason=reason,
        uncertain=uncertain,
    )


@dataclass(frozen=True, slots=True)
class Tried:
    """How often a mail was tried, this time included; since when; and the database's clock."""

    attempts: int
    first_tried_at: datetime
    now: datetime


async def count_attempt(connection: AsyncConnection, taken: Taken, reason: str) -> Tried | None:
    """One more attempt that was refused for the time being. None if the mail is not the caller's any more."""
    row = (
        await connection.execute(
            text(
                "UPDATE session_service.emails SET state = 'queued', uncertain = false, done_at = NULL,"  # noqa: S608 - put together of constants
                " attempts = attempts + 1, first_tried_at = coalesce(first_tried_at, now()), last_error = :reason"
                f" WHERE {_STORABLE} RETURNING attempts, first_tried_at, now()"
            ),
            {"id": taken.id, "leases": taken.leases, "reason": reason},
        )
    ).first()
    return None if row is None else Tried(*row)


async def _store(connection: AsyncConnection, taken: Taken, changes: str, **values: object) -> bool:
    result = await connection.execute(
        text(f"UPDATE session_service.emails SET {changes} WHERE {_STORABLE}"),  # noqa: S608 - put together of constants
        {"id": taken.id, "leases": taken.leases, **values},
    )
    return result.rowcount == 1


async def expire(connection: AsyncConnection, kept: timedelta, limit: int) -> int:
    """Deletes mails that were sent or dropped longer ago than that; how many. Dead letters stay."""
    result = await connection.execute(
        text(
            """
            WITH old AS (
                SELECT id FROM session_service.emails
                WHERE state IN ('sent', 'dropped') AND done_at < now() - :kept ORDER BY done_at LIMIT :limit
            )
            DELETE FROM session_service.emails e USING old WHERE e.id = old.id
            """
        ),
        {"kept": kept, "limit": limit},
    )
    return result.rowcount
