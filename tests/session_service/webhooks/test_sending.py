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

from kit.contracts import NOTIFICATIONS_CREATED, WEBHOOKS
from kit.database import Database
from kit.outbox.events import Event, publish
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
