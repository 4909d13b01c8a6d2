"""Who may see and change appeals, asked of the database itself, past service and rules."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from kit.database import Database
from tests.session_service.conftest import AsUser
from tests.session_service.factories import MadeSession, make_session, rows

TABLE = "session_service.no_show_appeals"
ADD = f"""
    INSERT INTO {TABLE} (session_id, user_id, buddy_id, points, reason, created_at)
    VALUES (:session, :accused, :buddy, 10, 'x', now())
"""
DECIDE = f"UPDATE {TABLE} SET status = 'upheld', decided_at = now()"


@pytest.fixture
def database(database_for: Callable[[str], Database]) -> Database:
    return database_for("tandem_session")


@pytest_asyncio.fixture(loop_scope="session")
async def appealed(as_user: AsUser, owner: Database) -> list[MadeSession]:
    """Two sessions of four buddies, and an appeal against each."""
    sessions = [await make_session(owner, status="no_show", no_show=(False, True)) for _ in range(2)]
    for session in sessions:
        made = await as_user(session.user2).post(f"{session.url}/appeal", json={"reason": "I was there."})
        assert made.status_code == 201
    return sessions


async def run(
    database: Database, user: UUID | None, statement: str, *, operator: str = "", **values: Any
) -> Any:
    """The statement as that user; with ``operator`` as one."""
    async with database.transaction(user) as connection:
        if operator:
            await connection.execute(text("SELECT set_config('app.operator', :on, true)"), {"on": operator})
        return await connection.execute(text(statement), values)


async def seen(database: Database, user: UUID | None, *, operator: str = "") -> set[UUID]:
    found = await run(database, user, f"SELECT session_id FROM {TABLE}", operator=operator)
    return set(found.scalars())


async def test_the_two_buddies_see_an_appeal(database: Database, appealed: list[MadeSession]) -> None:
    mine, others = appealed
    for user in (mine.user1, mine.user2):
        assert await seen(database, user) == {mine.id}
    assert await seen(database, uuid4()) == set()
    assert await seen(database, None) == set()
    assert await seen(database, uuid4(), operator="off") == set()
    assert await seen(database, uuid4(), operator="on") >= {mine.id, others.id}
    # As an operator for one transaction, and not for the next one on the same connection.
    assert await seen(database, uuid4()) == set()


async def test_an_operator_sees_appeals_and_no_sessions(
    database: Database, appealed: list[MadeSession]
) -> None:
    for table in ("wingman_sessions", "wingman_matches", "audit_log", "buddy_ratings"):
        found = await run(database, uuid4(), f"SELECT FROM session_service.{table}", operator="on")
        assert found.all() == [], table


async def test_nobody_else_decides(database: Database, owner: Database, appealed: list[MadeSession]) -> None:
    mine, _ = appealed
    for user in (mine.user1, mine.user2, uuid4(), None):
        assert (await run(database, user, DECIDE)).rowcount == 0
    decide = f"{DECIDE} WHERE session_id = :id"
    assert (await run(database, uuid4(), decide, operator="on", id=mine.id)).rowcount == 1
    assert (await run(database, uuid4(), decide, operator="on", id=mine.id)).rowcount == 0
    (row,) = await rows(owner, f"SELECT status FROM {TABLE} WHERE session_id = :id", id=mine.id)
    assert row["status"] == "upheld"


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {TABLE} SET reason = 'x'",
        f"UPDATE {TABLE} SET user_id = buddy_id",
        f"UPDATE {TABLE} SET points = 0",
        f"DELETE FROM {TABLE}",
        "UPDATE session_service.wingman_sessions SET no_show_at = now()",
    ],
)
async def test_what_nobody_may_write(database: Database, appealed: list[MadeSession], statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        await run(database, appealed[0].user2, statement, operator="on")


@pytest.mark.parametrize(
    ("like", "user", "buddy", "caller"),
    [
        # Who was there; in the absent one's name; of a session that is no no-show; past the two buddies.
        ({"status": "no_show", "no_show": (False, True)}, 1, 2, 1),
        ({"status": "no_show", "no_show": (False, True)}, 2, 1, 1),
        ({"status": "cancelled"}, 2, 1, 2),
        ({"status": "no_show", "no_show": (False, True)}, 2, 0, 2),
        ({"status": "no_show", "no_show": (False, True)}, 0, 2, 0),
    ],
)
async def test_only_the_absent_one_appeals(
    database: Database, owner: Database, like: dict[str, Any], user: int, buddy: int, caller: int
) -> None:
    session = await make_session(owner, **like)
    who = (uuid4(), session.user1, session.user2)
    with pytest.raises(ProgrammingError, match="row-level security"):
        await run(database, who[caller], ADD, session=session.id, accused=who[user], buddy=who[buddy])


async def test_nobody_decides_one_s_own_on_the_way(database: Database, owner: Database) -> None:
    session = await make_session(owner, status="no_show", no_show=(False, True))
    decided = ADD.replace("created_at)", "created_at, status, decided_at)").replace(
        "now())", "now(), 'upheld', now())"
    )
    with pytest.raises(ProgrammingError, match="row-level security"):
        await run(
            database, session.user2, decided, session=session.id, accused=session.user2, buddy=session.user1
        )
    await run(database, session.user2, ADD, session=session.id, accused=session.user2, buddy=session.user1)
