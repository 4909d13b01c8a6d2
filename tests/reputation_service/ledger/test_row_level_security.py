"""Who may see and change what, asked of the database itself."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from kit.database import Database
from reputation_service.standings import repository as standings
from reputation_service.standings.rules import Board
from tests.reputation_service.conftest import Book, completed

DatabaseFor = Callable[[str], Database]

ENTRIES = "SELECT FROM reputation_service.ledger WHERE user_id = ANY(:users)"
COUNTERS = "SELECT FROM reputation_service.counters WHERE user_id = ANY(:users)"
BADGES = "SELECT FROM reputation_service.badges WHERE user_id = ANY(:users)"

FORGED = (
    "INSERT INTO reputation_service.ledger"
    " (id, user_id, session_id, kind, points, completed_sessions, no_shows, event_id, occurred_at)"
    " VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), {values}, gen_random_uuid(), now())"
)


async def seen(database: Database, statement: str, users: list[UUID], *, caller: UUID | None) -> int:
    async with database.transaction(caller) as connection:
        return len((await connection.execute(text(statement), {"users": users})).all())


@pytest.fixture
def service(database_for: DatabaseFor) -> Database:
    return database_for("tandem_reputation")


@pytest.fixture
async def pair(book: Book) -> list[UUID]:
    """Two users with one entry each."""
    users = [uuid4(), uuid4()]
    await book(completed(*users))
    return users


async def test_entries_are_their_users_own(service: Database, pair: list[UUID]) -> None:
    assert await seen(service, ENTRIES, pair, caller=pair[0]) == 1
    assert await seen(service, ENTRIES, pair, caller=uuid4()) == 0
    assert await seen(service, ENTRIES, pair, caller=None) == 0


@pytest.mark.parametrize("statement", [COUNTERS, BADGES])
async def test_sums_and_badges_are_for_everyone_who_is_signed_in(
    service: Database, pair: list[UUID], statement: str
) -> None:
    assert await seen(service, statement, pair, caller=uuid4()) == 2
    assert await seen(service, statement, pair, caller=None) == 0


async def test_the_worker_sees_everything(worker: Database, pair: list[UUID]) -> None:
    for statement in (ENTRIES, COUNTERS, BADGES):
        assert await seen(worker, statement, pair, caller=None) == 2


@pytest.mark.parametrize(
    "statement",
    [
        FORGED.format(values="'completion', 1000, 1, 0"),
        "UPDATE reputation_service.ledger SET points = 1000",
        "DELETE FROM reputation_service.ledger",
        "INSERT INTO reputation_service.counters (user_id) VALUES (gen_random_uuid())",
        "UPDATE reputation_service.counters SET points = 1000",
        "DELETE FROM reputation_service.counters",
        "INSERT INTO reputation_service.badges VALUES (gen_random_uuid(), 'sessions_1', now())",
        "DELETE FROM reputation_service.badges",
        "SELECT FROM reputation_service.penalties",
        "INSERT INTO reputation_service.penalties (session_id, user_id) VALUES (gen_random_uuid(), gen_random_uuid())",
        "SELECT FROM reputation_service.reversals",
        "INSERT INTO reputation_service.reversals VALUES (gen_random_uuid(), 'x', gen_random_uuid(), NULL, now())",
        "SELECT FROM reputation_service.entries_in_force",
        "SELECT FROM reputation_service.boards_drift",
        "SELECT reputation_service.settle_reached(ARRAY[gen_random_uuid()])",
    ],
)
async def test_the_http_role_changes_nothing(service: Database, pair: list[UUID], statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with service.transaction(pair[0]) as connection:
            await connection.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reputation_service.ledger SET points = 0",
        "DELETE FROM reputation_service.ledger",
        "TRUNCATE reputation_service.ledger",
        "UPDATE reputation_service.counters SET user_id = gen_random_uuid()",
        "DELETE FROM reputation_service.counters",
        "UPDATE reputation_service.badges SET earned_at = now()",
        "DELETE FROM reputation_service.badges",
        "DELETE FROM reputation_service.penalties",
        "SELECT reason FROM reputation_service.reversals",
        "INSERT INTO reputation_service.reversals VALUES (gen_random_uuid(), 'x', gen_random_uuid(), NULL, now())",
        "SELECT reputation_service.reverse_session(gen_random_uuid(), 'x', gen_random_uuid(), NULL)",
    ],
)
async def test_the_worker_takes_nothing_back(worker: Database, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with worker.transaction() as connection:
            await connection.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reputation_service.ledger SET points = 0",
        "DELETE FROM reputation_service.ledger",
        "TRUNCATE reputation_service.ledger",
    ],
)
async def test_the_ledger_is_append_only_for_its_owner_too(owner: Database, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        async with owner.transaction() as connection:
            await connection.execute(text(statement))


@pytest.mark.parametrize(
    "values",
    [
        "'completion', -1, 1, 0",
        "'completion', 1, 2, 0",
        "'completion', 1, 1, 1",
        "'no_show', 1, 0, 1",
        "'no_show', -1, 1, 0",
        "'reversal', -1, 0, 0",
        "'reversal', 1, 1, 0",
        "'suspension', -1, 0, -1",
        "'suspension', 1, 0, 1",
        "'reinstatement', 1, 0, 1",
        "'reinstatement', -1, 0, -1",
        "'gift', 1, 1, 0",
    ],
)
async def test_an_entry_that_is_not_what_its_kind_says(worker: Database, values: str) -> None:
    with pytest.raises(DBAPIError, match="ledger_effect"):
        async with worker.transaction() as connection:
            await connection.execute(text(FORGED.format(values=values)))


@pytest.mark.parametrize(
    "role", ["tandem_session", "tandem_session_worker", "tandem_relay", "tandem_statistics"]
)
@pytest.mark.parametrize("statement", [ENTRIES, COUNTERS, BADGES])
async def test_no_other_process_sees_any_of_it(database_for: DatabaseFor, role: str, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        await seen(database_for(role), statement, [], caller=None)


@pytest.mark.parametrize(
    "table", ["ledger", "counters", "badges", "penalties", "reversals", "idempotency_keys"]
)
async def test_the_rules_are_forced(owner: Database, table: str) -> None:
    async with owner.transaction() as connection:
        row = await connection.execute(
            text(
                "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = CAST(:name AS regclass)"
            ),
            {"name": f"reputation_service.{table}"},
        )
        assert row.one() == (True, True)


async def test_a_leaderboard_is_for_who_is_signed_in(service: Database, pair: list[UUID]) -> None:
    for caller, expected in ((None, 0), (pair[0], 1)):
        async with service.transaction(caller) as connection:
            found = await standings.from_the_top(connection, Board.POINTS, pair[0], limit=1)
        assert len(found.rest) == expected


async def test_answers_under_a_key_are_their_callers_own(
    service: Database, worker: Database, owner: Database
) -> None:
    ann, ben = uuid4(), uuid4()
    async with owner.transaction() as connection:
        await connection.execute(
            text(
                "INSERT INTO reputation_service.idempotency_keys"
                " SELECT user_id, 'POST /', 'key', '', 200, '{}', '', true FROM unnest(:users) AS users (user_id)"
            ),
            {"users": [ann, ben]},
        )
    statement = "SELECT FROM reputation_service.idempotency_keys WHERE user_id = ANY(:users)"
    assert await seen(service, statement, [ann, ben], caller=ann) == 1
    assert await seen(service, statement, [ann, ben], caller=uuid4()) == 0
    assert await seen(worker, statement, [ann, ben], caller=None) == 2


@pytest.mark.parametrize(
    ("role", "consumer"),
    [
        ("tandem_reputation", "notifications"),
        ("tandem_reputation", "reputation"),
        ("tandem_reputation_worker", "statistics"),
    ],
)
async def test_nobody_is_told_who_need_not_be(database_for: DatabaseFor, role: str, consumer: str) -> None:
    with pytest.raises(DBAPIError, match="row-level security"):
        async with database_for(role).transaction() as connection:
            await connection.execute(
                text(
                    "WITH event AS (INSERT INTO outbox.events (id, type, source, subject, time, data)"
                    " VALUES (:id, 'x', 'x', 'x', now(), '{}'))"
                    " INSERT INTO outbox.deliveries (event_id, consumer) VALUES (:id, :consumer)"
                ),
                {"id": uuid4(), "consumer": consumer},
            )
