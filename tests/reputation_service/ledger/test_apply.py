"""Booking batches on a real PostgreSQL: each event once, the counters always the sums of the ledger."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kit.contracts import REPUTATION_CHANGED, SESSION_CANCELLED
from kit.database import Database, DatabaseUnavailable
from reputation_service.ledger.errors import MalformedEvent
from reputation_service.ledger.service import apply
from tests.reputation_service.conftest import (
    Book,
    Counters,
    badges_of,
    completed,
    counters_of,
    no_show,
    stored,
    sums_of,
)

START = datetime(2026, 11, 1, tzinfo=UTC)


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """The statements that go to the database meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    sqlalchemy_event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sqlalchemy_event.remove(database.engine.sync_engine, "before_cursor_execute", note)


async def test_a_completion_and_a_no_show_are_booked(book: Book, owner: Database) -> None:
    ann, ben = uuid4(), uuid4()
    await book(completed(ann, ben, points=10), no_show(ben, points=30))
    expected = {ann: Counters(1, 10, 0), ben: Counters(1, -20, 1)}
    assert await counters_of(owner, [ann, ben]) == expected
    assert await sums_of(owner, [ann, ben]) == expected


async def test_later_batches_add_up(book: Book, owner: Database) -> None:
    ann = uuid4()
    for points in (1, 2, 4):
        await book(completed(ann, points=points), completed(ann, points=8 * points))
    assert await counters_of(owner, [ann]) == {ann: Counters(6, 63, 0)}


async def test_an_entry_tells_its_event_and_its_time(book: Book, owner: Database) -> None:
    ann, session_id = uuid4(), uuid4()
    event = completed(ann, session_id=session_id, time=START)
    await book(event)
    async with owner.transaction() as connection:
        row = await connection.execute(
            text(
                "SELECT session_id, kind, event_id, occurred_at, created_at > now() - interval '1 minute'"
                " FROM reputation_service.ledger WHERE user_id = :ann"
            ),
            {"ann": ann},
        )
        assert row.one() == (session_id, "completion", event.id, START, True)


async def test_the_same_event_twice_in_a_batch(book: Book, owner: Database) -> None:
    ann = uuid4()
    event = completed(ann)
    await book(event, completed(ann), event)
    assert await counters_of(owner, [ann]) == {ann: Counters(2, 20, 0)}


async def test_the_same_event_in_a_later_batch(book: Book, owner: Database) -> None:
    ann = uuid4()
    first, second = completed(ann), no_show(ann)
    await book(first)
    await book(second, first)
    await book(first, second)
    assert await counters_of(owner, [ann]) == {ann: Counters(1, 0, 1)}
    assert await sums_of(owner, [ann]) == {ann: Counters(1, 0, 1)}


async def test_the_same_completion_under_another_event_id(book: Book, owner: Database) -> None:
    ann, ben, session_id = uuid4(), uuid4(), uuid4()
    await book(completed(ann, ben, session_id=session_id))
    await book(completed(ann, ben, session_id=session_id))
    assert await counters_of(owner, [ann, ben]) == {ann: Counters(1, 10, 0), ben: Counters(1, 10, 0)}


async def test_a_batch_that_books_nothing(book: Book, worker: Database) -> None:
    with statements(worker) as seen:
        await book()
        await book(no_show())
    assert seen == []


@pytest.mark.parametrize("size", [1, 300])
async def test_the_number_of_statements_does_not_grow_with_the_batch(
    book: Book, worker: Database, size: int
) -> None:
    with statements(worker) as seen:
        await book(*(completed(uuid4(), uuid4()) for _ in range(size)))
    assert len(seen) == 4


async def test_a_batch_without_a_new_badge_needs_a_statement_less(book: Book, worker: Database) -> None:
    ann, ben = uuid4(), uuid4()
    await book(completed(ann, ben))
    with statements(worker) as seen:
        await book(completed(ann, ben))
    assert len(seen) == 3


