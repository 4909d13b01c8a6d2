"""Practice statistics of the whole stack: never behind, never doubled, whatever becomes of their worker."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
import psycopg
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from kit.contracts import PRACTICE_COMPLETED, STATISTICS
from kit.database import Database
from kit.identity import Caller
from session_service.practice.rules import Completion, CompletionStatus
from session_service.practice.sessions import service as practices
from session_service.profiles import service as profiles
from tests.bench.load import connect, exchange, request
from tests.bench.world import World
from tests.chaos.faults import kill, kill_child
from tests.stats_worker import reference
from tests.stats_worker.conftest import TABLES
from tests.stats_worker.reference import Practice
from tests.support.stack import Stack
from tests.support.waiting import eventually
from tests.system.buddies import Api, api

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("stack"), pytest.mark.timeout(180)]

SESSIONS = "/api/v1/sessions"
AT_ONCE = 20
CONNECTIONS = 8


@pytest_asyncio.fixture(loop_scope="session")
async def client(stack: Stack) -> AsyncIterator[Api]:
    async with api(stack.base_url) as opened:
        yield opened


@pytest.fixture
def ann() -> str:
    return str(uuid4())


async def start(client: Api, user: str, sequence_id: int | None = None) -> int:
    begun = await client.insist(user, "POST", f"{SESSIONS}/start", {"sequence_id": sequence_id})
    assert begun.status_code == 201, begun.text
    return int(begun.json()["session_id"])


def completion(session_id: int, seconds: int = 900, status: str = "completed") -> dict[str, Any]:
    return {"session_id": session_id, "duration_seconds": seconds, "completion_status": status}


async def practise(client: Api, user: str, seconds: int, status: str = "completed") -> None:
    done = await client.insist(
        user,
        "POST",
        f"{SESSIONS}/complete",
        completion(await start(client, user, 1 + seconds % 3), seconds, status),
    )
    assert done.status_code == 200, done.text


async def practise_often(client: Api, user: str, seconds: Sequence[int]) -> None:
    at_once = asyncio.Semaphore(CONNECTIONS)

    async def one(each: int) -> None:
        async with at_once:
            await practise(client, user, each)

    await asyncio.gather(*(one(each) for each in seconds))


async def stats(client: Api, user: str) -> dict[str, Any]:
    answer = await client.insist(user, "GET", f"{SESSIONS}/stats")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def ask(stack: Stack, sql: str, *values: Any) -> list[Any]:
    """Rows, as the owner sees them."""
    with psycopg.connect(stack.owner_url, connect_timeout=5) as connection:
        return connection.execute(sql.encode(), values).fetchall()


def pending(stack: Stack, user: str) -> int:
    """How many of the user's events nobody has counted yet."""
    (row,) = ask(
        stack,
        "SELECT count(*) FROM outbox.deliveries"
        " WHERE consumer = 'statistics' AND state = 'pending' AND user_id = %s",
        user,
    )
    return int(row[0])


def counted(stack: Stack, user: str) -> dict[str, list[str]]:
    """Every row that the statistics hold about the user."""
    return {
        table: [
            row[0]
            for row in ask(
                stack, f"SELECT t::text FROM stats_worker.{table} t WHERE user_id = %s ORDER BY 1", user
            )
        ]
        for table in TABLES
    }


def by_definition(stack: Stack, user: str, shown: dict[str, Any]) -> dict[str, Any]:
    """What should have been shown then, slowly, out of the practices themselves."""
    rows = ask(
        stack,
        "SELECT owner_id, session_id, started_at, timezone, CASE WHEN completed_at IS NOT NULL THEN"
        " completion_status END, duration_seconds, sequence_id FROM session_service.practice_sessions"
        " WHERE owner_id = %s",
        user,
    )
    frozen = [day for (day,) in ask(stack, "SELECT date FROM stats_worker.freezes WHERE user_id = %s", user)]
    ((timezone,),) = ask(stack, "SELECT timezone FROM session_service.user_profiles WHERE id = %s", user)
    now = datetime.fromisoformat(shown["as_of"])
    return reference.statistics([Practice(*row) for row in rows], frozen, now, timezone)


async def assert_right(stack: Stack, client: Api, user: str) -> dict[str, Any]:
    shown = await stats(client, user)
    expected = await asyncio.to_thread(by_definition, stack, user, shown)
    figures = {name: value for name, value in shown.items() if name != "as_of"}
    assert figures == expected
    return figures


