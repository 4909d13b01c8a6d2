"""Receivers that misbehave: real servers on loopback. Every message arrives, or is given up with the reason."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from sqlalchemy import text

from kit.contracts import NOTIFICATIONS, WEBHOOK_DISABLED
from kit.database import Database
from kit.outbox.consumer import consume
from session_service.notifications import service as notifications
from session_service.settings import CourierSettings
from session_service.webhooks.sending import transport
from tests.session_service.factories import rows
from tests.session_service.webhooks.behaviours import (
    SENT,
    bomb,
    breaks_off_in_the_body,
    breaks_off_in_the_head,
    drops,
    endless_body,
    endless_head,
    endless_hints,
    gibberish,
    hangs,
    long_header,
    resets,
    slow_body,
    slow_head,
)
from tests.session_service.webhooks.conftest import (
    Behaviour,
    MakeHands,
    MakeOwner,
    Notify,
    Owner,
    Receiver,
    answers,
    endpoint_row,
    in_turn,
    receiving,
)
from tests.support.waiting import eventually

HURRY = {"webhook_timeout_seconds": 1.0}
"""For receivers that an attempt is only ended with by its own time."""

DEFAULT_PAUSES = CourierSettings.model_fields["webhook_retry_seconds"].default


async def sent_one(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify, behaviour: Behaviour, **settings: Any
) -> tuple[Owner, dict[str, Any], dict[str, Any], Receiver]:
    """What came of one notification sent to such a receiver: owner, webhook, delivery, receiver."""
    ann = await make_owner()
    async with receiving(behaviour) as receiver:
        webhook = await ann.add(receiver.url)
        await notify(ann.id)
        async with asyncio.timeout(20):
            await make_hands(**settings).until_idle()
    (delivery,) = await ann.deliveries(webhook)
    return ann, webhook, delivery, receiver


@pytest.mark.parametrize(
    ("behaviour", "status", "error"),
    [
        (hangs, None, transport.SLOW_TO_ANSWER),
        (slow_head, None, transport.SLOW_TO_ANSWER),
        (endless_hints, None, transport.SLOW_TO_ANSWER),
        (drops, None, transport.CLOSED),
        (resets, None, transport.CLOSED),
        (breaks_off_in_the_head, None, transport.CLOSED),
        (endless_head, None, transport.NOT_HTTP),
        (long_header, None, transport.NOT_HTTP),
        (gibberish, None, transport.NOT_HTTP),
        (answers(500, b"boom"), 500, "The receiver answered 500"),
        (answers(404), 404, "The receiver answered 404"),
        (answers(429), 429, "The receiver answered 429"),
        (
            answers(302, Location="http://127.0.0.1:1/"),
            302,
            "The receiver answered 302; redirects are not followed",
        ),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
async def test_it_is_tried_as_often_as_makes_sense_and_then_kept_with_the_reason(
    make_owner: MakeOwner,
    make_hands: MakeHands,
    notify: Notify,
    behaviour: Behaviour,
    status: int | None,
    error: str,
) -> None:
    patience = HURRY if error == transport.SLOW_TO_ANSWER else {}
    _, _, delivery, receiver = await sent_one(
        make_owner, make_hands, notify, behaviour, webhook_retry_seconds=(0, 0), **patience
    )
    assert (delivery["state"], delivery["last_status"], delivery["last_error"]) == ("failed", status, error)
    assert len(receiver.requests) == delivery["attempts"] == 3
    assert len(set(receiver.ids)) == 1
    assert [(line["status"], line["error"]) for line in delivery["log"]] == [(status, error)] * 3
    assert all(line["duration_ms"] is not None for line in delivery["log"])


@pytest.mark.parametrize("behaviour", [endless_body, slow_body, breaks_off_in_the_body, bomb, answers(204)])
async def test_a_yes_is_a_yes_whatever_comes_after_it(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify, behaviour: Behaviour
) -> None:
    SENT.clear()
    patience = HURRY if behaviour is slow_body else {}
    _, _, delivery, receiver = await sent_one(make_owner, make_hands, notify, behaviour, **patience)
    assert (delivery["state"], delivery["last_error"]) == ("delivered", None)
    assert len(receiver.requests) == 1
    if behaviour is endless_body:
        # Read to a bound, and not for as long as an attempt may take; what is beyond it are buffers on the way.
        await eventually(lambda: SENT)
        assert SENT[0] < 16 * 1024 * 1024
        assert delivery["log"][0]["duration_ms"] < 5000


async def test_nobody_there(make_owner: MakeOwner, make_hands: MakeHands, notify: Notify) -> None:
    ann = await make_owner()
    async with receiving() as receiver:
        webhook = await ann.add(receiver.url)
    await notify(ann.id)
    await make_hands().until_idle()
    (delivery,) = await ann.deliveries(webhook)
    assert (delivery["state"], delivery["last_error"]) == ("failed", transport.NO_CONNECTION)


async def test_a_receiver_that_comes_back_gets_what_it_has_missed(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify
) -> None:
    behaviours = in_turn(answers(503), drops, hangs, answers(200))
    _, _, delivery, receiver = await sent_one(make_owner, make_hands, notify, behaviours, **HURRY)
    assert delivery["state"] == "delivered"
    assert len(set(receiver.ids)) == 1
    assert [line["status"] for line in delivery["log"]] == [200, None, None, 503]


@pytest.mark.parametrize(
    ("status", "asked", "at_least", "at_most"),
    [
        (429, "90", 85, 90),
        (503, "90", 85, 90),
        (429, None, 20, 33.1),  # the schedule's own pause, with up to a tenth
        (429, "nonsense", 20, 33.1),
        (429, "-5", 20, 33.1),
        (429, "0", 20, 33.1),
        (429, "1", 20, 33.1),
        (503, "999999999999999999999999", 590, 600),
        (500, "90", 20, 33.1),
        (429, "date", 85, 91),
        (429, "past", 20, 33.1),
    ],
)
async def test_a_pause_that_is_asked_for_is_kept_within_bounds(
    make_owner: MakeOwner,
    make_hands: MakeHands,
    notify: Notify,
    status: int,
    asked: str | None,
    at_least: float,
    at_most: float,
) -> None:
    dates = {"date": 90, "past": -90}
    if asked in dates:
        asked = format_datetime(datetime.now(UTC) + timedelta(seconds=dates[asked]), usegmt=True)
    headers = {} if asked is None else {"Retry_After": asked}
    _, _, delivery, _ = await sent_one(
        make_owner,
        make_hands,
        notify,
        answers(status, b"", **headers),
        webhook_retry_seconds=(30,),
        webhook_longest_retry_after_seconds=600,
    )
    assert delivery["state"] == "pending"
    wait = (datetime.fromisoformat(delivery["next_attempt_at"]) - datetime.now(UTC)).total_seconds()
    assert at_least < wait <= at_most


async def test_who_asks_for_a_pause_gets_nothing_else_meanwhile(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify
) -> None:
    ann = await make_owner()
    async with receiving(in_turn(answers(429, Retry_After="3"), answers(200))) as receiver:
        webhook = await ann.add(receiver.url)
        first, second = await notify(ann.id, 2)
        hands = make_hands()
        began = asyncio.get_running_loop().time()
        await hands.until_idle()
        assert len(receiver.requests) == 1
        await notify(ann.id)
        await hands.until_idle()
        assert len(receiver.requests) == 1

        async def all_there() -> bool:
            await hands.once()
            return len(receiver.requests) == 4

        await eventually(all_there)
    assert asyncio.get_running_loop().time() - began >= 3
    states = {delivery["state"] for delivery in await ann.deliveries(webhook)}
    assert states == {"delivered"}
    # The second one fell due first; after it the first one's next attempt, and what came last.
    assert [request.json["data"]["id"] for request in receiver.requests][:2] == [str(first), str(second)]


async def disabled_notices(owner: Database, worker: Database, ann: Owner) -> list[dict[str, Any]]:
    """Lets the notifications worker do its part; the owner's inbox."""
    events = await rows(
        owner,
        "SELECT id FROM outbox.events WHERE type = :type AND data->>'user_id' = :user_id",
        type=WEBHOOK_DISABLED,
        user_id=str(ann.id),
    )
    for event in events:
        await consume(worker, NOTIFICATIONS.name, [event["id"]], notifications.apply)
    items: list[dict[str, Any]] = (await ann.client.get("/api/notifications")).json()["items"]
    return [item for item in items if item["kind"] == "webhook_disabled"]


