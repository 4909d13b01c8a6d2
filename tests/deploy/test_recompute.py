"""`tandem recompute`: statistics out of the practices themselves, whatever stood there before."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from deploy.recompute import recompute_statistics
from kit.contracts import STATISTICS
from kit.database import Database
from kit.identity import Caller
from kit.outbox.consumer import consume
from session_service.practice.rules import Completion, CompletionStatus
from session_service.practice.sessions import service as practices
from session_service.profiles import service as profiles
from stats_worker.counting.service import apply
from tests.stats_worker.conftest import dump, freeze

STATUSES = ("completed", "completed", "partial", "abandoned", None)


async def practise(session_service: Database, user: UUID) -> None:
    """Practices of every kind, and a changed time zone."""
    async with session_service.transaction(user) as connection:
        await profiles.ensure(connection, Caller(user))
        for number, status in enumerate(STATUSES):
            record = await practices.start(connection, user, None)
            if status is not None:
                asked = Completion(60 * number, None, CompletionStatus(status))
                await practices.complete(connection, record.facts.session_id, asked)
        profile = await profiles.load_locked(connection, user)
        await profiles.change(connection, profile, {"timezone": "Asia/Tokyo"})


async def pending(owner: Database, user: UUID) -> list[UUID]:
    async with owner.transaction() as connection:
        rows = await connection.execute(
            text(
                "SELECT event_id FROM outbox.deliveries"
                " WHERE user_id = :user AND consumer = 'statistics' AND state = 'pending'"
            ),
            {"user": user},
        )
        return list(rows.scalars())


@pytest.fixture
def session_service(database_for: Callable[[str], Database]) -> Database:
    return database_for("tandem_session")


@pytest.fixture
def worker(database_for: Callable[[str], Database]) -> Database:
    return database_for("tandem_statistics_worker")


async def recompute(owner_url: str) -> list[tuple[int, int]]:
    told: list[tuple[int, int]] = []
    count = await asyncio.to_thread(
        recompute_statistics, owner_url, lambda done, total: told.append((done, total))
    )
    assert told[-1] == (count, count)
    return told


async def test_it_comes_to_the_same_as_step_by_step(
    session_service: Database, worker: Database, owner: Database, owner_url: str, database_for: Any
) -> None:
    user = uuid4()
    await practise(session_service, user)
    await consume(worker, STATISTICS.name, await pending(owner, user), apply)
    await freeze(database_for("tandem_statistics"), user, date(2026, 1, 5))
    before = await dump(owner, user)
    assert (before["totals"][0]["started"], before["totals"][0]["timezone"]) == (5, "Asia/Tokyo")
    told = await recompute(owner_url)
    assert [done for done, _ in told] == list(range(len(told)))
    assert await dump(owner, user) == before


async def test_it_mends_whatever_stood_there(
    session_service: Database, worker: Database, owner: Database, owner_url: str
) -> None:
    user, ghost = uuid4(), uuid4()
    await practise(session_service, user)
    await consume(worker, STATISTICS.name, await pending(owner, user), apply)
    right = await dump(owner, user)
    async with owner.transaction() as connection:
        for statement in (
            "UPDATE stats_worker.totals SET completed_seconds = 7, timezone = 'UTC' WHERE user_id = :user",
            "UPDATE stats_worker.days SET sessions = 70 WHERE user_id = :user",
            "DELETE FROM stats_worker.weekdays WHERE user_id = :user",
            "INSERT INTO stats_worker.sequences VALUES (:user, 77, 1, 1)",
            "DELETE FROM stats_worker.runs WHERE user_id = :user",
        ):
            await connection.execute(text(statement), {"user": user})
        await connection.execute(
            text("INSERT INTO stats_worker.totals (user_id, started) VALUES (:ghost, 3)"), {"ghost": ghost}
        )
    await recompute(owner_url)
    assert await dump(owner, user) == right
    assert (await dump(owner, ghost))["totals"][0]["started"] == 0


async def test_what_is_still_to_be_counted_is_not_counted_twice(
    session_service: Database, worker: Database, owner: Database, owner_url: str
) -> None:
    user = uuid4()
    await practise(session_service, user)
    await recompute(owner_url)
    right = await dump(owner, user)
    assert right["totals"][0]["started"] == 5
    waiting = await pending(owner, user)
    assert len(waiting) == 10
    await consume(worker, STATISTICS.name, waiting, apply)
    assert await dump(owner, user) == right


async def test_it_runs_beside_the_workers(
    session_service: Database, worker: Database, owner: Database, owner_url: str
) -> None:
    users = [uuid4() for _ in range(4)]
    for user in users:
        await practise(session_service, user)

    async def work(user: UUID) -> None:
        for event_id in await pending(owner, user):
            await consume(worker, STATISTICS.name, [event_id], apply)

    await asyncio.gather(recompute(owner_url), *(work(user) for user in users))
    found = [await dump(owner, user) for user in users]
    await recompute(owner_url)
    assert [await dump(owner, user) for user in users] == found
    assert {rows["totals"][0]["completed"] for rows in found} == {2}


@pytest.fixture
async def bound_owner_url(owner: Database, owner_url: str) -> AsyncIterator[str]:
    """A user with all rights on the tables, whom row-level security binds, as a managed database's owner is."""
    name, password = f"owner_{uuid4().hex}", uuid4().hex
    schemas = "session_service, stats_worker"
    async with owner.transaction() as connection:
        for statement in (
            f"CREATE ROLE {name} LOGIN PASSWORD '{password}'",
            f"GRANT USAGE ON SCHEMA {schemas} TO {name}",
            f"GRANT ALL ON ALL TABLES IN SCHEMA {schemas} TO {name}",
        ):
            await connection.exec_driver_sql(statement)
    parts = urlsplit(owner_url)
    host = parts.netloc.rpartition("@")[2]
    yield urlunsplit(parts._replace(netloc=f"{name}:{password}@{host}"))
    async with owner.transaction() as connection:
        await connection.exec_driver_sql(f"DROP OWNED BY {name}")
        await connection.exec_driver_sql(f"DROP ROLE {name}")


async def test_an_owner_who_would_be_shown_nothing_changes_nothing(
    session_service: Database, worker: Database, owner: Database, bound_owner_url: str
) -> None:
    user = uuid4()
    await practise(session_service, user)
    await consume(worker, STATISTICS.name, await pending(owner, user), apply)
    before = await dump(owner, user)
    with pytest.raises(ProgrammingError, match="row-level security"):
        await recompute(bound_owner_url)
    assert await dump(owner, user) == before
