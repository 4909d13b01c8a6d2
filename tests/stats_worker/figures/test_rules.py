"""Figures and dates, without a database."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_service.practice import rules as practice
from stats_worker.figures.rules import Sums, Weekday, average_seconds, by_weekday, rate_percent
from stats_worker.local_dates import dates, days_of_month


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 10**9))
def test_the_four_figures_are_those_of_the_answer_to_a_completion(one: int, other: int, seconds: int) -> None:
    completed, started = sorted((one, other))
    seconds = seconds if completed else 0
    expected = practice.statistics(practice.Totals(started, completed, seconds))
    assert average_seconds(seconds, completed) == expected.average_duration_seconds
    assert rate_percent(completed, started) == expected.completion_rate_percent


@pytest.mark.parametrize(
    ("completed", "started", "percent"),
    [(0, 0, 0.0), (0, 3, 0.0), (1, 3, 33.3), (2, 3, 66.7), (1, 16, 6.3), (1, 2000, 0.1), (7, 7, 100.0)],
)
def test_rates_have_one_decimal_and_halves_go_up(completed: int, started: int, percent: float) -> None:
    assert rate_percent(completed, started) == percent


@pytest.mark.parametrize(("seconds", "completed", "mean"), [(0, 0, 0), (5, 2, 3), (4, 3, 1), (5, 3, 2)])
def test_means_are_whole_seconds_and_halves_go_up(seconds: int, completed: int, mean: int) -> None:
    assert average_seconds(seconds, completed) == mean


@pytest.mark.parametrize(
    ("now", "timezone", "today"),
    [
        (datetime(2026, 11, 21, 10, 30, tzinfo=UTC), "UTC", date(2026, 11, 21)),
        (datetime(2026, 11, 21, 10, 30, tzinfo=UTC), None, date(2026, 11, 21)),
        (datetime(2026, 11, 21, 10, 30, tzinfo=UTC), "Pacific/Kiritimati", date(2026, 11, 22)),
        (datetime(2026, 11, 21, 10, 30, tzinfo=UTC), "Pacific/Pago_Pago", date(2026, 11, 20)),
        (datetime(2026, 3, 28, 22, 59, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 28)),
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 30)),
        (datetime(2026, 11, 21, 23, 30, tzinfo=UTC), "Mars/Olympus_Mons", date(2026, 11, 21)),
        (datetime(2026, 11, 21, 23, 30, tzinfo=UTC), "../../etc/passwd", date(2026, 11, 21)),
        (datetime(2026, 11, 21, 23, 30, tzinfo=UTC), "Europe", date(2026, 11, 21)),
    ],
)
def test_today_is_what_the_wall_calendar_shows(now: datetime, timezone: Any, today: date) -> None:
    assert dates(now, timezone).today == today


@pytest.mark.parametrize(
    ("today", "week", "month"),
    [
        (date(2026, 11, 16), date(2026, 11, 16), date(2026, 11, 1)),
        (date(2026, 11, 22), date(2026, 11, 16), date(2026, 11, 1)),
        (date(2027, 1, 1), date(2026, 12, 28), date(2027, 1, 1)),
        (date(2028, 2, 29), date(2028, 2, 28), date(2028, 2, 1)),
    ],
)
def test_weeks_begin_on_monday_and_months_on_the_first(today: date, week: date, month: date) -> None:
    found = dates(datetime(today.year, today.month, today.day, tzinfo=UTC), "UTC")
    assert (found.week, found.month) == (week, month)


@pytest.mark.parametrize(
    ("first", "length"),
    [
        (date(2026, 2, 1), 28),
        (date(2028, 2, 1), 29),
        (date(2100, 2, 1), 28),
        (date(9999, 12, 1), 31),
        (date(1, 1, 1), 31),
    ],
)
def test_a_month_has_all_its_days(first: date, length: int) -> None:
    days = days_of_month(first)
    assert [day.day for day in days] == list(range(1, length + 1))
    assert {day.replace(day=1) for day in days} == {first}


def test_every_weekday_is_there_in_order() -> None:
    shown = by_weekday({7: Sums(2, 60)})
    assert [weekday for weekday, _ in shown] == list(Weekday)
    assert [sums for _, sums in shown] == [Sums()] * 6 + [Sums(2, 60)]
