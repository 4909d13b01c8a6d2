"""From a notification to a receiver: once for each endpoint that wants it, signed, in order, and noted."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from kit.contracts import NOTIFICATIONS_CREATED, SOURCE, WEBHOOKS
from kit.database import Database
from kit.outbox.deliveries import StoredEvent
from kit.outbox.events import Event, publish, uuid7
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


async def test_a_notification_arrives_signed(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify, receiver: Receiver
) -> None:
    ann = await make_owner()
    webhook = await ann.add(receiver.url)
    (notification_id,) = await notify(ann.id, title="Grüße 🎉")
    await make_hands().until_idle()
    (request,) = receiver.requests
    assert request.path == "/hook"
    message = Webhook(webhook["secret"]).verify(request.body, request.headers)
    assert message["type"] == "notification.session_completed"
    created = datetime.fromisoformat(message["timestamp"])
    assert abs((datetime.now(UTC) - created).total_seconds()) < 60
    assert message["timestamp"].endswith("Z")
    assert message["data"] == {
        "id": str(notification_id),
        "user_id": str(ann.id),
        "kind": "session_completed",
        "title": "Grüße 🎉",
        "body": "It was so.",
        "session_id": None,
        "created_at": message["timestamp"],
    }
    assert request.headers["content-type"] == "application/json"
    assert request.headers["host"] == f"127.0.0.1:{receiver.port}"
    (delivery,) = await ann.deliveries(webhook)
    assert (delivery["id"], delivery["notification_id"]) == (request.id, str(notification_id))
    assert (delivery["state"], delivery["attempts"], delivery["last_status"]) == ("delivered", 1, 200)
    assert delivery["delivered_at"] is not None
    (attempt,) = delivery["log"]
    assert (attempt["number"], attempt["status"], attempt["error"]) == (1, 200, None)
    assert attempt["duration_ms"] >= 0
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "A" * 44).verify(request.body, request.headers)


async def test_ten_copies_of_an_event_are_one_message_an_endpoint(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify, receiver: Receiver, owner: Database
) -> None:
    ann, ben = await make_owner(), await make_owner()
    for _ in range(2):
        await ann.add(receiver.url)
    await ben.add(receiver.url)
    ids = await notify(ann.id, 3, copies=10)
    hands = [make_hands() for _ in range(3)]
    await asyncio.gather(*(one.until_idle() for one in hands))
    async with owner.transaction() as connection:
        # One that comes when all is long delivered.
        created = {"notifications": [{"id": str(one)} for one in ids]}
        await publish(connection, [Event(NOTIFICATIONS_CREATED, "notifications", created)])
    await hands[0].until_idle()
    assert len(receiver.ids) == len(set(receiver.ids)) == 6
    left = "SELECT state, attempts, last_error FROM outbox.deliveries WHERE consumer = 'webhooks'"
    assert await rows(owner, f"{left} AND (state, attempts) <> ('done', 0)") == []


@pytest.mark.parametrize(
    ("preferences", "arrive"),
    [
        ({}, ["no_show", "session_scheduled"]),
        ({"webhook": True}, ["no_show", "session_scheduled"]),
        ({"webhook": False}, []),
        ({"webhook": {"no_show": False}}, ["session_scheduled"]),
        ({"webhook": {"others": False, "no_show": True}}, ["no_show"]),
        ({"webhook": {"others": False}}, []),
        ({"webhook": {"session_scheduled": True}}, ["no_show", "session_scheduled"]),
        # What cannot be understood counts as not said.
        ({"webhook": "what"}, ["no_show", "session_scheduled"]),
        ({"email": False}, ["no_show", "session_scheduled"]),
    ],
)
async def test_the_owner_s_preferences_are_asked(
    make_owner: MakeOwner,
    make_hands: MakeHands,
    notify: Notify,
    receiver: Receiver,
    owner: Database,
    preferences: dict[str, Any],
    arrive: list[str],
) -> None:
    ann = await make_owner()
    await ann.add(receiver.url)
    async with owner.transaction() as connection:
        await connection.execute(
            text(
                "UPDATE session_service.user_profiles SET notification_preferences = CAST(:said AS jsonb)"
                " WHERE id = :id"
            ),
            {"id": ann.id, "said": json.dumps(preferences)},
        )
    for kind in ("no_show", "session_scheduled"):
        await notify(ann.id, kind=kind)
    await make_hands().until_idle()
    assert sorted(request.json["data"]["kind"] for request in receiver.requests) == arrive


async def test_only_enabled_endpoints_that_want_the_kind(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify, receiver: Receiver
) -> None:
    ann = await make_owner()
    wanting = await ann.add(receiver.url, kinds=["no_show", "badge_earned"])
    other = await ann.add(receiver.url, kinds=["badge_earned"])
    off = await ann.add(receiver.url)
    await ann.client.patch(f"/api/webhooks/{off['id']}", json={"enabled": False})
    await notify(ann.id, kind="no_show")
    await make_hands().until_idle()
    assert len(await ann.deliveries(wanting)) == len(receiver.requests) == 1
    assert await ann.deliveries(other) == await ann.deliveries(off) == []


async def test_for_a_day_both_secrets_sign(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify, receiver: Receiver, owner: Database
) -> None:
    ann = await make_owner()
    webhook = await ann.add(receiver.url)
    rotated = (await ann.client.post(f"/api/webhooks/{webhook['id']}/rotate-secret")).json()
    until = datetime.fromisoformat(rotated["previous_expires_at"]) - datetime.now(UTC)
    assert 23.9 * 3600 < until.total_seconds() <= 24 * 3600
    await notify(ann.id)
    hands = make_hands()
    await hands.until_idle()
    (request,) = receiver.requests
    signatures = request.headers["webhook-signature"].split(" ")
    assert len(signatures) == 2
    assert all(signature.startswith("v1,") for signature in signatures)
    for secret in (webhook["secret"], rotated["secret"]):
        Webhook(secret).verify(request.body, request.headers)
    async with owner.transaction() as connection:
        await connection.execute(
            text(
                "UPDATE session_service.webhook_secrets SET expires_at = now() - interval '1 second'"
                " WHERE endpoint_id = :id AND expires_at IS NOT NULL"
            ),
            {"id": UUID(webhook["id"])},
        )
    await notify(ann.id)
    await hands.until_idle()
    assert len(receiver.requests[1].headers["webhook-signature"].split(" ")) == 1
    Webhook(rotated["secret"]).verify(receiver.requests[1].body, receiver.requests[1].headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(webhook["secret"]).verify(receiver.requests[1].body, receiver.requests[1].headers)


async def test_each_attempt_sends_the_same_bytes_under_the_same_id(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify, owner: Database
) -> None:
    ann = await make_owner()
    async with receiving(in_turn(answers(500), answers(502), answers(200))) as receiver:
        webhook = await ann.add(receiver.url)
        await notify(ann.id, title="Before")
        hands = make_hands()
        await hands.once()
        async with owner.transaction() as connection:
            # What was said was said.
            await connection.execute(
                text("UPDATE session_service.notifications SET title = 'After' WHERE user_id = :id"),
                {"id": ann.id},
            )
        await hands.until_idle()
    assert len(receiver.requests) == 3
    assert len({request.body for request in receiver.requests}) == 1
    assert len(set(receiver.ids)) == 1
    for request in receiver.requests:
        Webhook(webhook["secret"]).verify(request.body, request.headers)
    (delivery,) = await ann.deliveries(webhook)
    assert delivery["state"] == "delivered"
    assert [(line["number"], line["status"]) for line in delivery["log"]] == [(3, 200), (2, 502), (1, 500)]


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


async def test_what_was_delivered_can_be_sent_again_under_its_id(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify, receiver: Receiver
) -> None:
    ann = await make_owner()
    webhook = await ann.add(receiver.url)
    await notify(ann.id)
    hands = make_hands()
    await hands.until_idle()
    (delivery,) = await ann.deliveries(webhook)
    url = f"/api/webhooks/{webhook['id']}/deliveries/{delivery['id']}/redeliver"
    assert (await ann.client.post(url)).json()["state"] == "pending"
    await hands.until_idle()
    first, second = receiver.requests
    assert (first.id, first.body) == (second.id, second.body)
    (delivery,) = await ann.deliveries(webhook)
    assert [line["number"] for line in delivery["log"]] == [2, 1]


async def test_a_test_is_sent_like_everything(
    make_owner: MakeOwner, make_hands: MakeHands, receiver: Receiver
) -> None:
    ann = await make_owner()
    webhook = await ann.add(receiver.url, kinds=["no_show"])
    await ann.client.post(f"/api/webhooks/{webhook['id']}/test")
    await make_hands().until_idle()
    (request,) = receiver.requests
    message = Webhook(webhook["secret"]).verify(request.body, request.headers)
    assert message["type"] == "webhook.test"
    assert message["data"]["webhook_id"] == webhook["id"]


async def test_an_event_that_makes_no_sense_is_a_dead_letter_and_holds_nothing_up(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify, receiver: Receiver, owner: Database
) -> None:
    ann = await make_owner()
    await ann.add(receiver.url)
    nonsense = Event(NOTIFICATIONS_CREATED, "notifications", {"notifications": [{"id": "no id"}]})
    async with owner.transaction() as connection:
        await publish(connection, [nonsense])
    await notify(ann.id)
    await make_hands().until_idle()
    assert len(receiver.requests) == 1
    (row,) = await rows(
        owner,
        "SELECT attempts, last_error FROM outbox.deliveries WHERE event_id = :id AND consumer = :consumer",
        id=nonsense.id,
        consumer=WEBHOOKS.name,
    )
    assert row["attempts"] == 1
    assert "MalformedEvent" in row["last_error"]


async def test_secrets_are_for_the_courier_s_eyes_only(
    database_for: Callable[[str], Database], make_owner: MakeOwner, receiver: Receiver
) -> None:
    ann = await make_owner()
    webhook = await ann.add(receiver.url)
    query = text("SELECT secret FROM session_service.webhook_secrets WHERE endpoint_id = :id")
    parameters = {"id": UUID(webhook["id"])}
    for role in ("tandem_session", "tandem_session_worker", "tandem_live", "tandem_relay"):
        with pytest.raises(Exception, match="permission denied"):
            user_id = ann.id if role == "tandem_session" else None
            async with database_for(role).transaction(user_id) as connection:
                await connection.execute(query, parameters)
    async with database_for("tandem_courier").transaction() as connection:
        assert (await connection.execute(query, parameters)).scalar_one() == webhook["secret"]


async def test_nobody_s_secret_is_written_into_a_log(
    make_owner: MakeOwner,
    make_hands: MakeHands,
    notify: Notify,
    receiver: Receiver,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    ann = await make_owner()
    webhook = await ann.add(receiver.url)
    rotated = (await ann.client.post(f"/api/webhooks/{webhook['id']}/rotate-secret")).json()
    await notify(ann.id)
    await make_hands().until_idle()
    captured = capsys.readouterr()
    told = captured.out + captured.err + caplog.text
    assert "webhook_sent" in told
    for secret in (webhook["secret"], rotated["secret"]):
        assert secret.removeprefix("whsec_") not in told
