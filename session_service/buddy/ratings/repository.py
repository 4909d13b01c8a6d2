"""All SQL of ratings. Row-level security shows the buddy's rating only once it is visible, whatever is asked for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.request_ids import current_request_id
from session_service.buddy.ratings.rules import Rating

_AUDITED = """
    INSERT INTO session_service.audit_log (actor_id, action, subject_type, subject_id, request_id)
    SELECT :rater_id, :action, 'buddy_session', CAST(session_id AS text), :request_id FROM changed
"""

_ADD = text(
    f"""
    WITH changed AS (
        INSERT INTO session_service.buddy_ratings
            (session_id, rater_id, rated_id, rating, comment, created_at, updated_at)
        SELECT :session_id, :rater_id, :rated_id, :rating, :comment, at, at FROM clock_timestamp() AS at
        RETURNING session_id, rating, comment, created_at, updated_at
    ), audited AS ({_AUDITED})
    SELECT rating, comment, created_at, updated_at FROM changed
    """  # noqa: S608 - put together of this module's constants
)

_CHANGE = text(
    f"""
    WITH changed AS (
        UPDATE session_service.buddy_ratings
        SET rating = :rating, comment = :comment, updated_at = clock_timestamp()
        WHERE session_id = :session_id AND rater_id = :rater_id
        RETURNING session_id, rating, comment, created_at, updated_at
    ), audited AS ({_AUDITED})
    SELECT rating, comment, created_at, updated_at FROM changed
    """  # noqa: S608 - put together of this module's constants
)


async def of_session(
    connection: AsyncConnection, session_id: UUID, user_id: UUID
) -> tuple[Rating | None, Rating | None, datetime]:
    """The rating that the user gave, the one that the user got if it may be seen, and the database's clock."""
    rows = await connection.execute(
        text(
            "SELECT rater_id, rating, comment, created_at, updated_at FROM session_service.buddy_ratings"
            " WHERE session_id = :session_id"
        ),
        {"session_id": session_id},
    )
    by_rater = {row.rater_id: _rating(row) for row in rows}
    now: datetime = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
    mine = by_rater.pop(user_id, None)
    return mine, next(iter(by_rater.values()), None), now


async def add(
    connection: AsyncConnection,
    session_id: UUID,
    rater_id: UUID,
    rated_id: UUID,
    rating: int,
    comment: str | None,
) -> Rating:
    """The user's first rating of the session. That it was given is audited; what it says is nobody else's business."""
    row = await connection.execute(
        _ADD,
        {
            "session_id": session_id,
            "rater_id": rater_id,
            "rated_id": rated_id,
            "rating": rating,
            "comment": comment,
            "action": "buddy_rated",
            "request_id": current_request_id(),
        },
    )
    return _rating(row.one())


async def change(
    connection: AsyncConnection, session_id: UUID, rater_id: UUID, rating: int, comment: str | None
) -> Rating | None:
    """The user's rating as it is from now on; None when it has become visible, and final, at this very moment."""
    row = await connection.execute(
        _CHANGE,
        {
            "session_id": session_id,
            "rater_id": rater_id,
            "rating": rating,
            "comment": comment,
            "action": "buddy_rating_changed",
            "request_id": current_request_id(),
        },
    )
    found = row.first()
    return None if found is None else _rating(found)


def _rating(row: Row[Any]) -> Rating:
    return Rating(row.rating, row.comment, row.created_at, row.updated_at)
