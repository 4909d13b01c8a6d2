"""All SQL of the notifications room."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.outbox.events import uuid7
from session_service.notifications.notices import Notice

_COLUMNS = "id, kind, title, body, session_id, created_at, read_at"


@dataclass(frozen=True, slots=True)
class Notification:
    """One entry of an inbox as it is shown. ``read_at`` is when it was first read."""

    id: UUID
    kind: str
    title: str
    body: str
    session_id: UUID | None
    created_at: datetime
    read_at: datetime | None


async def display_names(connection: AsyncConnection, user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What these users are called now; somebody without a profile is not in it."""
    rows = await connection.execute(
        text("SELECT id, display_name FROM session_service.user_profiles WHERE id = ANY(:ids)"),
        {"ids": list(user_ids)},
    )
    return {row.id: row.display_name for row in rows}


_ADD = text(
    """
    INSERT INTO session_service.notifications (id, user_id, event_id, kind, title, body, session_id)
    SELECT id, user_id, event_id, kind, title, body, session_id
    FROM jsonb_to_recordset(CAST(:notices AS jsonb))
        AS n(id uuid, user_id uuid, event_id uuid, kind text, title text, body text, session_id uuid)
    -- Nobody is there to be told who takes a deleted user's place in what the buddies keep.
    WHERE NOT EXISTS (SELECT FROM session_service.user_profiles p WHERE p.id = n.user_id AND p.stands_in)
    -- One order for all: two workers that are given the same events wait for each other instead of deadlocking.
    ORDER BY event_id, user_id, kind
    ON CONFLICT (event_id, user_id, kind) DO NOTHING
    RETURNING id, user_id, kind, session_id
    """
)


@dataclass(frozen=True, slots=True)
class Added:
    """An entry that was not in its inbox before."""

    id: UUID
    user_id: UUID
    kind: str
    session_id: UUID | None


async def add(connection: AsyncConnection, notices: Sequence[tuple[UUID, Notice]]) -> list[Added]:
    """Puts notices (each with its event's id) into inboxes, in one statement; those that are there stay.

    Those for a deleted user's stand-in are left out. Answers with those that were not there.
    """
    rows = [
        {
            "id": uuid7(),
            "user_id": notice.user_id,
            "event_id": event_id,
            "kind": notice.kind,
            "title": notice.title,
            "body": notice.body,
            "session_id": notice.session_id,
        }
        for event_id, notice in notices
    ]
    if not rows:
        return []
    added = await connection.execute(_ADD, {"notices": orjson.dumps(rows).decode()})
    return [Added(*row) for row in added]


async def titles(connection: AsyncConnection, notification_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What stands over these entries; one that is gone is not in it."""
    rows = await connection.execute(
        text("SELECT id, title FROM session_service.notifications WHERE id = ANY(:ids)"),
        {"ids": list(notification_ids)},
    )
    return {row.id: row.title for row in rows}


def _page(*, unread: bool, following: bool) -> str:
    restrictions = (" AND read_at IS NULL" if unread else "") + (
        " AND (created_at, id) < (:before_created_at, :before_id)" if following else ""
    )
    # One statement, so that the items and the number of unread ones are of the same moment.
    return f"""
        WITH page AS (
            SELECT {_COLUMNS} FROM session_service.notifications
            WHERE user_id = :user_id{restrictions}
            ORDER BY created_at DESC, id DESC LIMIT :limit
        ), unread AS (
            SELECT count(*) AS unread FROM session_service.notifications
            WHERE user_id = :user_id AND read_at IS NULL
        )
        SELECT {_COLUMNS}, unread FROM unread LEFT JOIN page ON true
        ORDER BY created_at DESC, id DESC
    """  # noqa: S608 - nothing but the texts above


_PAGES = {
    (unread, following): text(_page(unread=unread, following=following))
    for unread in (False, True)
    for following in (False, True)
}


async def page(
    connection: AsyncConnection,
    user_id: UUID,
    *,
    unread: bool,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> tuple[list[Notification], int]:
    """The inbox newest first, from ``before`` (exclusive) on, and how many of all its entries are unread."""
    parameters = {"user_id": user_id, "limit": limit}
    if before is not None:
        parameters |= {"before_created_at": before[0], "before_id": before[1]}
    rows = (await connection.execute(_PAGES[unread, before is not None], parameters)).all()
    return [Notification(*row[:-1]) for row in rows if row.id is not None], rows[0].unread


async def mark_read(connection: AsyncConnection, user_id: UUID, notification_id: UUID) -> Notification | None:
    """Sets when the entry was read, unless it was; the entry, or None if the user has no such one."""
    row = (
        await connection.execute(
            text(
                "UPDATE session_service.notifications SET read_at = coalesce(read_at, clock_timestamp())"  # noqa: S608 - put together of constants
                f" WHERE id = :id AND user_id = :user_id RETURNING {_COLUMNS}"
            ),
            {"id": notification_id, "user_id": user_id},
        )
    ).first()
    return None if row is None else Notification(*row)


async def mark_all_read(connection: AsyncConnection, user_id: UUID) -> int:
    """Sets when the user's unread entries were read; how many they were."""
    result = await connection.execute(
        text(
            """
            WITH unread AS (
                SELECT id FROM session_service.notifications
                WHERE user_id = :user_id AND read_at IS NULL
                -- Sorted: the same user's other devices take the locks in the same order.
                ORDER BY id FOR UPDATE
            )
            UPDATE session_service.notifications n SET read_at = clock_timestamp()
            FROM unread WHERE n.id = unread.id
            """
        ),
        {"user_id": user_id},
    )
    return result.rowcount
