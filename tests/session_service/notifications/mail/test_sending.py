"""What a mail is like when it arrives, and that it is looked at again before it leaves."""

import asyncio
import email
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from sqlalchemy import text

from deploy import dead_letters
from kit.database import Database
from kit.settings import DEVELOPMENT_INTERNAL_SECRET
from session_service.notifications import service
from session_service.notifications.mail import repository
from session_service.notifications.mail.addresses import UnusableAddress, mailbox_of
from session_service.notifications.mail.carrier import MailCarrier
from session_service.notifications.mail.repository import OUTCOME_UNKNOWN
from session_service.notifications.mail.rules import KEPT_AT_MOST, MOST_LEASES, SHOWN_AT_MOST
from session_service.notifications.unsubscribing.tokens import read_token
from tests.session_service.factories import make_session, rows
from tests.session_service.notifications.conftest import check_in
from tests.session_service.notifications.mail.conftest import (
    MailUser,
    MakeCarrier,
    Tell,
    carry_what_is_due,
    mails_of,
    make_due,
)
from tests.support.certificates import self_signed
from tests.support.mail_servers import Does, scripted_server
from tests.support.waiting import eventually


class Box:
    """aiosmtpd's handler: keeps what it is given."""

    def __init__(self) -> None:
        self.port = 0
        self.envelopes: list[Envelope] = []
        self.on_data: Callable[[], Any] | None = None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        if self.on_data is not None:
            await self.on_data()
        return "250 taken"

    @property
    def messages(self) -> list[EmailMessage]:
        return [
            email.message_from_bytes(envelope.original_content or b"", _class=EmailMessage, policy=default)
            for envelope in self.envelopes
        ]


@asynccontextmanager
async def real_server(**options: Any) -> AsyncIterator[Box]:
    box = Box()
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(
        lambda: SMTP(box, loop=loop, enable_SMTPUTF8=True, hostname="localhost", **options), "127.0.0.1", 0
    )
    box.port = listening.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        listening.close()


async def change(owner: Database, statement: str, **parameters: Any) -> None:
    async with owner.transaction() as connection:
        await connection.execute(text(statement), parameters)


async def test_a_mail_is_whole(
    owner: Database, mail_user: MailUser, tell: Tell, make_carrier: MakeCarrier
) -> None:
    ann = await mail_user()
    await tell(ann)
    async with real_server() as box:
        assert await carry_what_is_due(make_carrier(box.port, app_url="https://tandem.example/app")) == 1
    (mail,) = await mails_of(owner, ann)
    assert (mail["state"], mail["attempts"], mail["last_error"]) == ("sent", 1, None)
    (envelope,), (message,) = box.envelopes, box.messages
    assert (envelope.mail_from, envelope.rcpt_tos) == ("no-reply@tandem.example", ["somebody@example.com"])
    assert message["From"] == "Tandem <no-reply@tandem.example>"
    assert message["To"] == "somebody@example.com"
    assert message["Subject"] == "Ann checked in"
    assert message["Message-ID"] == f"<{mail['id']}@tandem.example>"
    assert message["Date"].datetime.tzinfo is not None
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = message["List-Unsubscribe"]
    assert link.startswith("<https://tandem.example/api/unsubscribe/")
    token = link.rpartition("/")[2].rstrip(">")
    assert read_token(token, DEVELOPMENT_INTERNAL_SECRET) == (ann, "buddy_checked_in")
    assert message.get_content_type() == "multipart/alternative"
    plain, html = (part.get_content() for part in message.iter_parts())
    assert "Ann is there for your session." in plain
    assert f"No more mails about check-ins of buddies: {link.strip('<>')}" in plain
    assert "Ann is there for your session." in html
    assert 'href="https://tandem.example/app"' in html
    assert "color-scheme" in html
    raw = envelope.original_content or b""
    assert raw.isascii()
    # As providers read it, who do not decode it first.
    assert f"\r\nList-Unsubscribe: {link}\r\n".encode() in raw
    assert max(map(len, raw.split(b"\r\n"))) <= 998


