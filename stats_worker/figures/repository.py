"""The SQL of the figures: each is one row away, or a month of them, however long the history is."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from stats_worker.figures.rules import Sums
from stats_worker.local_dates import Dates

# One statement, so that all figures are of the same moment. OFFSET 0 keeps the planner from looking for the current
# streak among the longest ones.
STANDING = text(
    """
    SELECT
        coalesce(totals.started, 0) AS started,
        coalesce(totals.completed, 0) AS completed,
        coalesce(totals.completed_seconds, 0) AS seconds,
        coalesce((
            SELECT max(days) FROM (
                SELECT days FROM stats_worker.runs WHERE user_id = :user_id AND last_day >= :yesterday OFFSET 0
            ) AS current
        ), 0) AS current_streak,
        coalesce((SELECT max(days) FROM stats_worker.runs WHERE user_id = :user_id), 0) AS longest_streak,
        (SELECT max(local_date) FROM stats_worker.days WHERE user_id = :user_id) AS last_practiced_on,
        (
            SELECT json_build_array(coalesce(sum(sessions), 0), coalesce(sum(duration_seconds), 0))
            FROM stats_worker.days
            WHERE user_id = :user_id AND local_date BETWEEN :week AND CAST(:week AS date) + 6
        ) AS week,
        (
            SELECT json_build_array(coalesce(sum(sessions), 0), coalesce(sum(duration_seconds), 0))
            FROM stats_worker.days
            WHERE user_id = :user_id AND local_date >= :month
                AND local_date < CAST(:month AS date) + interval '1 month'
        ) AS month,
        ARRAY(
            SELECT json_build_array(weekday, sessions, duration_seconds) FROM stats_worker.weekdays
            WHERE user_id = :user_id
        ) AS weekdays,
        ARRAY(
            SELECT json_build_array(nullif(sequence_id, 0), sessions, duration_seconds) FROM stats_worker.sequences
            WHERE user_id = :user_id
            ORDER BY sessions DESC, duration_seconds DESC, sequence_id
        ) AS sequences
    FROM (SELECT) AS always LEFT JOIN stats_worker.totals ON totals.user_id = :user_id
    """
)

_MONTH = text(
    """
    SELECT local_date, sessions, duration_seconds FROM stats_worker.days
    WHERE user_id = :user_id AND local_date BETWEEN :first AND :last
    """
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What all practices of a user come to.

    ``started`` counts all of them, ``completed`` and ``seconds`` the completed ones, everything else those that are
    completed or partial. Weekdays are by ISO number, sequences by id (None: of no sequence), most practised first.
    """

    started: int
    completed: int
    seconds: int
    current_streak: int
    longest_streak: int
    last_practiced_on: date | None
    week: Sums
    month: Sums
    weekdays: dict[int, Sums]
    sequences: dict[int | None, Sums]


async def standing(connection: AsyncConnection, user_id: UUID, dates: Dates) -> Standing:
    """What a user's practices come to; zeros for somebody who has none."""
    parameters = {
        "user_id": user_id,
        "yesterday": dates.yesterday,
        "week": dates.week,
        "month": dates.month,
    }
    row = (await connection.execute(STANDING, parameters)).one()
    return Standing(
        started=row.started,
        completed=row.completed,
        seconds=row.seconds,
        current_streak=row.current_streak,
        longest_streak=row.longest_streak,
        last_practiced_on=row.last_practiced_on,
        week=Sums(*row.week),
        month=Sums(*row.month),
        weekdays={number: Sums(*sums) for number, *sums in row.weekdays},
        sequences={sequence_id: Sums(*sums) for sequence_id, *sums in row.sequences},
    )


async def days_between(
    connection: AsyncConnection, user_id: UUID, first: date, last: date
) -> dict[date, Sums]:
    """The practice days from the first to the last, both included."""
    rows = await connection.execute(_MONTH, {"user_id": user_id, "first": first, "last": last})
    return {local_date: Sums(*sums) for local_date, *sums in rows}
