"""The notifications worker as a process, and the periodic work that it does."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit import heartbeats
from kit.cache_tags import STATE, UNTOLD
from kit.contracts import (
    NOTIFICATIONS,
    SESSION_CHECKED_IN,
    SESSION_NO_SHOW,
    STATISTICS,
    WARN_OF_STREAKS,
)
from kit.database import Database
from kit.outbox.events import Event, publish
from kit.outbox.relay import Relay
from kit.tasks import create_celery
from session_service import worker as house
from tests.session_service.notifications.conftest import MakeUser, check_in
from tests.support.waiting import eventually

DatabaseFor = Callable[[str], Database]


async def rows(owner: Database, query: str, **parameters: Any) -> list[Any]:
    async with owner.transaction() as connection:
        return list((await connection.execute(text(query), parameters)).all())


async def make_sessions(owner: Database, make_user: MakeUser, *ages: timedelta) -> list[UUID]:
    """Scheduled sessions whose times passed so long ago."""
    async with owner.transaction() as connection:
        challenge_id = await connection.scalar(
            text(
                "INSERT INTO session_service.approach_challenges (title, difficulty, points)"
                " VALUES ('Say hello', 'beginner', 10) RETURNING id"
            )
        )
    ids = []
    for age in ages:
        users = {"user1_id": await make_user("Ann"), "user2_id": await make_user("Ben")}
        async with owner.transaction() as connection:
            match_id = await connection.scalar(
                text(
                    "INSERT INTO session_service.wingman_matches (user1_id, user2_id, status, answered_at)"
                    " VALUES (:user1_id, :user2_id, 'accepted', now()) RETURNING id"
                ),
                users,
            )
            session_id = await connection.scalar(
                text(
                    "INSERT INTO session_service.wingman_sessions (match_id, user1_id, user2_id,"
                    " user1_challenge_id, user2_challenge_id, venue_name, scheduled_time)"
                    " VALUES (:match_id, :user1_id, :user2_id, :challenge_id, :challenge_id, 'Park', now() - :age)"
                    " RETURNING id"
                ),
                {**users, "match_id": match_id, "challenge_id": challenge_id, "age": age},
            )
            ids.append(session_id)
    return ids


async def statuses(owner: Database, session_ids: list[UUID]) -> list[str]:
    query = "SELECT id, status FROM session_service.wingman_sessions WHERE id = ANY(:ids)"
    found = {row.id: row.status for row in await rows(owner, query, ids=session_ids)}
    return [found[session_id] for session_id in session_ids]


async def no_show_events(owner: Database, session_ids: list[UUID]) -> int:
    query = "SELECT FROM outbox.events WHERE type = :type AND data->>'session_id' = ANY(:ids)"
    ids = [str(session_id) for session_id in session_ids]
    return len(await rows(owner, query, type=SESSION_NO_SHOW, ids=ids))


LONG_AGO, LATELY = timedelta(hours=25), timedelta(hours=23)


async def test_the_sweep_goes_on_until_nothing_is_left(
    owner: Database, worker: Database, make_user: MakeUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house, "SWEPT_AT_ONCE", 2)
    abandoned = await make_sessions(owner, make_user, *[LONG_AGO] * 5)
    (open_one,) = await make_sessions(owner, make_user, LATELY)
    await asyncio.gather(*(house.sweep_no_shows(worker) for _ in range(2)))
    # One that another sweep held is passed over: the next one, a minute later, is sure to see it.
    await house.sweep_no_shows(worker)
    assert await statuses(owner, abandoned) == ["no_show"] * 5
    assert await statuses(owner, [open_one]) == ["scheduled"]
    assert await no_show_events(owner, abandoned) == 5
    assert await house.sweep_no_shows(worker) == 0


async def test_what_is_past_its_time_goes_and_nothing_else(
    owner: Database, worker: Database, make_user: MakeUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house, "EXPIRED_AT_ONCE", 2)
    user_id = await make_user()
    subject = f"test:{user_id}"
    async with owner.transaction() as connection:
        for key, age in {"a": 25, "b": 25, "c": 25, "young": 23}.items():
            await connection.execute(
                text(
                    "INSERT INTO session_service.idempotency_keys"
                    " (user_id, endpoint, key, fingerprint, status, headers, body, settled, created_at)"
                    " VALUES (:user_id, 'POST /', :key, '', 200, '{}', '', true, now() - make_interval(hours => :age))"
                ),
                {"user_id": user_id, "key": key, "age": age},
            )
        events = [Event(SESSION_CHECKED_IN, subject, {"n": n}) for n in range(6)]
        await publish(connection, events)
        for event, age, state in zip(
            events, (8, 8, 8, 6, 8, 8), ("done", "done", "done", "done", "dead", "pending"), strict=True
        ):
            await connection.execute(
                text("UPDATE outbox.events SET time = now() - make_interval(days => :age) WHERE id = :id"),
                {"id": event.id, "age": age},
            )
            await connection.execute(
                text("UPDATE outbox.deliveries SET state = :state WHERE event_id = :id"),
                {"id": event.id, "state": state},
            )
    await house.expire(worker)
    keys = await rows(
        owner, "SELECT key FROM session_service.idempotency_keys WHERE user_id = :user_id", user_id=user_id
    )
    assert [row.key for row in keys] == ["young"]
    kept = await rows(
        owner,
        "SELECT e.id, d.state FROM outbox.events e JOIN outbox.deliveries d ON d.event_id = e.id"
        " WHERE e.subject = :subject AND d.consumer = 'notifications' ORDER BY e.id",
        subject=subject,
    )
    assert [(row.id, row.state) for row in kept] == [
        (events[3].id, "done"),
        (events[4].id, "dead"),
        (events[5].id, "pending"),
    ]
    orphans = await rows(
        owner,
        "SELECT FROM outbox.deliveries WHERE event_id = ANY(:ids)",
        ids=[event.id for event in events[:3]],
    )
    assert not orphans


async def test_a_round_ends_with_the_first_step_that_finds_less_than_it_may_do(worker: Database) -> None:
    found = [7, 7, 3]
    transactions = []

    async def less_and_less(connection: AsyncConnection, limit: int) -> int:
        assert limit == 7
        transactions.append(await connection.scalar(text("SELECT pg_current_xact_id()::text")))
        return found.pop(0)

    assert await house._exhaust(worker, less_and_less, 7) == 17
    assert len(set(transactions)) == 3


async def test_a_round_ends_even_when_there_is_no_end_of_the_work(
    worker: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house, "ROUND", 0.0)

    async def more_than_ever(_connection: Any, limit: int) -> int:
        return limit

    assert await house._exhaust(worker, more_than_ever, 7) == 7


def test_the_scheduler_sends_what_expires_before_it_is_sent_again() -> None:
    schedule = {
        name: (entry["task"], entry["schedule"], entry["options"])
        for name, entry in house.app.conf.beat_schedule.items()
    }
    assert schedule["sessions.sweep_no_shows"] == (
        "sessions.sweep_no_shows",
        timedelta(seconds=60),
        {"queue": "notifications", "expires": 60.0},
    )
    assert schedule["housekeeping.expire"] == (
        "housekeeping.expire",
        timedelta(hours=1),
        {"queue": "notifications", "expires": 3600.0},
    )
    own = {task for task, _, options in schedule.values() if options["queue"] == NOTIFICATIONS.queue}
    assert own <= set(house.app.tasks)
    assert schedule[WARN_OF_STREAKS] == (
        WARN_OF_STREAKS,
        timedelta(minutes=5),
        {"queue": STATISTICS.queue, "expires": 300.0},
    )
    assert NOTIFICATIONS.task in house.app.tasks


@pytest.fixture
async def worker_process(role_urls: dict[str, str], redis_url: str, redis: Redis) -> AsyncIterator[None]:
    """A worker of the queue as it is started in earnest; it has beaten its heart."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "celery", "-A", "session_service.worker", "worker", "-Q", NOTIFICATIONS.queue),
        *("-c", "1", "-n", f"notifications-test-{os.getpid()}@%h", "--without-gossip", "--without-mingle"),
        env={
            **os.environ,
            "DATABASE_URL": role_urls["tandem_session_worker"],
            "REDIS_URL": redis_url,
            "REMAP_SIGTERM": "SIGQUIT",
        },
        start_new_session=True,
    )
    try:
        await eventually(
            lambda: heartbeats.alive(redis, NOTIFICATIONS.queue), timeout=30, because="the worker's heartbeat"
        )
        yield
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), 20)
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.usefixtures("worker_process")
async def test_a_worker_tells_what_the_relay_hands_over_and_does_the_schedulers_work(
    owner: Database, redis: Redis, redis_url: str, make_user: MakeUser, database_for: DatabaseFor
) -> None:
    ann, ben = await make_user("Ann"), await make_user("Ben")
    events = [Event(SESSION_CHECKED_IN, "session", check_in(ann, ben).data) for _ in range(3)]
    async with owner.transaction() as connection:
        # What other tests have left cannot always be understood, and is handed over first.
        await connection.execute(text("DELETE FROM outbox.events"))
    async with database_for("tandem_session").transaction() as connection:
        await publish(connection, events)
    celery = create_celery("test", redis_url)
    relay = Relay(database_for("tandem_relay"), redis, celery, name="test", consumers=[NOTIFICATIONS])
    assert await relay.look() >= 3

    async def titles() -> list[str]:
        query = "SELECT title FROM session_service.notifications WHERE user_id = :user_id"
        return [row.title for row in await rows(owner, query, user_id=ben)]

    async def all_are_told() -> bool:
        return len(await titles()) >= 3

    await eventually(all_are_told, timeout=30, because="the inbox")
    assert await titles() == ["Ann checked in"] * 3
    # Nobody has advanced the tags of these changes, as if who made them had been killed.
    for event in events:
        assert await redis.zscore(STATE, f"session:{event.data['session_id']}") is not None

    sessions = await make_sessions(owner, make_user, LONG_AGO)

    async def swept() -> bool:
        return await statuses(owner, sessions) == ["no_show"]

    assert not await swept()
    await asyncio.to_thread(celery.send_task, "sessions.sweep_no_shows", queue=NOTIFICATIONS.queue)
    await eventually(swept, because="the sweep")

    async def untold() -> list[bytes]:
        return [
            bytes(tag, "ascii") if isinstance(tag, str) else tag for tag in await redis.lrange(UNTOLD, 0, -1)
        ]

    told = await eventually(untold)
    # It sweeps what other tests have left, too; but tells of nothing else.
    missed = await rows(owner, "SELECT id FROM session_service.wingman_sessions WHERE status = 'no_show'")
    assert f"session:{sessions[0]}".encode() in told
    assert set(told) <= {f"session:{row.id}".encode() for row in missed}
    assert await redis.zscore(STATE, f"session:{sessions[0]}") is not None