async def worker_has_nothing_left(stack: Stack, user: str) -> None:
    """Waits until the worker runs and has been through all that was handed to it."""
    await eventually(lambda: asyncio.to_thread(stack.is_ready), timeout=60, interval=0.1)
    await eventually(lambda: asyncio.to_thread(lambda: pending(stack, user) == 0), timeout=60)
    redis: Redis = Redis.from_url(stack.redis_url)

    async def nothing_queued() -> bool:
        # Not "unacked": what a killed worker had in hand stays there for two minutes, and then finds nothing to do.
        return await redis.llen(STATISTICS.queue) == 0

    await eventually(nothing_queued, timeout=60, interval=0.1)
    await redis.aclose()


async def test_what_was_completed_is_shown_while_the_worker_stands_still(
    stack: Stack, client: Api, ann: str
) -> None:
    seconds = [600 + number for number in range(100)]
    with World(stack).suspended("statistics-worker"):
        await practise_often(client, ann, seconds)
        assert pending(stack, ann) == 200, "nobody has counted anything yet"
        shown = await assert_right(stack, client, ann)
        assert (shown["total_sessions"], shown["total_practice_time_seconds"]) == (100, sum(seconds))
        # These are left to the worker and to readers, who all begin at the same time.
        await practise_often(client, ann, seconds[:20])
    answers = await asyncio.gather(*(stats(client, ann) for _ in range(CONNECTIONS)))
    assert {answer["total_sessions"] for answer in answers} == {120}
    await worker_has_nothing_left(stack, ann)
    assert (await assert_right(stack, client, ann))["total_sessions"] == 120


async def test_what_was_completed_is_shown_however_often_the_worker_dies(
    stack: Stack, client: Api, ann: str
) -> None:
    rounds = 30
    done = 0

    async def strike_again_and_again() -> None:
        for number, strike in enumerate((kill_child, kill, kill_child)):
            await eventually(lambda number=number: done >= 8 * (number + 1), timeout=120)  # type: ignore[misc]  # mypy infers no lambda with defaults

            async def struck(strike: Any = strike) -> bool:
                await strike("statistics-worker")(stack)
                return True

            # Not while it is about to start again.
            await eventually(struck, timeout=60, interval=0.1)

    strikes = asyncio.create_task(strike_again_and_again())
    while done < rounds or not strikes.done():
        await practise(client, ann, 60 + done)
        done += 1
        assert (await stats(client, ann))["total_sessions"] == done
    await strikes
    await worker_has_nothing_left(stack, ann)
    assert (await assert_right(stack, client, ann))["total_sessions"] == done


async def at_once(stack: Stack, user: str, path: str, bodies: Sequence[Any]) -> list[tuple[int, Any]]:
    """Posts them all at the same instant: over open connections, with nothing left to prepare."""
    opened = [await connect(stack.base_url) for _ in bodies]
    headers = {"X-Test-User-ID": user}
    # Answered once, a connection is known to be accepted.
    await asyncio.gather(*(exchange(each, request("GET", "/healthz", {})) for each in opened))
    sent = [request("POST", path, headers, orjson.dumps(body)) for body in bodies]
    answers = await asyncio.gather(*map(exchange, opened, sent))
    for _, writer in opened:
        writer.close()
    return [(status, orjson.loads(body)) for _, status, body in answers]


async def test_of_twenty_training_sessions_started_at_once_one_starts(
    stack: Stack, client: Api, ann: str
) -> None:
    exercise = {"name": "Squat", "sets": [{"reps": 5, "completed": False}]}
    plan = await client.insist(
        ann, "POST", "/api/plans", {"name": "Legs", "structure": {"exercises": [exercise]}}
    )
    assert plan.status_code == 201, plan.text
    body = {"plan_id": plan.json()["id"], "date": "2026-11-21"}
    answers = await at_once(stack, ann, "/api/sessions", [body] * AT_ONCE)
    assert Counter(status for status, _ in answers) == {201: 1, 409: AT_ONCE - 1}
    assert {told["detail"] for status, told in answers if status == 409} == {
        "An in-progress session already exists"
    }
    listed = (await client.call(ann, "GET", "/api/sessions")).json()
    assert listed["pagination"]["total"] == 1