async def test_several_things_come_in_one_mail(
    owner: Database, mail_user: MailUser, tell: Tell, make_carrier: MakeCarrier
) -> None:
    ann = await mail_user({"email": True, "digest": {"at": "08:00"}}, timezone="Europe/Berlin")
    await tell(ann, 3)
    await change(
        owner,
        "UPDATE session_service.emails SET due_at = now(), created_at = now() - interval '2 days' WHERE user_id = :id",
        id=ann,
    )
    async with real_server() as box:
        await carry_what_is_due(make_carrier(box.port))
    (message,) = box.messages
    assert message["Subject"] == "Ann checked in, and 2 more"
    assert read_token(
        message["List-Unsubscribe"].rpartition("/")[2].rstrip(">"), DEVELOPMENT_INTERNAL_SECRET
    ) == (
        ann,
        None,
    )
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().count("Ann is there for your session.") == 3
    await tell(ann)
    assert [mail["state"] for mail in await mails_of(owner, ann)] == ["sent", "queued"]


@pytest.mark.parametrize(
    ("times", "subject", "more"),
    [
        (SHOWN_AT_MOST, f"Ann checked in, and {SHOWN_AT_MOST - 1} more", None),
        (SHOWN_AT_MOST + 3, f"Ann checked in, and {SHOWN_AT_MOST + 2} more", "And 3 more, in your inbox."),
        (KEPT_AT_MOST + 100, "Ann checked in, and many more", "And many more, in your inbox."),
    ],
)
async def test_a_mail_has_an_end(
    owner: Database,
    mail_user: MailUser,
    tell: Tell,
    make_carrier: MakeCarrier,
    times: int,
    subject: str,
    more: str | None,
) -> None:
    ann = await mail_user({"email": True, "digest": {"at": "08:00"}})
    await tell(ann, times)
    # As the version before has gathered it.
    await change(
        owner,
        """UPDATE session_service.emails SET due_at = now(), created_at = now() - interval '2 days',
        notification_ids = ARRAY(SELECT id FROM session_service.notifications WHERE user_id = :id ORDER BY id)
        WHERE user_id = :id""",
        id=ann,
    )
    async with real_server() as box:
        await carry_what_is_due(make_carrier(box.port))
    (message,) = box.messages
    assert message["Subject"] == subject
    for kind in ("plain", "html"):
        body = message.get_body((kind,))
        assert body is not None
        words = body.get_content()
        assert words.count("Ann is there for your session.") == SHOWN_AT_MOST
        assert ("in your inbox" in words) is (more is not None)
        assert (more or "") in words


async def test_of_a_mail_without_end_the_newest_are_read(
    owner: Database, mail_user: MailUser, tell: Tell, make_carrier: MakeCarrier
) -> None:
    ann = await mail_user({"email": True, "digest": {"at": "08:00"}})
    await tell(ann, KEPT_AT_MOST + 5)
    every = "ARRAY(SELECT id FROM session_service.notifications WHERE user_id = :id ORDER BY id)"
    await change(
        owner, f"UPDATE session_service.emails SET notification_ids = {every} WHERE user_id = :id", id=ann
    )
    await make_due(owner)
    carrier = make_carrier(1)
    (item,) = await carrier.take(10)
    mail = await carrier.database.run(lambda connection: repository.look(connection, item))
    assert mail is not None
    (told,) = await rows(owner, f"SELECT {every} AS ids", id=ann)
    assert sorted(entry.id for entry in mail.entries) == told["ids"][5:]


@pytest.mark.parametrize(
    "name",
    ["Eve\r\nBcc: all@example.com", "Eve\r\n\r\nA body", "<script>alert(1)</script>",
     "Ева \u202e 😀", "=?utf-8?q?x?=", "E" * 100],
)  # fmt: skip
async def test_a_name_is_a_name_wherever_it_stands(
    owner: Database, worker: Database, mail_user: MailUser, make_carrier: MakeCarrier, name: str
) -> None:
    ann, eve = await mail_user(), await mail_user({}, None)
    await change(
        owner,
        "UPDATE session_service.user_profiles SET display_name = :name WHERE id = :id",
        name=name,
        id=eve,
    )
    await worker.run(lambda connection: service.apply(connection, [check_in(eve, ann)]))
    async with real_server() as box:
        await carry_what_is_due(make_carrier(box.port))
    (message,), (envelope,) = box.messages, box.envelopes
    assert envelope.rcpt_tos == ["somebody@example.com"]
    assert message["Bcc"] is None
    assert message.get_content_type() == "multipart/alternative"
    assert message["Subject"].endswith(" checked in")
    html = message.get_body(("html",))
    assert html is not None
    assert "<script" not in html.get_content()


