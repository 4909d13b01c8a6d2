"""Who is told in the evening that a streak is at risk: those, in time, and once."""

import asyncio
import random
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from kit.contracts import STATISTICS_SOURCE, STREAKS_AT_RISK
from kit.database import Database
from kit.errors import Refusal
from stats_worker.counting import service as counting
from stats_worker.counting.rules import SessionFacts
from stats_worker.streaks import service
from stats_worker.streaks.repository import _WARN
from stats_worker.streaks.rules import LEAST_DAYS
from tests.stats_worker.conftest import (
    Apply,
    completed,
    events,
    freeze,
    practice,
    publish_all,
    started,
    zone_changed,
)

TODAY = date(2031, 5, 20)
"""A date of these tests alone, so that nobody else's streaks are at risk then."""


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


def at(hours: float, offset: int = 0) -> datetime:
    """So many hours into the day, UTC."""
    return datetime.combine(day(offset), datetime.min.time(), UTC) + timedelta(hours=hours)


async def warn(worker: Database, now: datetime, limit: int = 500) -> int:
    async with worker.transaction() as connection:
        return await service.warn_at(connection, now, limit=limit)


async def told(owner: Database, *users: UUID) -> list[tuple[int, int]]:
    """What was told of these users, in order: how many days, and on which date."""
    async with owner.transaction() as connection:
        found = await connection.execute(
            text(
                "SELECT streak FROM outbox.events, jsonb_array_elements(data -> 'streaks') AS streak"
                " WHERE type = :type AND streak ->> 'user_id' = ANY(:users) ORDER BY id"
            ),
            {"type": STREAKS_AT_RISK, "users": [str(user) for user in users]},
        )
        return [
            (one["days"], (date.fromisoformat(one["local_date"]) - TODAY).days) for one in found.scalars()
        ]


async def practise(count_events: Apply, user: UUID, *offsets: int, **values: Any) -> None:
    await count_events(
        *(event for offset in offsets for event in events(practice(user, day(offset), **values)))
    )


@pytest.fixture
def ann() -> UUID:
    return uuid4()


@pytest.mark.parametrize(
    ("practised", "frozen", "days"),
    [
        ([-2, -1], [], 2),
        ([-9, -4, -3, -2, -1], [], 4),
        ([-1], [], None),
        ([-2, -1, 0], [], None),
        ([-3, -2], [], None),
        # A frozen day bridges, keeps a streak current, and lengthens nothing.
        ([-3, -1], [-2], 2),
        ([-3, -2], [-1], 2),
        ([-2], [-1], None),
        ([-2, -1], [0], None),
        ([-2, -1], [0, 1], None),
        # What is frozen ahead does not save today.
        ([-2, -1], [1], 2),
        ([-2, -1], [3], 2),
    ],
)
async def test_whose_streak_is_at_risk(
    count_events: Apply,
    worker: Database,
    reader: Database,
    owner: Database,
    ann: UUID,
    practised: list[int],
    frozen: list[int],
    days: int | None,
) -> None:
    for offset in frozen:
        await freeze(reader, ann, day(offset))
    await practise(count_events, ann, *practised)
    await warn(worker, at(18))
    assert await told(owner, ann) == ([] if days is None else [(days, 0)])


async def test_not_before_the_evening_and_once(
    count_events: Apply, worker: Database, owner: Database, ann: UUID
) -> None:
    await practise(count_events, ann, -2, -1)
    for hours in (0, 9, 17.99):
        await warn(worker, at(hours))
    assert await told(owner, ann) == []
    for hours in (18, 18.1, 23.99):
        await warn(worker, at(hours))
    assert await told(owner, ann) == [(2, 0)]
    # It was of no use: the streak is over, and there is nothing to warn of.
    await warn(worker, at(19, offset=1))
    assert await told(owner, ann) == [(2, 0)]


async def test_again_when_the_next_day_is_missing(
    count_events: Apply, worker: Database, owner: Database, ann: UUID
) -> None:
    await practise(count_events, ann, -2, -1)
    await warn(worker, at(18))
    await practise(count_events, ann, 0)
    await warn(worker, at(20))
    assert await told(owner, ann) == [(2, 0)]
    await warn(worker, at(20, offset=1))
    assert await told(owner, ann) == [(2, 0), (3, 1)]