async def test_gone_is_gone_and_its_owner_is_told(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify, owner: Database, database_for: Any
) -> None:
    ann = await make_owner()
    async with receiving(answers(410)) as receiver:
        webhook = await ann.add(receiver.url)
        await notify(ann.id, 3)
        hands = make_hands()
        await hands.until_idle()
        assert len(receiver.requests) == 1
        found = await ann.get(webhook)
        assert (found["enabled"], found["disabled_reason"]) == (False, "gone")
        newest, *_, oldest = await ann.deliveries(webhook)
        assert (oldest["state"], oldest["last_error"]) == ("failed", "The receiver answered 410")
        assert (newest["state"], newest["last_error"]) == ("failed", "The webhook was switched off")
        (notice,) = await disabled_notices(owner, database_for("tandem_session_worker"), ann)
        assert notice["title"] == "One of your webhooks was switched off"
        await hands.until_idle()
        assert len(receiver.requests) == 1

        receiver.behaviour = answers(200)
        await ann.client.patch(f"/api/webhooks/{webhook['id']}", json={"enabled": True})
        url = f"/api/webhooks/{webhook['id']}/deliveries/{oldest['id']}/redeliver"
        assert (await ann.client.post(url)).status_code == 202
        await hands.until_idle()
        assert receiver.ids == [oldest["id"]] * 2


