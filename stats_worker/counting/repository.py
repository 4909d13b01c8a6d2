"""The SQL of counting: one statement counts a batch, whatever its size.

Whoever counts has locked the users' totals before, in a statement of its own, so that each statement here sees all
that was counted of them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from stats_worker.counting.rules import COMPLETED, PRACTISED, STREAKS, ReachedStreak, SessionFacts, ZoneFacts

# A row that is there is locked and not written: PostgreSQL locks it before it looks at the WHERE. Both a new row and
# one that is there are reached in the order of the SELECT, so two batches queue up and never block each other.
_LOCK = text(
    """
    INSERT INTO stats_worker.totals AS totals (user_id)
    SELECT user_id FROM unnest(CAST(:user_ids AS uuid[])) AS locked (user_id) ORDER BY user_id
    ON CONFLICT (user_id) DO UPDATE SET started = totals.started WHERE false
    """
)

# Puts the days of `covered` (user_id, day, practised: 0 or 1) into the runs. By the index it finds for each day the
# runs that hold or touch it, takes them out, and puts the islands back that they form together with the new days.
# `newest` is, of what was put back, each user's last run that has a practice; `reached` are the streaks that are
# `:streaks` days long for the first time in the user's life.
# Whether a streak is known is asked run by run, so that it costs an index look-up each and never a look at them all.
_COVER = """
    touched AS (
        SELECT DISTINCT run.user_id, run.last_day
        FROM covered CROSS JOIN LATERAL (
            SELECT runs.user_id, runs.first_day, runs.last_day FROM stats_worker.runs
            WHERE runs.user_id = covered.user_id AND runs.last_day >= covered.day - 1
            ORDER BY runs.last_day LIMIT 2
        ) AS run
        WHERE run.first_day <= covered.day + 1
    ), taken AS (
        DELETE FROM stats_worker.runs USING touched
        WHERE runs.user_id = touched.user_id AND runs.last_day = touched.last_day
        RETURNING runs.user_id, runs.first_day, runs.last_day, runs.days
    ), piece AS (
        SELECT user_id, first_day, last_day, days FROM taken
        UNION ALL
        SELECT user_id, day, day, practised FROM covered
    ), apart AS (
        SELECT *, first_day > 1 + max(last_day) OVER (
            PARTITION BY user_id ORDER BY first_day, last_day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS begins
        FROM piece
    ), island AS (
        SELECT *, count(*) FILTER (WHERE begins)
            OVER (PARTITION BY user_id ORDER BY first_day, last_day) AS number
        FROM apart
    ), run AS (
        INSERT INTO stats_worker.runs (user_id, first_day, last_day, days)
        SELECT user_id, min(first_day), max(last_day), sum(days) FROM island GROUP BY user_id, number
        RETURNING user_id, first_day, last_day, days
    ), newest AS (
        SELECT DISTINCT ON (user_id) user_id, last_day, days FROM run
        WHERE days > 0 ORDER BY user_id, last_day DESC
    ), reached AS (
        INSERT INTO stats_worker.streaks_reached (user_id, days, reached_on)
        SELECT run.user_id, streak.days, (
            SELECT day FROM (
                SELECT local_date AS day FROM stats_worker.days
                WHERE days.user_id = run.user_id AND days.local_date BETWEEN run.first_day AND run.last_day
                UNION
                SELECT day FROM covered
                WHERE covered.user_id = run.user_id AND practised = 1 AND day BETWEEN run.first_day AND run.last_day
            ) AS practice_day
            ORDER BY day OFFSET streak.days - 1 LIMIT 1
        )
        FROM run JOIN unnest(CAST(:streaks AS integer[])) AS streak (days) ON streak.days <= run.days
        WHERE (
            SELECT known.days FROM stats_worker.streaks_reached AS known
            WHERE known.user_id = run.user_id AND known.days = streak.days
        ) IS NULL
        ORDER BY run.user_id, run.first_day
        ON CONFLICT DO NOTHING
        RETURNING user_id, days, reached_on
    )
"""

# A run that was there and is newer than all that was put back has not been touched.
_KEEP_NEWEST = """
    streak_ended_on = greatest(totals.streak_ended_on, newest.last_day),
    streak_days = CASE
        WHEN newest.last_day >= coalesce(totals.streak_ended_on, newest.last_day) THEN newest.days
        ELSE totals.streak_days
    END
"""

_REACHED = "SELECT user_id, days, reached_on FROM reached ORDER BY user_id, days"

# `counted` takes what was not counted before, and everything else follows from what it took. The sub-statements see
# the tables as they were, so a day that is in none of them is a new one.
_COUNT = text(
    f"""
    WITH session AS MATERIALIZED (
        SELECT * FROM json_to_recordset(CAST(:sessions AS json)) AS session (
            user_id uuid, session_id bigint, local_date date, timezone text, sequence_id bigint, status text,
            duration_seconds integer
        )
    ), counted AS (
        INSERT INTO stats_worker.counted (user_id, session_id, kind)
        SELECT user_id, session_id, 'started' FROM session
        UNION ALL
        SELECT user_id, session_id, 'completed' FROM session WHERE status IS NOT NULL
        ON CONFLICT DO NOTHING
        RETURNING user_id, session_id, kind
    ), news AS MATERIALIZED (
        SELECT session.*,
            (user_id, session_id) IN (SELECT user_id, session_id FROM counted WHERE kind = 'started') AS begins,
            (user_id, session_id) IN (SELECT user_id, session_id FROM counted WHERE kind = 'completed') AS ends
        FROM session
    ), sums AS (
        SELECT
            user_id,
            count(*) FILTER (WHERE begins) AS started,
            count(*) FILTER (WHERE ends AND status = :completed) AS completed,
            coalesce(sum(duration_seconds) FILTER (WHERE ends AND status = :completed), 0) AS seconds,
            max(session_id) AS session_id,
            (array_agg(timezone ORDER BY session_id DESC))[1] AS timezone
        FROM news
        GROUP BY user_id
    ), practised AS MATERIALIZED (
        SELECT user_id, local_date, coalesce(sequence_id, 0) AS sequence_id, duration_seconds
        FROM news WHERE ends AND status = ANY(:practised)
    ), by_day AS (
        INSERT INTO stats_worker.days AS known (user_id, local_date, sessions, duration_seconds)
        SELECT user_id, local_date, count(*), sum(duration_seconds) FROM practised GROUP BY 1, 2
        ON CONFLICT (user_id, local_date) DO UPDATE
        SET sessions = known.sessions + excluded.sessions,
            duration_seconds = known.duration_seconds + excluded.duration_seconds
    ), by_weekday AS (
        INSERT INTO stats_worker.weekdays AS known (user_id, weekday, sessions, duration_seconds)
        SELECT user_id, extract(isodow FROM local_date), count(*), sum(duration_seconds) FROM practised GROUP BY 1, 2
        ON CONFLICT (user_id, weekday) DO UPDATE
        SET sessions = known.sessions + excluded.sessions,
            duration_seconds = known.duration_seconds + excluded.duration_seconds
    ), by_sequence AS (
        INSERT INTO stats_worker.sequences AS known (user_id, sequence_id, sessions, duration_seconds)
        SELECT user_id, sequence_id, count(*), sum(duration_seconds) FROM practised GROUP BY 1, 2
        ON CONFLICT (user_id, sequence_id) DO UPDATE
        SET sessions = known.sessions + excluded.sessions,
            duration_seconds = known.duration_seconds + excluded.duration_seconds
    ), covered AS MATERIALIZED (
        SELECT DISTINCT user_id, local_date AS day, 1 AS practised FROM practised
        WHERE NOT EXISTS (
            SELECT FROM stats_worker.days
            WHERE days.user_id = practised.user_id AND days.local_date = practised.local_date
        )
    ), {_COVER}, by_user AS (
        UPDATE stats_worker.totals
        SET started = totals.started + sums.started,
            completed = totals.completed + sums.completed,
            completed_seconds = totals.completed_seconds + sums.seconds,
            seen_timezone = CASE
                WHEN sums.session_id > totals.seen_session_id THEN sums.timezone ELSE totals.seen_timezone
            END,
            seen_session_id = greatest(totals.seen_session_id, sums.session_id),
            {_KEEP_NEWEST}
        FROM sums LEFT JOIN newest USING (user_id) WHERE totals.user_id = sums.user_id
    )
    {_REACHED}
    """  # noqa: S608 - put together of this module's constants
)

_COVER_FROZEN = text(
    f"""
    WITH covered AS MATERIALIZED (
        SELECT CAST(:user_id AS uuid) AS user_id, day, 0 AS practised
        FROM unnest(CAST(:days AS date[])) AS frozen (day)
    ), {_COVER}, by_user AS (
        UPDATE stats_worker.totals SET {_KEEP_NEWEST} FROM newest WHERE totals.user_id = newest.user_id
    )
    {_REACHED}
    """  # noqa: S608 - put together of this module's constants
)

_CHANGE_ZONES = text(
    """
    UPDATE stats_worker.totals SET timezone = zone.timezone, timezone_version = zone.version
    FROM json_to_recordset(CAST(:zones AS json)) AS zone (user_id uuid, timezone text, version integer)
    WHERE totals.user_id = zone.user_id AND totals.timezone_version < zone.version
    """
)

_FORGET = text(
    """
    WITH counted AS (DELETE FROM stats_worker.counted WHERE user_id = :user_id),
        days AS (DELETE FROM stats_worker.days WHERE user_id = :user_id),
        weekdays AS (DELETE FROM stats_worker.weekdays WHERE user_id = :user_id),
        sequences AS (DELETE FROM stats_worker.sequences WHERE user_id = :user_id),
        runs AS (DELETE FROM stats_worker.runs WHERE user_id = :user_id)
    UPDATE stats_worker.totals
    SET started = 0, completed = 0, completed_seconds = 0, timezone = NULL, timezone_version = 0,
        seen_timezone = NULL, seen_session_id = 0, streak_ended_on = NULL, streak_days = 0
    WHERE user_id = :user_id
    """
)

_CLOCK = text(
    """
    SELECT clock_timestamp() AS now, (
        SELECT coalesce(timezone, seen_timezone) FROM stats_worker.totals WHERE user_id = :user_id
    ) AS timezone
    """
)


@dataclass(frozen=True, slots=True)
class Clock:
    """The database's clock, and the user's time zone as far as it is known: what tells the user's date."""

    now: datetime
    timezone: str | None


async def lock(connection: AsyncConnection, user_ids: Collection[UUID]) -> None:
    """Locks the users' statistics in sorted order until the transaction ends; makes the totals that are missing."""
    await connection.execute(_LOCK, {"user_ids": list(user_ids)})


async def count(connection: AsyncConnection, sessions: Collection[SessionFacts]) -> Sequence[ReachedStreak]:
    """Counts what was not counted yet of these practices, each of them given once, in one statement.

    The users must be locked. The streaks that have become so long by it, each of a user's life but once.
    """
    rows = [session._asdict() for session in sessions]
    reached = await connection.execute(
        _COUNT,
        {
            "sessions": orjson.dumps(rows).decode(),
            "completed": COMPLETED,
            "practised": list(PRACTISED),
            "streaks": list(STREAKS),
        },
    )
    return [ReachedStreak(*row) for row in reached]


async def cover(connection: AsyncConnection, user_id: UUID, days: Sequence[date]) -> Sequence[ReachedStreak]:
    """Puts days without a practice into a locked user's runs: they bridge, and lengthen nothing.

    The streaks that have become so long by what was bridged, as with `count`.
    """
    reached = await connection.execute(
        _COVER_FROZEN, {"user_id": user_id, "days": list(days), "streaks": list(STREAKS)}
    )
    return [ReachedStreak(*row) for row in reached]


async def change_zones(connection: AsyncConnection, zones: Collection[ZoneFacts]) -> None:
    """Stores the zones that are newer than the stored ones. The users must be locked."""
    rows = [zone._asdict() for zone in zones]
    await connection.execute(_CHANGE_ZONES, {"zones": orjson.dumps(rows).decode()})


async def forget(connection: AsyncConnection, user_id: UUID) -> None:
    """Takes back all that was counted of a locked user. Only the owner may."""
    await connection.execute(_FORGET, {"user_id": user_id})


async def clock(connection: AsyncConnection, user_id: UUID) -> Clock:
    """What the user's date follows from."""
    row = (await connection.execute(_CLOCK, {"user_id": user_id})).one()
    return Clock(row.now, row.timezone)
