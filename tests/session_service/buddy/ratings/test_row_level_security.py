"""Blindness, asked of the database itself: no query shows anything early, and nothing that was seen can be answered."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from kit.database import Database
from session_service.buddy.ratings.rules import VISIBLE_AFTER
from tests.session_service.factories import MadeSession, make_session

ADD = """
    INSERT INTO session_service.buddy_ratings
        (session_id, rater_id, rated_id, rating, comment, created_at, updated_at)
    VALUES (:session, :rater, :rated, 1, 'Hm', now(), now())
"""
CHANGE = "UPDATE session_service.buddy_ratings SET rating = 5"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def database(database_for: Callable[[str], Database]) -> Database:
    return database_for("tandem_session")


async def run(database: Database, user: UUID | None, statement: str, **values: Any) -> Any:
    async with database.transaction(user) as connection:
        return await connection.execute(text(statement), values)


async def seen(database: Database, user: UUID | None) -> list[UUID]:
    """Whose ratings the user sees, without any WHERE."""
    found = await run(database, user, "SELECT rater_id FROM session_service.buddy_ratings")
    return sorted(found.scalars())


async def rate(database: Database, session: MadeSession, rater: UUID) -> None:
    rated = session.user2 if rater == session.user1 else session.user1
    await run(database, rater, ADD, session=session.id, rater=rater, rated=rated)


async def completed(owner: Database, ago: timedelta) -> MadeSession:
    return await make_session(owner, status="completed", completed_at=datetime.now(UTC) - ago)


async def ripen(owner: Database, session: MadeSession, ago: timedelta) -> None:
    async with owner.transaction() as connection:
        await connection.execute(
            text("UPDATE session_service.wingman_sessions SET completed_at = :at WHERE id = :id"),
            {"at": datetime.now(UTC) - ago, "id": session.id},
        )


async def test_nobody_sees_the_other_s_before_both_have_rated(database: Database, owner: Database) -> None:
    session = await completed(owner, timedelta())
    user1, user2 = session.user1, session.user2
    await rate(database, session, user1)
    assert await seen(database, user1) == [user1]
    assert await seen(database, user2) == []
    await rate(database, session, user2)
    for user in (user1, user2):
        assert await seen(database, user) == sorted([user1, user2])
    for stranger in (uuid4(), None):
        assert await seen(database, stranger) == []


async def test_after_14_days_it_is_seen(database: Database, owner: Database) -> None:
    session = await completed(owner, timedelta())
    await rate(database, session, session.user1)
    await ripen(owner, session, VISIBLE_AFTER - MINUTE)
    assert await seen(database, session.user2) == []
    await ripen(owner, session, VISIBLE_AFTER)
    assert await seen(database, session.user2) == [session.user1]


async def test_what_is_visible_cannot_be_changed(database: Database, owner: Database) -> None:
    session = await completed(owner, timedelta())
    await rate(database, session, session.user1)
    assert (await run(database, session.user1, CHANGE)).rowcount == 1
    assert (await run(database, session.user2, CHANGE)).rowcount == 0
    await rate(database, session, session.user2)
    for user in (session.user1, session.user2):
        assert (await run(database, user, CHANGE)).rowcount == 0


async def test_nor_can_it_be_after_14_days(database: Database, owner: Database) -> None:
    session = await completed(owner, VISIBLE_AFTER - MINUTE)
    await rate(database, session, session.user1)
    await ripen(owner, session, VISIBLE_AFTER)
    assert (await run(database, session.user1, CHANGE)).rowcount == 0
    with pytest.raises(ProgrammingError, match="row-level security"):
        await rate(database, session, session.user2)


@pytest.mark.parametrize(
    ("status", "rater", "rated", "caller"),
    [
        # In the buddy's name; about somebody else; by a stranger; of a session that was not completed.
        ("completed", 2, 1, 1),
        ("completed", 1, 0, 1),
        ("completed", 0, 1, 0),
        ("in_progress", 1, 2, 1),
        ("no_show", 1, 2, 1),
    ],
)
async def test_what_nobody_can_give(
    database: Database, owner: Database, status: str, rater: int, rated: int, caller: int
) -> None:
    session = await make_session(owner, status=status)
    who = (uuid4(), session.user1, session.user2)
    with pytest.raises(ProgrammingError, match="row-level security"):
        await run(database, who[caller], ADD, session=session.id, rater=who[rater], rated=who[rated])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE session_service.buddy_ratings SET rater_id = rated_id",
        "UPDATE session_service.buddy_ratings SET created_at = now()",
        "DELETE FROM session_service.buddy_ratings",
    ],
)
async def test_what_nobody_may_write(database: Database, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        await run(database, uuid4(), statement)
