"""The SQL of streaks at risk."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.contracts import STATISTICS
from stats_worker.streaks.rules import LEAST_DAYS, Endangered, Evening

# By the index, zone by zone: it holds those alone whom this concerns. That they are warned takes them out of it. What
# is still to be counted may be today's practice, and so may be what somebody is counting: that user is left to the next
# time.
_WARN = text(
    """
    WITH endangered AS MATERIALIZED (
        SELECT totals.user_id, runs.days, evening.local_date
        FROM unnest(CAST(:timezones AS text[]), CAST(:local_dates AS date[])) AS evening (timezone, local_date)
        JOIN stats_worker.totals ON coalesce(totals.timezone, totals.seen_timezone) = evening.timezone
            AND totals.streak_ended_on = evening.local_date - 1
        JOIN stats_worker.runs ON runs.user_id = totals.user_id AND runs.last_day = totals.streak_ended_on
        WHERE totals.streak_days >= 2 AND totals.warned_on IS DISTINCT FROM (totals.streak_ended_on + 1)
            AND runs.days >= :least_days
            AND NOT EXISTS (
                SELECT FROM outbox.deliveries
                WHERE consumer = :consumer AND deliveries.user_id = totals.user_id AND state = 'pending'
            )
        LIMIT :limit
        FOR UPDATE OF totals SKIP LOCKED
    )
    UPDATE stats_worker.totals SET warned_on = endangered.local_date
    FROM endangered WHERE totals.user_id = endangered.user_id
    RETURNING totals.user_id, endangered.days, endangered.local_date
    """
)


async def now(connection: AsyncConnection) -> datetime:
    """The database's clock."""
    moment: datetime = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
    return moment


async def warn(
    connection: AsyncConnection, evenings: Collection[Evening], *, limit: int
) -> Sequence[Endangered]:
    """Up to ``limit`` of the streaks that are at risk where it is evening; none of them again on the same date."""
    rows = await connection.execute(
        _WARN,
        {
            "timezones": [evening.timezone for evening in evenings],
            "local_dates": [evening.local_date for evening in evenings],
            "least_days": LEAST_DAYS,
            "consumer": STATISTICS.name,
            "limit": limit,
        },
    )
    return [Endangered(*row) for row in rows]
