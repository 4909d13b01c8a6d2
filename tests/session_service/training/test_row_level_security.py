"""What the database itself lets the service see and do, whatever its statements say."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from kit.database import Database
from tests.session_service.conftest import AsUser
from tests.session_service.training.conftest import complete, make_plan, start

People = tuple[UUID, UUID, dict[str, Any]]


@pytest.fixture
def service_database(database_for: Callable[[str], Database]) -> Database:
    return database_for("tandem_session")


@pytest_asyncio.fixture(loop_scope="session")
async def people(as_user: AsUser) -> People:
    """Two users with a plan, a completed and an open session each; the open one of the first."""
    ann, ben = uuid4(), uuid4()
    session: dict[str, Any] = {}
    for user_id in (ben, ann):
        client: httpx.AsyncClient = as_user(user_id)
        plan = await make_plan(client)
        await complete(client, await start(client, plan))
        session = await start(client, plan)
    return ann, ben, session


async def touched(database: Database, statement: str, user_id: UUID | None, **parameters: Any) -> int:
    """How many rows the statement gives or touches."""
    async with database.transaction(user_id) as connection:
        return (await connection.execute(text(statement), parameters)).rowcount


@pytest.mark.parametrize(
    ("table", "own"), [("plans", 1), ("training_sessions", 2), ("audit_log", 3)], ids=lambda value: str(value)
)
async def test_without_a_where_everybody_sees_the_own_only(
    service_database: Database, people: People, table: str, own: int
) -> None:
    ann, ben, _ = people
    look = f"SELECT FROM session_service.{table}"
    assert await touched(service_database, look, ann) == own
    assert await touched(service_database, look, ben) == own
    assert await touched(service_database, look, uuid4()) == 0
    assert await touched(service_database, look, None) == 0


async def test_without_a_where_nobody_changes_what_is_others_or_completed(
    service_database: Database, owner: Database, people: People
) -> None:
    ann, _, session = people
    change = "UPDATE session_service.training_sessions SET updated_at = 'epoch'"
    assert await touched(service_database, change, ann) == 1
    async with owner.transaction() as connection:
        changed = await connection.scalars(
            text("SELECT id FROM session_service.training_sessions WHERE updated_at = 'epoch'")
        )
        assert list(changed) == [UUID(session["id"])]
    assert await touched(service_database, "UPDATE session_service.plans SET name = 'Mine'", ann) == 1
    assert await touched(service_database, "DELETE FROM session_service.plans", ann) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM session_service.training_sessions",
        "UPDATE session_service.training_sessions SET user_id = :other",
        "UPDATE session_service.training_sessions SET plan_snapshot = '{}'",
        "UPDATE session_service.training_sessions SET started_at = now()",
        "UPDATE session_service.plans SET user_id = :other",
        "INSERT INTO session_service.plans (user_id, name, structure) VALUES (:other, 'Theirs', '{}')",
        "INSERT INTO session_service.training_sessions (user_id, plan_snapshot, date, session) "
        """VALUES (:other, '{"name": "", "structure": {}}', '2025-08-17', '{}')""",
    ],
)
async def test_what_nobody_may_do(service_database: Database, people: People, statement: str) -> None:
    ann, ben, _ = people
    used = {"other": ben} if ":other" in statement else {}
    with pytest.raises(ProgrammingError, match=r"permission denied|row-level security"):
        await touched(service_database, statement, ann, **used)


async def test_the_owner_of_the_tables_is_bound_too(owner: Database) -> None:
    async with owner.transaction() as connection:
        forced = await connection.scalars(
            text(
                "SELECT relname FROM pg_class WHERE relnamespace = 'session_service'::regnamespace"
                " AND relrowsecurity AND relforcerowsecurity AND relname IN ('plans', 'training_sessions')"
            )
        )
        assert set(forced) == {"plans", "training_sessions"}
