"""What is kept of deliveries and for how long; dead letters."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from deploy import dead_letters
from deploy.dead_letters import DeadLetter
from kit.database import Database
from session_service import worker as house
from session_service.settings import CourierSettings, SessionServiceSettings
from tests.session_service.factories import rows
from tests.session_service.webhooks.conftest import (
    MakeHands,
    MakeOwner,
    Notify,
    Receiver,
    answers,
    in_turn,
    receiving,
)
from tests.support.waiting import eventually

DatabaseFor = Callable[[str], Database]


async def test_what_is_past_its_time_goes_and_nothing_else(
    make_owner: MakeOwner,
    make_hands: MakeHands,
    notify: Notify,
    owner: Database,
    database_for: DatabaseFor,
) -> None:
    ann = await make_owner()
    async with receiving(in_turn(*[answers(200)] * 2, *[answers(500)] * 3)) as receiver:
        webhook = await ann.add(receiver.url)
        ids = await notify(ann.id, 4)
        await make_hands(webhook_retry_seconds=()).until_idle()
        pending = (await ann.client.post(f"/api/webhooks/{webhook['id']}/test")).json()["id"]
    ages = (
        timedelta(days=31),
        timedelta(days=29),
        timedelta(days=91),
        timedelta(days=89),
    )
    async with owner.transaction() as connection:
        for notification_id, age in zip(ids, ages, strict=True):
            await connection.execute(
                text(
                    "UPDATE session_service.webhook_deliveries SET finished_at = finished_at - :age,"
                    " created_at = created_at - :age WHERE notification_id = :id"
                ),
                {"id": notification_id, "age": age},
            )
    worker = database_for("tandem_session_worker")
    await house.expire(worker)
    kept = {delivery["notification_id"] or delivery["id"] for delivery in await ann.deliveries(webhook)}
    assert kept == {str(ids[1]), str(ids[3]), pending}
    left = await rows(
        owner, "SELECT count(*) AS lines FROM session_service.webhook_attempts WHERE user_id = :id", id=ann.id
    )
    assert left == [{"lines": 2}]


async def test_dead_letters_are_listed_tried_again_and_dropped_by_operators(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify, owner_url: str
) -> None:
    ann, ben = await make_owner(), await make_owner()

    def letters() -> list[DeadLetter]:
        return dead_letters.list_dead_letters(owner_url, consumer=dead_letters.WEBHOOK)

    # Other tests have theirs.
    dead_letters.drop(owner_url, event_ids=[letter.event_id for letter in letters()])
    async with receiving(answers(500)) as receiver:
        webhook = await ann.add(receiver.url)
        await notify(ann.id, 3)
        hands = make_hands(webhook_retry_seconds=())
        await hands.until_idle()
        other = await ben.add(receiver.url)
        await notify(ben.id)
        await hands.until_idle()
        await ben.client.patch(f"/api/webhooks/{other['id']}", json={"enabled": False})
        first, second, third, off = found = letters()
        assert [letter.subject for letter in found] == [f"webhook/{webhook['id']}"] * 3 + [
            f"webhook/{other['id']}"
        ]
        assert {letter.last_error for letter in found} == {"The receiver answered 500"}
        assert {letter.type for letter in found} == {"notification.session_completed"}
        every = {letter.event_id for letter in dead_letters.list_dead_letters(owner_url)}
        assert {letter.event_id for letter in found} <= every
        assert not any(
            letter.consumer == "webhook"
            for letter in dead_letters.list_dead_letters(owner_url, consumer="webhooks")
        )

        assert dead_letters.drop(owner_url, event_ids=[first.event_id]) == 1
        assert dead_letters.retry(owner_url, event_ids=[second.event_id]) == 1
        # What is switched off stays so.
        assert dead_letters.retry(owner_url, event_ids=[off.event_id]) == 0
        receiver.behaviour = answers(200)
        receiver.requests.clear()
        await hands.until_idle()
        assert receiver.ids == [str(second.event_id)]
        # Named, since other tests have dead letters of that consumer.
        assert dead_letters.retry(owner_url, consumer="reputation", event_ids=[third.event_id]) == 0
        assert dead_letters.retry(owner_url, consumer=dead_letters.WEBHOOK) == 1
        await hands.until_idle()
        assert receiver.ids[1:] == [str(third.event_id)]
        assert letters() == [off]
        assert dead_letters.drop(owner_url, consumer=dead_letters.WEBHOOK) == 1
        assert letters() == []


async def test_webhooks_are_locked_in_one_order(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify, owner: Database, owner_url: str
) -> None:
    """Who waits for the first of them holds none of the others yet."""
    ann = await make_owner()
    # Other tests have dead letters, too.
    dead_letters.drop(owner_url, consumer=dead_letters.WEBHOOK)
    async with receiving(answers(500)) as receiver:
        webhooks = sorted([(await ann.add(receiver.url))["id"] for _ in range(5)])
        await notify(ann.id)
        hands = make_hands(webhook_retry_seconds=())
        await hands.until_idle()
    # They lie in the table in the opposite order.
    for webhook in reversed(webhooks):
        await ann.client.patch(f"/api/webhooks/{webhook}", json={"description": "x" * 150})
    lock = (
        "SELECT id FROM session_service.webhook_endpoints WHERE id = ANY(:ids) FOR NO KEY UPDATE SKIP LOCKED"
    )
    async with owner.transaction() as connection:
        assert len((await connection.execute(text(lock), {"ids": webhooks[:1]})).all()) == 1
        retrying = asyncio.create_task(
            asyncio.to_thread(dead_letters.retry, owner_url, consumer=dead_letters.WEBHOOK)
        )

        async def waits() -> bool:
            waiting = "SELECT FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')"
            return bool(await rows(owner, waiting))

        await eventually(waits)
        assert len((await connection.execute(text(lock), {"ids": webhooks[1:]})).all()) == 4
    assert await retrying == 5


async def test_with_their_owner_they_go_without_a_trace(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify, receiver: Receiver, owner: Database
) -> None:
    ann = await make_owner()
    await ann.add(receiver.url)
    await notify(ann.id)
    await make_hands().until_idle()
    async with owner.transaction() as connection:
        await connection.execute(
            text("DELETE FROM session_service.user_profiles WHERE id = :id"), {"id": ann.id}
        )
    for table in ("webhook_endpoints", "webhook_secrets", "webhook_deliveries", "webhook_attempts"):
        found = await rows(owner, f"SELECT FROM session_service.{table} WHERE user_id = :id", id=ann.id)
        assert found == []


@pytest.mark.parametrize("settings", [SessionServiceSettings, CourierSettings])
def test_no_network_is_let_in_in_production(settings: Any) -> None:
    near = settings(webhook_allowed_networks="127.0.0.0/8, fd00::/8")
    assert [str(network) for network in near.webhook_allowed_networks] == ["127.0.0.0/8", "fd00::/8"]
    assert "WEBHOOK_ALLOWED_NETWORKS is set" in near.production_faults()
    assert "WEBHOOK_ALLOWED_NETWORKS is set" not in settings().production_faults()
    with pytest.raises(ValidationError):
        settings(webhook_allowed_networks="127.0.0.0/33")


def test_pauses_are_read_from_a_list() -> None:
    assert CourierSettings(webhook_retry_seconds="1, 2.5").webhook_retry_seconds == (1, 2.5)
    assert sum(CourierSettings().webhook_retry_seconds) >= 3 * 86400
    for bad in ("1,x", "-1", "1,inf", "nan"):
        with pytest.raises(ValidationError):
            CourierSettings(webhook_retry_seconds=bad)
