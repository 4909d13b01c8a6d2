"""What the ledger's SQL holds to by itself, whatever its caller and the row-level security see to."""

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import text

from kit.database import Database
from reputation_service.ledger import repository
from tests.reputation_service.conftest import Book, completed


async def test_counters_are_locked_in_one_order_whatever_order_is_asked_for(worker: Database) -> None:
    users = [uuid4() for _ in range(300)]

    async def lock(order: Sequence[UUID]) -> None:
        async with worker.transaction() as connection:
            await repository.lock_counters(connection, order)

    # The first round makes the counters, the others find them.
    for _ in range(5):
        await asyncio.gather(*(lock(order) for order in (users, users[::-1]) * 4))


async def test_pages_are_one_users_own_even_for_a_role_that_sees_everything(
    worker: Database, book: Book
) -> None:
    ann, ben = uuid4(), uuid4()
    for points in (1, 2, 3):
        await book(completed(ann, ben, points=points))
    async with worker.transaction() as connection:
        newest = await repository.newest(connection, ann, limit=100)
        older = await repository.older_than(
            connection, ann, created_at=newest[0].created_at, id=newest[0].id, limit=100
        )
    assert [entry.points for entry in newest] == [3, 2, 1]
    assert [entry.points for entry in older] == [2, 1]


async def test_pages_tell_entries_of_the_same_moment_apart(worker: Database) -> None:
    ann = uuid4()
    seen: list[UUID] = []
    async with worker.transaction() as connection:
        await connection.execute(
            text(
                "INSERT INTO reputation_service.ledger (user_id, session_id, kind, points, completed_sessions,"
                " no_shows, event_id, occurred_at, created_at)"
                " SELECT :ann, gen_random_uuid(), 'completion', 1, 1, 0, gen_random_uuid(), now(), now()"
                " FROM generate_series(1, 5)"
            ),
            {"ann": ann},
        )
        page = await repository.newest(connection, ann, limit=2)
        while page:
            seen += [entry.id for entry in page]
            page = await repository.older_than(
                connection, ann, created_at=page[-1].created_at, id=page[-1].id, limit=2
            )
        # Entries that no counter knows of must not stay.
        await connection.execute(text("ROLLBACK"))
    assert len(seen) == len(set(seen)) == 5
