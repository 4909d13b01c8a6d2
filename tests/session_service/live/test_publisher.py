"""Telling on a real PostgreSQL and a real Redis: in order, once, whatever dies in between."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy import text

from kit import contracts, heartbeats
from kit.cache_tags import STATE, CacheTags
from kit.database import Database
from kit.live.messages import Published
from kit.live.stream import STREAM, read_entries
from kit.outbox.events import Event, publish, wake_relay
from session_service.live import service
from session_service.publisher import Publisher
from tests.support.waiting import eventually

DatabaseFor = Callable[[str], Database]

pytestmark = pytest.mark.usefixtures("nothing_untold")


@pytest.fixture
async def nothing_untold(owner: Database) -> None:
    """What other tests have published is gone."""
    async with owner.transaction() as connection:
        await connection.execute(text("DELETE FROM outbox.events"))


@pytest.fixture(autouse=True)
def told_to_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """What these tests publish is of no use to other consumers, and would be in the way of their tests."""
    monkeypatch.setitem(contracts.SUBSCRIPTIONS, contracts.SESSION_CHECKED_IN, (contracts.LIVE,))


@pytest.fixture
def publisher(database_for: DatabaseFor, redis: Redis) -> Publisher:
    return Publisher(database_for("tandem_live"), redis, name="test")


def checked_in(session_id: UUID | None = None, **changes: Any) -> Event:
    data = {"session_id": str(session_id or uuid4()), "user_id": str(uuid4()), "buddy_id": str(uuid4())}
    return Event(contracts.SESSION_CHECKED_IN, "session", {**data, **changes})


async def happen(database: Database, *events: Event) -> None:
    async with database.transaction() as connection:
        await publish(connection, events)


async def told(redis: Redis) -> list[Published]:
    return read_entries(await redis.xrange(STREAM) or [])


async def told_users(redis: Redis) -> list[str]:
    return [orjson.loads(entry.text)["data"]["user_id"] for entry in await told(redis)]


def users(*events: Event) -> list[str]:
    return [event.data["user_id"] for event in events]


async def states(owner: Database, *events: Event) -> list[str]:
    async with owner.transaction() as connection:
        rows = await connection.execute(
            text(
                "SELECT event_id, state FROM outbox.deliveries WHERE consumer = 'live' AND event_id = ANY(:ids)"
            ),
            {"ids": [event.id for event in events]},
        )
        found = {row.event_id: row.state for row in rows}
    return [found[event.id] for event in events]


async def test_events_are_told_once_in_the_order_in_which_they_were_published(
    publisher: Publisher, database_for: DatabaseFor, redis: Redis, owner: Database
) -> None:
    session = database_for("tandem_session")
    # The ids are made beforehand, and in another order.
    second, first, third = checked_in(), checked_in(), checked_in()
    await happen(session, first, second)
    await happen(session, third)
    assert await publisher.look() == 3
    assert await told_users(redis) == users(first, second, third)
    assert await publisher.look() == 0
    assert await states(owner, first, second, third) == ["done"] * 3
    async with owner.transaction() as connection:
        noted = await connection.scalar(text("SELECT last_id FROM outbox.live_position"))
    assert noted == str((await told(redis))[-1].position)


async def test_what_was_published_and_not_noted_is_not_told_twice(
    database_for: DatabaseFor, redis: Redis, publisher: Publisher
) -> None:
    first, second = checked_in(), checked_in()
    await happen(database_for("tandem_session"), first)

    async def die() -> None:
        async with database_for("tandem_live").transaction() as connection:
            assert await service.tell(connection, redis, CacheTags(redis), 10) == 1
            raise LookupError

    with pytest.raises(LookupError):
        await die()
    assert await told_users(redis) == users(first)
    await happen(database_for("tandem_session"), second)
    assert await publisher.look() == 2
    assert await told_users(redis) == users(first, second)


async def test_what_is_told_of_is_not_served_out_of_the_cache_any_more(
    database_for: DatabaseFor, redis: Redis, publisher: Publisher
) -> None:
    session_id = uuid4()
    before = int((await redis.time())[0])
    await happen(database_for("tandem_session"), checked_in(session_id))
    await publisher.look()
    version = await redis.zscore(STATE, f"session:{session_id}")
    assert version is not None
    assert before * 1_000_000 <= version


async def test_nobody_is_told_while_the_cache_might_be_behind(
    database_for: DatabaseFor, redis: Redis, publisher: Publisher, owner: Database
) -> None:
    event = checked_in()
    await happen(database_for("tandem_session"), event)
    # Not what it should be, so that no script can work on it.
    await redis.set(STATE, "x")
    with pytest.raises(RedisConnectionError):
        await publisher.look()
    assert await told(redis) == []
    assert await states(owner, event) == ["pending"]


async def test_without_redis_nothing_counts_as_told(
    database_for: DatabaseFor, owner: Database, publisher: Publisher, redis: Redis
) -> None:
    event = checked_in()
    await happen(database_for("tandem_session"), event)
    nowhere: Redis = Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=1)
    away = Publisher(database_for("tandem_live"), nowhere, name="away")
    with pytest.raises(RedisConnectionError):
        await away.look()
    assert await states(owner, event) == ["pending"]
    assert await publisher.look() == 1
    assert await told_users(redis) == users(event)


async def test_what_cannot_be_understood_holds_nobody_up(
    database_for: DatabaseFor, owner: Database, publisher: Publisher, redis: Redis
) -> None:
    first, bad, last = checked_in(), checked_in(session_id_is="missing"), checked_in()
    bad.data.pop("user_id")  # type: ignore[attr-defined]  # a dict at run time
    await happen(database_for("tandem_session"), first, bad, last)
    assert await publisher.look() == 3
    assert await told_users(redis) == users(first, last)
    assert await states(owner, first, bad, last) == ["done", "pending", "done"]
    assert await publisher.look() == 0, "tried again in a while, not at once"
    for _ in range(4):
        async with owner.transaction() as connection:
            await connection.execute(
                text("UPDATE outbox.deliveries SET due_at = now() WHERE event_id = :id"), {"id": bad.id}
            )
        assert await publisher.look() == 1
    assert await states(owner, bad) == ["dead"]
    assert await publisher.look() == 0


async def test_publishers_at_the_same_time_double_nothing_and_keep_the_order(
    database_for: DatabaseFor, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("session_service.publisher.BATCH", 7)
    events = [checked_in() for _ in range(100)]
    await happen(database_for("tandem_session"), *events)

    async def serve(number: int) -> None:
        publisher = Publisher(database_for("tandem_live"), redis, name=str(number))
        while await publisher.look():
            pass

    await asyncio.gather(*(serve(number) for number in range(4)))
    assert await told_users(redis) == users(*events)


async def test_one_publishes_at_a_time(database_for: DatabaseFor, redis: Redis, publisher: Publisher) -> None:
    await happen(database_for("tandem_session"), checked_in())
    async with database_for("tandem_live").transaction() as connection:
        assert await service.tell(connection, redis, CacheTags(redis), 10) == 1
        other = asyncio.create_task(publisher.look())
        await asyncio.wait({other}, timeout=0.3)
        assert not other.done()
    assert await other == 0


async def test_an_event_whose_transaction_began_first_and_ended_last_keeps_its_place(
    database_for: DatabaseFor, redis: Redis, publisher: Publisher
) -> None:
    session = database_for("tandem_session")
    early, late = checked_in(), checked_in()
    async with session.transaction() as slow:
        await slow.execute(text("SELECT 1"))
        await happen(session, early)
        await publish(slow, [late])
    # Due at the beginning of its own transaction, the second was published after the first.
    assert await publisher.look() == 2
    assert await told_users(redis) == users(early, late)


async def test_a_notification_is_told_under_its_title(
    database_for: DatabaseFor, owner: Database, publisher: Publisher, redis: Redis
) -> None:
    user, entry = uuid4(), uuid4()
    async with owner.transaction() as connection:
        await connection.execute(
            text("INSERT INTO session_service.user_profiles (id, display_name) VALUES (:id, 'Ann')"),
            {"id": user},
        )
        await connection.execute(
            text(
                "INSERT INTO session_service.notifications (id, user_id, event_id, kind, title, body)"
                " VALUES (:id, :user, gen_random_uuid(), 'streak_at_risk', 'A title', 'A body')"
            ),
            {"id": entry, "user": user},
        )
    created = {"id": str(entry), "user_id": str(user), "kind": "streak_at_risk", "session_id": None}
    await happen(
        database_for("tandem_session_worker"),
        Event(contracts.NOTIFICATIONS_CREATED, "notifications", {"notifications": [created]}),
    )
    await publisher.look()
    (message,) = await told(redis)
    assert message.address == f"notifications:{user}"
    assert orjson.loads(message.text)["data"]["title"] == "A title"


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT body FROM session_service.notifications",
        "SELECT FROM session_service.wingman_sessions",
        "SELECT FROM session_service.user_profiles",
        "INSERT INTO outbox.deliveries (event_id, consumer) VALUES (gen_random_uuid(), 'live')",
        "DELETE FROM outbox.deliveries",
    ],
)
async def test_its_login_role_may_do_nothing_else(database_for: DatabaseFor, statement: str) -> None:
    with pytest.raises(Exception, match="permission denied"):
        async with database_for("tandem_live").transaction() as connection:
            await connection.execute(text(statement))


async def test_its_login_role_touches_its_own_deliveries_alone(
    database_for: DatabaseFor, owner: Database
) -> None:
    event = checked_in()
    async with database_for("tandem_session").transaction() as connection:
        await publish(connection, [event])
        await connection.execute(
            text("INSERT INTO outbox.deliveries (event_id, consumer) VALUES (:id, 'reputation')"),
            {"id": event.id},
        )
    async with database_for("tandem_live").transaction() as connection:
        changed = await connection.execute(
            text("UPDATE outbox.deliveries SET state = 'done' WHERE event_id = :id RETURNING consumer"),
            {"id": event.id},
        )
        assert list(changed.scalars()) == ["live"]
    async with owner.transaction() as connection:
        await connection.execute(text("DELETE FROM outbox.events WHERE id = :id"), {"id": event.id})


@pytest.mark.parametrize("consumer", ["webhooks", "statistics"])
async def test_the_reputation_worker_publishes_to_live_updates_and_inboxes_alone(
    database_for: DatabaseFor, consumer: str
) -> None:
    worker = database_for("tandem_reputation_worker")
    event = Event(contracts.REPUTATION_CHANGED, "reputation", {"sessions": []})
    await happen(worker, event)
    with pytest.raises(Exception, match="row-level security"):
        async with worker.transaction() as connection:
            await connection.execute(
                text("INSERT INTO outbox.deliveries (event_id, consumer) VALUES (:id, :consumer)"),
                {"id": event.id, "consumer": consumer},
            )


async def test_the_process_tells_when_it_is_woken_and_ends_when_it_is_told(
    database_for: DatabaseFor, role_urls: dict[str, str], redis: Redis, redis_url: str
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "session_service.publisher"),
        env={**os.environ, "DATABASE_URL": role_urls["tandem_live"], "REDIS_URL": redis_url},
    )
    try:
        await eventually(lambda: heartbeats.alive(redis, heartbeats.LIVE), timeout=30)
        event = checked_in()
        await happen(database_for("tandem_session"), event)
        await wake_relay(redis)

        async def is_told() -> bool:
            return await told_users(redis) == users(event)

        await eventually(is_told)
        assert (datetime.now(UTC) - (await told_time(redis))).total_seconds() < 5
    finally:
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0


async def told_time(redis: Redis) -> datetime:
    return datetime.fromisoformat(orjson.loads((await told(redis))[-1].text)["time"])
