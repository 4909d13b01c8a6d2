"""With whom a mail is handed over, and that it is looked at again before it leaves."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from kit.database import Database
from session_service.notifications import service
from tests.session_service.factories import make_session
from tests.session_service.notifications.mail.conftest import (
    MailUser,
    MakeCarrier,
    Tell,
    carry_what_is_due,
    change,
    mails_of,
    make_due,
)
from tests.support.certificates import self_signed
from tests.support.mail_servers import Does, real_server, scripted_server
from tests.support.waiting import eventually


async def test_encrypted_and_signed_in_or_not_at_all(
    owner: Database, mail_user: MailUser, tell: Tell, make_carrier: MakeCarrier, tmp_path: Path
) -> None:
    ann = await mail_user()
    await tell(ann)
    certificate = self_signed("localhost", tmp_path)

    def authenticate(_s: Any, _e: Any, _v: Any, _m: Any, given: Any) -> AuthResult:
        return AuthResult(success=(given.login, given.password) == (b"tandem", b"right"))

    secured: dict[str, Any] = {
        "smtp_host": "localhost",
        "smtp_tls": "starttls",
        "smtp_user": "tandem",
        "smtp_password": "right",
    }
    async with real_server(
        tls_context=certificate.server_context(),
        require_starttls=True,
        auth_required=True,
        authenticator=authenticate,
    ) as box:
        await carry_what_is_due(make_carrier(box.port, **secured))
        (mail,) = await mails_of(owner, ann)
        assert mail["last_error"] == "the mail server cannot be reached: SSLCertVerificationError"
        await make_due(owner)
        await carry_what_is_due(make_carrier(box.port, **secured, smtp_ca_file=str(certificate.path)))
    assert (await mails_of(owner, ann))[0]["state"] == "sent"
    assert len(box.envelopes) == 1


async def test_whoever_is_not_let_in_waits_for_it_to_be_put_right(
    owner: Database, mail_user: MailUser, tell: Tell, make_carrier: MakeCarrier
) -> None:
    ann = await mail_user()
    await tell(ann)
    async with scripted_server({"EHLO": "250-here\r\n250 AUTH PLAIN", "AUTH": "535 not you"}) as server:
        await carry_what_is_due(make_carrier(server.port, smtp_user="tandem", smtp_password="wrong"))
    (mail,) = await mails_of(owner, ann)
    assert (mail["state"], mail["last_error"]) == ("queued", "535 not you")


async def test_a_server_without_encryption_gets_nothing_when_it_is_wanted(
    owner: Database, mail_user: MailUser, tell: Tell, make_carrier: MakeCarrier
) -> None:
    ann = await mail_user()
    await tell(ann)
    async with scripted_server() as server:
        await carry_what_is_due(
            make_carrier(server.port, smtp_tls="starttls", smtp_user="tandem", smtp_password="right")
        )
    (mail,) = await mails_of(owner, ann)
    assert (mail["state"], server.texts) == ("queued", 0)
    assert not [command for command in server.commands if command.startswith(("AUTH", "MAIL"))]


@pytest.mark.parametrize(
    ("statement", "state"),
    [
        (
            "UPDATE session_service.user_profiles SET notification_preferences = '{}' WHERE id = :id",
            "dropped",
        ),
        ("UPDATE session_service.user_profiles SET email = NULL WHERE id = :id", "dropped"),
        ("UPDATE session_service.emails SET leases = leases + 1 WHERE user_id = :id", "queued"),
    ],
)
@pytest.mark.parametrize(
    "late", [False, True], ids=["before it is taken up", "when the server is ready for it"]
)
async def test_it_is_looked_at_again_to_the_last_moment(
    owner: Database,
    mail_user: MailUser,
    tell: Tell,
    make_carrier: MakeCarrier,
    statement: str,
    state: str,
    late: bool,
) -> None:
    ann = await mail_user()
    await tell(ann)
    async with scripted_server({"RCPT": Does.HANG} if late else {}) as server:
        carrier = make_carrier(server.port)
        (item,) = await carrier.take(10)
        if late:
            carrying = asyncio.create_task(carrier.carry(item))
            await eventually(lambda: server.recipients)
            await change(owner, statement, id=ann)
            server.go_on()
            await carrying
        else:
            await change(owner, statement, id=ann)
            await carrier.carry(item)
    (mail,) = await mails_of(owner, ann)
    assert (mail["state"], server.texts) == (state, 0)
    assert bool(mail["last_error"]) is (state == "dropped")


async def test_an_address_that_is_changed_at_the_last_moment_gets_it(
    owner: Database, mail_user: MailUser, tell: Tell, make_carrier: MakeCarrier
) -> None:
    ann = await mail_user()
    await tell(ann)
    async with scripted_server({"RCPT": Does.HANG}) as server:
        carrier = make_carrier(server.port)
        (item,) = await carrier.take(10)
        carrying = asyncio.create_task(carrier.carry(item))
        await eventually(lambda: server.recipients)
        await change(
            owner, "UPDATE session_service.user_profiles SET email = 'new@example.com' WHERE id = :id", id=ann
        )
        server.go_on()
        await carrying
        assert (server.texts, (await mails_of(owner, ann))[0]["state"]) == (0, "queued")
        server.script.clear()
        assert await carry_what_is_due(carrier) == 1, "due again at once"
    assert server.recipients == ["somebody@example.com", "new@example.com"]
    assert len(server.accepted) == 1


@pytest.mark.parametrize(
    ("change_of_plan", "sent"),
    [
        ("SET updated_at = now()", True),
        ("SET scheduled_time = scheduled_time + interval '10 minutes'", False),
        ("SET status = 'cancelled'", False),
    ],
)
async def test_a_reminder_is_mailed_only_while_it_is_true(
    owner: Database,
    worker: Database,
    mail_user: MailUser,
    make_carrier: MakeCarrier,
    change_of_plan: str,
    sent: bool,
) -> None:
    session = await make_session(owner, due=timedelta(minutes=40))
    await change(
        owner,
        """UPDATE session_service.user_profiles SET email = 'a@example.com',
        notification_preferences = '{"email": {"session_reminder": true}}' WHERE id = :id""",
        id=session.user1,
    )
    await change(
        owner,
        "INSERT INTO session_service.reminders VALUES (:session, :user, :time, now())",
        session=session.id,
        user=session.user1,
        time=session.scheduled_time,
    )
    await worker.run(lambda connection: service.remind(connection, 100))
    await change(
        owner,
        f"UPDATE session_service.wingman_sessions {change_of_plan} WHERE id = :id",
        id=session.id,
    )
    async with real_server() as box:
        await carry_what_is_due(make_carrier(box.port))
    (mail,) = await mails_of(owner, session.user1)
    assert mail["state"] == ("sent" if sent else "dropped")
    assert len(box.envelopes) == sent
