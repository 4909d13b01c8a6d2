"""The relay against a real Redis: what it hands over, when it holds back, and what the loss of Redis costs."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from kit import contracts, heartbeats
from kit.database import Database
from kit.outbox.deliveries import StoredEvent
from kit.outbox.events import Event, publish, wake_relay
from kit.outbox.relay import QUEUE_BOUND, Relay
from kit.request_ids import bind_request, current_request_id, current_traceparent
from kit.settings import KitSettings
from kit.tasks import WorkerChild, consumer_task, create_celery
from tests.support.waiting import eventually

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

DatabaseFor = Callable[[str], Database]


@pytest.fixture
async def publisher(owner: Database, database_for: DatabaseFor) -> Database:
    async with owner.transaction() as connection:
        await connection.exec_driver_sql("TRUNCATE outbox.events CASCADE")
    return database_for("tandem_session")


@pytest.fixture
def relay(database_for: DatabaseFor, redis: Redis, redis_url: str) -> Relay:
    celery = create_celery("test-relay", redis_url)
    return Relay(database_for("tandem_relay"), redis, celery, name="test", consumers=[contracts.REPUTATION])


async def published(database: Database, count: int) -> list[UUID]:
    events = [Event(contracts.SESSION_COMPLETED, "session/1", {}) for _ in range(count)]
    async with database.transaction() as connection:
        await publish(connection, events)
    return [event.id for event in events]


async def queued(redis: Redis) -> list[dict[str, Any]]:
    """The tasks in the queue, oldest first, as their headers and arguments."""
    raw = await redis.lrange("reputation", 0, -1)  # type: ignore[misc, unused-ignore]  # the Redis client's types differ between its versions
    messages = [json.loads(message) for message in reversed(raw)]
    return [
        {**message["headers"], "event_ids": json.loads(base64.b64decode(message["body"]))[1]["event_ids"]}
        for message in messages
    ]


@asynccontextmanager
async def running(relay: Relay) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(relay.run())
    yield task
    relay.stop()
    await asyncio.wait_for(task, 10)


async def test_one_event_is_one_task_that_names_its_request(
    publisher: Database, relay: Relay, redis: Redis
) -> None:
    with bind_request("request-7", TRACE):
        (event_id,) = await published(publisher, 1)
    assert await relay.look() == 1
    (task,) = await queued(redis)
    assert task["task"] == "reputation.apply"
    assert task["event_ids"] == [str(event_id)]
    assert task["kwargsrepr"] == "{'batch_size': 1, 'request_id': 'request-7'}"
    assert (task["request_id"], task["traceparent"]) == ("request-7", TRACE)
    assert await relay.look() == 0, "leased: not handed over again"


async def test_a_task_for_several_requests_is_none_of_theirs(
    publisher: Database, relay: Relay, redis: Redis
) -> None:
    for number in range(5):
        with bind_request(f"request-{number}", None):
            await published(publisher, 2)
    assert await relay.look() == 10
    (task,) = await queued(redis)
    assert (task["request_id"], task["traceparent"]) == (None, None)
    assert task["kwargsrepr"] == "{'batch_size': 10, 'request_id': 'request-0,request-1,request-2…'}"


async def test_a_task_is_in_the_trace_of_its_request(
    publisher: Database,
    relay: Relay,
    redis: Redis,
    role_urls: dict[str, str],
    redis_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", role_urls["tandem_reputation_worker"])
    monkeypatch.setenv("REDIS_URL", redis_url)
    app = create_celery("test-worker", redis_url)
    child = WorkerChild(KitSettings.load(), "test-worker")
    seen: list[tuple[str | None, str | None]] = []

    async def apply(_: AsyncConnection, events: Sequence[StoredEvent]) -> None:
        seen.append((current_request_id(), current_traceparent()))

    task = consumer_task(app, child, contracts.REPUTATION.name, apply)
    with bind_request("request-7", TRACE):
        await published(publisher, 2)
    await relay.look()
    (message,) = await queued(redis)
    headers = {name: message[name] for name in ("request_id", "traceparent")}

    def work() -> Any:
        # As Celery does with a message's headers.
        task.push_request(**headers)
        try:
            return task.run(message["event_ids"])
        finally:
            child.close()

    with capture_logs([merge_contextvars]) as logs:
        done = await asyncio.to_thread(work)
    assert done["applied"] == 2
    assert seen == [("request-7", TRACE)]
    (line,) = [line for line in logs if line["event"] == "batch_applied"]
    assert (line["request_id"], line["trace_id"]) == ("request-7", TRACE[3:35])


async def test_a_backlog_becomes_few_large_tasks_and_the_rest_waits_in_postgresql(
    publisher: Database, relay: Relay, redis: Redis, owner: Database
) -> None:
    await published(publisher, 2300)
    assert await relay.look() == 2000
    assert [len(task["event_ids"]) for task in await queued(redis)] == [500] * QUEUE_BOUND
    assert await relay.look() == 0, "the queue is long enough"
    async with owner.transaction() as connection:
        waiting = await connection.scalar(
            text("SELECT count(*) FROM outbox.deliveries WHERE consumer = 'reputation' AND due_at <= now()")
        )
    assert waiting == 300


async def test_the_loss_of_redis_loses_nothing(
    publisher: Database, relay: Relay, redis: Redis, owner: Database
) -> None:
    (event_id,) = await published(publisher, 1)
    await relay.look()
    await redis.flushdb()
    async with owner.transaction() as connection:
        # The lease is over.
        await connection.execute(text("UPDATE outbox.deliveries SET due_at = now() WHERE due_at > now()"))
    assert await relay.look() == 1, "published into the emptied Redis, where no binding is left either"
    assert [task["event_ids"] for task in await queued(redis)] == [[str(event_id)]]


async def test_it_is_woken_by_a_signal(
    publisher: Database, relay: Relay, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It does not look by itself while this test lasts.
    monkeypatch.setattr("kit.outbox.lookout.LOOK_EVERY", 3600.0)
    async with running(relay):
        await eventually(lambda: _listeners(redis))
        await published(publisher, 1)
        await wake_relay(redis)
        await eventually(lambda: _longer(redis, 0))


async def _listeners(redis: Redis) -> int:
    ((_, count),) = await redis.pubsub_numsub("tandem:outbox:wake")
    return int(count)


async def _longer(redis: Redis, than: int) -> bool:
    return int(await redis.llen("reputation")) > than


async def test_it_looks_by_itself_when_the_signal_is_lost(
    publisher: Database, relay: Relay, redis: Redis
) -> None:
    async with running(relay):
        await eventually(lambda: heartbeats.alive(redis, heartbeats.RELAY))
        await published(publisher, 1)
        await eventually(lambda: _longer(redis, 0), timeout=5)


async def test_only_what_was_not_handed_over_is_given_back(
    publisher: Database, relay: Relay, redis: Redis, owner: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await published(publisher, 3)
    async with owner.transaction() as connection:
        await connection.execute(
            text("UPDATE outbox.deliveries SET leases = 9 WHERE event_id = :id"), {"id": ids[1]}
        )
    send = relay.celery.send_task

    def once(*args: Any, **options: Any) -> None:
        monkeypatch.setattr(relay.celery, "send_task", away)
        send(*args, **options)

    def away(*_: Any, **__: Any) -> None:
        raise RedisError

    # The suspect one goes first, alone; then the broker is away.
    monkeypatch.setattr(relay.celery, "send_task", once)
    with pytest.raises(RedisError):
        await relay.look()
    assert [task["event_ids"] for task in await queued(redis)] == [[str(ids[1])]]
    async with owner.transaction() as connection:
        due = await connection.execute(
            text(
                "SELECT event_id FROM outbox.deliveries"
                " WHERE consumer = 'reputation' AND due_at <= now() ORDER BY event_id"
            )
        )
        assert list(due.scalars()) == [ids[0], ids[2]]


async def test_without_redis_it_waits_and_leases_nothing(
    publisher: Database, database_for: DatabaseFor, owner: Database
) -> None:
    nowhere: Redis = Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=1)
    relay = Relay(
        database_for("tandem_relay"),
        nowhere,
        create_celery("x", "redis://127.0.0.1:1/0"),
        name="test",
        consumers=[contracts.REPUTATION],
    )
    await published(publisher, 1)
    async with running(relay) as task:
        await asyncio.wait({task}, timeout=0.6)
        assert not task.done(), "it does not give up"
    async with owner.transaction() as connection:
        leases = await connection.scalar(
            text("SELECT max(leases) FROM outbox.deliveries WHERE consumer = 'reputation'")
        )
    assert leases == 0
    await nowhere.aclose()