async def test_an_abandoned_practice_saves_nothing(
    count_events: Apply, worker: Database, owner: Database, ann: UUID
) -> None:
    await practise(count_events, ann, -2, -1)
    await practise(count_events, ann, 0, status="abandoned")
    await practise(count_events, ann, 0, status=None)
    await warn(worker, at(18))
    assert await told(owner, ann) == [(2, 0)]


async def test_by_the_user_s_own_clock(
    count_events: Apply, worker: Database, owner: Database, ann: UUID
) -> None:
    # Noon UTC is evening of the same day in Tokyo; the profile's zone goes before that of the practices.
    await practise(count_events, ann, -2, -1, timezone="Asia/Tokyo")
    await warn(worker, at(8.99))
    assert await told(owner, ann) == []
    await count_events(zone_changed(ann, "America/New_York", 1))
    await warn(worker, at(9))
    await warn(worker, at(21.99))
    assert await told(owner, ann) == []
    await warn(worker, at(22))
    assert await told(owner, ann) == [(2, 0)]
    # Whoever flies west has the same evening twice.
    await count_events(zone_changed(ann, "Pacific/Honolulu", 2))
    await warn(worker, at(28))
    assert await told(owner, ann) == [(2, 0)]


async def test_what_is_still_to_be_counted_may_save_it(
    count_events: Apply, worker: Database, publisher: Database, reader: Database, owner: Database
) -> None:
    ann, bob = uuid4(), uuid4()
    for user in (ann, bob):
        await practise(count_events, user, -2, -1)
    await publish_all(publisher, events(practice(ann, TODAY)))
    await publish_all(publisher, [started(practice(bob, TODAY))])
    await warn(worker, at(18))
    assert await told(owner, ann, bob) == []
    for user in (ann, bob):
        await counting.catch_up(reader, user)
    await warn(worker, at(18.1))
    assert await told(owner, ann) == []
    assert await told(owner, bob) == [(2, 0)]


async def test_late_news_of_yesterday_still_count(
    count_events: Apply, worker: Database, owner: Database, ann: UUID
) -> None:
    late = practice(ann, day(-1))
    await practise(count_events, ann, -2)
    await count_events(started(late))
    await warn(worker, at(18))
    assert await told(owner, ann) == []
    await count_events(completed(late))
    await warn(worker, at(22))
    assert await told(owner, ann) == [(2, 0)]


async def test_in_batches_and_however_many_do_it_at_once(
    count_events: Apply, worker: Database, owner: Database
) -> None:
    users = [uuid4() for _ in range(23)]
    for user in users:
        await practise(count_events, user, -2, -1)
    sizes: list[int] = []

    async def until_nothing_is_left() -> None:
        while size := await warn(worker, at(18), limit=4):
            sizes.append(size)

    await asyncio.gather(*(until_nothing_is_left() for _ in range(3)))
    await until_nothing_is_left()
    assert await told(owner, *users) == [(2, 0)] * len(users)
    assert sum(sizes) >= len(users)
    assert max(sizes) <= 4
    async with owner.transaction() as connection:
        rows = await connection.execute(
            text(
                "SELECT DISTINCT e.source, d.consumer FROM outbox.events e"
                " JOIN outbox.deliveries d ON d.event_id = e.id WHERE e.type = :type"
            ),
            {"type": STREAKS_AT_RISK},
        )
        assert rows.all() == [(STATISTICS_SOURCE, "notifications")]


async def test_who_is_being_counted_is_left_to_the_next_time(
    count_events: Apply, worker: Database, owner: Database
) -> None:
    ann, bob = uuid4(), uuid4()
    for user in (ann, bob):
        await practise(count_events, user, -2, -1)
    async with worker.transaction() as connection:
        await counting.lock(connection, ann)
        await warn(worker, at(18))
        assert await told(owner, ann) == []
        assert await told(owner, bob) == [(2, 0)]
    await warn(worker, at(18))
    assert await told(owner, ann) == [(2, 0)]


async def test_what_is_rolled_back_is_told_the_next_time(
    count_events: Apply, worker: Database, owner: Database, ann: UUID
) -> None:
    await practise(count_events, ann, -2, -1)
    with pytest.raises(ZeroDivisionError):
        async with worker.transaction() as connection:
            await service.warn_at(connection, at(18))
            raise ZeroDivisionError
    assert await told(owner, ann) == []
    await warn(worker, at(18))
    assert await told(owner, ann) == [(2, 0)]


