"""The SQL of freezes."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from stats_worker.freezes.rules import DayFacts, Freeze

_FACTS = text(
    """
    SELECT
        (SELECT created_at FROM stats_worker.freezes WHERE user_id = :user_id AND date = :day) AS created_at,
        EXISTS (SELECT FROM stats_worker.days WHERE user_id = :user_id AND local_date = :day) AS practised,
        (
            SELECT count(*) FROM stats_worker.freezes
            WHERE user_id = :user_id AND date_trunc('month', date) = date_trunc('month', CAST(:day AS date))
        ) AS frozen_in_month
    """
)


async def facts(connection: AsyncConnection, user_id: UUID, day: date) -> DayFacts:
    """What is known of a day of a user, who has to be locked if anything is to follow from it."""
    row = (await connection.execute(_FACTS, {"user_id": user_id, "day": day})).one()
    freeze = None if row.created_at is None else Freeze(day, row.created_at)
    return DayFacts(day, freeze, row.practised, row.frozen_in_month)


async def add(connection: AsyncConnection, user_id: UUID, day: date) -> Freeze:
    """Freezes a day that is not frozen."""
    row = await connection.execute(
        text(
            "INSERT INTO stats_worker.freezes (user_id, date) VALUES (:user_id, :day) RETURNING date, created_at"
        ),
        {"user_id": user_id, "day": day},
    )
    return Freeze(*row.one())


async def between(connection: AsyncConnection, user_id: UUID, first: date, last: date) -> Sequence[Freeze]:
    """The days frozen from the first to the last, both included, in order."""
    rows = await connection.execute(
        text(
            "SELECT date, created_at FROM stats_worker.freezes"
            " WHERE user_id = :user_id AND date BETWEEN :first AND :last ORDER BY date"
        ),
        {"user_id": user_id, "first": first, "last": last},
    )
    return [Freeze(*row) for row in rows]