def completions_told(stack: Stack, session_id: int) -> int:
    (row,) = ask(
        stack,
        "SELECT count(*) FROM outbox.events WHERE type = %s AND subject = %s",
        PRACTICE_COMPLETED,
        f"practice/{session_id}",
    )
    return int(row[0])


async def test_twenty_completions_of_one_practice_have_one_effect(
    stack: Stack, client: Api, ann: str
) -> None:
    session_id = await start(client, ann)
    answers = await at_once(stack, ann, f"{SESSIONS}/complete", [completion(session_id)] * AT_ONCE)
    assert [status for status, _ in answers] == [200] * AT_ONCE
    first = answers[0][1]
    assert all(told == first for _, told in answers)
    assert first["statistics"]["total_sessions"] == 1
    assert completions_told(stack, session_id) == 1
    await worker_has_nothing_left(stack, ann)
    shown = await assert_right(stack, client, ann)
    assert (shown["total_sessions"], shown["total_practice_time_seconds"]) == (1, 900)


async def test_of_twenty_different_completions_of_one_practice_one_counts(
    stack: Stack, client: Api, ann: str
) -> None:
    session_id = await start(client, ann)
    bodies = [completion(session_id, 100 + number) for number in range(AT_ONCE)]
    answers = await at_once(stack, ann, f"{SESSIONS}/complete", bodies)
    assert Counter(status for status, _ in answers) == {200: 1, 409: AT_ONCE - 1}
    (won,) = (told for status, told in answers if status == 200)
    assert completions_told(stack, session_id) == 1
    shown = await assert_right(stack, client, ann)
    assert shown["total_practice_time_seconds"] == won["duration_seconds"]


async def live(stack: Stack, user: UUID, mornings: Sequence[datetime], rng: random.Random) -> None:
    """A life of practices, by the use cases that requests go through, at the times at which they would have come."""
    database = Database(World(stack).role_url("tandem_session"), application_name="past", pool_size=1)
    async with database.transaction(user) as connection:
        await profiles.ensure(connection, Caller(user))
        profile = await profiles.load_locked(connection, user)
        await profiles.change(connection, profile, {"timezone": "America/New_York"})
        for at in mornings:
            record = await practices.start(connection, user, rng.choice((1, 2, 3, None)), at=at)
            status = rng.choice((*CompletionStatus, CompletionStatus.COMPLETED, None))
            if status is not None:
                asked = Completion(rng.randrange(3600), None, status)
                await practices.complete(connection, record.facts.session_id, asked, at=at)
    await database.close()


async def test_recomputing_gives_the_same_as_step_by_step(stack: Stack, client: Api, ann: str) -> None:
    rng = random.Random(11)
    now = datetime.now(UTC)
    mornings = [now - timedelta(hours=8 * number) for number in range(250, 12, -1) if rng.random() < 0.5]
    await live(stack, UUID(ann), mornings, rng)
    frozen = (now - timedelta(days=1)).date()
    assert (await client.call(ann, "PUT", f"/api/v1/streak/freezes/{frozen}")).status_code == 200
    await worker_has_nothing_left(stack, ann)
    before, figures = counted(stack, ann), await assert_right(stack, client, ann)
    assert all(before[table] for table in TABLES)

    recomputed = await asyncio.to_thread(stack.tandem, "recompute")
    assert recomputed.returncode == 0, recomputed.stderr
    assert counted(stack, ann) == before
    assert await assert_right(stack, client, ann) == figures

    with psycopg.connect(stack.owner_url) as connection:
        connection.execute("UPDATE stats_worker.totals SET completed = 0 WHERE user_id = %s", [ann])
        connection.execute("DELETE FROM stats_worker.runs WHERE user_id = %s", [ann])
    damaged = await stats(client, ann)
    assert (damaged["total_sessions"], damaged["longest_streak_days"]) == (0, 0)
    # Also in the middle of new practices.
    recomputing = asyncio.create_task(asyncio.to_thread(stack.tandem, "recompute"))
    added = 0
    while added < 10 or not recomputing.done():
        await practise(client, ann, 60, "partial" if added % 2 else "completed")
        added += 1
    assert (await recomputing).returncode == 0
    after = await assert_right(stack, client, ann)
    assert after["total_sessions"] == figures["total_sessions"] + (added + 1) // 2
    await worker_has_nothing_left(stack, ann)
    assert await assert_right(stack, client, ann) == after