@pytest.mark.parametrize(
    ("address", "envelope_address"),
    [
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("änn@bücher.example", "änn@xn--bcher-kva.example"),
    ],
)
async def test_addresses_of_all_the_world(
    owner: Database,
    mail_user: MailUser,
    tell: Tell,
    make_carrier: MakeCarrier,
    address: str,
    envelope_address: str,
) -> None:
    ann = await mail_user(email=address)
    await tell(ann)
    async with real_server() as box:
        await carry_what_is_due(make_carrier(box.port))
    assert [envelope.rcpt_tos for envelope in box.envelopes] == [[envelope_address]]
    assert box.messages[0]["To"] == envelope_address


async def test_an_old_server_is_not_given_what_it_cannot_take(
    owner: Database, mail_user: MailUser, tell: Tell, make_carrier: MakeCarrier
) -> None:
    ann = await mail_user(email="änn@example.com")
    await tell(ann)
    async with scripted_server({"EHLO": "250 old"}) as server:
        await carry_what_is_due(make_carrier(server.port))
    (mail,) = await mails_of(owner, ann)
    assert (mail["state"], mail["uncertain"]) == ("dead", False)
    assert "SMTPUTF8" in mail["last_error"]
    assert not server.recipients


@pytest.mark.parametrize(
    "address",
    ["a@b@example.com", "a b@example.com", "a@", "@example.com", "a@exa mple.com", "a@-.example", "a..b@example.com",
     "<a@example.com>", "a@example.com>\r\nRCPT TO:<b@example.com", "a@example.com\n", "a@[127.0.0.1]",
     "a" * 65 + "@b.de"],
)  # fmt: skip
async def test_an_address_that_is_none_is_a_dead_letter(
    owner: Database, mail_user: MailUser, tell: Tell, make_carrier: MakeCarrier, address: str
) -> None:
    with pytest.raises(UnusableAddress):
        mailbox_of(address)
    ann = await mail_user(email=address)
    await tell(ann)
    async with scripted_server() as server:
        await carry_what_is_due(make_carrier(server.port))
    (mail,) = await mails_of(owner, ann)
    assert (mail["state"], mail["uncertain"], server.connections) == ("dead", False, 0)
    assert mail["last_error"].startswith("the address")
    assert address.strip() not in mail["last_error"]


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


async def test_two_couriers_never_send_the_same(
    owner: Database, mail_user: MailUser, tell: Tell, make_carrier: MakeCarrier
) -> None:
    people = [await mail_user() for _ in range(15)]
    for person in people:
        await tell(person, 2)

    async def work(carrier: MailCarrier) -> None:
        while items := await carrier.take(3):
            await asyncio.gather(*map(carrier.carry, items))

    async with real_server() as box:
        await asyncio.gather(*(work(make_carrier(box.port)) for _ in range(3)))
    assert len(box.envelopes) == 30
    ids = [message["Message-ID"] for message in box.messages]
    assert len(set(ids)) == 30
    states = await rows(owner, "SELECT DISTINCT state FROM session_service.emails")
    assert states == [{"state": "sent"}]


async def test_who_was_overtaken_leaves_it_to_the_other(
    owner: Database, mail_user: MailUser, tell: Tell, make_carrier: MakeCarrier
) -> None:
    ann = await mail_user()
    await tell(ann)
    async with scripted_server() as server:
        carrier = make_carrier(server.port)
        (slow,) = await carrier.take(10)
        await make_due(owner)
        (fast,) = await carrier.take(10)
        await carrier.carry(slow)
        assert (server.texts, (await mails_of(owner, ann))[0]["state"]) == (0, "queued")
        await carrier.carry(fast)
        await carrier.carry(slow)
    assert (len(server.accepted), (await mails_of(owner, ann))[0]["state"]) == (1, "sent")


