"""Showing what was counted."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from stats_worker import local_dates
from stats_worker.counting import service as counting
from stats_worker.figures import repository, rules
from stats_worker.figures.rules import Sums
from stats_worker.figures.schemas import (
    Calendar,
    CalendarDay,
    PracticeStatistics,
    SequenceSums,
    SumsView,
    WeekdaySums,
)


async def statistics(connection: AsyncConnection, user_id: UUID) -> PracticeStatistics:
    """A user's statistics now, by the database's clock, in the user's time zone."""
    clock = await counting.clock(connection, user_id)
    return await statistics_at(connection, user_id, clock.now, clock.timezone)


async def statistics_at(
    connection: AsyncConnection, user_id: UUID, now: datetime, timezone: str | None
) -> PracticeStatistics:
    """A user's statistics at a moment, as they look in a time zone; all of them of one snapshot."""
    standing = await repository.standing(connection, user_id, local_dates.dates(now, timezone))
    return PracticeStatistics(
        total_sessions=standing.completed,
        total_practice_time_seconds=standing.seconds,
        average_duration_seconds=rules.average_seconds(standing.seconds, standing.completed),
        completion_rate_percent=rules.rate_percent(standing.completed, standing.started),
        current_streak_days=standing.current_streak,
        longest_streak_days=standing.longest_streak,
        this_week=SumsView.model_validate(standing.week),
        this_month=SumsView.model_validate(standing.month),
        by_weekday=[
            WeekdaySums(weekday=weekday, sessions=sums.sessions, duration_seconds=sums.duration_seconds)
            for weekday, sums in rules.by_weekday(standing.weekdays)
        ],
        by_sequence=[
            SequenceSums(
                sequence_id=sequence_id, sessions=sums.sessions, duration_seconds=sums.duration_seconds
            )
            for sequence_id, sums in standing.sequences.items()
        ],
        last_practiced_on=standing.last_practiced_on,
        as_of=now,
    )


async def calendar(connection: AsyncConnection, user_id: UUID, month: date | None) -> Calendar:
    """The month that begins on that date, day by day; without one the current month in the user's time zone."""
    if month is None:
        clock = await counting.clock(connection, user_id)
        month = local_dates.dates(clock.now, clock.timezone).month
    days = local_dates.days_of_month(month)
    practised = await repository.days_between(connection, user_id, days[0], days[-1])
    shown = ((day, practised.get(day, Sums())) for day in days)
    return Calendar(
        month=month.isoformat()[:7],
        days=[
            CalendarDay(date=day, sessions=sums.sessions, duration_seconds=sums.duration_seconds)
            for day, sums in shown
        ],
    )