async def test_counting_from_scratch_tells_nobody_twice(
    count_events: Apply, worker: Database, owner: Database, ann: UUID
) -> None:
    sessions = [practice(ann, day(offset)) for offset in (-2, -1)]
    await count_events(*(event for one in sessions for event in events(one)))
    await warn(worker, at(18))
    async with owner.transaction() as connection:
        await counting.lock(connection, ann)
        await counting.recount(
            connection,
            ann,
            [
                SessionFacts(ann, one.session_id, one.local_date, "UTC", None, "completed", 600)
                for one in sessions
            ],
            None,
            [],
        )
    await warn(worker, at(19))
    assert await told(owner, ann) == [(2, 0)]


@pytest.mark.parametrize("seed", range(8))
async def test_the_hint_where_to_look_is_the_newest_run(
    count_events: Apply, reader: Database, owner: Database, ann: UUID, seed: int
) -> None:
    chance = random.Random(seed)
    for _ in range(12):
        if chance.random() < 0.3:
            with suppress(Refusal):
                await freeze(reader, ann, day(chance.randint(-12, 12)))
        else:
            await practise(count_events, ann, *(chance.randint(-12, 12) for _ in range(chance.randint(1, 3))))
        async with owner.transaction() as connection:
            hint = await connection.execute(
                text("SELECT streak_ended_on, streak_days FROM stats_worker.totals WHERE user_id = :user"),
                {"user": ann},
            )
            newest = await connection.execute(
                text(
                    "SELECT last_day, days FROM stats_worker.runs WHERE user_id = :user AND days > 0"
                    " ORDER BY last_day DESC LIMIT 1"
                ),
                {"user": ann},
            )
            assert tuple(hint.one()) == tuple(newest.one_or_none() or (None, 0))


CROWD = """
    WITH somebody AS (
        SELECT gen_random_uuid() AS user_id, number FROM generate_series(1, :count) AS number
    ), known AS (
        INSERT INTO stats_worker.totals
            (user_id, seen_timezone, seen_session_id, streak_ended_on, streak_days, warned_on)
        SELECT user_id, CASE number % 4 WHEN 0 THEN 'Asia/Tokyo' ELSE 'UTC' END, 1,
            CAST(:today AS date) - (CASE number % 4 WHEN 1 THEN 0 WHEN 2 THEN 5 ELSE 1 END), 9,
            CASE number % 4 WHEN 3 THEN CAST(:today AS date) END
        FROM somebody RETURNING user_id, streak_ended_on
    )
    INSERT INTO stats_worker.runs SELECT user_id, streak_ended_on - 8, streak_ended_on, 9 FROM known
"""
"""Streaks of nine days: where it is morning, practised today, long over, and warned of already."""


async def test_those_who_are_not_at_risk_cost_nothing(
    count_events: Apply, worker: Database, owner: Database
) -> None:
    quiet = TODAY + timedelta(days=400)
    users = [uuid4() for _ in range(5)]
    for user in users:
        await practise(count_events, user, 398, 399)
    costs = []
    try:
        for crowd in (100, 20_000):
            async with owner.transaction() as connection:
                await connection.execute(text(CROWD), {"count": crowd, "today": quiet})
            async with owner.transaction() as connection:
                await connection.exec_driver_sql("ANALYZE stats_worker.totals")
                await connection.exec_driver_sql("ANALYZE stats_worker.runs")
            async with worker.transaction() as connection:
                plan: Any = await connection.scalar(
                    text(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {_WARN}"),
                    {
                        "timezones": ["UTC", "Europe/London"],
                        "local_dates": [quiet, quiet],
                        "least_days": LEAST_DAYS,
                        "consumer": "statistics",
                        "limit": 500,
                    },
                )
                await connection.exec_driver_sql("ROLLBACK AND CHAIN")
            whole = plan[0]["Plan"]
            assert whole["Actual Rows"] == len(users)
            costs.append(int(whole["Shared Hit Blocks"] + whole["Shared Read Blocks"]))
    finally:
        # Nothing of the crowd is left to slow down the tests that come after; nobody else is there so late.
        async with owner.transaction() as connection:
            for table, column in (("totals", "streak_ended_on"), ("runs", "last_day")):
                await connection.execute(
                    text(f"DELETE FROM stats_worker.{table} WHERE {column} >= :day"),
                    {"day": quiet - timedelta(days=5)},
                )
    assert costs[1] <= 1.5 * costs[0] + 20, costs
