"""Users with something to lose, and a worker that works on their jobs."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from redis.asyncio import Redis
from sqlalchemy import text

from kit.cache_tags import CacheTags
from kit.database import Database
from kit.outbox.deliveries import StoredEvent
from session_service.account import service
from session_service.account.erasing.service import Means
from session_service.notifications import service as notifications
from tests.session_service.conftest import AsUser
from tests.session_service.factories import rows
from tests.support.waiting import eventually

RunJobs = Callable[[], Awaitable[None]]


@pytest.fixture
def worker(database_for: Callable[[str], Database]) -> Database:
    """The database as the notifications worker has it."""
    return database_for("tandem_session_worker")


@pytest.fixture(autouse=True)
async def no_jobs(owner: Database) -> None:
    """What other tests have left under way does not hold this one up."""
    async with owner.transaction() as connection:
        await connection.execute(text("DELETE FROM session_service.jobs"))
        await connection.execute(text("DELETE FROM accounts.closed"))
        # Some of what other tests publish nobody can understand.
        await connection.execute(text("DELETE FROM outbox.events"))


@pytest.fixture
def means(redis: Redis) -> Means:
    """What a step has besides the database."""
    return Means(redis, CacheTags(redis))


@pytest.fixture
def run_jobs(worker: Database, owner: Database, means: Means) -> RunJobs:
    """`await run_jobs()`: until nothing is due any more."""

    async def run() -> None:
        for _ in range(100):
            await apply_pending(owner, worker)
            await service.work_on_jobs(worker, means.redis, means.cache_tags)
            left = await rows(owner, "SELECT FROM session_service.jobs WHERE status IN ('queued', 'running')")
            if not left:
                return
        raise AssertionError("jobs are left")

    return run


@pytest.fixture
def ann(as_user: AsUser) -> tuple[UUID, httpx.AsyncClient]:
    """Somebody new, by id, and as a client."""
    user_id = uuid4()
    return user_id, as_user(user_id, name="Ann Quixote", email="ann@quixote.example")


async def work_until_gone(owner: Database, worker: Database, means: Means, user_id: UUID) -> None:
    """Works on what is due until the user has no job any more; the workers of the houses have nothing to apply."""

    async def is_gone() -> bool:
        await service.work_on_jobs(worker, means.redis, means.cache_tags)
        return not await rows(owner, "SELECT FROM session_service.jobs WHERE user_id = :id", id=user_id)

    await eventually(is_gone, timeout=30)


async def apply_pending(owner: Database, worker: Database) -> None:
    """What the workers of all houses would do: here only the inbox is looked at."""
    pending = await rows(
        owner,
        "SELECT DISTINCT e.* FROM outbox.events e JOIN outbox.deliveries d ON d.event_id = e.id"
        " WHERE d.state = 'pending' AND d.consumer = 'notifications'",
    )
    events = [
        StoredEvent(
            row["id"], row["type"], row["source"], row["subject"], row["time"], row["data"], None, None
        )
        for row in pending
    ]
    async with worker.transaction() as connection:
        for event in events:
            await notifications.apply(connection, [event])
    async with owner.transaction() as connection:
        await connection.execute(text("UPDATE outbox.deliveries SET state = 'done', done_at = now()"))


async def mentions(owner: Database, *traces: str, planner: bool = False) -> dict[str, int]:
    """In which columns of which tables these strings stand, and in how many rows; or: what the planner remembers."""
    columns = await rows(
        owner,
        """
        SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns
        JOIN information_schema.tables USING (table_schema, table_name)
        WHERE table_type = 'BASE TABLE' AND CASE WHEN :planner THEN table_name = 'pg_statistic'
            ELSE table_schema NOT IN ('pg_catalog', 'information_schema') END
        """,
        planner=planner,
    )
    found: dict[str, int] = {}
    for column in columns:
        name = f'"{column["column_name"]}"'
        shown = f"encode({name}, 'escape')" if column["data_type"] == "bytea" else f"CAST({name} AS text)"
        (counted,) = await rows(
            owner,
            f'SELECT count(*) AS n FROM "{column["table_schema"]}"."{column["table_name"]}" t'
            " WHERE EXISTS (SELECT FROM unnest(CAST(:traces AS text[])) x"
            f" WHERE position(lower(x) IN lower({shown})) > 0)",
            traces=list(traces),
        )
        if counted["n"]:
            found[f"{column['table_schema']}.{column['table_name']}.{column['column_name']}"] = counted["n"]
    return found


async def ok(answer: httpx.Response, status: int = 200) -> Any:
    """The body of an answer that has to be of this status."""
    assert answer.status_code == status, answer.text
    return answer.json()
