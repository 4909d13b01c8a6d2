"""Where it is evening, case by case."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from stats_worker.streaks.rules import Evening, evenings


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "local_date"),
    [
        ("2026-11-20T17:59:59.999999", "UTC", None),
        ("2026-11-20T18:00:00", "UTC", date(2026, 11, 20)),
        ("2026-11-20T23:59:59", "UTC", date(2026, 11, 20)),
        ("2026-11-21T00:00:00", "UTC", None),
        ("2026-11-20T17:00:00", "Europe/Berlin", date(2026, 11, 20)),
        ("2026-07-20T15:59:59", "Europe/Berlin", None),
        ("2026-07-20T16:00:00", "Europe/Berlin", date(2026, 7, 20)),
        ("2026-11-20T12:15:00", "Asia/Kathmandu", date(2026, 11, 20)),
        ("2026-11-20T12:14:00", "Asia/Kathmandu", None),
        # Evening at both ends of the world, on two dates.
        ("2026-11-20T06:00:00", "Pacific/Kiritimati", date(2026, 11, 20)),
        ("2026-11-20T06:00:00", "Pacific/Pago_Pago", date(2026, 11, 19)),
        ("2026-11-20T06:00:00", "UTC", None),
    ],
)
def test_evenings(now: str, zone: str, local_date: date | None) -> None:
    found = list(evenings(at(now), {zone: ZoneInfo(zone)}))
    assert found == ([] if local_date is None else [Evening(zone, local_date)])
