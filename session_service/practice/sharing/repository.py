"""SQL of the links that show a practice to whoever has one. Tokens are stored as their SHA-256 only."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from session_service.practice.rules import CompletionStatus, Difficulty, Practice


@dataclass(frozen=True, slots=True)
class SharedSequence:
    """The sequence of a shared practice."""

    id: int
    name: str
    difficulty: Difficulty
    focus: str


@dataclass(frozen=True, slots=True)
class SharedPractice:
    """All that a link shows: nothing that says who it was, but for the display name, if the owner wants that."""

    display_name: str | None
    practiced_on: date
    duration_seconds: int
    completion_status: CompletionStatus
    poses_completed: int
    sequence: SharedSequence | None
    expires_at: datetime


_ADD = text(
    """
    WITH ended AS (
        DELETE FROM session_service.practice_shares
        WHERE session_id = :id AND (expires_at <= now() OR token_hash IN (
            SELECT token_hash FROM session_service.practice_shares WHERE session_id = :id
            ORDER BY created_at DESC, token_hash OFFSET :kept
        ))
    )
    INSERT INTO session_service.practice_shares (token_hash, session_id, owner_id, created_at, expires_at, shows_name)
    VALUES (:token_hash, :id, :owner_id, :now, :expires_at, :shows_name)
    """
)


async def add(
    connection: AsyncConnection,
    practice: Practice,
    *,
    token_hash: bytes,
    lasts: timedelta,
    at_most: int,
    shows_name: bool,
) -> datetime:
    """A link to a locked practice that works for so long, beside ``at_most - 1`` others. When it expires."""
    expires_at = practice.now + lasts
    await connection.execute(
        _ADD,
        {
            "id": practice.session_id,
            "owner_id": practice.owner_id,
            "token_hash": token_hash,
            "now": practice.now,
            "expires_at": expires_at,
            "shows_name": shows_name,
            "kept": at_most - 1,
        },
    )
    return expires_at


async def remove(connection: AsyncConnection, session_id: int) -> None:
    """Ends every link to a practice."""
    await connection.execute(
        text("DELETE FROM session_service.practice_shares WHERE session_id = :id"), {"id": session_id}
    )


async def load(connection: AsyncConnection, token_hash: bytes) -> SharedPractice | None:
    """What the link shows, if it works; the transaction needs no user."""
    row = (
        await connection.execute(
            text("SELECT * FROM session_service.shared_practice(:token_hash)"), {"token_hash": token_hash}
        )
    ).first()
    if row is None:
        return None
    sequence = None
    if row.sequence_id is not None:
        sequence = SharedSequence(
            row.sequence_id, row.sequence_name, Difficulty(row.sequence_difficulty), row.sequence_focus
        )
    return SharedPractice(
        display_name=row.display_name,
        practiced_on=row.practiced_on,
        duration_seconds=row.duration_seconds,
        completion_status=CompletionStatus(row.completion_status),
        poses_completed=row.poses_completed,
        sequence=sequence,
        expires_at=row.expires_at,
    )
