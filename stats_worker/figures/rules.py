"""How figures follow from sums.

The totals and the four figures of them count practices with status ``completed``. Everything else, from days to
streaks, counts those that make a practice day: ``completed`` and ``partial``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Weekday(StrEnum):
    """The days of the week, in ISO 8601's order."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


WEEKDAYS = tuple(Weekday)


@dataclass(frozen=True, slots=True)
class Sums:
    """How many practices, and the seconds of them."""

    sessions: int = 0
    duration_seconds: int = 0


def average_seconds(seconds: int, completed: int) -> int:
    """The mean of the completed practices in whole seconds, halves rounded up; 0 when there are none."""
    return _half_up(seconds, completed)


def rate_percent(completed: int, started: int) -> float:
    """Completed over started in percent, with one decimal, halves rounded up; 0 when nothing was started."""
    return _half_up(1000 * completed, started) / 10


def _half_up(dividend: int, divisor: int) -> int:
    # In integers: binary fractions would round 0.05 one way or the other.
    return 0 if divisor == 0 else (2 * dividend + divisor) // (2 * divisor)


def by_weekday(sums: Mapping[int, Sums]) -> list[tuple[Weekday, Sums]]:
    """Monday to Sunday, each of them there, out of the sums by ISO number (1 is Monday)."""
    return [(weekday, sums.get(number, Sums())) for number, weekday in enumerate(WEEKDAYS, start=1)]
