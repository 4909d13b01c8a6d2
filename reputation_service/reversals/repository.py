"""The SQL of reversals. The function has rights that this process has not (docs/decisions/0004)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reputation_service.reversals.errors import AlreadyReversed, NothingBooked

_REVERSE = text(
    """
    SELECT outcome, reversed_at, user_id, points, completed_sessions, no_shows
    FROM reputation_service.reverse_session(:session_id, :reason, :operator_id, :request_id)
    """
)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a reversal adds to a user's counters."""

    user_id: UUID
    points: int
    completed_sessions: int
    no_shows: int


@dataclass(frozen=True, slots=True)
class Reversal:
    """When a session was taken back, and what that did; nothing where an appeal had taken it back before."""

    reversed_at: datetime
    effects: list[Effect]


async def reverse(
    connection: AsyncConnection, session_id: UUID, *, reason: str, operator_id: UUID, request_id: str | None
) -> Reversal:
    """Books the counter-entries of a session and logs who wanted it. Raises NothingBooked, AlreadyReversed.

    Whoever books for the session or for its users at this moment is waited for.
    """
    rows = (
        await connection.execute(
            _REVERSE,
            {
                "session_id": session_id,
                "reason": reason,
                "operator_id": operator_id,
                "request_id": request_id,
            },
        )
    ).all()
    outcome = rows[0].outcome
    if outcome == "unknown":
        raise NothingBooked
    if outcome == "again":
        raise AlreadyReversed
    return Reversal(
        rows[0].reversed_at,
        [
            Effect(row.user_id, row.points, row.completed_sessions, row.no_shows)
            for row in rows
            if row.user_id is not None
        ],
    )
