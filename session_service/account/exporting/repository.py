"""All SQL of exports: whose rows, and the pieces of their files. Rows come one after the other, never all at once."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from session_service.account.exporting.rules import OWN, Dataset, planned

_PLANNED = text("SELECT * FROM accounts.own_rows(:user_id, :position)")

# The other one is shown as the session shows them: by name while there is an open match of the two, and by id.
_BUDDY = """
    json_build_object('id', buddy.id, 'name', CASE WHEN m.status IN ('pending', 'accepted') THEN buddy.display_name END)
"""

_QUERIES: dict[str, TextClause] = {
    "matches": text(
        f"""
        SELECT row_to_json(own) FROM (
            SELECT m.id, CASE WHEN m.user1_id = :user_id THEN 'you' ELSE 'buddy' END AS invited_by,
                {_BUDDY} AS buddy, m.status, m.created_at, m.answered_at
            FROM session_service.wingman_matches m
            JOIN session_service.user_profiles buddy
                ON buddy.id = CASE WHEN m.user1_id = :user_id THEN m.user2_id ELSE m.user1_id END
            WHERE :user_id IN (m.user1_id, m.user2_id) ORDER BY m.created_at, m.id
        ) own
        """  # noqa: S608 - a constant
    ),
    "buddy_sessions": text(
        f"""
        SELECT row_to_json(own) FROM (
            SELECT s.id, s.match_id, s.venue_name, s.scheduled_time, s.status, s.completed_at, s.notes, s.created_at,
                {_BUDDY} AS buddy,
                json_build_object('id', c.id, 'title', c.title, 'points', c.points) AS challenge,
                CASE WHEN first THEN s.user1_completed_confirmed_by_user2
                    ELSE s.user2_completed_confirmed_by_user1 END AS confirmed_by_buddy,
                CASE WHEN first THEN s.user2_completed_confirmed_by_user1
                    ELSE s.user1_completed_confirmed_by_user2 END AS confirmed_buddy,
                CASE WHEN first THEN s.user1_present ELSE s.user2_present END AS present,
                CASE WHEN first THEN s.user1_no_show ELSE s.user2_no_show END AS no_show
            FROM session_service.wingman_sessions s
            CROSS JOIN LATERAL (SELECT s.user1_id = :user_id AS first) side
            JOIN session_service.wingman_matches m ON m.id = s.match_id
            JOIN session_service.user_profiles buddy ON buddy.id = CASE WHEN first THEN s.user2_id ELSE s.user1_id END
            JOIN session_service.approach_challenges c
                ON c.id = CASE WHEN first THEN s.user1_challenge_id ELSE s.user2_challenge_id END
            WHERE :user_id IN (s.user1_id, s.user2_id) ORDER BY s.scheduled_time, s.id
        ) own
        """  # noqa: S608 - a constant
    ),
    "ratings_of_you": text(
        """
        SELECT row_to_json(own) FROM (
            SELECT session_id, rating, comment, created_at, updated_at FROM session_service.buddy_ratings
            WHERE rated_id = :user_id AND session_service.ratings_visible(session_id, clock_timestamp())
            ORDER BY created_at, session_id
        ) own
        """
    ),
}


async def datasets(connection: AsyncConnection) -> list[Dataset]:
    """All the files that there are to be made."""
    rows = await connection.execute(
        text("SELECT position, house, relation FROM accounts.erasure_plan WHERE exported ORDER BY position")
    )
    found = [planned(row.position, row.house, row.relation) for row in rows]
    return sorted([*OWN, *found], key=lambda dataset: ("/" in dataset.name, dataset.name))


async def rows_of(
    connection: AsyncConnection, user_id: UUID, dataset: Dataset
) -> AsyncIterator[dict[str, Any]]:
    """A user's rows, columns in their order; read from the server as they are asked for."""
    if dataset.query is not None:
        statement, parameters = _QUERIES[dataset.query], {"user_id": user_id}
    else:
        statement, parameters = _PLANNED, {"user_id": user_id, "position": dataset.position}  # type: ignore[dict-item]  # one is a number
    result = await connection.stream(statement, parameters)
    try:
        async for row in result.yield_per(500):
            yield row[0]
    finally:
        await result.close()


async def add_chunk(
    connection: AsyncConnection, job_id: UUID, user_id: UUID, part: int, position: int, content: bytes
) -> None:
    """Stores a piece of a file."""
    await connection.execute(
        text(
            "INSERT INTO session_service.export_chunks (job_id, user_id, part, position, content)"
            " VALUES (:job_id, :user_id, :part, :position, :content)"
        ),
        {"job_id": job_id, "user_id": user_id, "part": part, "position": position, "content": content},
    )


async def chunks(connection: AsyncConnection, job_id: UUID, part: int) -> AsyncIterator[bytes]:
    """The pieces of a file, one at a time."""
    position = 0
    while True:
        content: bytes | None = await connection.scalar(
            text(
                "SELECT content FROM session_service.export_chunks"
                " WHERE job_id = :job_id AND part = :part AND position = :position"
            ),
            {"job_id": job_id, "part": part, "position": position},
        )
        if content is None:
            return
        yield content
        position += 1


async def drop_parts(connection: AsyncConnection, job_id: UUID) -> None:
    """Deletes the files that the ZIP has been made of."""
    await connection.execute(
        text("DELETE FROM session_service.export_chunks WHERE job_id = :job_id AND part > 0"),
        {"job_id": job_id},
    )