async def test_a_batch_says_whose_reputation_it_changed(book: Book, owner: Database) -> None:
    ann, ben, cal = uuid4(), uuid4(), uuid4()
    done, missed, met = completed(ann, ben), no_show(cal), no_show()
    await book(done, missed, met)
    async with owner.transaction() as connection:
        found = await connection.scalar(
            text(
                "SELECT data->'sessions' FROM outbox.events WHERE type = :type"
                " AND data->'sessions'->0->>'session_id' = :session"
            ),
            {"type": REPUTATION_CHANGED, "session": done.data["session_id"]},
        )
    assert found == [
        {"session_id": done.data["session_id"], "user_ids": sorted([str(ann), str(ben)])},
        {"session_id": missed.data["session_id"], "user_ids": [str(cal)]},
    ]


async def test_nothing_of_a_batch_with_a_malformed_event_is_booked(book: Book, owner: Database) -> None:
    ann = uuid4()
    with pytest.raises(MalformedEvent):
        await book(completed(ann), stored(SESSION_CANCELLED, {}))
    assert await counters_of(owner, [ann]) == {}
    assert await sums_of(owner, [ann]) == {}


async def test_a_crash_before_the_commit_loses_nothing_and_doubles_nothing(
    worker: Database, book: Book, owner: Database
) -> None:
    ann = uuid4()
    event = completed(ann)
    with pytest.raises((DatabaseUnavailable, DBAPIError)):
        async with worker.transaction() as connection:
            await apply(connection, [event])
            pid = await connection.scalar(text("SELECT pg_backend_pid()"))
            async with owner.transaction() as killer:
                await killer.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    assert await counters_of(owner, [ann]) == {}
    assert await badges_of(owner, ann) == {}
    await book(event)
    await book(event)
    assert await counters_of(owner, [ann]) == {ann: Counters(1, 10, 0)}
    assert list(await badges_of(owner, ann)) == ["sessions_1"]


async def test_badges_carry_the_time_of_the_session_that_earned_them(book: Book, owner: Database) -> None:
    ann = uuid4()
    day = [START + timedelta(days=number) for number in range(12)]
    sessions = [completed(ann, time=time) for time in day]
    await book(*sessions[:3])
    # The order in the batch is not the order in which it happened.
    await book(*reversed(sessions[3:]))
    assert await badges_of(owner, ann) == {"sessions_1": day[0], "sessions_5": day[4], "sessions_10": day[9]}


async def test_a_badge_is_earned_once(book: Book, owner: Database) -> None:
    ann = uuid4()
    events = [completed(ann, time=START + timedelta(days=number)) for number in range(6)]
    await book(*events)
    await book(*events)
    assert await badges_of(owner, ann) == {"sessions_1": START, "sessions_5": START + timedelta(days=4)}


async def test_no_shows_earn_nothing(book: Book, owner: Database) -> None:
    ann = uuid4()
    await book(*(no_show(ann) for _ in range(5)))
    assert await counters_of(owner, [ann]) == {ann: Counters(0, -50, 5)}
    assert await badges_of(owner, ann) == {}


async def test_entries_of_one_user_are_booked_in_the_order_of_their_locks(
    worker: Database, owner: Database, database_for: Callable[[str], Database]
) -> None:
    """The one who waited for the user's lock books later, though that transaction began first."""
    ann, first, second = uuid4(), uuid4(), uuid4()
    async with worker.transaction() as early:
        await early.execute(text("SELECT now()"))
        async with worker.transaction() as late:
            await apply(late, [completed(ann, session_id=second)])
        await apply(early, [completed(ann, session_id=first)])
    async with owner.transaction() as connection:
        rows = await connection.execute(
            text("SELECT session_id FROM reputation_service.ledger WHERE user_id = :ann ORDER BY created_at"),
            {"ann": ann},
        )
        assert list(rows.scalars()) == [second, first]
