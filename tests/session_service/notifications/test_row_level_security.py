"""Who may do what to the inbox, asked of the database itself."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from kit.database import Database
from kit.outbox.events import uuid7
from tests.session_service.notifications.conftest import MakeUser, Tell

DatabaseFor = Callable[[str], Database]

INSERT = (
    "INSERT INTO session_service.notifications (id, user_id, event_id, kind, title, body, read_at)"
    " VALUES (:id, :user_id, :event_id, 'kind', 'title', 'body', {read_at})"
)
SEEN = "SELECT FROM session_service.notifications"


async def run(database: Database, statement: str, *, user_id: UUID | None = None, **parameters: UUID) -> int:
    """How many rows the statement gives or touches."""
    async with database.transaction(user_id) as connection:
        return (await connection.execute(text(statement), parameters)).rowcount


@pytest.fixture
def service_database(database_for: DatabaseFor) -> Database:
    return database_for("tandem_session")


async def test_a_user_sees_and_reads_the_own_inbox_only(
    service_database: Database, make_user: MakeUser, tell: Tell
) -> None:
    ann, ben = await make_user(), await make_user()
    await tell(ann, 2)
    await tell(ben, 3)
    assert await run(service_database, SEEN, user_id=ann) == 2
    assert await run(service_database, SEEN, user_id=ben) == 3
    assert await run(service_database, SEEN) == 0
    read = "UPDATE session_service.notifications SET read_at = now()"
    assert await run(service_database, read, user_id=ann) == 2
    assert await run(service_database, read) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE session_service.notifications SET title = 'another'",
        "UPDATE session_service.notifications SET user_id = :other",
        "DELETE FROM session_service.notifications",
        INSERT.format(read_at="NULL"),
    ],
)
async def test_a_user_changes_nothing_but_read_at(
    service_database: Database, make_user: MakeUser, tell: Tell, statement: str
) -> None:
    ann = await make_user()
    await tell(ann)
    parameters = {"id": uuid7(), "user_id": ann, "event_id": uuid4(), "other": uuid4()}
    used = {name: value for name, value in parameters.items() if f":{name}" in statement}
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with service_database.transaction(ann) as connection:
            await connection.execute(text(statement), used)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE session_service.notifications SET read_at = now()",
        "UPDATE session_service.notifications SET body = 'another'",
        "DELETE FROM session_service.notifications",
    ],
)
async def test_the_worker_rewrites_nothing(worker: Database, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        await run(worker, statement)


async def test_the_worker_tells_nothing_as_if_it_were_read(worker: Database, make_user: MakeUser) -> None:
    ann = await make_user()
    async with worker.transaction() as connection:
        await connection.execute(
            text(INSERT.format(read_at="NULL")), {"id": uuid7(), "user_id": ann, "event_id": uuid4()}
        )
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with worker.transaction() as connection:
            await connection.execute(
                text(INSERT.format(read_at="now()")), {"id": uuid7(), "user_id": ann, "event_id": uuid4()}
            )


@pytest.mark.parametrize("role", ["tandem_relay", "tandem_reputation", "tandem_reputation_worker"])
async def test_no_other_process_sees_an_inbox(database_for: DatabaseFor, role: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        await run(database_for(role), SEEN)


async def test_the_rules_hold_for_the_owner_too(owner: Database) -> None:
    async with owner.transaction() as connection:
        row = await connection.execute(
            text(
                "SELECT relrowsecurity, relforcerowsecurity FROM pg_class"
                " WHERE oid = 'session_service.notifications'::regclass"
            )
        )
        assert row.one() == (True, True)
