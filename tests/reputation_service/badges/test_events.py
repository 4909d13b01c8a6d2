"""What is published of badges: each that a user did not have, once, in the transaction that gives it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from kit.contracts import BADGES_EARNED
from kit.database import Database
from reputation_service.ledger.errors import MalformedEvent
from reputation_service.ledger.service import apply
from tests.reputation_service.conftest import Book, badges_of, completed, stored, streaks

START = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)


async def published(owner: Database, user: UUID) -> list[dict[str, Any]]:
    """The badges of a user that consumers are told of."""
    async with owner.transaction() as connection:
        rows = await connection.execute(
            text(
                "SELECT badge FROM outbox.events e CROSS JOIN LATERAL jsonb_array_elements(e.data->'badges') AS badge"
                " JOIN outbox.deliveries d ON d.event_id = e.id AND d.consumer = 'notifications'"
                " WHERE e.type = :type AND e.source = '/tandem/reputation-service' AND badge->>'user_id' = :user"
                " ORDER BY badge->>'earned_at', badge->>'code'"
            ),
            {"type": BADGES_EARNED, "user": str(user)},
        )
        return list(rows.scalars())


async def test_a_streak_earns_a_badge_once_and_it_is_told_once(book: Book, owner: Database) -> None:
    ann, ben = uuid4(), uuid4()
    event = streaks((ann, 7), (ben, 30), (ben, 12), time=START)
    await book(event, event)
    await book(event)
    await book(streaks((ann, 7), time=START + timedelta(days=40)))
    assert await badges_of(owner, ann) == {"streak_7": START}
    assert await badges_of(owner, ben) == {"streak_30": START}
    assert await published(owner, ann) == [
        {
            "user_id": str(ann),
            "code": "streak_7",
            "title": "7 days in a row",
            "earned_at": "2026-11-01T09:30:00Z",
        }
    ]
    assert [badge["code"] for badge in await published(owner, ben)] == ["streak_30"]


async def test_of_two_times_in_a_batch_the_earlier_counts(book: Book, owner: Database) -> None:
    ann = uuid4()
    await book(streaks((ann, 7), time=START + timedelta(days=9)), streaks((ann, 7), time=START))
    assert await badges_of(owner, ann) == {"streak_7": START}


async def test_sessions_and_streaks_of_a_batch_are_told_together(book: Book, owner: Database) -> None:
    ann = uuid4()
    await book(
        *(completed(ann, time=START + timedelta(days=day)) for day in range(5)), streaks((ann, 7), time=START)
    )
    assert [badge["code"] for badge in await published(owner, ann)] == [
        "sessions_1",
        "streak_7",
        "sessions_5",
    ]


async def test_what_is_earned_again_is_not_told_again(book: Book, owner: Database) -> None:
    ann = uuid4()
    event = completed(ann)
    await book(event)
    async with owner.transaction() as connection:
        await connection.execute(
            text("SELECT FROM reputation_service.reverse_session(:session, 'why', :ann, NULL)"),
            {"session": event.data["session_id"], "ann": ann},
        )
    await book(completed(ann))
    assert [badge["code"] for badge in await published(owner, ann)] == ["sessions_1"]


async def test_workers_that_award_the_same_tell_it_once(worker: Database, owner: Database) -> None:
    users = [uuid4() for _ in range(30)]

    async def book(order: list[UUID]) -> None:
        # Not `run`: that would try again after a deadlock, and none may happen.
        async with worker.transaction() as connection:
            await apply(connection, [streaks(*((user, 7) for user in order)), streaks((order[0], 30))])

    await asyncio.gather(*(book(order) for order in (users, users[::-1], users[10:] + users[:10]) * 2))
    for user in users:
        codes = [badge["code"] for badge in await published(owner, user)]
        assert codes.count("streak_7") == 1
        assert sorted(codes) == sorted(await badges_of(owner, user))


async def test_a_crash_tells_nothing(worker: Database, owner: Database) -> None:
    ann = uuid4()

    class WorkerDies(Exception):
        pass

    with pytest.raises(WorkerDies):
        async with worker.transaction() as connection:
            await apply(connection, [streaks((ann, 7)), completed(ann)])
            raise WorkerDies
    assert await published(owner, ann) == []


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"streaks": None},
        {"streaks": ["ann"]},
        {"streaks": [{"user_id": "none", "days": 7}]},
        {"streaks": [{"user_id": str(uuid4())}]},
        {"streaks": [{"user_id": str(uuid4()), "days": "7"}]},
        {"streaks": [{"user_id": str(uuid4()), "days": True}]},
        {"streaks": [{"user_id": str(uuid4()), "days": 0}]},
    ],
)
async def test_streaks_that_say_nothing(book: Book, data: Any) -> None:
    with pytest.raises(MalformedEvent):
        await book(stored("tandem.statistics.streaks_reached.v1", data))
