"""What the database itself shows and lets happen, whatever a statement forgets to say."""

from collections.abc import Callable
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from kit.database import Database
from kit.migrations import LOGIN_ROLES
from tests.session_service.practice.conftest import SESSIONS, complete, start

TABLES = ("practice_sessions", "practice_pauses", "practice_poses", "practice_totals", "practice_shares")


@pytest.fixture
async def full(ann: httpx.AsyncClient, owner: Database, ann_id: UUID) -> int:
    """A practice of Ann's with a row in each of the tables."""
    session_id: int = (await start(ann))["session_id"]
    await ann.put(f"{SESSIONS}/{session_id}/poses/1", json={"held_seconds": 1, "completed": True})
    await ann.put(f"{SESSIONS}/{session_id}/pause", json={"duration_so_far": 1})
    await ann.put(f"{SESSIONS}/{session_id}/resume")
    await complete(ann, session_id)
    await ann.post(f"{SESSIONS}/{session_id}/share")
    async with owner.transaction() as connection:
        for table in TABLES:
            statement = f"SELECT count(*) FROM session_service.{table} WHERE owner_id = :id"
            assert await connection.scalar(text(statement), {"id": ann_id}), table
    return session_id


@pytest.fixture
def session_role(database_for: Callable[[str], Database]) -> Database:
    """The database as the session service has it."""
    return database_for("tandem_session")


@pytest.mark.parametrize("table", TABLES)
async def test_nobody_sees_anothers_rows(full: int, session_role: Database, ann_id: UUID, table: str) -> None:
    for user_id, sees in ((ann_id, True), (uuid4(), False), (None, False)):
        async with session_role.transaction(user_id) as connection:
            rows = (await connection.execute(text(f"SELECT owner_id FROM session_service.{table}"))).scalars()
            assert set(rows) == ({ann_id} if sees else set())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE session_service.practice_sessions SET notes = 'mine now'",
        "UPDATE session_service.practice_poses SET held_seconds = 0",
        "UPDATE session_service.practice_totals SET practice_seconds = 0",
        "DELETE FROM session_service.practice_shares",
    ],
)
async def test_nobody_changes_anothers_rows(full: int, session_role: Database, statement: str) -> None:
    async with session_role.transaction(uuid4()) as connection:
        assert (await connection.execute(text(statement))).rowcount == 0


async def test_nobody_writes_in_anothers_name(full: int, session_role: Database, ann_id: UUID) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with session_role.transaction(uuid4()) as connection:
            await connection.execute(
                text(
                    "INSERT INTO session_service.practice_poses"
                    " (session_id, owner_id, position, held_seconds, completed)"
                    " VALUES (:session_id, :owner_id, 2, 0, true)"
                ),
                {"session_id": full, "owner_id": ann_id},
            )


async def test_nobody_hangs_rows_of_ones_own_on_anothers_practice(full: int, session_role: Database) -> None:
    with pytest.raises(Exception, match="foreign key"):
        async with session_role.transaction(other := uuid4()) as connection:
            await connection.execute(
                text(
                    "INSERT INTO session_service.practice_shares"
                    " (token_hash, session_id, owner_id, created_at, expires_at)"
                    " VALUES (sha256('x'), :session_id, :owner_id, now(), now() + interval '1 day')"
                ),
                {"session_id": full, "owner_id": other},
            )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE session_service.practice_sessions SET started_at = now()",
        "UPDATE session_service.practice_sessions SET local_date = now()::date",
        "UPDATE session_service.practice_sessions SET owner_id = gen_random_uuid()",
        "DELETE FROM session_service.practice_sessions",
        "DELETE FROM session_service.practice_pauses",
        "UPDATE session_service.practice_shares SET expires_at = now()",
        "INSERT INTO session_service.sequences VALUES (999, 'x', 'beginner', 'x')",
        "UPDATE session_service.poses SET name = 'x'",
    ],
)
async def test_what_never_changes_cannot_be_changed(
    full: int, session_role: Database, ann_id: UUID, statement: str
) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with session_role.transaction(ann_id) as connection:
            await connection.execute(text(statement))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("role", sorted(set(LOGIN_ROLES) - {"tandem_session"}))
async def test_other_processes_see_nothing(
    full: int, database_for: Callable[[str], Database], role: str, table: str
) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with database_for(role).transaction() as connection:
            await connection.execute(text(f"SELECT FROM session_service.{table}"))


def test_row_level_security_binds_the_owner_too(owner_url: str) -> None:
    with psycopg.connect(owner_url) as connection:
        rows = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'session_service'::regnamespace"
            " AND relname = ANY(%s) AND relrowsecurity AND relforcerowsecurity",
            [list(TABLES)],
        ).fetchall()
    assert {name for (name,) in rows} == set(TABLES)


async def test_whoever_has_no_link_learns_nothing_by_the_function(full: int, session_role: Database) -> None:
    async with session_role.transaction() as connection:
        rows = await connection.execute(
            text("SELECT * FROM session_service.shared_practice(sha256('guess'))")
        )
        assert rows.all() == []
