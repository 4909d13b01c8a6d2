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
    ORDER BY user_id, code, earned_at
    ON CONFLICT (user_id, code) DO NOTHING
    RETURNING user_id, code, earned_at
    """
)

_OF = text(
    "SELECT code, earned_at FROM reputation_service.badges WHERE user_id = :user_id ORDER BY earned_at, code"
)


async def add(connection: AsyncConnection, badges: Sequence[Earned]) -> list[Earned]:
    """Adds the badges that their users do not have yet, in one statement; those that were added.

    Two that add the same badge at once wait for each other in one order, and one of them has added it.
    """
    rows = await connection.execute(_ADD, {"badges": orjson.dumps(badges).decode()})
    return [Earned(*row) for row in rows]


async def of(connection: AsyncConnection, user_id: UUID) -> list[tuple[str, datetime]]:
    """Code and time of each badge of a user, earliest first."""
    rows = await connection.execute(_OF, {"user_id": user_id})
    return [(code, earned_at) for code, earned_at in rows]
