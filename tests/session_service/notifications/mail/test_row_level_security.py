"""Who may do what with mails and reminders, asked of the database itself."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from kit.database import Database
from tests.session_service.factories import make_session, rows
from tests.session_service.notifications.mail.conftest import MailUser, Tell, mails_of

DatabaseFor = Callable[[str], Database]

HTTP, WORKER, COURIER = "tandem_session", "tandem_session_worker", "tandem_courier"


async def run(database: Database, statement: str) -> int:
    async with database.transaction() as connection:
        return (await connection.execute(text(statement))).rowcount


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        (HTTP, "SELECT FROM session_service.emails"),
        (HTTP, "SELECT FROM session_service.reminders"),
        (WORKER, "UPDATE session_service.emails SET state = 'sent'"),
        (WORKER, "UPDATE session_service.emails SET user_id = gen_random_uuid()"),
        (COURIER, "INSERT INTO session_service.emails DEFAULT VALUES"),
        (COURIER, "DELETE FROM session_service.emails"),
        (COURIER, "UPDATE session_service.emails SET notification_ids = '{}'"),
        (COURIER, "SELECT FROM session_service.reminders"),
        (COURIER, "SELECT display_name FROM session_service.user_profiles"),
        (COURIER, "UPDATE session_service.user_profiles SET email = 'x@example.com'"),
        (COURIER, "SELECT venue_name FROM session_service.wingman_sessions"),
        (COURIER, "SELECT notes FROM session_service.wingman_sessions"),
        (COURIER, "UPDATE session_service.notifications SET read_at = now()"),
        (COURIER, "SELECT FROM session_service.practice_sessions"),
        (COURIER, "SELECT FROM session_service.audit_log"),
        ("tandem_relay", "SELECT FROM session_service.emails"),
        ("tandem_live", "SELECT FROM session_service.emails"),
    ],
)
async def test_what_a_role_has_no_business_with_it_is_refused(
    database_for: DatabaseFor, role: str, statement: str
) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        await run(database_for(role), statement)


async def test_the_courier_sees_what_it_sends(
    database_for: DatabaseFor, mail_user: MailUser, tell: Tell
) -> None:
    ann = await mail_user()
    await tell(ann)
    courier = database_for(COURIER)
    assert await run(courier, "SELECT state FROM session_service.emails") == 1
    assert await run(courier, f"SELECT title FROM session_service.notifications WHERE user_id = '{ann}'") == 1
    assert await run(courier, f"SELECT email FROM session_service.user_profiles WHERE id = '{ann}'") == 1


async def test_the_worker_changes_no_mail_but_one_that_gathers(
    owner: Database, worker: Database, mail_user: MailUser, tell: Tell
) -> None:
    ann = await mail_user()
    await tell(ann)
    again = "UPDATE session_service.emails SET notification_ids = notification_ids || notification_ids"
    assert await run(worker, again) == 0
    assert await run(owner, "UPDATE session_service.emails SET gathering = true") == 1
    assert await run(worker, again) == 1
    assert await run(worker, "DELETE FROM session_service.emails") == 0
    assert len(await mails_of(owner, ann)) == 1


async def test_row_level_security_is_forced_on_both(owner: Database) -> None:
    found = await rows(
        owner,
        "SELECT relname, relrowsecurity AND relforcerowsecurity AS forced FROM pg_class"
        " WHERE oid = ANY(ARRAY['session_service.emails', 'session_service.reminders',"
        " 'session_service.wingman_sessions']::regclass[])",
    )
    assert {row["relname"]: row["forced"] for row in found} == {
        "emails": True,
        "reminders": True,
        "wingman_sessions": True,
    }


async def test_reminders_go_with_their_session(owner: Database) -> None:
    session = await make_session(owner)
    async with owner.transaction() as connection:
        await connection.execute(
            text("INSERT INTO session_service.reminders VALUES (:session, :user, now(), now())"),
            {"session": session.id, "user": session.user1},
        )
        await connection.execute(
            text("DELETE FROM session_service.wingman_sessions WHERE id = :id"), {"id": session.id}
        )
        left = await connection.execute(
            text("SELECT FROM session_service.reminders WHERE session_id = :id"), {"id": session.id}
        )
    assert left.rowcount == 0
