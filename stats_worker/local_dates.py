"""Dates where somebody is: what today is, where weeks and months begin, and how a date or a month is written."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

DEFAULT_TIME_ZONE = "UTC"
"""The zone of somebody who has never practised nor chosen one; a profile's default."""

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


@dataclass(frozen=True, slots=True)
class Dates:
    """Today, and what goes by it."""

    today: date

    @property
    def yesterday(self) -> date:
        """The day before today."""
        return self.today - timedelta(days=1)

    @property
    def week(self) -> date:
        """This week's Monday: weeks are those of ISO 8601."""
        return self.today - timedelta(days=self.today.weekday())

    @property
    def month(self) -> date:
        """This month's first."""
        return self.today.replace(day=1)


def dates(now: datetime, timezone: str | None) -> Dates:
    """What the calendar on the wall of that time zone (an IANA name) shows at that moment."""
    try:
        zone = ZoneInfo(timezone or DEFAULT_TIME_ZONE)
    except (KeyError, ValueError, OSError):
        # A name that only a newer zone database knows must not keep somebody from all statistics.
        zone = ZoneInfo(DEFAULT_TIME_ZONE)
    return Dates(now.astimezone(zone).date())


def days_of_month(first: date) -> Sequence[date]:
    """Every day of the month that begins on that date."""
    return [first.replace(day=number) for number in range(1, monthrange(first.year, first.month)[1] + 1)]


def _parse_month(raw: Any) -> date:
    return _parse(_MONTH, raw, "month", "Input should be a month, as 2026-11")


def _parse_day(raw: Any) -> date:
    return _parse(_DAY, raw, "date", "Input should be a date, as 2026-11-21")


def _parse(pattern: re.Pattern[str], raw: Any, kind: str, message: str) -> date:
    found = pattern.fullmatch(raw) if isinstance(raw, str) else None
    try:
        if found is not None:
            year, month, day = (*map(int, found.groups()), 1)[:3]
            return date(year, month, day)
    except ValueError:
        pass
    raise PydanticCustomError(kind, message)


Month = Annotated[
    date,
    BeforeValidator(_parse_month),
    WithJsonSchema(
        {"type": "string", "pattern": "^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$", "examples": ["2026-11"]}
    ),
]
"""A month in a query, ``2026-11``: its first day. Anything else is a validation error."""

Day = Annotated[
    date,
    BeforeValidator(_parse_day),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-11-21"]}),
]
"""A date in a path, ``2026-11-21``, and in no other spelling: it has one address."""
