"""Counting batches on a real PostgreSQL: everything once, in few statements, islands that grow together."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kit.contracts import SESSION_CANCELLED
from kit.database import Database, DatabaseUnavailable
from kit.outbox.events import Event
from stats_worker.counting.errors import MalformedEvent
from stats_worker.counting.service import apply
from tests.stats_worker.conftest import (
    Apply,
    completed,
    dump,
    events,
    freeze,
    practice,
    started,
    statements,
    stored,
    zone_changed,
)

DAY = date(2026, 11, 16)


def day(number: int) -> date:
    return DAY + timedelta(days=number)


async def runs_of(owner: Database, user: UUID) -> list[tuple[int, int, int]]:
    """First and last day, as numbers, and the days practised."""
    async with owner.transaction() as connection:
        rows = await connection.execute(
            text(
                "SELECT first_day, last_day, days FROM stats_worker.runs WHERE user_id = :user ORDER BY first_day"
            ),
            {"user": user},
        )
        return [((row.first_day - DAY).days, (row.last_day - DAY).days, row.days) for row in rows]


async def totals_of(owner: Database, user: UUID) -> tuple[int, int, int]:
    """Started, completed, seconds."""
    async with owner.transaction() as connection:
        row = await connection.execute(
            text(
                "SELECT started, completed, completed_seconds FROM stats_worker.totals WHERE user_id = :user"
            ),
            {"user": user},
        )
        return tuple(row.one())


async def zone_of(owner: Database, user: UUID) -> tuple[str | None, str | None]:
    """The profile's zone and the newest practice's."""
    async with owner.transaction() as connection:
        row = await connection.execute(
            text("SELECT timezone, seen_timezone FROM stats_worker.totals WHERE user_id = :user"),
            {"user": user},
        )
        return tuple(row.one())


async def test_every_status_counts_where_it_should(count_events: Apply, owner: Database) -> None:
    ann = uuid4()
    await count_events(
        *events(
            practice(ann, day(0), status="completed", duration=100),
            practice(ann, day(1), status="partial", duration=20),
            practice(ann, day(2), status="abandoned", duration=3),
            practice(ann, day(3), status=None),
        )
    )
    assert await totals_of(owner, ann) == (4, 1, 100)
    rows = await dump(owner, ann)
    assert [(row["local_date"], row["sessions"], row["duration_seconds"]) for row in rows["days"]] == [
        ("2026-11-16", 1, 100),
        ("2026-11-17", 1, 20),
    ]
    assert await runs_of(owner, ann) == [(0, 1, 2)]


@pytest.mark.parametrize("order", list(permutations([0, 1, 2, 4])))
async def test_days_grow_together_in_any_order(
    count_events: Apply, owner: Database, order: Sequence[int]
) -> None:
    ann = uuid4()
    for number in order:
        await count_events(completed(practice(ann, day(number))))
    assert await runs_of(owner, ann) == [(0, 2, 3), (4, 4, 1)]
    await count_events(completed(practice(ann, day(6))), completed(practice(ann, day(5))))
    await count_events(completed(practice(ann, day(3))))
    assert await runs_of(owner, ann) == [(0, 6, 7)]


async def test_a_batch_fills_many_gaps_at_once(count_events: Apply, owner: Database) -> None:
    ann, ben = uuid4(), uuid4()
    await count_events(*(completed(practice(user, day(n))) for n in range(0, 40, 2) for user in (ann, ben)))
    assert len(await runs_of(owner, ann)) == 20
    await count_events(*(completed(practice(ann, day(n))) for n in range(1, 39, 2)))
    assert await runs_of(owner, ann) == [(0, 38, 39)]
    assert len(await runs_of(owner, ben)) == 20


async def test_a_frozen_day_bridges_and_does_not_lengthen(
    count_events: Apply, reader: Database, owner: Database
) -> None:
    ann = uuid4()
    await count_events(*(completed(practice(ann, day(number))) for number in (0, 1, 3)))
    await freeze(reader, ann, day(2))
    assert await runs_of(owner, ann) == [(0, 3, 3)]
    await freeze(reader, ann, day(5))
    assert await runs_of(owner, ann) == [(0, 3, 3), (5, 5, 0)]
    await count_events(completed(practice(ann, day(4))))
    assert await runs_of(owner, ann) == [(0, 5, 4)]


async def test_a_frozen_day_that_is_practised_after_all_lengthens(
    count_events: Apply, reader: Database, owner: Database
) -> None:
    ann = uuid4()
    await freeze(reader, ann, day(0))
    await freeze(reader, ann, day(1))
    await count_events(completed(practice(ann, day(1))))
    await count_events(completed(practice(ann, day(1))))
    assert await runs_of(owner, ann) == [(0, 1, 1)]


async def test_the_same_practice_under_other_events(count_events: Apply, owner: Database) -> None:
    ann = uuid4()
    one = practice(ann, day(0), duration=60, sequence=2)
    await count_events(started(one))
    await count_events(completed(one), completed(one), started(one))
    before = await dump(owner, ann)
    await count_events(completed(one))
    await count_events(started(one), completed(one))
    assert await dump(owner, ann) == before
    assert await totals_of(owner, ann) == (1, 1, 60)


async def test_a_completion_that_comes_first_counts_the_start(count_events: Apply, owner: Database) -> None:
    ann = uuid4()
    one = practice(ann, day(0), duration=60)
    await count_events(completed(one))
    assert await totals_of(owner, ann) == (1, 1, 60)
    await count_events(started(one))
    assert await totals_of(owner, ann) == (1, 1, 60)


async def test_the_zone_is_the_newest_practices_until_it_is_changed(
    count_events: Apply, owner: Database
) -> None:
    ann = uuid4()
    first, second = (
        practice(ann, day(0), timezone="Europe/Berlin"),
        practice(ann, day(1), timezone="Asia/Tokyo"),
    )
    await count_events(started(second))
    await count_events(completed(first))
    assert await zone_of(owner, ann) == (None, "Asia/Tokyo")
    await count_events(zone_changed(ann, "UTC", 3))
    await count_events(zone_changed(ann, "America/Lima", 2))
    assert await zone_of(owner, ann) == ("UTC", "Asia/Tokyo")


@pytest.mark.parametrize("size", [1, 300])
async def test_the_number_of_statements_does_not_grow_with_the_batch(
    count_events: Apply, worker: Database, size: int
) -> None:
    batch: list[Event] = []
    for number in range(size):
        user = uuid4()
        batch += [*events(practice(user, day(number % 9))), zone_changed(user, "UTC", 1)]
    with statements(worker) as seen:
        await count_events(*batch)
    assert len(seen) == 3
    with statements(worker) as seen:
        await count_events(*events(practice(uuid4(), day(0))))
    assert len(seen) == 2


async def test_a_batch_of_nothing_asks_nothing(count_events: Apply, worker: Database) -> None:
    with statements(worker) as seen:
        await count_events()
    assert seen == []


async def test_nothing_of_a_batch_with_a_malformed_event_is_counted(
    count_events: Apply, owner: Database
) -> None:
    ann = uuid4()
    with pytest.raises(MalformedEvent):
        await count_events(completed(practice(ann, day(0))), Event(SESSION_CANCELLED, "session/1", {}))
    assert not any((await dump(owner, ann)).values())


async def test_a_crash_before_the_commit_loses_nothing_and_doubles_nothing(
    worker: Database, count_events: Apply, owner: Database
) -> None:
    ann = uuid4()
    one = practice(ann, day(0), duration=60)
    with pytest.raises((DatabaseUnavailable, DBAPIError)):
        async with worker.transaction() as connection:
            await apply(connection, [stored(completed(one))])
            pid = await connection.scalar(text("SELECT pg_backend_pid()"))
            async with owner.transaction() as killer:
                await killer.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    assert not any((await dump(owner, ann)).values())
    await count_events(completed(one))
    await count_events(completed(one))
    assert await totals_of(owner, ann) == (1, 1, 60)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stats_worker.totals SET completed = started + 1 WHERE user_id = :user",
        "UPDATE stats_worker.runs SET days = 3 WHERE user_id = :user",
        "UPDATE stats_worker.runs SET first_day = last_day + 1 WHERE user_id = :user",
        "UPDATE stats_worker.days SET sessions = 0 WHERE user_id = :user",
    ],
)
async def test_sums_that_cannot_be_are_not_stored(
    count_events: Apply, owner: Database, statement: Any
) -> None:
    ann = uuid4()
    await count_events(completed(practice(ann, day(0))), completed(practice(ann, day(1))))
    with pytest.raises(DBAPIError, match="check constraint"):
        async with owner.transaction() as connection:
            await connection.execute(text(statement), {"user": ann})
