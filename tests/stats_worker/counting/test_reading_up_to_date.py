"""A read includes every change that was answered before it, whatever the workers do or do not."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import text

from kit.contracts import PRACTICE_COMPLETED, STATISTICS
from kit.database import Database
from kit.identity import Caller
from kit.outbox import deliveries
from kit.outbox.consumer import Consumed, consume
from kit.outbox.events import Event
from session_service.main import create_app
from session_service.settings import SessionServiceSettings
from stats_worker.counting import service
from stats_worker.counting.service import apply, catch_up
from tests.session_service.conftest import SignedAs
from tests.stats_worker.conftest import (
    AsUser,
    completed,
    delivery,
    dump,
    events,
    practice,
    publish_all,
)
from tests.support.waiting import eventually

STATS = "/api/v1/sessions/stats"
SESSIONS = "/api/v1/sessions"
DAY = date(2026, 11, 21)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def session_service(role_urls: dict[str, str], redis_url: str) -> AsyncIterator[FastAPI]:
    """The session service as it is; nobody relays what it publishes."""
    app = create_app(SessionServiceSettings(database_url=role_urls["tandem_session"], redis_url=redis_url))
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
def ann() -> UUID:
    return uuid4()


@pytest_asyncio.fixture(loop_scope="session")
async def practising(session_service: FastAPI, ann: UUID) -> AsyncIterator[httpx.AsyncClient]:
    """The session service, asked by Ann."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(session_service),
        base_url="http://service",
        auth=SignedAs(Caller(ann), session_service.state.settings.internal_secret),
    ) as client:
        yield client


