"""Statistics by definition: slow, obvious, and written from the contract alone. Imports nothing of the code."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import floor
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Practice:
    """What has happened: somebody started a practice, and completed it with a status, or not (None)."""

    user_id: UUID
    session_id: int
    started_at: datetime
    timezone: str
    status: str | None
    duration_seconds: int
    sequence_id: int | None

    @property
    def local_date(self) -> date:
        """The date on the wall where and when it started."""
        return self.started_at.astimezone(ZoneInfo(self.timezone)).date()

    @property
    def makes_a_day(self) -> bool:
        """Whether its date is a practice day."""
        return self.status in ("completed", "partial")


def statistics(
    practices: Collection[Practice], frozen: Collection[date], now: datetime, timezone: str
) -> dict[str, Any]:
    """The answer of GET /api/v1/sessions/stats to somebody with this history, without `as_of`."""
    today = now.astimezone(ZoneInfo(timezone)).date()
    completed = [practice for practice in practices if practice.status == "completed"]
    total = sum(practice.duration_seconds for practice in completed)
    days = [practice for practice in practices if practice.makes_a_day]
    streaks = list(_streaks({practice.local_date for practice in days}, frozen))
    sequences = {practice.sequence_id for practice in days}
    by_sequence = [
        {"sequence_id": one, **_sums([practice for practice in days if practice.sequence_id == one])}
        for one in sequences
    ]
    names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    return {
        "total_sessions": len(completed),
        "total_practice_time_seconds": total,
        "average_duration_seconds": _half_up(Fraction(total, len(completed))) if completed else 0,
        "completion_rate_percent": (
            _half_up(Fraction(len(completed), len(practices)) * 1000) / 10 if practices else 0
        ),
        "current_streak_days": max(
            (length for last, length in streaks if last in (today - DAY, today) or last > today), default=0
        ),
        "longest_streak_days": max((length for _, length in streaks), default=0),
        "this_week": _sums([p for p in days if p.local_date.isocalendar()[:2] == today.isocalendar()[:2]]),
        "this_month": _sums([p for p in days if p.local_date.isoformat()[:7] == today.isoformat()[:7]]),
        "by_weekday": [
            {"weekday": name, **_sums([p for p in days if p.local_date.weekday() == number])}
            for number, name in enumerate(names)
        ],
        "by_sequence": sorted(
            by_sequence,
            key=lambda one: (-one["sessions"], -one["duration_seconds"], one["sequence_id"] or 0),
        ),
        "last_practiced_on": max((p.local_date.isoformat() for p in days), default=None),
    }


def calendar(practices: Collection[Practice], month: str) -> dict[str, Any]:
    """The answer of GET /api/v1/sessions/calendar?month=…"""
    day = date.fromisoformat(f"{month}-01")
    days = []
    while day.isoformat().startswith(month):
        days.append(
            {
                "date": day.isoformat(),
                **_sums([p for p in practices if p.makes_a_day and p.local_date == day]),
            }
        )
        day += DAY
    return {"month": month, "days": days}


def zone(practices: Collection[Practice], changes: Collection[tuple[int, str]]) -> str:
    """The profile's zone: what its last change says, else that of the newest practice, else UTC."""
    if changes:
        return max(changes)[1]
    if practices:
        return max(practices, key=lambda practice: practice.session_id).timezone
    return "UTC"


def _streaks(practised: Collection[date], frozen: Collection[date]) -> Any:
    """Each streak as its last day and its length: one walk over every single day."""
    marked = set(practised) | set(frozen)
    if not marked:
        return
    day, length, last = min(marked), 0, None
    while day <= max(marked) + DAY:
        if day in marked:
            length += day in practised
            last = day
        elif last is not None:
            yield last, length
            length, last = 0, None
        day += DAY


def _sums(practices: Collection[Practice]) -> dict[str, int]:
    return {
        "sessions": len(practices),
        "duration_seconds": sum(practice.duration_seconds for practice in practices),
    }


def _half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


def noon(day: date) -> datetime:
    """Noon of that day in UTC."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
