"""A streak that has become 7, 30 or 100 days long is told of: once in a user's life, however its days come."""

import asyncio
import random
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from kit.contracts import (
    NO_SHOW_APPEALED,
    PROFILE_TIMEZONE_CHANGED,
    STATISTICS_SOURCE,
    STREAKS_AT_RISK,
    STREAKS_REACHED,
)
from kit.database import Database
from kit.outbox.events import Event, publish
from stats_worker import recount
from stats_worker.counting.rules import SessionFacts
from stats_worker.counting.service import catch_up
from tests.stats_worker.conftest import (
    Apply,
    events,
    freeze,
    practice,
    publish_all,
    statements,
)

DAY = date(2026, 11, 16)


def day(number: int) -> date:
    """Numbered as people count: the first one is 1."""
    return DAY + timedelta(days=number - 1)


def practised(user: UUID, *numbers: int, **values: Any) -> list[Event]:
    """A practice on each of these days."""
    return [event for number in numbers for event in events(practice(user, day(number), **values))]


async def told(owner: Database, user: UUID) -> list[tuple[int, int]]:
    """What was told of the user, in order: how many days, and on which one that was reached."""
    async with owner.transaction() as connection:
        found = await connection.execute(
            text(
                "SELECT streak FROM outbox.events, jsonb_array_elements(data -> 'streaks') AS streak"
                " WHERE type = :type AND streak ->> 'user_id' = :user ORDER BY id"
            ),
            {"type": STREAKS_REACHED, "user": str(user)},
        )
        return [
            (one["days"], (date.fromisoformat(one["reached_on"]) - DAY).days + 1) for one in found.scalars()
        ]


@pytest.fixture
def ann() -> UUID:
    return uuid4()


async def test_the_seventh_day(count_events: Apply, owner: Database, ann: UUID) -> None:
    for number in range(1, 7):
        await count_events(*practised(ann, number))
    assert await told(owner, ann) == []
    await count_events(*practised(ann, 7))
    assert await told(owner, ann) == [(7, 7)]
    await count_events(*practised(ann, 7, 8))
    assert await told(owner, ann) == [(7, 7)]


async def test_once_in_a_life(count_events: Apply, owner: Database, ann: UUID) -> None:
    await count_events(*practised(ann, *range(1, 8)))
    await count_events(*practised(ann, *range(11, 25)))
    assert await told(owner, ann) == [(7, 7)]
    await count_events(*practised(ann, *range(25, 45)))
    assert await told(owner, ann) == [(7, 7), (30, 40)]


async def test_all_at_once_in_one_event(count_events: Apply, owner: Database, worker: Database) -> None:
    ann, bob = uuid4(), uuid4()
    batch = practised(ann, *range(1, 101)) + practised(bob, *range(3, 10))
    random.Random(1).shuffle(batch)
    with statements(worker) as seen:
        await count_events(*batch)
    assert len(seen) == 3  # Lock, count, tell.
    assert await told(owner, ann) == [(7, 7), (30, 30), (100, 100)]
    assert await told(owner, bob) == [(7, 9)]
    async with owner.transaction() as connection:
        rows = await connection.execute(
            text(
                "SELECT e.id, e.source, d.consumer, d.state FROM outbox.events e"
                " JOIN outbox.deliveries d ON d.event_id = e.id"
                " WHERE e.type = :type AND CAST(e.data AS text) LIKE '%' || :user || '%'"
            ),
            {"type": STREAKS_REACHED, "user": str(bob)},
        )
        (row,) = rows.all()
    assert row[1:] == (STATISTICS_SOURCE, "reputation", "pending")


async def test_two_streaks_in_one_batch_count_once(count_events: Apply, owner: Database, ann: UUID) -> None:
    await count_events(*practised(ann, *range(1, 9), *range(11, 20)))
    assert await told(owner, ann) == [(7, 7)]


@pytest.mark.parametrize("seed", range(5))
async def test_in_whatever_order_and_however_often(
    count_events: Apply, owner: Database, ann: UUID, seed: int
) -> None:
    chance = random.Random(seed)
    batch = practised(ann, *range(1, 31))
    batch += chance.sample(batch, 20)
    chance.shuffle(batch)
    for start in range(0, len(batch), 3):
        await count_events(*batch[start : start + 3])
    assert [days for days, _ in await told(owner, ann)] == [7, 30]


async def test_a_late_day_joins_two_streaks(count_events: Apply, owner: Database, ann: UUID) -> None:
    await count_events(*practised(ann, 1, 2, 3, 5, 6, 7, 8, 9))
    assert await told(owner, ann) == []
    await count_events(*practised(ann, 4))
    assert await told(owner, ann) == [(7, 7)]


