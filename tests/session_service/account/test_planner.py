"""What PostgreSQL's planner remembers of tables holds values of rows: an erasure has it learn them anew."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from psycopg import errors
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.database import Database
from session_service.account import rules, service
from session_service.account.erasing import repository
from session_service.account.erasing.service import Means
from tests.session_service.account.conftest import RunJobs, mentions, ok, work_until_gone
from tests.session_service.factories import rows
from tests.support.waiting import eventually

People = tuple[UUID, httpx.AsyncClient]


async def test_of_a_table_that_is_empty_nothing_is_remembered(owner: Database) -> None:
    """ANALYZE by itself leaves what was there."""
    remembered = text("SELECT count(*) FROM pg_statistic WHERE starelid = 'stats_worker.emptied'::regclass")
    async with owner.transaction() as connection:
        await connection.execute(text("CREATE TABLE stats_worker.emptied (id uuid, name text)"))
        await connection.execute(
            text(
                "INSERT INTO stats_worker.emptied SELECT gen_random_uuid(), 'Ann' FROM generate_series(1, 10)"
            )
        )
        await connection.execute(text("ANALYZE stats_worker.emptied"))
        await connection.execute(text("DELETE FROM stats_worker.emptied"))
        await connection.execute(text("ANALYZE stats_worker.emptied"))
        assert await connection.scalar(remembered) == 2
        await connection.execute(text("SET LOCAL ROLE tandem_session_worker"))
        await connection.execute(text("SELECT accounts.analyze('stats_worker', 'emptied')"))
        await connection.execute(text("RESET ROLE"))
        assert await connection.scalar(remembered) == 0
        await connection.rollback()


async def test_what_is_being_analyzed_meanwhile_is_waited_for(
    ann: People, owner: Database, run_jobs: RunJobs
) -> None:
    """As by autovacuum: what it has seen it writes when the rows are gone."""
    ann_id, client = ann
    await ok(await client.get("/api/me"))
    waiting = (
        "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%accounts.analyze(%'"
    )

    async def waits() -> bool:
        return bool(await rows(owner, waiting))

    async def jobs() -> None:
        await run_jobs()

    # The transaction ends before the group waits.
    async with asyncio.TaskGroup() as tasks, owner.transaction() as analyzing:
        await analyzing.execute(text("ANALYZE session_service.user_profiles"))
        await ok(await client.delete("/api/me"), 202)
        tasks.create_task(jobs())
        await eventually(waits)
    assert await mentions(owner, str(ann_id), planner=True) == {}


async def test_an_autovacuum_is_left_to_its_work_at_first(
    ann: People, owner: Database, worker: Database, means: Means, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It holds the lock that ANALYZE wants, and is given up for whoever has waited for `deadlock_timeout`."""
    _, client = ann
    monkeypatch.setattr(rules, "LONGEST_PAUSE", timedelta(0))
    waited: list[int] = []
    analyze = repository.analyze_next

    async def noting(connection: Any, after: Any) -> Any:
        longest = await milliseconds(connection, "lock_timeout")
        try:
            return await analyze(connection, after)
        except DBAPIError as error:
            if isinstance(error.orig, errors.LockNotAvailable):
                waited.append(longest)
            raise

    monkeypatch.setattr(repository, "analyze_next", noting)
    await ok(await client.get("/api/me"))
    async with owner.transaction() as vacuuming:
        await vacuuming.execute(text("LOCK TABLE session_service.plans IN SHARE UPDATE EXCLUSIVE MODE"))
        await ok(await client.delete("/api/me"), 202)

        async def has_insisted() -> bool:
            await service.work_on_jobs(worker, means.redis, means.cache_tags)
            return len(waited) > 4

        await eventually(has_insisted, timeout=30)
        given_up_after = await milliseconds(vacuuming, "deadlock_timeout")
    assert max(waited[:4]) < given_up_after < waited[4]


async def milliseconds(connection: AsyncConnection, name: str) -> int:
    """A setting of PostgreSQL's."""
    found = await connection.scalar(
        text("SELECT setting::integer FROM pg_settings WHERE name = :name AND unit = 'ms'"), {"name": name}
    )
    assert found is not None
    return int(found)


async def test_what_takes_too_long_is_tried_again_with_fewer_rows(
    ann: People, owner: Database, worker: Database, means: Means, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann_id, client = ann
    tried: list[int] = []
    analyze = repository.analyze_next

    async def slow(connection: Any, after: Any) -> Any:
        tried.append(int(await connection.scalar(text("SHOW default_statistics_target"))))
        if tried[-1] > 10:
            await connection.execute(text("SET LOCAL statement_timeout = 1"))
            await connection.execute(text("SELECT pg_sleep(1)"))
        return await analyze(connection, after)

    monkeypatch.setattr(repository, "analyze_next", slow)
    monkeypatch.setattr(rules, "LONGEST_PAUSE", timedelta(0))
    await ok(await client.delete("/api/me"), 202)
    await work_until_gone(owner, worker, means, ann_id)
    # It may have been the lock three times.
    assert tried[:7] == [100] * 5 + [25, 6]
    assert set(tried[6:]) == {6}
