"""Completions applied a second: by batches, as the relay hands them over, against a Celery task an event.

Both through the same worker process, the same code, the same PostgreSQL; only the size of a task differs.
"""

import asyncio
import random
import time
from uuid import UUID, uuid4

import psycopg

from kit import contracts
from kit.database import Database
from kit.outbox.events import Event, publish
from kit.tasks import create_celery
from tests.bench.world import World
from tests.support.waiting import eventually

USERS = 5_000
"""Completions touch two of so many users each: some meet in a batch, as they do in life."""


async def publish_completions(world: World, count: int, *, held_back: bool) -> list[UUID]:
    """Events of ``count`` completions, for the reputation worker alone. Held back: the relay leaves them alone."""
    rng = random.Random(7)
    users = [str(UUID(int=rng.getrandbits(128), version=4)) for _ in range(USERS)]
    events = [_completion(rng, users) for _ in range(count)]
    database = Database(world.role_url("tandem_session"), application_name="bench publisher", pool_size=1)
    everybody = contracts.SUBSCRIPTIONS[contracts.SESSION_COMPLETED]
    contracts.SUBSCRIPTIONS[contracts.SESSION_COMPLETED] = (contracts.REPUTATION,)
    try:
        for start in range(0, count, 1000):
            async with database.transaction() as connection:
                await publish(connection, events[start : start + 1000])
            if held_back:
                await asyncio.to_thread(_hold_back, world)
    finally:
        contracts.SUBSCRIPTIONS[contracts.SESSION_COMPLETED] = everybody
        await database.close()
    return [event.id for event in events]


def _completion(rng: random.Random, users: list[str]) -> Event:
    session = str(uuid4())
    return Event(
        contracts.SESSION_COMPLETED,
        f"session/{session}",
        {
            "session_id": session,
            "match_id": str(uuid4()),
            "completed_at": "2026-01-01T00:00:00Z",
            "participants": [
                {"user_id": user, "challenge_id": str(uuid4()), "points": 10} for user in rng.sample(users, 2)
            ],
        },
    )


def _hold_back(world: World) -> None:
    with psycopg.connect(world.stack.owner_url) as connection:
        connection.execute(
            "UPDATE outbox.deliveries SET due_at = now() + interval '1 hour'"
            " WHERE consumer = 'reputation' AND state = 'pending' AND due_at <= now()"
        )


async def _all_applied(world: World) -> None:
    async with await psycopg.AsyncConnection.connect(world.stack.owner_url, autocommit=True) as connection:

        async def none_left() -> bool:
            cursor = await connection.execute(
                "SELECT EXISTS (SELECT FROM outbox.deliveries WHERE consumer = 'reputation' AND state = 'pending')"
            )
            row = await cursor.fetchone()
            return row is not None and not row[0]

        await eventually(none_left, timeout=300, interval=0.02)


async def by_batches(world: World, count: int) -> float:
    """Events a second, from the moment that the relay may look at the backlog until all effects are committed."""
    with world.suspended("relay"):
        await publish_completions(world, count, held_back=False)
    began = time.perf_counter()
    await _all_applied(world)
    return count / (time.perf_counter() - began)


async def by_single_tasks(world: World, count: int) -> float:
    """Events a second when each is a Celery task of its own, published as fast as one process can."""
    with world.suspended("relay"):
        event_ids = await publish_completions(world, count, held_back=True)
    celery = create_celery("bench", world.stack.redis_url)

    def send() -> None:
        for event_id in event_ids:
            celery.send_task(
                contracts.REPUTATION.task,
                kwargs={"event_ids": [str(event_id)]},
                queue=contracts.REPUTATION.queue,
            )

    began = time.perf_counter()
    await asyncio.gather(asyncio.to_thread(send), _all_applied(world))
    return count / (time.perf_counter() - began)
