"""Which days can be frozen.

A frozen day bridges a streak and does not lengthen it. A day that is practised after all counts as a practice day; its
freeze stays spent.
"""

from dataclasses import dataclass
from datetime import date, datetime

from kit.errors import Refusal
from stats_worker.freezes import errors

A_MONTH = 3
"""Days of one calendar month that can be frozen."""

DAYS_BACK = 2
"""How old a day may be when it is frozen."""

DAYS_AHEAD = 366
"""How far ahead a day may be when it is frozen: a year, so that nobody fills all the months there are."""


@dataclass(frozen=True, slots=True)
class Freeze:
    """A frozen day, and when it was frozen."""

    date: date
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What is known of a day that is to be frozen, and how many days of its month are frozen already."""

    day: date
    freeze: Freeze | None
    practised: bool
    frozen_in_month: int


@dataclass(frozen=True, slots=True)
class ToFreeze:
    """The day can be frozen."""

    day: date


def freeze(facts: DayFacts, today: date) -> ToFreeze | Freeze | Refusal:
    """Whether the day can be frozen, today being that date for its user. A day that is frozen already stays so."""
    if facts.freeze is not None:
        return facts.freeze
    if (today - facts.day).days > DAYS_BACK:
        return errors.TooLongAgo()
    if (facts.day - today).days > DAYS_AHEAD:
        return errors.TooFarAhead()
    if facts.practised:
        return errors.AlreadyPractised()
    if facts.frozen_in_month >= A_MONTH:
        return errors.NoFreezesLeft()
    return ToFreeze(facts.day)
