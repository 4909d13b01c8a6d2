"""A forgotten WHERE shows nobody anything of others' webhooks; and no role may do more than its part."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from kit.database import Database
from tests.session_service.factories import rows
from tests.session_service.webhooks.conftest import MakeHands, MakeOwner, Receiver

TABLES = ("webhook_endpoints", "webhook_secrets", "webhook_deliveries", "webhook_attempts")
DatabaseFor = Callable[[str], Database]


async def count(database: Database, table: str, user_id: UUID | None) -> int:
    async with database.transaction(user_id) as connection:
        return int(await connection.scalar(text(f"SELECT count(user_id) FROM session_service.{table}")) or 0)


async def test_everybody_sees_the_own_rows_only(
    make_owner: MakeOwner,
    make_hands: MakeHands,
    receiver: Receiver,
    owner: Database,
    database_for: DatabaseFor,
) -> None:
    hands = make_hands()
    people = [await make_owner() for _ in range(2)]
    for number, person in enumerate(people, 1):
        for _ in range(number):
            webhook = await person.add(receiver.url)
            await person.client.post(f"/api/webhooks/{webhook['id']}/test")
    await hands.until_idle()
    session = database_for("tandem_session")
    for table in TABLES:
        for number, person in enumerate(people, 1):
            assert await count(session, table, person.id) == number
        assert await count(session, table, uuid4()) == 0
        assert await count(session, table, None) == 0
    protected = await rows(
        owner,
        "SELECT relname FROM pg_class WHERE relname = ANY(:tables) AND relrowsecurity AND relforcerowsecurity",
        tables=list(TABLES),
    )
    assert len(protected) == len(TABLES)


@pytest.mark.parametrize(
    ("role", "statement", "why"),
    [
        (
            "tandem_session",
            "INSERT INTO session_service.webhook_endpoints (id, user_id, url, host)"
            " VALUES (gen_random_uuid(), :other, 'x', 'x')",
            "row-level security",
        ),
        (
            "tandem_session",
            "UPDATE session_service.webhook_endpoints SET user_id = :other",
            "permission denied",
        ),
        ("tandem_session", "UPDATE session_service.webhook_secrets SET secret = 'mine'", "permission denied"),
        (
            "tandem_session",
            "UPDATE session_service.webhook_deliveries SET payload = 'x'",
            "permission denied",
        ),
        ("tandem_session", "DELETE FROM session_service.webhook_attempts", "permission denied"),
        ("tandem_session", "UPDATE session_service.webhook_attempts SET status = 200", "permission denied"),
        ("tandem_courier", "UPDATE session_service.webhook_endpoints SET url = 'x'", "permission denied"),
        ("tandem_courier", "DELETE FROM session_service.webhook_endpoints", "permission denied"),
        ("tandem_courier", "UPDATE session_service.webhook_secrets SET secret = 'x'", "permission denied"),
        (
            "tandem_courier",
            "UPDATE session_service.webhook_deliveries SET payload = 'x'",
            "permission denied",
        ),
        ("tandem_courier", "SELECT notes FROM session_service.wingman_sessions", "permission denied"),
        (
            "tandem_courier",
            "INSERT INTO outbox.deliveries (event_id, consumer) SELECT id, 'reputation' FROM outbox.events LIMIT 1",
            "row-level security",
        ),
        ("tandem_session_worker", "SELECT secret FROM session_service.webhook_secrets", "permission denied"),
        (
            "tandem_session_worker",
            "UPDATE session_service.webhook_deliveries SET state = 'delivered'",
            "permission denied",
        ),
    ],
)
async def test_what_nobody_may_do(
    make_owner: MakeOwner,
    receiver: Receiver,
    database_for: DatabaseFor,
    role: str,
    statement: str,
    why: str,
) -> None:
    ann = await make_owner()
    await ann.add(receiver.url)
    with pytest.raises(ProgrammingError, match=why):
        user_id = ann.id if role == "tandem_session" else None
        async with database_for(role).transaction(user_id) as connection:
            await connection.execute(text(statement), {"other": uuid4()} if ":other" in statement else {})


async def test_the_courier_touches_no_other_consumer_s_deliveries(database_for: DatabaseFor) -> None:
    async with database_for("tandem_courier").transaction() as connection:
        others = "SELECT count(*) FROM outbox.deliveries WHERE consumer NOT IN ('webhooks', 'mail', 'email')"
        assert await connection.scalar(text(others)) == 0