async def test_an_outcome_that_comes_late_is_believed(
    owner: Database, mail_user: MailUser, tell: Tell, make_carrier: MakeCarrier
) -> None:
    """Whoever hands it over is thought to have died, and has not."""
    ann = await mail_user()
    await tell(ann)
    async with scripted_server({"text": Does.HANG}) as server:
        carrier = make_carrier(server.port)
        (item,) = await carrier.take(10)
        carrying = asyncio.create_task(carrier.carry(item))
        await eventually(lambda: server.texts)
        await make_due(owner)
        assert await carrier.take(10) == []
        (mail,) = await mails_of(owner, ann)
        assert (mail["state"], mail["uncertain"], mail["last_error"]) == ("dead", True, OUTCOME_UNKNOWN)
        server.go_on()
        await carrying
    (mail,) = await mails_of(owner, ann)
    assert (mail["state"], mail["uncertain"], mail["last_error"]) == ("sent", False, None)


async def test_an_outcome_is_stored_however_long_the_database_is_away(
    owner: Database, mail_user: MailUser, tell: Tell, make_carrier: MakeCarrier
) -> None:
    ann = await mail_user()
    await tell(ann)
    held = asyncio.Event()

    async def hold() -> None:
        async with owner.transaction() as connection:
            await connection.exec_driver_sql("LOCK TABLE session_service.emails")
            held.set()
            await asyncio.sleep(2.5)  # longer than anybody waits for a lock

    holding: list[asyncio.Task[None]] = []

    async def on_data() -> None:
        holding.append(asyncio.create_task(hold()))
        await held.wait()

    async with real_server() as box:
        box.on_data = on_data
        await carry_what_is_due(make_carrier(box.port))
    await asyncio.gather(*holding)
    (mail,) = await mails_of(owner, ann)
    assert (mail["state"], len(box.envelopes)) == ("sent", 1)


async def test_what_is_taken_again_and_again_without_an_outcome_is_given_up(
    owner: Database, mail_user: MailUser, tell: Tell, make_carrier: MakeCarrier
) -> None:
    ann: UUID = await mail_user()
    await tell(ann)
    await change(owner, "UPDATE session_service.emails SET leases = 100 WHERE user_id = :id", id=ann)
    assert await make_carrier(1).take(10) == []
    (mail,) = await mails_of(owner, ann)
    assert (mail["state"], mail["uncertain"]) == ("dead", False)
    assert mail["last_error"] == "taken too often without any outcome"


async def test_what_was_given_up_is_tried_again_as_if_it_had_never_been_taken(
    owner: Database, owner_url: str, mail_user: MailUser, tell: Tell, make_carrier: MakeCarrier
) -> None:
    ann: UUID = await mail_user()
    await tell(ann)
    async with scripted_server() as server:
        carrier = make_carrier(server.port)
        for retried in range(2):
            await change(
                owner,
                "UPDATE session_service.emails SET leases = leases + :most, due_at = now() WHERE user_id = :id",
                id=ann,
                most=MOST_LEASES,
            )
            assert await carrier.take(10) == []
            assert dead_letters.retry(owner_url, consumer=dead_letters.MAIL) == 1
            taken = [(await carrier.take(10))[0]]
            for _ in range(MOST_LEASES - 1):
                await make_due(owner)
                taken += await carrier.take(10)
            assert len({item.leases for item in taken}) == MOST_LEASES, "as often as before"
            await make_due(owner)
            assert await carrier.take(10) == [], retried
        assert dead_letters.retry(owner_url, consumer=dead_letters.MAIL) == 1
        # Whoever held it before holds it no more, however often it has been taken since.
        await carrier.carry(taken[0])
        assert server.texts == 0
        assert await carry_what_is_due(carrier) == 1
        assert len(server.accepted) == 1
