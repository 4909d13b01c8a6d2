"""Each mail is one courier's at a time, and what came of it is believed and stored, also late."""

import asyncio
from uuid import UUID

from deploy import dead_letters
from kit.database import Database
from session_service.notifications.mail.carrier import MailCarrier
from session_service.notifications.mail.repository import OUTCOME_UNKNOWN
from session_service.notifications.mail.rules import MOST_LEASES
from tests.session_service.factories import rows
from tests.session_service.notifications.mail.conftest import (
    MailUser,
    MakeCarrier,
    Tell,
    carry_what_is_due,
    change,
    mails_of,
    make_due,
)
from tests.support.mail_servers import Does, real_server, scripted_server
from tests.support.waiting import eventually


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
