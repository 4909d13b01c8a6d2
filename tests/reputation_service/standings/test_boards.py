"""The boards are the counters, counted, whoever changes those and however many at once."""

import asyncio
import random
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from kit.database import Database
from kit.outbox.deliveries import StoredEvent
from reputation_service.ledger.service import apply
from tests.reputation_service.conftest import Book, completed, counters_of, drifts, no_show, sums_of


async def apply_all(worker: Database, batches: list[list[StoredEvent]]) -> None:
    for batch in batches:
        # Not `run`: that would try again after a deadlock, and none may happen.
        async with worker.transaction() as connection:
            await apply(connection, batch)


async def board(owner: Database) -> int:
    """How many users are on the boards, by the top level of one of them."""
    async with owner.transaction() as connection:
        return int(
            await connection.scalar(
                text("SELECT sum(users) FROM reputation_service.boards WHERE board = 'points' AND shift = 60")
            )
            or 0
        )


async def test_eight_who_book_for_the_same_users_at_once(worker: Database, owner: Database) -> None:
    users = [uuid4() for _ in range(60)]
    events = [
        (completed if number % 4 else no_show)(
            *random.sample(users, 2), points=random.choice([0, 1, 5, 10, 15, 16, 17, 300, 70_000])
        )
        for number in range(400)
    ]

    def share() -> list[list[StoredEvent]]:
        # Every one of them is handed everything, in an order of its own.
        mixed = random.sample(events, len(events))
        return [mixed[start : start + 20] for start in range(0, len(mixed), 20)]

    await asyncio.gather(*(apply_all(worker, share()) for _ in range(8)))

    assert await drifts(owner) == []
    assert await sums_of(owner, users) == await counters_of(owner, users)


async def test_new_users_of_many_workers_meet_on_the_same_values(worker: Database, owner: Database) -> None:
    before = await board(owner)
    users = [[uuid4() for _ in range(40)] for _ in range(8)]
    await asyncio.gather(
        *(
            apply_all(
                worker,
                [
                    [completed(one, other, points=points)]
                    for one, other in zip(own[::2], own[1::2], strict=True)
                ]
                + [[completed(*own[:2], points=300)], [no_show(*own[2:4], points=300)]],
            )
            for own, points in zip(users, (5, 10, 15, 20, 25, 30, 35, 40), strict=True)
        )
    )
    assert await board(owner) == before + 8 * 40
    assert await drifts(owner) == []


async def test_two_who_write_many_of_the_same_rows_do_not_block_each_other(
    owner: Database, owner_url: str
) -> None:
    people = [[uuid4() for _ in range(400)] for _ in range(2)]
    connections = [await psycopg.AsyncConnection.connect(owner_url, autocommit=True) for _ in range(9)]
    stripes: dict[int, list[psycopg.AsyncConnection[Any]]] = {}
    for connection in connections:
        stripes.setdefault(connection.info.backend_pid % 8, []).append(connection)
    # There are eight stripes.
    pair = next(shared for shared in stripes.values() if len(shared) > 1)[:2]

    async def move(connection: psycopg.AsyncConnection[Any], own: list[UUID]) -> None:
        await connection.execute(
            "INSERT INTO reputation_service.counters (user_id) SELECT unnest(%s::uuid[])", [own]
        )
        for number in range(25):
            await connection.execute(
                "UPDATE reputation_service.counters SET points = hashtext(user_id::text || %s) & 1023"
                " WHERE user_id = ANY(%s)",
                [str(number), own],
            )
        await connection.execute("DELETE FROM reputation_service.counters WHERE user_id = ANY(%s)", [own])

    try:
        await asyncio.gather(*(move(connection, own) for connection, own in zip(pair, people, strict=True)))
        assert await drifts(owner) == []
    finally:
        for connection in connections:
            await connection.close()


async def test_a_user_whose_entries_come_to_nothing_is_on_no_board(book: Book, owner: Database) -> None:
    before = await board(owner)
    ann, ben = uuid4(), uuid4()
    event = completed(ann, ben, points=0)
    await book(event)
    assert await board(owner) == before + 2
    async with owner.transaction() as connection:
        await connection.execute(
            text("SELECT FROM reputation_service.reverse_session(:session, 'why', :ann, NULL)"),
            {"session": UUID(event.data["session_id"]), "ann": ann},
        )
    assert await board(owner) == before
    assert await drifts(owner) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reputation_service.counters SET points = points - 5000 WHERE user_id = ANY(:users)",
        "UPDATE reputation_service.counters SET points = 0, completed_sessions = 0 WHERE user_id = ANY(:users)",
        "DELETE FROM reputation_service.counters WHERE user_id = ANY(:users)",
        "INSERT INTO reputation_service.counters (user_id, points) SELECT gen_random_uuid(), -7 * n"
        " FROM unnest(:users), generate_series(1, 300) AS n",
    ],
)
async def test_boards_follow_whoever_changes_counters(book: Book, owner: Database, statement: str) -> None:
    users = [uuid4() for _ in range(4)]
    await book(completed(*users[:2], points=10), completed(*users[2:], points=300))

    class Undo(Exception):
        pass

    with pytest.raises(Undo):
        async with owner.transaction() as connection:
            await connection.execute(text(statement), {"users": users})
            for view in ("boards_drift", "distribution_drift"):
                assert (await connection.execute(text(f"SELECT FROM reputation_service.{view}"))).all() == []
            raise Undo


@pytest.mark.parametrize("role", ["tandem_reputation", "tandem_reputation_worker", "tandem_session"])
@pytest.mark.parametrize("table", ["boards", "distribution"])
async def test_no_process_writes_them_itself(database_for: Any, role: str, table: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with database_for(role).transaction() as connection:
            await connection.execute(text(f"UPDATE reputation_service.{table} SET users = 7"))


async def test_a_level_that_there_is_not(owner: Database) -> None:
    with pytest.raises(DBAPIError, match="boards_shift_check"):
        async with owner.transaction() as connection:
            await connection.execute(
                text("INSERT INTO reputation_service.boards VALUES ('points', 3, 0, 0, 1)")
            )
