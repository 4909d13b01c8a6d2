"""Mail servers that are ill in every way: nothing is sent twice, and nothing is lost without a word."""

import asyncio
import contextlib
from datetime import timedelta
from typing import Any

import aiosmtplib
import pytest
from aiosmtplib import SMTPException

from kit.database import Database
from tests.session_service.notifications.mail.conftest import (
    HURRY,
    NO_ANSWER,
    MailUser,
    MakeCarrier,
    Tell,
    carry_what_is_due,
    mails_of,
    make_due,
)
from tests.support.mail_servers import Does, Step, scripted_server

REFUSED_FOR_NOW = {"state": "queued", "uncertain": False, "attempts": 1}
DEAD = {"state": "dead", "uncertain": False}
OPEN = {"state": "dead", "uncertain": True}


@pytest.mark.parametrize(
    ("step", "does", "fate", "reason"),
    [
        ("connect", Does.HANG, REFUSED_FOR_NOW, "not ready within"),
        ("connect", Does.CLOSE, REFUSED_FOR_NOW, "cannot be reached"),
        ("connect", Does.RESET, REFUSED_FOR_NOW, "cannot be reached"),
        ("connect", Does.BABBLE, REFUSED_FOR_NOW, ""),
        ("connect", "421 later", REFUSED_FOR_NOW, "421 later"),
        ("connect", "554 we do not serve you", REFUSED_FOR_NOW, "554 we do not"),
        ("EHLO", Does.HANG, REFUSED_FOR_NOW, "not ready within"),
        ("EHLO", Does.CLOSE, REFUSED_FOR_NOW, "cannot be reached"),
        ("MAIL", "421 shutting down", REFUSED_FOR_NOW, "421 shutting down"),
        ("MAIL", "530 who are you?", REFUSED_FOR_NOW, "530 who are you?"),
        ("MAIL", "550 not from you", DEAD, "550 not from you"),
        ("RCPT", "450 mailbox busy", REFUSED_FOR_NOW, "450 mailbox busy"),
        ("RCPT", "550 no such user", DEAD, "550 no such user"),
        ("RCPT", Does.HANG, REFUSED_FOR_NOW, "not ready within"),
        ("RCPT", Does.RESET, REFUSED_FOR_NOW, "cannot be reached"),
        ("DATA", "451 not now", REFUSED_FOR_NOW, "451 not now"),
        ("DATA", "554 never", DEAD, "554 never"),
        ("DATA", Does.CLOSE, REFUSED_FOR_NOW, "before the text"),
        ("DATA", Does.HANG, REFUSED_FOR_NOW, "before the text"),
        ("middle", Does.CLOSE, OPEN, "may have accepted it"),
        ("middle", Does.RESET, OPEN, "may have accepted it"),
        ("middle", Does.HANG, OPEN, "may have accepted it"),
        ("text", "421 shutting down", REFUSED_FOR_NOW, "421 shutting down"),
        ("text", "450 greylisted", REFUSED_FOR_NOW, "450 greylisted"),
        ("text", "552 too large", DEAD, "552 too large"),
        ("RCPT", b"550 refus\xe9e\r\n", DEAD, "550 refus\ufffde"),
        ("RCPT", b"450 occup\xe9e \x00\r\n", REFUSED_FOR_NOW, "450 occup\ufffde \ufffd"),
        ("text", b"450 occup\xe9 \x00\x1b[31m\r\n", REFUSED_FOR_NOW, "450 occup\ufffd \ufffd\ufffd[31m"),
        ("text", b"554 jamais, \xe9\x00\r\n", DEAD, "554 jamais, \ufffd\ufffd"),
        ("text", b"\xe9\x00\r\n", OPEN, "makes no sense"),
        ("text", b"299 \xe9\x00\r\n", OPEN, "makes no sense: 299 \ufffd\ufffd"),
        ("text", Does.BABBLE, OPEN, "makes no sense"),
        ("text", Does.HANG, OPEN, "no answer within"),
        ("text", Does.CLOSE, OPEN, "may have accepted it"),
        ("text", Does.ACCEPT_AND_CLOSE, OPEN, "may have accepted it"),
        ("text", Does.ACCEPT_AND_HANG, OPEN, "no answer within"),
    ],
)
async def test_a_mail_meets_a_server_that_is_ill_and_then_well_again(
    owner: Database,
    mail_user: MailUser,
    tell: Tell,
    make_carrier: MakeCarrier,
    step: Step,
    does: str | bytes | Does,
    fate: dict[str, Any],
    reason: str,
) -> None:
    ann = await mail_user()
    await tell(ann)
    async with scripted_server({step: does}) as server:
        patience = {}
        if does in (Does.HANG, Does.ACCEPT_AND_HANG):
            patience = NO_ANSWER if step in ("DATA", "middle", "text") else HURRY
        assert await carry_what_is_due(make_carrier(server.port, **patience)) == 1
        (mail,) = await mails_of(owner, ann)
        assert {name: mail[name] for name in fate} == fate, mail["last_error"]
        assert reason in mail["last_error"]
        assert "example.com" not in mail["last_error"], "logs and dead letters name no addresses"
        seen = len(server.accepted)
        server.script.clear()
        await make_due(owner)
        await carry_what_is_due(make_carrier(server.port))
        (mail,) = await mails_of(owner, ann)
        if fate is REFUSED_FOR_NOW:
            assert (mail["state"], len(server.accepted)) == ("sent", 1)
            assert mail["last_error"] is None
        else:
            assert mail["state"] == "dead"
            assert len(server.accepted) == seen <= 1, "never again by itself"


