"""The courier as a process, killed in the middle: nothing is lost, and every message keeps its id."""

import asyncio
import os
import random
import signal
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest_asyncio
from redis.asyncio import Redis
from standardwebhooks import Webhook

from kit import heartbeats
from kit.database import Database
from session_service.webhooks.deliveries.rules import INTERRUPTED
from tests.session_service.factories import rows
from tests.session_service.webhooks.behaviours import (
    breaks_off_in_the_head,
    drops,
    endless_body,
    hangs,
    resets,
    slow_head,
)
from tests.session_service.webhooks.conftest import (
    MakeOwner,
    Notify,
    Receiver,
    Request,
    answers,
    in_turn,
    receiving,
)
from tests.support.waiting import eventually

Start = Callable[..., Awaitable[asyncio.subprocess.Process]]


@pytest_asyncio.fixture(loop_scope="session")
async def start(
    role_urls: dict[str, str], redis_url: str, redis: Redis, others_wait: None
) -> AsyncIterator[Start]:
    """`await start()`: one more courier, as it is started in earnest, beating its heart; with these settings."""
    running: list[asyncio.subprocess.Process] = []

    async def starting(**settings: str) -> asyncio.subprocess.Process:
        await redis.delete(heartbeats.key(heartbeats.COURIER))
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "session_service.courier"),
            env={
                **os.environ,
                "DATABASE_URL": role_urls["tandem_courier"],
                "REDIS_URL": redis_url,
                "WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8,::1/128",
                "WEBHOOK_RETRY_SECONDS": "0.1,0.1,0.2,0.3,0.5,0.5,0.5,0.5,0.5,0.5",
                "WEBHOOK_TIMEOUT_SECONDS": "0.5",
                "WEBHOOK_CONNECT_TIMEOUT_SECONDS": "0.5",
                **settings,
            },
        )
        running.append(process)
        await eventually(lambda: heartbeats.alive(redis, heartbeats.COURIER), timeout=30)
        return process

    yield starting
    for process in running:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_killed_in_the_middle_of_an_attempt(
    make_owner: MakeOwner, notify: Notify, start: Start
) -> None:
    ann = await make_owner()
    courier = await start()

    async def kill(receiver: Receiver, *rest: Any) -> None:
        """Has read the request, and before it can answer nobody is there any more."""
        courier.send_signal(signal.SIGKILL)
        await courier.wait()

    async with receiving(in_turn(kill, answers(200))) as receiver:
        webhook = await ann.add(receiver.url)
        await notify(ann.id, copies=10)
        await eventually(lambda: receiver.requests, timeout=20)
        await courier.wait()
        (delivery,) = await ann.deliveries(webhook)
        assert (delivery["state"], delivery["attempts"]) == ("pending", 1)
        await start()

        async def delivered() -> bool:
            return {delivery["state"] for delivery in await ann.deliveries(webhook)} == {"delivered"}

        await eventually(delivered, timeout=20)
        assert receiver.ids == [delivery["id"]] * 2
        first, second = receiver.requests
        assert first.body == second.body
        for request in receiver.requests:
            Webhook(webhook["secret"]).verify(request.body, request.headers)
    (delivery,) = await ann.deliveries(webhook)
    last, cut_off = delivery["log"]
    assert (cut_off["number"], cut_off["status"], cut_off["error"]) == (1, None, INTERRUPTED)
    assert (last["number"], last["status"], last["error"]) == (2, 200, None)