async def test_a_frozen_day_joins_two_streaks_and_lengthens_none(
    count_events: Apply, reader: Database, owner: Database, ann: UUID
) -> None:
    await count_events(*practised(ann, 1, 2, 3, 4, 6, 7))
    await freeze(reader, ann, day(5))
    assert await told(owner, ann) == []
    await freeze(reader, ann, day(9))
    await count_events(*practised(ann, 10))
    assert await told(owner, ann) == []
    await count_events(*practised(ann, 8))
    # The days practised: 1 to 4, 6 to 8.
    assert await told(owner, ann) == [(7, 8)]


async def test_freezing_itself_can_be_what_reaches_it(
    count_events: Apply, reader: Database, owner: Database, ann: UUID
) -> None:
    await count_events(*practised(ann, 1, 2, 3, 5, 6, 7, 8))
    assert await told(owner, ann) == []
    await freeze(reader, ann, day(4))
    assert await told(owner, ann) == [(7, 8)]


async def test_partial_practices_count_and_abandoned_ones_do_not(
    count_events: Apply, owner: Database, ann: UUID
) -> None:
    await count_events(*practised(ann, *range(1, 7)), *practised(ann, 7, status="abandoned"))
    assert await told(owner, ann) == []
    await count_events(*practised(ann, 7, status="partial"))
    assert await told(owner, ann) == [(7, 7)]


async def test_a_user_s_own_read_tells_too(
    publisher: Database, reader: Database, worker: Database, owner: Database, ann: UUID
) -> None:
    await publish_all(publisher, practised(ann, *range(1, 8)))
    await catch_up(reader, ann)
    assert await told(owner, ann) == [(7, 7)]


async def test_readers_and_workers_at_the_same_time_tell_once(
    count_events: Apply, publisher: Database, reader: Database, owner: Database
) -> None:
    for _ in range(5):
        user = uuid4()
        days = practised(user, *range(1, 10))
        await publish_all(publisher, days)
        await asyncio.gather(
            *(catch_up(reader, user) for _ in range(2)), *(count_events(*days) for _ in "ab")
        )
        assert [days for days, _ in await told(owner, user)] == [7]


async def test_what_is_rolled_back_is_not_told(
    count_events: Apply, worker: Database, owner: Database, ann: UUID
) -> None:
    with pytest.raises(Exception, match="nothing is counted"):
        await count_events(*practised(ann, *range(1, 8)), Event("x", "x", {}))
    assert await told(owner, ann) == []
    await count_events(*practised(ann, *range(1, 8)))
    assert await told(owner, ann) == [(7, 7)]


async def test_counting_from_scratch_tells_only_what_was_never_told(
    count_events: Apply, owner: Database, ann: UUID
) -> None:
    await count_events(*practised(ann, *range(1, 8)))
    sessions = [
        SessionFacts(ann, 10**9 + number, day(number), "UTC", None, "completed", 60)
        for number in range(1, 31)
    ]
    for _ in range(2):
        async with owner.transaction() as connection:
            await recount.lock(connection, ann)
            await recount.rebuild(connection, ann, sessions, None)
        assert await told(owner, ann) == [(7, 7), (30, 30)]


async def test_a_reader_tells_of_nobody_else(reader: Database, owner: Database, ann: UUID) -> None:
    statement = "INSERT INTO stats_worker.streaks_reached VALUES (:user, 7, '2026-11-22')"
    for caller in (uuid4(), None):
        with pytest.raises(ProgrammingError, match="row-level security"):
            async with reader.transaction(caller) as connection:
                await connection.execute(text(statement), {"user": ann})
    async with reader.transaction(ann) as connection:
        await connection.execute(text(statement), {"user": ann})
    for caller, seen in ((ann, 1), (uuid4(), 0), (None, 0)):
        async with reader.transaction(caller) as connection:
            assert await connection.scalar(text("SELECT count(*) FROM stats_worker.streaks_reached")) == seen


ALLOWED = {
    "tandem_statistics": {STREAKS_REACHED},
    "tandem_statistics_worker": {STREAKS_REACHED, STREAKS_AT_RISK},
}


@pytest.mark.parametrize("role", ALLOWED)
async def test_to_whom_they_can_tell(database_for: Any, role: str) -> None:
    database: Database = database_for(role)
    for event_type in (STREAKS_REACHED, STREAKS_AT_RISK, NO_SHOW_APPEALED, PROFILE_TIMEZONE_CHANGED):
        event = Event(event_type, "statistics", {"streaks": []})
        if event_type in ALLOWED[role]:
            await _published(database, [event])
        else:
            with pytest.raises(ProgrammingError, match="row-level security"):
                await _published(database, [event])


async def _published(database: Database, published: Sequence[Event]) -> Collection[Event]:
    async with database.transaction() as connection:
        await publish(connection, published, source=STATISTICS_SOURCE)
        await connection.exec_driver_sql("ROLLBACK AND CHAIN")
    return published
