"""The queue of an endpoint: one at a time, in order, within bounds, and right whatever happens at the same time."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from kit.contracts import NOTIFICATIONS_CREATED, SOURCE
from kit.database import Database
from kit.outbox.deliveries import StoredEvent
from kit.outbox.events import uuid7
from session_service.webhooks.sending import carrier, service
from session_service.webhooks.sending.repository import Parcel
from tests.session_service.factories import rows
from tests.session_service.webhooks.conftest import (
    MakeHands,
    MakeOwner,
    Notify,
    Receiver,
    answers,
    endpoint_row,
    in_turn,
    receiving,
)
from tests.support.waiting import eventually


async def test_messages_to_one_endpoint_go_out_one_by_one_and_in_order(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify, receiver: Receiver
) -> None:
    ann = await make_owner()
    webhook = await ann.add(receiver.url)
    ids = [str(one) for _ in range(30) for one in await notify(ann.id)]
    await make_hands().carrier._queue()
    await asyncio.gather(*(make_hands().until_idle() for _ in range(3)))
    await make_hands().until_idle()
    assert [request.json["data"]["id"] for request in receiver.requests] == ids
    assert receiver.most_at_once == 1
    row = await ann.deliveries(webhook)
    assert {delivery["state"] for delivery in row} == {"delivered"}


async def test_a_failure_does_not_hold_up_what_comes_after_it(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify
) -> None:
    ann = await make_owner()
    async with receiving(in_turn(answers(500), answers(200))) as receiver:
        webhook = await ann.add(receiver.url)
        first, second = await notify(ann.id, 2)
        await make_hands(webhook_retry_seconds=(600,)).until_idle()
    assert [request.json["data"]["id"] for request in receiver.requests] == [str(first), str(second)]
    newest, oldest = await ann.deliveries(webhook)
    assert (oldest["state"], newest["state"]) == ("pending", "delivered")
    wait = datetime.fromisoformat(oldest["next_attempt_at"]) - datetime.now(UTC)
    assert 590 < wait.total_seconds() <= 660


async def test_one_host_and_one_user_have_only_so_many_hands(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify, receiver: Receiver
) -> None:
    ann, ben = await make_owner(), await make_owner()
    for _ in range(3):
        await ann.add(receiver.url)
    for _ in range(3):
        await ben.add(receiver.url.replace("127.0.0.1", "127.0.0.2"))
    await notify(ann.id)
    await notify(ben.id)

    def hosts(parcels: list[Parcel]) -> list[str]:
        return sorted(parcel.url.split(":")[1].removeprefix("//") for parcel in parcels)

    hands = make_hands(webhook_concurrency_per_host=2, webhook_concurrency_per_user=10)
    first = list(await hands.carrier.take(100))
    assert hosts(first) == ["127.0.0.1"] * 2 + ["127.0.0.2"] * 2
    # What others hold counts.
    assert await make_hands(webhook_concurrency_per_host=2).carrier.take(100) == []
    more = make_hands(webhook_concurrency_per_host=100, webhook_concurrency_per_user=2)
    assert await more.carrier.take(100) == []
    eve = await make_owner()
    for _ in range(4):
        await eve.add(receiver.url.replace("127.0.0.1", "127.0.0.4"))
    await notify(eve.id)
    assert {parcel.user_id for parcel in await more.carrier.take(1)} == {eve.id}
    assert {parcel.user_id for parcel in await more.carrier.take(100)} == {eve.id}
    assert await more.carrier.take(100) == []
    rest = make_hands(webhook_concurrency_per_host=100, webhook_concurrency_per_user=100)
    assert len(await rest.carrier.take(100)) == 1 + 1 + 2


async def test_a_host_at_its_bound_keeps_no_other_waiting(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify, receiver: Receiver
) -> None:
    ann, ben = await make_owner(), await make_owner()
    for _ in range(6):
        await ann.add(receiver.url)
    await notify(ann.id)
    hands = make_hands(webhook_concurrency_per_host=1, webhook_concurrency_per_user=10)
    assert len(await hands.carrier.take(1)) == 1
    await ben.add(receiver.url.replace("127.0.0.1", "127.0.0.3"))
    await notify(ben.id)
    # Those of the busy host fell due earlier, and are passed over.
    (parcel,) = await hands.carrier.take(1)
    assert parcel.user_id == ben.id


async def test_what_is_queued_while_an_outcome_is_noted_is_not_forgotten(
    make_owner: MakeOwner,
    make_hands: MakeHands,
    notify: Notify,
    receiver: Receiver,
    owner: Database,
    database_for: Callable[[str], Database],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The queueing has not committed when the outcome is noted: the endpoint's row makes the one wait for the other."""
    monkeypatch.setattr(carrier, "IN_A_ROW", 1)
    ann = await make_owner()
    webhook = await ann.add(receiver.url)
    await notify(ann.id)
    hands = make_hands()
    (parcel,) = await hands.carrier.take(1)
    (late,) = await notify(ann.id, copies=0)
    created = {"notifications": [{"id": str(late)}]}
    event = StoredEvent(
        uuid7(), NOTIFICATIONS_CREATED, SOURCE, "notifications", datetime.now(UTC), created, None, None
    )
    async with database_for("tandem_courier").transaction() as connection:
        await service.apply(connection, [event])
        carrying = asyncio.create_task(hands.carrier.carry(parcel))

        async def waits() -> list[dict[str, Any]]:
            return await rows(
                owner,
                "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
            )

        await eventually(waits)
    await carrying
    await hands.until_idle()
    assert {delivery["state"] for delivery in await ann.deliveries(webhook)} == {"delivered"}
    assert len(receiver.requests) == 2


async def test_switched_off_in_the_middle(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify, owner: Database
) -> None:
    ann = await make_owner()
    let_go = asyncio.Event()

    async def wait(receiver: Receiver, *rest: Any) -> None:
        await let_go.wait()
        await answers(200)(receiver, *rest)

    async with receiving(wait) as receiver:
        webhook = await ann.add(receiver.url)
        await notify(ann.id, 2)
        hands = make_hands(webhook_timeout_seconds=10)
        sending = asyncio.create_task(hands.once())
        await eventually(lambda: receiver.requests)
        await ann.client.patch(f"/api/webhooks/{webhook['id']}", json={"enabled": False})
        let_go.set()
        await sending
        await hands.until_idle()
    # What the receiver has taken is delivered, whatever happened meanwhile; nothing else is sent.
    assert len(receiver.requests) == 1
    newest, oldest = await ann.deliveries(webhook)
    assert (oldest["state"], newest["state"]) == ("delivered", "failed")
    row = await endpoint_row(owner, webhook)
    assert row["disabled_reason"] == "by_owner"
    assert row["due_at"] is None


async def test_deleted_in_the_middle(make_owner: MakeOwner, make_hands: MakeHands, notify: Notify) -> None:
    ann = await make_owner()
    let_go = asyncio.Event()

    async def wait(receiver: Receiver, *rest: Any) -> None:
        await let_go.wait()
        await answers(200)(receiver, *rest)

    async with receiving(wait) as receiver:
        webhook = await ann.add(receiver.url)
        await notify(ann.id, 2)
        hands = make_hands(webhook_timeout_seconds=10)
        sending = asyncio.create_task(hands.once())
        await eventually(lambda: receiver.requests)
        assert (await ann.client.delete(f"/api/webhooks/{webhook['id']}")).status_code == 204
        let_go.set()
        await sending
        await hands.until_idle()
    assert len(receiver.requests) == 1
