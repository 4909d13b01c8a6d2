"""The SQL of the ledger and its counters."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from reputation_service.ledger.rules import Entry, Kind

# A row that is there is locked and not written: PostgreSQL locks it before it looks at the WHERE. Both a new row and
# one that is there are reached in the order of the SELECT, so two batches queue up and never block each other.
_LOCK_COUNTERS = text(
    """
    INSERT INTO reputation_service.counters AS counters (user_id)
    SELECT CAST(value AS uuid) AS user_id FROM json_array_elements_text(CAST(:user_ids AS json)) ORDER BY user_id
    ON CONFLICT (user_id) DO UPDATE SET updated_at = counters.updated_at WHERE false
    """
)

# Only what the ledger took is added up: an entry that was there already comes back from no INSERT. Only users who have
# passed a count that somebody wants to know of come back to Python, because rows that travel cost more than rows that
# are written.
_BOOK = text(
    """
    WITH booked AS (
        INSERT INTO reputation_service.ledger
            (user_id, session_id, kind, points, completed_sessions, no_shows, event_id, occurred_at)
        SELECT user_id, session_id, kind, points, completed_sessions, no_shows, event_id, occurred_at
        FROM json_to_recordset(CAST(:entries AS json)) AS entry (
            user_id uuid, session_id uuid, kind text, points integer,
            completed_sessions smallint, no_shows smallint, event_id uuid, occurred_at timestamptz
        )
        ON CONFLICT (session_id, user_id, kind) DO NOTHING
        RETURNING user_id, kind, points, completed_sessions, no_shows, occurred_at
    ), sums AS (
        SELECT
            user_id,
            sum(points) AS points,
            sum(completed_sessions) AS completed_sessions,
            sum(no_shows) AS no_shows,
            max(occurred_at) FILTER (WHERE completed_sessions > 0) AS last_completed_at,
            max(occurred_at) FILTER (WHERE points <> 0 AND kind <> 'suspension') AS last_points_at,
            array_agg(occurred_at ORDER BY occurred_at) FILTER (WHERE completed_sessions > 0) AS completed_at
        FROM booked
        GROUP BY user_id
    ), counted AS (
        UPDATE reputation_service.counters AS counters
        SET completed_sessions = counters.completed_sessions + sums.completed_sessions,
            points = counters.points + sums.points,
            no_shows = counters.no_shows + sums.no_shows,
            completed_sessions_reached_at = greatest(counters.completed_sessions_reached_at, last_completed_at),
            points_reached_at = greatest(counters.points_reached_at, last_points_at),
            updated_at = statement_timestamp()
        FROM sums
        WHERE counters.user_id = sums.user_id
        RETURNING counters.user_id, counters.completed_sessions, sums.completed_at
    )
    SELECT user_id, completed_sessions, completed_at FROM counted
    WHERE EXISTS (
        SELECT FROM unnest(CAST(:notable AS integer[])) AS notable (count)
        WHERE count > completed_sessions - cardinality(completed_at) AND count <= completed_sessions
    )
    """
)

_SETTLE_REACHED = text("SELECT reputation_service.settle_reached(:user_ids)")

_ENTRY_COLUMNS = "id, kind, points, session_id, created_at"

_NEWEST = text(
    f"""
    SELECT {_ENTRY_COLUMNS} FROM reputation_service.ledger
    WHERE user_id = :user_id
    ORDER BY created_at DESC, id DESC LIMIT :limit
    """  # noqa: S608 - the columns are a constant above
)

_OLDER_THAN = text(
    f"""
    SELECT {_ENTRY_COLUMNS} FROM reputation_service.ledger
    WHERE user_id = :user_id AND (created_at, id) < (:created_at, :id)
    ORDER BY created_at DESC, id DESC LIMIT :limit
    """  # noqa: S608 - the columns are a constant above
)


@dataclass(frozen=True, slots=True)
class Passed:
    """A user who has reached a notable count: the count now, and the times of the sessions just booked, in order."""

    user_id: UUID
    completed_sessions: int
    completed_at: Sequence[datetime]


@dataclass(frozen=True, slots=True)
class BookedEntry:
    """One entry as its user sees it."""

    id: UUID
    kind: Kind
    points: int
    session_id: UUID
    created_at: datetime


async def lock_counters(connection: AsyncConnection, user_ids: Collection[UUID]) -> None:
    """Locks the users' counters in sorted order until the transaction ends, and makes those that are missing."""
    await connection.execute(_LOCK_COUNTERS, {"user_ids": orjson.dumps(list(user_ids)).decode()})


async def book(
    connection: AsyncConnection, entries: Sequence[Entry], *, notable: Sequence[int]
) -> list[Passed]:
    """Books the entries that the ledger does not hold yet and adds them to the counters, in one statement.

    The users' counters must be locked. Answers with the users whose completed sessions have thereby reached or
    passed one of the ``notable`` counts.
    """
    rows = [dict(zip(Entry._fields, entry, strict=True)) for entry in entries]
    passed = await connection.execute(
        _BOOK, {"entries": orjson.dumps(rows).decode(), "notable": list(notable)}
    )
    return [Passed(*row) for row in passed]


async def settle_reached(connection: AsyncConnection, user_ids: Collection[UUID]) -> None:
    """Finds anew when locked users have reached their values: an entry of theirs does not count any more."""
    await connection.execute(_SETTLE_REACHED, {"user_ids": list(user_ids)})


async def newest(connection: AsyncConnection, user_id: UUID, *, limit: int) -> list[BookedEntry]:
    """The newest entries of a user, newest first."""
    rows = await connection.execute(_NEWEST, {"user_id": user_id, "limit": limit})
    return [_entry(row) for row in rows]


async def older_than(
    connection: AsyncConnection, user_id: UUID, *, created_at: datetime, id: UUID, limit: int
) -> list[BookedEntry]:
    """The entries of a user that follow the given one, newest first; its place need not be taken."""
    rows = await connection.execute(
        _OLDER_THAN, {"user_id": user_id, "created_at": created_at, "id": id, "limit": limit}
    )
    return [_entry(row) for row in rows]


def _entry(row: Row[Any]) -> BookedEntry:
    return BookedEntry(row.id, Kind(row.kind), row.points, row.session_id, row.created_at)