@pytest.mark.parametrize(("step", "fate"), [("text", OPEN), ("DATA", REFUSED_FOR_NOW)])
async def test_what_nobody_has_thought_of_is_no_reason_to_send_it_again(
    owner: Database,
    mail_user: MailUser,
    tell: Tell,
    make_carrier: MakeCarrier,
    monkeypatch: pytest.MonkeyPatch,
    step: Step,
    fate: dict[str, Any],
) -> None:
    answer = aiosmtplib.SMTP.data

    async def fail_at_last(*arguments: Any, **options: Any) -> None:
        with contextlib.suppress(SMTPException):
            await answer(*arguments, **options)
        raise RuntimeError("a mistake in a library")

    monkeypatch.setattr(aiosmtplib.SMTP, "data", fail_at_last)
    ann = await mail_user()
    await tell(ann)
    async with scripted_server({step: "450 later"}) as server:
        await carry_what_is_due(make_carrier(server.port))
    (mail,) = await mails_of(owner, ann)
    assert {name: mail[name] for name in fate} == fate
    assert "RuntimeError" in mail["last_error"]


async def test_pauses_grow_until_patience_ends(
    owner: Database, mail_user: MailUser, tell: Tell, make_carrier: MakeCarrier
) -> None:
    ann = await mail_user()
    await tell(ann)
    pauses = []
    async with scripted_server({"MAIL": "450 later"}) as server:
        carrier = make_carrier(server.port, mail_first_pause_seconds=600, mail_give_up_after_seconds=7000)
        for _ in range(9):
            await carry_what_is_due(carrier)
            (mail,) = await mails_of(owner, ann)
            if mail["state"] == "dead":
                break
            pauses.append(round(mail["due_in"].total_seconds() / 600))
            async with owner.transaction() as connection:
                await connection.exec_driver_sql(
                    "UPDATE session_service.emails"
                    " SET first_tried_at = first_tried_at - (due_at - now()), due_at = now()"
                )
    assert pauses == [1, 2, 4]
    assert mail["last_error"] == "given up after 4 attempts; the last one: 450 later"
    assert not mail["uncertain"]


async def test_nothing_listens_there_or_nowhere_is_said(
    owner: Database, mail_user: MailUser, tell: Tell, make_carrier: MakeCarrier
) -> None:
    ann = await mail_user()
    await tell(ann)
    await carry_what_is_due(make_carrier(1))
    (mail,) = await mails_of(owner, ann)
    assert (mail["state"], mail["attempts"]) == ("queued", 1)
    assert mail["last_error"] == "the mail server cannot be reached: ConnectionRefusedError"
    await make_due(owner)
    await carry_what_is_due(make_carrier(1, smtp_host=None))
    (mail,) = await mails_of(owner, ann)
    assert mail["last_error"] == "no mail server is set: see SMTP_HOST"
    assert mail["due_in"] > timedelta(seconds=100)


async def test_a_slow_server_does_not_keep_the_others_waiting(
    owner: Database, mail_user: MailUser, tell: Tell, make_carrier: MakeCarrier
) -> None:
    people = [await mail_user() for _ in range(6)]
    for person in people:
        await tell(person)
    async with scripted_server({"MAIL": Does.HANG}) as server:
        carrier = make_carrier(server.port, **HURRY)
        began = asyncio.get_running_loop().time()
        await asyncio.gather(*map(carrier.carry, await carrier.take(100)))
        assert asyncio.get_running_loop().time() - began < 6 * 0.4, (
            "one after the other it would take that long"
        )
    for person in people:
        (mail,) = await mails_of(owner, person)
        assert (mail["state"], mail["attempts"]) == ("queued", 1)