async def test_an_endpoint_that_has_only_failed_for_days_is_switched_off(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify, owner: Database, database_for: Any
) -> None:
    ann = await make_owner()

    async def pass_time(days: float) -> None:
        async with owner.transaction() as connection:
            await connection.execute(
                text(
                    "UPDATE session_service.webhook_endpoints"
                    " SET failing_since = failing_since - make_interval(secs => :seconds) WHERE user_id = :id"
                ),
                {"id": ann.id, "seconds": days * 86400},
            )

    async with receiving(answers(500)) as receiver:
        webhook = await ann.add(receiver.url)
        hands = make_hands(webhook_retry_seconds=())
        for _ in range(3):
            await notify(ann.id)
            await hands.until_idle()
        assert (await ann.get(webhook))["enabled"]
        await pass_time(2.9)
        await notify(ann.id)
        await hands.until_idle()
        assert (await ann.get(webhook))["enabled"]
        # One success, and it is as if nothing had been.
        receiver.behaviour = answers(200)
        await notify(ann.id)
        await hands.until_idle()
        receiver.behaviour = answers(500)
        await pass_time(1)
        await notify(ann.id)
        await hands.until_idle()
        assert (await ann.get(webhook))["enabled"]
        await pass_time(3)
        await notify(ann.id)
        await hands.until_idle()
    found = await ann.get(webhook)
    assert (found["enabled"], found["disabled_reason"]) == (False, "failing")
    assert len(await disabled_notices(owner, database_for("tandem_session_worker"), ann)) == 1
    row = await endpoint_row(owner, webhook)
    assert row["due_at"] is None


async def test_with_the_pauses_as_they_are_three_days_of_failure_end_it(
    make_owner: MakeOwner, make_hands: MakeHands, notify: Notify, owner: Database
) -> None:
    """Time is moved, the schedule is the real one: 13 attempts over three days, then the endpoint is switched off."""
    ann = await make_owner()
    waits = []
    async with receiving(answers(500)) as receiver:
        webhook = await ann.add(receiver.url)
        await notify(ann.id)
        hands = make_hands(webhook_retry_seconds=DEFAULT_PAUSES)
        await hands.until_idle()
        while (row := await endpoint_row(owner, webhook))["due_at"] is not None:
            wait = row["due_at"] - datetime.now(UTC)
            waits.append(wait)
            async with owner.transaction() as connection:
                await connection.execute(
                    text(
                        "WITH d AS (UPDATE session_service.webhook_deliveries SET due_at = now()"
                        "  WHERE endpoint_id = :id AND state = 'pending')"
                        " UPDATE session_service.webhook_endpoints SET due_at = now(),"
                        " failing_since = failing_since - :wait WHERE id = :id"
                    ),
                    {"id": row["id"], "wait": wait},
                )
            await hands.until_idle()
    assert len(receiver.requests) == 13
    assert timedelta(days=3) <= sum(waits, timedelta()) < timedelta(days=3.4)
    assert waits == sorted(waits)
    (delivery,) = await ann.deliveries(webhook)
    assert (delivery["state"], delivery["last_error"]) == ("failed", "The receiver answered 500")
    assert (await ann.get(webhook))["disabled_reason"] == "failing"