async def practise(client: httpx.AsyncClient, duration: int, status: str = "completed") -> dict[str, Any]:
    begun = (await client.post(f"{SESSIONS}/start")).json()
    answer = await client.post(
        f"{SESSIONS}/complete",
        json={
            "session_id": begun["session_id"],
            "duration_seconds": duration,
            "completion_status": status,
        },
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def ids_of(owner: Database, user: UUID) -> list[UUID]:
    async with owner.transaction() as connection:
        rows = await connection.execute(
            text("SELECT event_id FROM outbox.deliveries WHERE user_id = :user AND consumer = 'statistics'"),
            {"user": user},
        )
        return list(rows.scalars())


async def test_with_the_workers_stopped_a_hundred_completions_are_all_in_the_next_answer(
    practising: httpx.AsyncClient, ann: UUID, as_user: AsUser, worker: Database, owner: Database
) -> None:
    last: dict[str, Any] = {}
    for number in range(100):
        last = await practise(practising, 60 + number)

    first = (await as_user(ann).get(STATS)).json()
    assert first["total_sessions"] == 100
    assert {name: first[name] for name in last["statistics"]} == last["statistics"]
    assert first["by_sequence"] == [
        {"sequence_id": None, "sessions": 100, "duration_seconds": sum(range(60, 160))}
    ]

    # The workers are back, and are handed everything.
    ids = await ids_of(owner, ann)
    assert len(ids) == 200
    assert await consume(worker, STATISTICS.name, ids, apply) == Consumed()
    again = (await as_user(ann).get(STATS)).json()
    assert again == {**first, "as_of": again["as_of"]}


async def test_each_answer_agrees_with_the_answer_of_the_completion_before_it(
    practising: httpx.AsyncClient, ann: UUID, as_user: AsUser
) -> None:
    for duration, status in [(100, "completed"), (101, "completed"), (7, "partial"), (0, "abandoned")] * 2:
        done = await practise(practising, duration, status)
        seen = (await as_user(ann).get(STATS)).json()
        assert {name: seen[name] for name in done["statistics"]} == done["statistics"]
        assert seen["last_practiced_on"] == done["local_date"]


async def test_a_zone_that_was_changed_is_the_next_answers(
    practising: httpx.AsyncClient, ann: UUID, as_user: AsUser, owner: Database
) -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        assert (await practising.patch("/api/me", json={"timezone": zone})).status_code == 200
        async with owner.transaction() as connection:
            today = await connection.scalar(
                text("SELECT (clock_timestamp() AT TIME ZONE :zone)::date"), {"zone": zone}
            )
        calendar = (await as_user(ann).get(f"{SESSIONS}/calendar")).json()
        assert calendar["month"] == str(today)[:7]
        async with owner.transaction() as connection:
            kept = await connection.scalar(
                text("SELECT timezone FROM stats_worker.totals WHERE user_id = :ann"), {"ann": ann}
            )
        assert kept == zone


async def test_a_read_without_anything_pending_asks_once_and_writes_nothing(
    reader: Database, owner: Database, ann: UUID
) -> None:
    await catch_up(reader, ann)
    assert not any((await dump(owner, ann)).values())


async def test_somebody_elses_events_are_left_to_the_workers(
    reader: Database, publisher: Database, owner: Database, ann: UUID
) -> None:
    (ben_id,) = await publish_all(publisher, [completed(practice(uuid4(), DAY))])
    await catch_up(reader, ann)
    assert (await delivery(owner, ben_id)).state == "pending"


async def test_what_is_leased_is_read_all_the_same(
    reader: Database, publisher: Database, database_for: Any, owner: Database, ann: UUID
) -> None:
    (event_id,) = await publish_all(publisher, [completed(practice(ann, DAY))])
    async with database_for("tandem_relay").transaction() as connection:
        await deliveries.lease(connection, STATISTICS.name, 1000)
    await catch_up(reader, ann)
    assert (await delivery(owner, event_id)).state == "done"


async def test_a_read_waits_for_a_worker_that_is_counting_just_now(
    as_user: AsUser, publisher: Database, worker: Database, ann: UUID
) -> None:
    ids = await publish_all(publisher, events(practice(ann, DAY)))
    async with worker.transaction() as connection:
        held = await deliveries.lock_pending(connection, STATISTICS.name, ids)
        assert len(held) == 2
        read = asyncio.create_task(as_user(ann).get(STATS))
        await apply(connection, held)
        await deliveries.mark_done(connection, STATISTICS.name, ids)
        await asyncio.wait([read], timeout=0.1)
        assert not read.done()
    assert (await read).json()["total_sessions"] == 1


async def test_a_read_goes_on_where_a_worker_gave_up(
    as_user: AsUser, publisher: Database, worker: Database, ann: UUID
) -> None:
    ids = await publish_all(publisher, events(practice(ann, DAY)))

    class WorkerDies(Exception):
        pass

    with pytest.raises(WorkerDies):
        async with worker.transaction() as connection:
            held = await deliveries.lock_pending(connection, STATISTICS.name, ids)
            await apply(connection, held)
            read = asyncio.create_task(as_user(ann).get(STATS))
            await asyncio.wait([read], timeout=0.1)
            assert not read.done()
            raise WorkerDies
    assert (await read).json()["total_sessions"] == 1


async def test_a_read_that_would_wait_too_long_is_told_to_come_back(
    as_user: AsUser, publisher: Database, worker: Database, ann: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "READERS_WAIT", 0.2)
    ids = await publish_all(publisher, events(practice(ann, DAY)))
    async with worker.transaction() as connection:
        await deliveries.lock_pending(connection, STATISTICS.name, ids)
        answer = await as_user(ann).get(STATS)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.json()["detail"] == "Failed to process request"
    assert answer.headers["retry-after"] == "1"
    assert (await as_user(ann).get(STATS)).json()["total_sessions"] == 1


async def test_an_event_that_cannot_be_counted_blocks_nobody(
    as_user: AsUser, publisher: Database, owner: Database, ann: UUID
) -> None:
    broken = Event(PRACTICE_COMPLETED, "practice/0", {"user_id": str(ann)}, ann)
    await publish_all(publisher, [completed(practice(ann, DAY)), broken, completed(practice(ann, DAY))])
    for _ in range(3):
        assert (await as_user(ann).get(STATS)).json()["total_sessions"] == 2
    # It was tried once, and waits for its time like everywhere else; reading does not use its attempts up.
    assert tuple(await delivery(owner, broken.id)) == ("pending", 1)

    async with owner.transaction() as connection:
        await connection.execute(
            text("UPDATE outbox.deliveries SET state = 'dead', attempts = 5 WHERE event_id = :id"),
            {"id": broken.id},
        )
    assert (await as_user(ann).get(STATS)).json()["total_sessions"] == 2


async def test_what_failed_is_tried_again_when_its_time_has_come(
    reader: Database, publisher: Database, owner: Database, ann: UUID
) -> None:
    (event_id,) = await publish_all(publisher, [completed(practice(ann, DAY))])
    async with owner.transaction() as connection:
        await connection.execute(
            text(
                "UPDATE outbox.deliveries SET attempts = 1, due_at = now() + interval '1 s' WHERE event_id = :id"
            ),
            {"id": event_id},
        )

    async def is_done() -> bool:
        await catch_up(reader, ann)
        return bool((await delivery(owner, event_id)).state == "done")

    assert not await is_done()
    await eventually(is_done, timeout=5)
