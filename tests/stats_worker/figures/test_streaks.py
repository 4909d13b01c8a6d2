"""Streaks where calendars are odd: changing clocks, the date line, leap days, midnight, moving people, frozen days."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from kit.database import Database
from tests.stats_worker import reference
from tests.stats_worker.conftest import Apply, completed, freeze, practice, shown
from tests.stats_worker.reference import Practice


class Streaks(NamedTuple):
    """The current streak, the longest one, and the last practice day."""

    current: int
    longest: int
    last: str | None


At = tuple[str, str]
"""A time on the wall and where that wall is: ``("2026-11-21 10:00", "UTC")``."""

StreaksOf = Callable[..., Awaitable[Streaks]]


def moment(at: At) -> datetime:
    wall, zone = at
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.fixture
def streaks(count_events: Apply, reader: Database) -> StreaksOf:
    """`await streaks([at, at], now=at, frozen=[date])`, compared with the definition on the way."""

    async def find(practised: Sequence[At], *, now: At, frozen: Sequence[str] = ()) -> Streaks:
        ann = uuid4()
        history: list[Practice] = [practice(ann, moment(at), timezone=at[1]) for at in practised]
        days = [date.fromisoformat(day) for day in frozen]
        await count_events(*(completed(one) for one in history))
        for day in days:
            await freeze(reader, ann, day)
        found = await shown(reader, ann, moment(now), now[1])
        assert found == reference.statistics(history, days, moment(now), now[1])
        return Streaks(found["current_streak_days"], found["longest_streak_days"], found["last_practiced_on"])

    return find


def daily(first: str, count: int, zone: str = "UTC", at: str = "12:00") -> list[At]:
    start = date.fromisoformat(first)
    return [(f"{start + timedelta(days=number)} {at}", zone) for number in range(count)]


async def test_nobody_has_practised(streaks: StreaksOf) -> None:
    assert await streaks([], now=("2026-11-21 10:00", "UTC")) == (0, 0, None)


@pytest.mark.parametrize(
    ("now", "current"),
    [
        ("2026-11-20 23:59", 5),
        ("2026-11-21 00:00", 5),
        ("2026-11-21 23:59", 5),
        ("2026-11-22 00:00", 0),
    ],
)
async def test_a_streak_is_current_until_the_end_of_the_day_after(
    streaks: StreaksOf, now: str, current: int
) -> None:
    assert await streaks(daily("2026-11-16", 5), now=(now, "UTC")) == (current, 5, "2026-11-20")


async def test_several_practices_on_a_day_are_one_day(streaks: StreaksOf) -> None:
    day = ("2026-11-20 08:00", "UTC")
    assert await streaks([day, day, ("2026-11-20 20:00", "UTC")], now=day) == (1, 1, "2026-11-20")


async def test_a_gap_ends_a_streak(streaks: StreaksOf) -> None:
    history = [*daily("2026-11-01", 4), *daily("2026-11-06", 2)]
    assert await streaks(history, now=("2026-11-07 20:00", "UTC")) == (2, 4, "2026-11-07")


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-03-27", "2026-03-31"), ("2026-10-23", "2026-10-27")],
    ids=["23 hours", "25 hours"],
)
async def test_days_of_other_lengths_are_days(streaks: StreaksOf, first: str, last: str) -> None:
    for at in ("00:10", "23:50"):
        history = daily(first, 5, "Europe/Berlin", at)
        assert await streaks(history, now=(f"{last} 23:55", "Europe/Berlin")) == (5, 5, last)


@pytest.mark.parametrize(
    ("first", "count", "last"),
    [("2028-02-27", 4, "2028-03-01"), ("2027-02-27", 3, "2027-03-01"), ("2026-12-30", 4, "2027-01-02")],
    ids=["leap day", "no leap day", "new year"],
)
async def test_months_and_years_end_no_streak(streaks: StreaksOf, first: str, count: int, last: str) -> None:
    assert await streaks(daily(first, count), now=(f"{last} 13:00", "UTC")) == (count, count, last)


async def test_a_leap_day_can_be_missed(streaks: StreaksOf) -> None:
    history = [("2028-02-28 12:00", "UTC"), ("2028-03-01 12:00", "UTC")]
    assert await streaks(history, now=("2028-03-01 13:00", "UTC")) == (1, 1, "2028-03-01")


async def test_a_practice_across_midnight_is_of_the_day_on_which_it_started(streaks: StreaksOf) -> None:
    # Whatever its duration: nothing but the start is asked.
    history = [("2026-11-20 23:55", "Europe/Berlin")]
    now = ("2026-11-21 00:30", "Europe/Berlin")
    assert await streaks(history, now=now) == (1, 1, "2026-11-20")


async def test_a_flight_to_the_east_across_the_date_line_loses_no_day_that_is_practised(
    streaks: StreaksOf,
) -> None:
    history = [
        *daily("2026-11-18", 2, "Pacific/Pago_Pago"),
        # Noon on the 20th in Kiritimati is 25 hours before noon on the 20th in Pago Pago.
        *daily("2026-11-20", 2, "Pacific/Kiritimati"),
    ]
    assert await streaks(history, now=("2026-11-21 18:00", "Pacific/Kiritimati")) == (4, 4, "2026-11-21")


async def test_a_day_ahead_of_todays_date_is_current(streaks: StreaksOf) -> None:
    history = daily("2026-11-20", 3, "Pacific/Kiritimati")
    later = moment(("2026-11-22 12:05", "Pacific/Kiritimati")).astimezone(ZoneInfo("Pacific/Pago_Pago"))
    now = (str(later)[:16], "Pacific/Pago_Pago")
    assert now[0].startswith("2026-11-21 ") or now[0].startswith("2026-11-20 ")
    assert await streaks(history, now=now) == (3, 3, "2026-11-22")


async def test_one_who_flew_ahead_and_came_back_still_has_the_streak_of_yesterday(
    streaks: StreaksOf,
) -> None:
    history = [*daily("2026-11-16", 4, "Pacific/Pago_Pago"), ("2026-11-21 00:30", "Pacific/Kiritimati")]
    # Back home it is the 20th: the 19th was yesterday, and the 21st is still to come.
    assert await streaks(history, now=("2026-11-20 08:00", "Pacific/Pago_Pago")) == (4, 4, "2026-11-21")
    both = [*history, ("2026-11-20 09:00", "Pacific/Pago_Pago")]
    assert await streaks(both, now=("2026-11-20 10:00", "Pacific/Pago_Pago")) == (6, 6, "2026-11-21")


async def test_a_changed_zone_rewrites_no_history(streaks: StreaksOf) -> None:
    # 01:00 in Berlin is the evening before in New York; the days stay Berlin's.
    history = daily("2026-11-16", 3, "Europe/Berlin", "01:00")
    for zone in ("Europe/Berlin", "America/New_York"):
        assert await streaks(history, now=("2026-11-18 20:00", zone)) == (3, 3, "2026-11-18")


async def test_a_changed_zone_changes_what_today_is(streaks: StreaksOf) -> None:
    history = daily("2026-11-16", 3, "Pacific/Pago_Pago")
    night = moment(("2026-11-19 22:00", "Pacific/Pago_Pago"))
    there = (str(night.astimezone(ZoneInfo("Pacific/Kiritimati")))[:16], "Pacific/Kiritimati")
    assert there[0].startswith("2026-11-20")
    assert (await streaks(history, now=("2026-11-19 22:00", "Pacific/Pago_Pago"))).current == 3
    # The 18th is neither today nor yesterday any more.
    assert (await streaks(history, now=there)).current == 0


async def test_a_day_that_a_country_skipped_is_a_gap(streaks: StreaksOf) -> None:
    history = [("2011-12-29 12:00", "Pacific/Apia"), ("2011-12-31 12:00", "Pacific/Apia")]
    assert await streaks(history, now=("2011-12-31 20:00", "Pacific/Apia")) == (1, 1, "2011-12-31")


class TestFrozenDays:
    HISTORY = (*daily("2026-11-10", 3), *daily("2026-11-14", 2))

    async def test_they_bridge_and_do_not_lengthen(self, streaks: StreaksOf) -> None:
        found = await streaks(self.HISTORY, now=("2026-11-15 20:00", "UTC"), frozen=["2026-11-13"])
        assert found == (5, 5, "2026-11-15")

    async def test_all_of_a_gap_has_to_be_frozen(self, streaks: StreaksOf) -> None:
        history = [*daily("2026-11-10", 3), *daily("2026-11-15", 2)]
        now = ("2026-11-16 20:00", "UTC")
        assert await streaks(history, now=now, frozen=["2026-11-13"]) == (2, 3, "2026-11-16")
        assert (await streaks(history, now=now, frozen=["2026-11-13", "2026-11-14"])).current == 5

    @pytest.mark.parametrize(("now", "current"), [("2026-11-18 20:00", 5), ("2026-11-19 00:00", 0)])
    async def test_at_the_end_they_keep_a_streak_current(
        self, streaks: StreaksOf, now: str, current: int
    ) -> None:
        frozen = ["2026-11-13", "2026-11-16", "2026-11-17"]
        assert await streaks(self.HISTORY, now=(now, "UTC"), frozen=frozen) == (current, 5, "2026-11-15")

    async def test_at_the_beginning_they_are_nothing(self, streaks: StreaksOf) -> None:
        found = await streaks(self.HISTORY, now=("2026-11-15 20:00", "UTC"), frozen=["2026-11-09"])
        assert found == (2, 3, "2026-11-15")

    async def test_alone_they_are_no_streak(self, streaks: StreaksOf) -> None:
        found = await streaks([], now=("2026-11-15 20:00", "UTC"), frozen=["2026-11-14", "2026-11-15"])
        assert found == (0, 0, None)

    async def test_one_that_is_still_to_come_hides_no_streak(self, streaks: StreaksOf) -> None:
        found = await streaks(self.HISTORY, now=("2026-11-15 20:00", "UTC"), frozen=["2026-11-20"])
        assert found.current == 2
