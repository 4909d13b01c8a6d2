"""Many workers at once: overlapping users in any order, the same events, and no deadlock."""

import asyncio
import random
from uuid import uuid4

from kit.database import Database
from kit.outbox.deliveries import StoredEvent
from reputation_service.ledger.service import apply
from tests.reputation_service.conftest import Book, Counters, badges_of, completed, counters_of, sums_of


async def apply_all(worker: Database, batches: list[list[StoredEvent]]) -> None:
    for batch in batches:
        # Not `run`: that would try again after a deadlock, and none may happen.
        async with worker.transaction() as connection:
            await apply(connection, batch)


async def test_workers_that_share_users_and_events_neither_block_nor_double(
    worker: Database, owner: Database
) -> None:
    users = [uuid4() for _ in range(40)]
    events = [completed(*random.sample(users, 2), points=number) for number in range(300)]
    expected = {user: Counters() for user in users}
    for event in events:
        for participant in event.data["participants"]:
            user = next(user for user in users if str(user) == participant["user_id"])
            count, points, _ = expected[user]
            expected[user] = Counters(count + 1, points + participant["points"], 0)

    def share() -> list[list[StoredEvent]]:
        # Every worker is handed everything, in an order of its own.
        mixed = random.sample(events, len(events))
        return [mixed[start : start + 25] for start in range(0, len(mixed), 25)]

    await asyncio.gather(*(apply_all(worker, share()) for _ in range(8)))

    assert await counters_of(owner, users) == {
        user: sums for user, sums in expected.items() if sums != Counters()
    }
    assert await sums_of(owner, users) == await counters_of(owner, users)


async def test_users_who_are_counted_already_are_locked_in_order(
    worker: Database, book: Book, owner: Database
) -> None:
    users = [uuid4() for _ in range(40)]
    await book(*(completed(*users[start : start + 2]) for start in range(0, 40, 2)))

    def share() -> list[list[StoredEvent]]:
        return [
            [completed(*pair) for pair in zip(mixed[::2], mixed[1::2], strict=True)]
            for mixed in (random.sample(users, len(users)) for _ in range(15))
        ]

    await asyncio.gather(*(apply_all(worker, share()) for _ in range(8)))

    assert await counters_of(owner, users) == dict.fromkeys(users, Counters(121, 1210, 0))


async def test_a_milestone_that_two_workers_reach_together_is_one_badge(
    worker: Database, owner: Database
) -> None:
    ann = uuid4()
    await asyncio.gather(*(apply_all(worker, [[completed(ann)]]) for _ in range(10)))
    assert await counters_of(owner, [ann]) == {ann: Counters(10, 100, 0)}
    assert set(await badges_of(owner, ann)) == {"sessions_1", "sessions_5", "sessions_10"}
