"""When a streak is at risk: it is evening where its user is, and today is neither practised nor frozen."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

EVENING = time(18)
"""The local time from which on, until midnight, today's practice is missed."""

LEAST_DAYS = 2
"""Practice days of the shortest streak that is worth a warning. The index `totals_at_risk` has it, too."""


class Evening(NamedTuple):
    """A time zone in which it is evening, and the date there."""

    timezone: str
    local_date: date


class Endangered(NamedTuple):
    """A current streak of so many practice days that ends with ``local_date``, today where its user is."""

    user_id: UUID
    days: int
    local_date: date


def evenings(now: datetime, zones: Mapping[str, ZoneInfo]) -> Iterable[Evening]:
    """Where it is evening at that moment, and which date it is there."""
    for name, zone in zones.items():
        local = now.astimezone(zone)
        if local.time() >= EVENING:
            yield Evening(name, local.date())
