"""What a mail is like when it arrives, whatever is in it and whoever gets it."""

import pytest

from kit.database import Database
from kit.settings import DEVELOPMENT_INTERNAL_SECRET
from session_service.notifications import service
from session_service.notifications.mail import repository
from session_service.notifications.mail.addresses import UnusableAddress, mailbox_of
from session_service.notifications.mail.rules import KEPT_AT_MOST, SHOWN_AT_MOST
from session_service.notifications.unsubscribing.tokens import read_token
from tests.session_service.factories import rows
from tests.session_service.notifications.conftest import check_in
from tests.session_service.notifications.mail.conftest import (
    MailUser,
    MakeCarrier,
    Tell,
    carry_what_is_due,
    change,
    mails_of,
    make_due,
)
from tests.support.mail_servers import real_server, scripted_server


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
