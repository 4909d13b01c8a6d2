"""The figures on the wire."""

import datetime
from typing import Annotated

from pydantic import Field

from kit.schemas import UtcDatetime, View
from stats_worker.figures.rules import Weekday

Sessions = Annotated[
    int, Field(ge=0, examples=[3], description="Practices that are `completed` or `partial`.")
]
Seconds = Annotated[int, Field(ge=0, examples=[2700], description="The sum of their durations.")]


class SumsView(View):
    """What was practised in some time."""

    sessions: Sessions
    duration_seconds: Seconds


class WeekdaySums(View):
    """What was practised on one day of the week, ever."""

    weekday: Weekday = Field(examples=["monday"])
    sessions: Sessions
    duration_seconds: Seconds


class SequenceSums(View):
    """What was practised of one sequence, ever."""

    sequence_id: int | None = Field(examples=[1], description="null: practices of no sequence.")
    sessions: Sessions
    duration_seconds: Seconds


class PracticeStatistics(View):
    """What all practices of a user come to.

    A practice day is a date (`local_date`) with a practice that is `completed` or `partial`; weeks, months, weekdays
    and sequences count these two as well. The totals count `completed` only.
    """

    total_sessions: int = Field(ge=0, examples=[12], description="Practices with status `completed`.")
    total_practice_time_seconds: int = Field(ge=0, examples=[10800], description="The sum of their time.")
    average_duration_seconds: int = Field(
        ge=0, examples=[900], description="Their mean in whole seconds, halves rounded up."
    )
    completion_rate_percent: float = Field(
        ge=0,
        le=100,
        examples=[85.7],
        description="Completed over started, with one decimal, halves rounded up.",
    )
    current_streak_days: int = Field(
        ge=0,
        examples=[4],
        description="Consecutive practice days up to today or yesterday in the profile's time zone. Frozen days "
        "bridge it, also at its end, and do not lengthen it.",
    )
    longest_streak_days: int = Field(ge=0, examples=[9])
    this_week: SumsView = Field(description="Since Monday, in the profile's time zone.")
    this_month: SumsView = Field(description="Since the first of the month, in the profile's time zone.")
    by_weekday: list[WeekdaySums] = Field(
        min_length=7, max_length=7, description="Monday to Sunday, each of them."
    )
    by_sequence: list[SequenceSums] = Field(description="Most practised first.")
    last_practiced_on: datetime.date | None = Field(
        examples=["2026-11-21"], description="The last practice day."
    )
    as_of: UtcDatetime = Field(
        description="When these figures were read. The `ETag` is that of the figures without it."
    )


class CalendarDay(View):
    """What was practised on one day."""

    date: datetime.date = Field(examples=["2026-11-21"])
    sessions: Sessions
    duration_seconds: Seconds


class Calendar(View):
    """A month, day by day."""

    month: str = Field(examples=["2026-11"])
    days: list[CalendarDay] = Field(
        min_length=28, max_length=31, description="Every day of the month, in order."
    )