async def test_asked_to_stop_it_gives_back_what_it_holds(
    make_owner: MakeOwner, notify: Notify, start: Start, owner: Database
) -> None:
    ann = await make_owner()
    # No attempt ends by itself while it is watched.
    courier = await start(WEBHOOK_TIMEOUT_SECONDS="60", WEBHOOK_CONNECT_TIMEOUT_SECONDS="60")
    async with receiving(slow_head) as receiver:
        webhook = await ann.add(receiver.url)
        await notify(ann.id)
        await eventually(lambda: receiver.requests, timeout=20)
        began = asyncio.get_running_loop().time()
        courier.send_signal(signal.SIGTERM)
        assert await courier.wait() == 0
        assert asyncio.get_running_loop().time() - began < 10
    (row,) = await rows(
        owner, "SELECT leased_until FROM session_service.webhook_endpoints WHERE user_id = :id", id=ann.id
    )
    assert row["leased_until"] is None
    (delivery,) = await ann.deliveries(webhook)
    assert delivery["state"] == "pending"
    # Cut off: it had neither an answer nor an end of its own.
    assert [(line["status"], line["error"]) for line in delivery["log"]] == [(None, None)]


async def test_nothing_is_lost_whatever_happens(
    make_owner: MakeOwner, notify: Notify, start: Start, owner: Database
) -> None:
    """Receivers of every kind, ten copies of each event, and couriers that are killed again and again."""
    chance = random.Random(5)

    async def moody(receiver: Receiver, reader: Any, writer: Any, request: Request) -> None:
        behaviour = chance.choice(
            [
                hangs,
                drops,
                resets,
                breaks_off_in_the_head,
                answers(500),
                answers(429, Retry_After="1"),
                *[answers(200)] * 4,
            ]
        )
        await behaviour(receiver, reader, writer, request)

    ann, ben, eve = await make_owner(), await make_owner(), await make_owner()
    async with receiving(moody) as one, receiving(endless_body) as two, receiving(answers(503)) as three:
        webhooks = [
            (ann, await ann.add(one.url), one),
            (ann, await ann.add(two.url), two),
            (ben, await ben.add(one.url.replace("127.0.0.1", "localhost")), one),
            (eve, await eve.add(three.url), three),
        ]
        couriers = [await start(), await start()]
        told: dict[str, set[str]] = defaultdict(set)
        for round_ in range(3):
            for person in (ann, ben, eve):
                ids = await notify(person.id, 3, copies=10)
                told[str(person.id)].update(str(one_id) for one_id in ids)
            await asyncio.sleep(0.4)  # what is killed has to be somewhere in the middle
            couriers[round_ % 2].kill()
            await couriers[round_ % 2].wait()
            couriers[round_ % 2] = await start()

        async def all_ended() -> bool:
            states = [
                delivery["state"]
                for person, webhook, _ in webhooks
                for delivery in await person.deliveries(webhook)
            ]
            return len(states) == 4 * 9 and "pending" not in states

        await eventually(all_ended, timeout=90, interval=0.5)
        for person, webhook, receiver in webhooks:
            deliveries = await person.deliveries(webhook)
            # Each notification once, under an id of its own.
            assert {delivery["notification_id"] for delivery in deliveries} == told[str(person.id)]
            sent = defaultdict(list)
            for request in receiver.requests:
                sent[request.id].append(request)
            for delivery in deliveries:
                requests = sent[delivery["id"]]
                assert len({request.body for request in requests}) == 1
                assert requests[0].json["data"]["id"] == delivery["notification_id"]
                # Every request that arrived is in the log; one that was cut off before it left may be there, too.
                assert len(requests) <= delivery["attempts"]
                assert delivery["attempts"] == len(delivery["log"])
                numbers = [line["number"] for line in delivery["log"]]
                assert numbers == list(range(len(numbers), 0, -1))
                assert all(line["status"] or line["error"] for line in delivery["log"])
                if delivery["state"] == "failed":
                    assert delivery["last_error"]
                else:
                    assert delivery["log"][0]["status"] == 200
        assert {delivery["state"] for delivery in await eve.deliveries(webhooks[3][1])} == {"failed"}
        assert {delivery["state"] for delivery in await ann.deliveries(webhooks[1][1])} == {"delivered"}

    async def all_consumed() -> bool:
        # A killed courier's copies are leased for a while.
        return not await rows(
            owner,
            "SELECT FROM outbox.deliveries WHERE consumer = 'webhooks' AND state <> 'done'",
        )

    await eventually(all_consumed, timeout=30)
