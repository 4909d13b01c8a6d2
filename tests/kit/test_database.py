"""The database door: commits, undoes, retries, and says when the server is away."""

import asyncio
from collections.abc import AsyncIterator, Callable
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.database import Database, DatabaseUnavailable, sqlalchemy_url

DatabaseFor = Callable[[str], Database]


@pytest.fixture
async def table(owner: Database) -> AsyncIterator[str]:
    """A table of its own, with the rows 1 and 2."""
    name = f"public.scratch_{uuid4().hex}"
    async with owner.transaction() as connection:
        await connection.exec_driver_sql(
            f"CREATE TABLE {name} (id int PRIMARY KEY, n int NOT NULL DEFAULT 0)"
        )
        await connection.exec_driver_sql(f"INSERT INTO {name} VALUES (1), (2)")
    yield name
    async with owner.transaction() as connection:
        await connection.exec_driver_sql(f"DROP TABLE {name}")


async def rows(database: Database, table: str) -> dict[int, int]:
    async with database.transaction() as connection:
        return {row.id: row.n for row in await connection.execute(text(f"SELECT id, n FROM {table}"))}


async def test_a_transaction_commits_at_its_end(owner: Database, table: str) -> None:
    async with owner.transaction() as connection:
        await connection.exec_driver_sql(f"UPDATE {table} SET n = 7 WHERE id = 1")
        assert (await rows(owner, table))[1] == 0, "not visible to others before the commit"
    assert (await rows(owner, table))[1] == 7


async def test_an_error_undoes_everything(owner: Database, table: str) -> None:
    async def fail() -> None:
        async with owner.transaction() as connection:
            await connection.exec_driver_sql(f"UPDATE {table} SET n = 7")
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await rows(owner, table) == {1: 0, 2: 0}


async def test_a_cancelled_task_undoes_everything(owner: Database, table: str) -> None:
    changed = asyncio.Event()

    async def hang() -> None:
        async with owner.transaction() as connection:
            await connection.exec_driver_sql(f"UPDATE {table} SET n = 7")
            changed.set()
            await connection.exec_driver_sql("SELECT pg_sleep(4)")

    task = asyncio.create_task(hang())
    await changed.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await rows(owner, table) == {1: 0, 2: 0}


async def test_the_user_is_set_for_this_transaction_only(owner_url: str) -> None:
    database = Database(owner_url, application_name="one connection", pool_size=1)
    user = uuid4()
    setting = text("SELECT nullif(current_setting('app.user_id', true), '')")
    async with database.transaction(user) as connection:
        assert UUID(await connection.scalar(setting)) == user
    async with database.transaction() as connection:
        assert await connection.scalar(setting) is None
    await database.close()


async def test_a_deadlock_is_tried_again_and_both_come_through(owner: Database, table: str) -> None:
    both_hold_one = asyncio.Barrier(2)
    tries = 0

    async def add(first: int, second: int) -> None:
        met = False

        async def work(connection: AsyncConnection) -> None:
            nonlocal met, tries
            tries += 1
            await connection.exec_driver_sql(f"UPDATE {table} SET n = n + 1 WHERE id = {first}")
            if not met:
                met = True
                await both_hold_one.wait()
            await connection.exec_driver_sql(f"UPDATE {table} SET n = n + 1 WHERE id = {second}")

        await owner.run(work)

    await asyncio.gather(add(1, 2), add(2, 1))
    assert await rows(owner, table) == {1: 2, 2: 2}
    assert tries == 3, "one of the two was the victim, and ran again"


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing", application_name="nowhere")
    with pytest.raises(DatabaseUnavailable):
        await database.ping()
    await database.close()


async def test_a_lock_that_does_not_come_is_unavailable(owner: Database, table: str) -> None:
    async with owner.transaction() as holder:
        await holder.exec_driver_sql(f"SELECT * FROM {table} FOR UPDATE")
        with pytest.raises(DatabaseUnavailable):
            async with owner.transaction() as waiter:
                await waiter.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
                await waiter.exec_driver_sql(f"SELECT * FROM {table} FOR UPDATE")


async def test_connections_that_died_in_the_pool_are_replaced_unseen(owner_url: str) -> None:
    database = Database(owner_url, application_name=f"mortal {uuid4().hex}", pool_size=4)
    await asyncio.gather(*(database.ping() for _ in range(4)))
    with psycopg.connect(owner_url, autocommit=True) as killer:
        ended = killer.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = %s",
            [database.application_name],
        ).fetchone()
    assert ended is not None
    assert ended[0] >= 1
    await asyncio.gather(*(database.ping() for _ in range(4)))
    await database.close()


async def test_a_connection_killed_in_the_middle_is_unavailable_and_the_next_works(owner_url: str) -> None:
    database = Database(owner_url, application_name="mortal", pool_size=1)
    with pytest.raises(DatabaseUnavailable):
        async with database.transaction() as connection:
            await connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
    await database.ping()
    await database.close()


async def test_a_full_pool_is_unavailable_after_its_bound(owner_url: str) -> None:
    database = Database(owner_url, application_name="small", pool_size=1, pool_timeout=0.05)
    async with database.transaction():
        with pytest.raises(DatabaseUnavailable):
            await database.ping()
    await database.close()


@pytest.mark.parametrize("scheme", ["postgres://", "postgresql://", "postgresql+psycopg://"])
def test_urls_may_be_written_in_any_of_the_usual_ways(scheme: str) -> None:
    assert sqlalchemy_url(f"{scheme}me@host/db") == "postgresql+psycopg://me@host/db"
