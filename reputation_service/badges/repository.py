"""The SQL of badges."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reputation_service.badges.rules import Earned

_ADD = text(
    """
    INSERT INTO reputation_service.badges (user_id, code, earned_at)
    SELECT user_id, code, earned_at
    FROM json_to_recordset(CAST(:badges AS json)) AS badge (user_id uuid, code text, earned_at timestamptz)
    ON CONFLICT (user_id, code) DO NOTHING
    """
)

_OF = text(
    "SELECT code, earned_at FROM reputation_service.badges WHERE user_id = :user_id ORDER BY earned_at, code"
)


async def add(connection: AsyncConnection, badges: Sequence[Earned]) -> None:
    """Adds the badges that their users do not have yet, in one statement; a badge is never taken back."""
    await connection.execute(_ADD, {"badges": orjson.dumps(badges).decode()})


async def of(connection: AsyncConnection, user_id: UUID) -> list[tuple[str, datetime]]:
    """Code and time of each badge of a user, earliest first."""
    rows = await connection.execute(_OF, {"user_id": user_id})
    return [(code, earned_at) for code, earned_at in rows]
