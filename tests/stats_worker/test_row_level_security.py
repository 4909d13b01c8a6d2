"""Who may see and change what, asked of the database itself."""

from collections.abc import Callable
from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from kit.contracts import SESSION_CANCELLED
from kit.database import Database
from kit.outbox.events import Event
from stats_worker.counting.service import apply
from tests.stats_worker.conftest import (
    TABLES,
    Apply,
    completed,
    dump,
    events,
    freeze,
    practice,
    publish_all,
    stored,
)

DatabaseFor = Callable[[str], Database]
DAY = date(2026, 11, 21)


@pytest.fixture
async def pair(count_events: Apply, reader: Database) -> list[UUID]:
    """Two users with something in each table."""
    users = [uuid4(), uuid4()]
    for user in users:
        await count_events(*events(practice(user, DAY, sequence=1)))
        await freeze(reader, user, date(2026, 11, 25))
    return users


async def seen(database: Database, table: str, users: list[UUID], *, caller: UUID | None) -> set[UUID]:
    async with database.transaction(caller) as connection:
        rows = await connection.execute(
            text(f"SELECT user_id FROM stats_worker.{table} WHERE user_id = ANY(:users)"), {"users": users}
        )
        return set(rows.scalars())


@pytest.mark.parametrize("table", TABLES)
async def test_statistics_are_their_users_own(reader: Database, pair: list[UUID], table: str) -> None:
    assert await seen(reader, table, pair, caller=pair[0]) == {pair[0]}
    assert await seen(reader, table, pair, caller=uuid4()) == set()
    assert await seen(reader, table, pair, caller=None) == set()


@pytest.mark.parametrize("table", TABLES[:-1])
async def test_the_worker_sees_what_it_counts(worker: Database, pair: list[UUID], table: str) -> None:
    assert await seen(worker, table, pair, caller=None) == set(pair)


async def test_the_worker_has_no_business_with_freezes(worker: Database, pair: list[UUID]) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        await seen(worker, "freezes", pair, caller=None)


async def test_a_reader_counts_for_nobody_else(reader: Database, owner: Database, pair: list[UUID]) -> None:
    before = await dump(owner, pair[1])
    for caller in (pair[0], None):
        with pytest.raises(ProgrammingError, match="row-level security"):
            async with reader.transaction(caller) as connection:
                await apply(connection, [stored(completed(practice(pair[1], date(2026, 11, 22))))])
    assert await dump(owner, pair[1]) == before


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("counted", "(:user, 1, 'started')"),
        ("totals", "(:user, 1)"),
        ("days", "(:user, '2026-01-01', 1, 1)"),
        ("weekdays", "(:user, 7, 1, 1)"),
        ("sequences", "(:user, 7, 1, 1)"),
        ("runs", "(:user, '2026-01-01', '2026-01-01', 1)"),
        ("freezes", "(:user, '2026-01-01')"),
    ],
)
async def test_nobody_gets_a_row_from_somebody_else(reader: Database, table: str, row: str) -> None:
    statement = text(f"INSERT INTO stats_worker.{table} VALUES {row}")
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with reader.transaction(uuid4()) as connection:
            await connection.execute(statement, {"user": uuid4()})


@pytest.mark.parametrize("role", ["tandem_statistics", "tandem_statistics_worker"])
@pytest.mark.parametrize("table", [table for table in TABLES if table != "runs"])
async def test_nothing_is_taken_back(
    database_for: DatabaseFor, pair: list[UUID], role: str, table: str
) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with database_for(role).transaction(pair[0]) as connection:
            await connection.execute(text(f"DELETE FROM stats_worker.{table}"))


@pytest.mark.parametrize("role", ["tandem_statistics", "tandem_statistics_worker"])
async def test_no_row_changes_hands(database_for: DatabaseFor, pair: list[UUID], role: str) -> None:
    for table in TABLES:
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with database_for(role).transaction(pair[0]) as connection:
                await connection.execute(text(f"UPDATE stats_worker.{table} SET user_id = user_id"))


async def test_a_reader_touches_the_deliveries_of_the_statistics_alone(
    reader: Database, publisher: Database
) -> None:
    other = Event(SESSION_CANCELLED, "session/1", {"session_id": "1"})
    await publish_all(publisher, [other, completed(practice(uuid4(), DAY))])
    async with reader.transaction(uuid4()) as connection:
        consumers = await connection.execute(text("SELECT DISTINCT consumer FROM outbox.deliveries"))
        assert list(consumers.scalars()) == ["statistics"]


@pytest.mark.parametrize(
    "role",
    [
        "tandem_session",
        "tandem_session_worker",
        "tandem_relay",
        "tandem_reputation",
        "tandem_reputation_worker",
    ],
)
async def test_no_other_process_sees_any_of_it(database_for: DatabaseFor, role: str) -> None:
    # The relay acts for nobody.
    caller = None if role == "tandem_relay" else uuid4()
    for table in TABLES:
        with pytest.raises(ProgrammingError, match=r"permission denied for (schema stats_worker|table)"):
            await seen(database_for(role), table, [], caller=caller)


@pytest.mark.parametrize("table", TABLES)
async def test_the_rules_are_forced(owner: Database, table: str) -> None:
    async with owner.transaction() as connection:
        row = await connection.execute(
            text(
                "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = CAST(:name AS regclass)"
            ),
            {"name": f"stats_worker.{table}"},
        )
        assert row.one() == (True, True)
