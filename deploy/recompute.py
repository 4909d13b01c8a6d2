"""Statistics and reputation from scratch, while everything runs.

Statistics are counted out of the practices themselves, user by user; reputation out of its ledger, many users at once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.database import Database
from reputation_service.recounting import service as reputation
from reputation_service.recounting.service import Difference
from stats_worker import recount
from stats_worker.counting.rules import SessionFacts, ZoneFacts

T = TypeVar("T")

Progress = Callable[[int, int], None]
"""Told how many users are done, out of how many."""

AT_ONCE = 500
"""Users whose reputation one transaction recounts: they are locked for about as long as by a batch of events."""

_USERS = text(
    "SELECT owner_id FROM session_service.practice_totals UNION SELECT user_id FROM stats_worker.totals ORDER BY 1"
)

_SESSIONS = text(
    """
    SELECT owner_id, session_id, local_date, timezone, sequence_id,
        CASE WHEN completed_at IS NOT NULL THEN completion_status END,
        CASE WHEN completed_at IS NOT NULL THEN duration_seconds ELSE 0 END
    FROM session_service.practice_sessions WHERE owner_id = :user_id
    """
)

_ZONE = text(
    "SELECT id, timezone, timezone_version FROM session_service.user_profiles"
    " WHERE id = :user_id AND timezone_version > 0"
)


def recompute_statistics(owner_url: str, progress: Progress) -> int:
    """Counts every user's practices from scratch; how many users.

    One transaction a user, during which the workers leave that user alone; what they have still to count is not
    counted twice afterwards. Raises what the database raises, also where row-level security binds the owner: what it
    hides must not be taken for what is not there.
    """
    return asyncio.run(_recompute(owner_url, progress))


async def _recompute(owner_url: str, progress: Progress) -> int:
    database = Database(owner_url, application_name="tandem recompute", pool_size=1)
    try:
        users = await database.run(_users)
        for done, user_id in enumerate(users):
            progress(done, len(users))

            async def recompute_user(connection: AsyncConnection, user_id: UUID = user_id) -> None:
                await _recompute_user(connection, user_id)

            await database.run(recompute_user)
        progress(len(users), len(users))
    finally:
        await database.close()
    return len(users)


async def _users(connection: AsyncConnection) -> list[UUID]:
    await _take_time(connection)
    await _see_everything(connection)
    return list((await connection.execute(_USERS)).scalars())


async def _recompute_user(connection: AsyncConnection, user_id: UUID) -> None:
    await _take_time(connection)
    await _see_everything(connection)
    await recount.lock(connection, user_id)
    sessions = [
        SessionFacts(*row) for row in (await connection.execute(_SESSIONS, {"user_id": user_id})).all()
    ]
    zone = (await connection.execute(_ZONE, {"user_id": user_id})).one_or_none()
    await recount.rebuild(connection, user_id, sessions, None if zone is None else ZoneFacts(*zone))


def recompute_reputation(owner_url: str, progress: Progress) -> int:
    """Counts every user's counters, badges and place on the boards from the ledger; how many users.

    Raises what `recompute_statistics` raises.
    """
    return asyncio.run(_recompute_reputation(owner_url, progress))


async def _recompute_reputation(owner_url: str, progress: Progress) -> int:
    database = Database(owner_url, application_name="tandem recompute", pool_size=1)
    try:
        total = await database.run(_prepared(reputation.count_users))
        done = 0
        last: UUID | None = None
        while True:
            progress(done, max(done, total))

            async def recount_some(connection: AsyncConnection, after: UUID | None = last) -> Sequence[UUID]:
                return await reputation.recount_after(connection, after, limit=AT_ONCE)

            users = await database.run(_prepared(recount_some))
            if not users:
                break
            last = users[-1]
            done += len(users)
        # The triggers have kept the boards equal to the counters, as ever; this mends what they never saw.
        await database.run(_prepared(reputation.finish))
        progress(done, done)
    finally:
        await database.close()
    return done


def check_reputation(owner_url: str) -> list[Difference]:
    """What of the counters, the boards and the badges is not as the ledger says. Changes nothing."""

    async def check() -> list[Difference]:
        database = Database(owner_url, application_name="tandem recompute", pool_size=1)
        try:
            return await database.run(_prepared(reputation.differences))
        finally:
            await database.close()

    return asyncio.run(check())


def _prepared(work: Callable[[AsyncConnection], Awaitable[T]]) -> Callable[[AsyncConnection], Awaitable[T]]:
    async def prepared(connection: AsyncConnection) -> T:
        await _take_time(connection)
        await _see_everything(connection)
        return await work(connection)

    return prepared


async def _see_everything(connection: AsyncConnection) -> None:
    # Off is an error instead of a filter for whoever is bound by row-level security.
    await connection.exec_driver_sql("SET LOCAL row_security = off")


async def _take_time(connection: AsyncConnection) -> None:
    # The bounds are those of requests. Here a long history takes as long as it takes, and whoever is counting the user
    # at this moment is waited for.
    await connection.exec_driver_sql(
        "SELECT set_config('statement_timeout', '0', true), set_config('lock_timeout', '60s', true),"
        " set_config('idle_in_transaction_session_timeout', '0', true)"
    )
