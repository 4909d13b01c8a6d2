"""All SQL of the matches room. Row-level security shows a match to its two users only."""

# ruff: noqa: S608 - statements are put together of this module's constants, never of what comes from outside

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from session_service.matches.rules import Match, Status

_COLUMNS = "id, user1_id, user2_id, status, created_at"


def _match(row: Row[tuple[UUID, UUID, UUID, str, datetime]]) -> Match:
    return Match(row.id, row.user1_id, row.user2_id, Status(row.status), row.created_at)


async def load(connection: AsyncConnection, match_id: UUID, *, keep: bool = False) -> Match | None:
    """The match, if it is one of the user's; with ``keep`` its two stay the same until the transaction ends."""
    suffix = " FOR KEY SHARE" if keep else ""
    row = (
        await connection.execute(
            text(f"SELECT {_COLUMNS} FROM session_service.wingman_matches WHERE id = :id{suffix}"),
            {"id": match_id},
        )
    ).first()
    return None if row is None else _match(row)


async def exists(connection: AsyncConnection, match_id: UUID) -> bool:
    """Whether there is such a match, whoever's it is."""
    return bool(await connection.scalar(text("SELECT session_service.match_exists(:id)"), {"id": match_id}))


async def add(connection: AsyncConnection, inviter_id: UUID, invited_id: UUID) -> Match | None:
    """A new match; None when the two have an open one, also under any concurrency."""
    row = (
        await connection.execute(
            text(
                f"""
                INSERT INTO session_service.wingman_matches (user1_id, user2_id) VALUES (:inviter_id, :invited_id)
                ON CONFLICT (least(user1_id, user2_id), greatest(user1_id, user2_id))
                    WHERE status IN ('pending', 'accepted') DO NOTHING
                RETURNING {_COLUMNS}
                """
            ),
            {"inviter_id": inviter_id, "invited_id": invited_id},
        )
    ).first()
    return None if row is None else _match(row)


async def answer(connection: AsyncConnection, match_id: UUID, status: Status) -> Match | None:
    """Stores the answer; None when another one was first."""
    row = (
        await connection.execute(
            text(
                f"""
                UPDATE session_service.wingman_matches SET status = :status, answered_at = now()
                WHERE id = :id AND status = 'pending'
                RETURNING {_COLUMNS}
                """
            ),
            {"id": match_id, "status": status.value},
        )
    ).first()
    return None if row is None else _match(row)


_TOP = (datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))
"""What every match comes after: the first page is the one that follows it."""

_BRANCH = f"""
    SELECT {_COLUMNS} FROM session_service.wingman_matches
    WHERE {{user}} = :user_id
      AND (created_at, id) < (:before_time, :before_id)
      AND status = ANY(:statuses)
    ORDER BY created_at DESC, id DESC LIMIT :limit
"""

# A branch for each side, so that each walks its own index and the cost of a page does not depend on its depth.
_PAGE = text(
    f"""
    ({_BRANCH.format(user="user1_id")}) UNION ALL ({_BRANCH.format(user="user2_id")})
    ORDER BY created_at DESC, id DESC LIMIT :limit
    """
)


async def page(
    connection: AsyncConnection,
    user_id: UUID,
    *,
    status: Status | None,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Match]:
    """The user's matches, newest first, from ``before`` (exclusive) on."""
    before_time, before_id = before or _TOP
    rows = await connection.execute(
        _PAGE,
        {
            "user_id": user_id,
            "statuses": [one.value for one in ([status] if status else Status)],
            "before_time": before_time,
            "before_id": before_id,
            "limit": limit,
        },
    )
    return [_match(row) for row in rows]
