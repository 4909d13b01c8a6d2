"""Each endpoint is one courier's at a time: what is cut off, comes late, or is meant for an old address."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from kit.database import Database
from session_service.webhooks.deliveries.rules import INTERRUPTED, INTERRUPTIONS_AT_MOST
from tests.session_service.webhooks.behaviours import (
    hangs,
)
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


async def has_asked(receiver: Receiver) -> None:
    await eventually(lambda: receiver.requests)


async def test_a_slow_receiver_delays_nobody_else(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify, receiver: Receiver
) -> None:
    ann, ben = await make_owner(), await make_owner()
    async with receiving(hangs) as slow:
        for _ in range(3):
            await ann.add(slow.url)
        await notify(ann.id, 10)
        hands = make_hands(webhook_timeout_seconds=5, webhook_connect_timeout_seconds=5)
        sending = asyncio.create_task(hands.once())
        await eventually(lambda: len(slow.requests) == 3)
        await ben.add(receiver.url)
        await notify(ben.id, 10)
        began = asyncio.get_running_loop().time()
        await hands.once()
        assert len(receiver.requests) == 10
        assert asyncio.get_running_loop().time() - began < 3
        assert not sending.done()
        sending.cancel()


async def test_what_is_cut_off_by_the_couriers_end_is_given_back_at_once(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify
) -> None:
    ann = await make_owner()
    async with receiving(in_turn(hangs, answers(200))) as receiver:
        webhook = await ann.add(receiver.url)
        await notify(ann.id)
        hands = make_hands(webhook_timeout_seconds=10)
        (parcel,) = await hands.carrier.take(1)
        carrying = asyncio.create_task(hands.carrier.carry(parcel))
        await eventually(lambda: receiver.requests)
        carrying.cancel()
        with pytest.raises(asyncio.CancelledError):
            await carrying
        # No lease has to end first.
        await hands.until_idle()
    assert len(receiver.requests) == 2
    assert len(set(receiver.ids)) == 1
    (delivery,) = await ann.deliveries(webhook)
    assert delivery["state"] == "delivered"
    last, first = delivery["log"]
    assert (first["status"], first["error"], first["duration_ms"]) == (None, INTERRUPTED, None)
    assert last["status"] == 200


async def test_what_ends_couriers_again_and_again_is_given_up(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify, receiver: Receiver, owner: Database
) -> None:
    ann = await make_owner()
    webhook = await ann.add(receiver.url)
    first, _ = await notify(ann.id, 2)
    hands = make_hands()
    for _ in range(INTERRUPTIONS_AT_MOST):
        # Taken, and never heard of again.
        (parcel,) = await hands.carrier.take(10)
        async with owner.transaction() as connection:
            await connection.execute(
                text("UPDATE session_service.webhook_endpoints SET leased_until = now() WHERE id = :id"),
                {"id": parcel.endpoint_id},
            )
    assert receiver.requests == []
    await hands.until_idle()
    newest, oldest = await ann.deliveries(webhook)
    assert (oldest["notification_id"], oldest["state"], oldest["last_error"]) == (
        str(first),
        "failed",
        INTERRUPTED,
    )
    assert newest["state"] == "delivered"


async def test_a_late_no_from_a_lost_lease_changes_nothing_and_a_late_yes_counts(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify, owner: Database
) -> None:
    for status, state in ((500, "pending"), (200, "delivered")):
        ann = await make_owner()
        let_go = asyncio.Event()

        async def wait(
            receiver: Receiver, *rest: Any, let_go: asyncio.Event = let_go, status: int = status
        ) -> None:
            await let_go.wait()
            await answers(status)(receiver, *rest)

        async with receiving(wait) as receiver:
            webhook = await ann.add(receiver.url)
            await notify(ann.id)
            hands = make_hands(webhook_timeout_seconds=10, webhook_retry_seconds=(600,))
            (slow,) = await hands.carrier.take(1)
            carrying = asyncio.create_task(hands.carrier.carry(slow))
            await has_asked(receiver)
            async with owner.transaction() as connection:
                await connection.execute(
                    text("UPDATE session_service.webhook_endpoints SET leased_until = now() WHERE id = :id"),
                    {"id": slow.endpoint_id},
                )
            (other,) = await hands.carrier.take(1)
            assert (other.id, other.number) == (slow.id, 2)
            let_go.set()
            await carrying
            (delivery,) = await ann.deliveries(webhook)
            assert delivery["state"] == state
            assert delivery["last_error"] is None
            line = delivery["log"][1]
            assert (line["number"], line["status"], line["error"] is None) == (1, status, status == 200)
            # The other one's lease is the other one's.
            assert (await endpoint_row(owner, webhook))["leased_until"] > datetime.now(UTC)


@pytest.mark.parametrize("status", [200, 500])
async def test_who_comes_back_after_its_lease_leaves_the_endpoint_to_who_sends_to_it_now(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify, owner: Database, status: int
) -> None:
    """The other one sends something else: nobody has begun the same delivery anew, and yet the lease is lost."""
    ann = await make_owner()
    let_go = asyncio.Event()

    async def wait(receiver: Receiver, *rest: Any) -> None:
        await let_go.wait()
        await answers(status)(receiver, *rest)

    async with receiving(wait) as receiver:
        webhook = await ann.add(receiver.url)
        await notify(ann.id)
        hands = make_hands(webhook_timeout_seconds=10, webhook_retry_seconds=(600, 600))
        (slow,) = await hands.carrier.take(1)
        carrying = asyncio.create_task(hands.carrier.carry(slow))
        await has_asked(receiver)
        # Told before, and queued only now.
        (earlier,) = await notify(ann.id)
        async with owner.transaction() as connection:
            await connection.execute(
                text(
                    "UPDATE session_service.notifications SET created_at = now() - interval '1 h' WHERE id = :id"
                ),
                {"id": earlier},
            )
            await connection.execute(
                text("UPDATE session_service.webhook_endpoints SET leased_until = now() WHERE id = :id"),
                {"id": slow.endpoint_id},
            )
        (other,) = await hands.carrier.take(1)
        assert (other.endpoint_id, other.id != slow.id) == (slow.endpoint_id, True)
        leased_until = (await endpoint_row(owner, webhook))["leased_until"]
        let_go.set()
        await carrying
        assert (await endpoint_row(owner, webhook))["leased_until"] == leased_until
        assert await hands.carrier.take(1) == []
        assert len(receiver.requests) == 1
        await hands.carrier._give_back(slow)
        assert (await endpoint_row(owner, webhook))["leased_until"] == leased_until
        await hands.carrier.carry(other)
    newest, oldest = sorted(
        await ann.deliveries(webhook), key=lambda one: one["notification_id"] == str(earlier)
    )
    assert newest["state"] == ("delivered" if status == 200 else "pending")
    assert oldest["attempts"] == 1


async def test_a_new_address_begins_anew(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify, owner: Database
) -> None:
    ann = await make_owner()
    async with receiving(answers(503, Retry_After="900")) as old, receiving() as new:
        webhook = await ann.add(old.url)
        await notify(ann.id)
        hands = make_hands()
        await hands.until_idle()
        row = await endpoint_row(owner, webhook)
        assert row["failing_since"] is not None
        assert row["held_until"] is not None
        await ann.client.patch(
            f"/api/webhooks/{webhook['id']}", json={"url": old.url, "description": "still here"}
        )
        unchanged = await endpoint_row(owner, webhook)
        assert (unchanged["failing_since"], unchanged["held_until"]) == (
            row["failing_since"],
            row["held_until"],
        )
        response = await ann.client.patch(f"/api/webhooks/{webhook['id']}", json={"url": new.url})
        assert response.status_code == 200
        row = await endpoint_row(owner, webhook)
        assert (row["failing_since"], row["held_until"]) == (None, None)
        await notify(ann.id)
        await hands.until_idle()
        assert len(new.requests) == 1, "the pause was the old receiver's wish"


@pytest.mark.parametrize("status", [410, 503])
async def test_what_the_old_address_says_at_last_is_nothing_to_the_new_one(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify, owner: Database, status: int
) -> None:
    ann = await make_owner()
    let_go = asyncio.Event()

    async def wait(receiver: Receiver, *rest: Any) -> None:
        await let_go.wait()
        await answers(status, Retry_After="900")(receiver, *rest)

    async with receiving(wait) as old, receiving() as new:
        webhook = await ann.add(old.url)
        await notify(ann.id)
        hands = make_hands()
        (parcel,) = await hands.carrier.take(1)
        carrying = asyncio.create_task(hands.carrier.carry(parcel))
        await has_asked(old)
        response = await ann.client.patch(f"/api/webhooks/{webhook['id']}", json={"url": new.url})
        assert response.status_code == 200
        let_go.set()
        await carrying
        row = await endpoint_row(owner, webhook)
        assert (row["disabled_at"], row["failing_since"], row["held_until"]) == (None, None, None)
        await hands.until_idle()
        assert [request.id for request in new.requests] == [str(parcel.id)], (
            "what waits goes to the new address"
        )
