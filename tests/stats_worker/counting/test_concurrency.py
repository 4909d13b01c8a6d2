"""Many workers and readers at once: the same events, overlapping users, any order; no deadlock, right sums."""

import asyncio
import random
from datetime import date, timedelta
from uuid import uuid4

from kit.contracts import STATISTICS
from kit.database import Database
from kit.outbox.consumer import consume
from kit.outbox.events import Event
from stats_worker.counting.service import apply, catch_up
from tests.stats_worker import reference
from tests.stats_worker.conftest import events, practice, publish_all, shown, stored
from tests.stats_worker.reference import noon

DAY = date(2026, 11, 1)


async def apply_all(worker: Database, batches: list[list[Event]]) -> None:
    for batch in batches:
        # Not `run`: that would try again after a deadlock, and none may happen.
        async with worker.transaction() as connection:
            await apply(connection, [stored(event) for event in batch])


async def test_batches_that_share_users_and_events_neither_block_nor_double(
    worker: Database, reader: Database
) -> None:
    users = [uuid4() for _ in range(15)]
    history = [
        practice(random.choice(users), DAY + timedelta(days=random.randrange(30)), duration=number)
        for number in range(150)
    ]
    published = events(*history)

    def share() -> list[list[Event]]:
        # Every worker is handed everything, in an order of its own.
        mixed = random.sample(published, len(published))
        return [mixed[start : start + 30] for start in range(0, len(mixed), 30)]

    await asyncio.gather(*(apply_all(worker, share()) for _ in range(6)))

    now = noon(date(2026, 11, 30))
    for user in users:
        mine = [one for one in history if one.user_id == user]
        assert await shown(reader, user, now) == reference.statistics(mine, [], now, "UTC")


async def test_readers_and_workers_share_the_work(
    worker: Database, reader: Database, publisher: Database
) -> None:
    users = [uuid4() for _ in range(6)]
    history = [
        practice(user, DAY + timedelta(days=number), duration=number)
        for number in range(15)
        for user in users
    ]
    ids = await publish_all(publisher, events(*history))

    async def work() -> None:
        mixed = random.sample(ids, len(ids))
        for start in range(0, len(mixed), 20):
            await consume(worker, STATISTICS.name, mixed[start : start + 20], apply)

    await asyncio.gather(work(), work(), work(), *(catch_up(reader, user) for user in users))

    now = noon(DAY + timedelta(days=15))
    for user in users:
        mine = [one for one in history if one.user_id == user]
        assert await shown(reader, user, now) == reference.statistics(mine, [], now, "UTC")
