"""SQL of reminders. Of sessions, only what reminders have to know of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from session_service.notifications.reminders.rules import Reminder, Session


@dataclass(frozen=True, slots=True)
class Row:
    """A reminder as it is stored; without a due time nobody is reminded."""

    session_id: UUID
    user_id: UUID
    scheduled_time: datetime
    due_at: datetime | None


_SESSIONS = """
    SELECT id, status, scheduled_time, venue_name, user1_id, user2_id FROM session_service.wingman_sessions
    WHERE id = ANY(:ids) ORDER BY id FOR SHARE
"""


async def hold_sessions(
    connection: AsyncConnection, session_ids: Sequence[UUID], *, wait: bool = True
) -> list[Session]:
    """The sessions, which stay as they are until the transaction ends; without ``wait`` only those free just now."""
    rows = await connection.execute(
        text(_SESSIONS + ("" if wait else " SKIP LOCKED")), {"ids": list(session_ids)}
    )
    return [
        Session(row.id, row.status, row.scheduled_time, row.venue_name, (row.user1_id, row.user2_id))
        for row in rows
    ]


_PLAN = text(
    """
    INSERT INTO session_service.reminders (session_id, user_id, scheduled_time, due_at)
    SELECT r.session_id, r.user_id, r.scheduled_time, r.due_at
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
            AS r(session_id uuid, user_id uuid, scheduled_time timestamptz, due_at timestamptz)
        -- Whoever is gone is not reminded.
        JOIN session_service.user_profiles p ON p.id = r.user_id
    ORDER BY r.session_id, r.user_id
    ON CONFLICT (session_id, user_id) DO UPDATE
        SET scheduled_time = excluded.scheduled_time, due_at = excluded.due_at
        -- The same time was planned before, and may have been reminded of.
        WHERE reminders.scheduled_time <> excluded.scheduled_time
    """
)


async def plan(connection: AsyncConnection, rows: Sequence[Row]) -> None:
    """Stores reminders of held sessions; those that are of the same time already stay as they are."""
    if rows:
        written = orjson.dumps(rows, option=orjson.OPT_UTC_Z).decode()
        await connection.execute(_PLAN, {"rows": written})


async def forget(connection: AsyncConnection, session_ids: Sequence[UUID]) -> None:
    """Takes every reminder of these sessions away."""
    if session_ids:
        await connection.execute(
            text("DELETE FROM session_service.reminders WHERE session_id = ANY(:ids)"),
            {"ids": list(session_ids)},
        )


async def take_due(connection: AsyncConnection, limit: int) -> tuple[list[Reminder], datetime | None]:
    """Locks up to ``limit`` due reminders, passing over what others hold; those, and the database's clock."""
    rows = (
        await connection.execute(
            text(
                "SELECT session_id, user_id, scheduled_time, now() AS now FROM session_service.reminders"
                " WHERE due_at <= now() ORDER BY due_at, session_id, user_id LIMIT :limit FOR UPDATE SKIP LOCKED"
            ),
            {"limit": limit},
        )
    ).all()
    return [Reminder(*row[:3]) for row in rows], rows[0].now if rows else None


async def settle(connection: AsyncConnection, rows: Sequence[Row]) -> None:
    """Stores what has become of reminders that were taken: without a due time they are over."""
    if rows:
        await connection.execute(
            text(
                """
                UPDATE session_service.reminders r SET scheduled_time = s.scheduled_time, due_at = s.due_at
                FROM jsonb_to_recordset(CAST(:rows AS jsonb))
                    AS s(session_id uuid, user_id uuid, scheduled_time timestamptz, due_at timestamptz)
                WHERE r.session_id = s.session_id AND r.user_id = s.user_id
                """
            ),
            {"rows": orjson.dumps(rows, option=orjson.OPT_UTC_Z).decode()},
        )


async def expire(connection: AsyncConnection, limit: int) -> int:
    """Deletes reminders of times that are more than a day past; how many."""
    result = await connection.execute(
        text(
            """
            WITH past AS (
                SELECT session_id, user_id FROM session_service.reminders
                WHERE scheduled_time < now() - interval '1 day' ORDER BY scheduled_time LIMIT :limit
            )
            DELETE FROM session_service.reminders r USING past
            WHERE r.session_id = past.session_id AND r.user_id = past.user_id
            """
        ),
        {"limit": limit},
    )
    return result.rowcount
