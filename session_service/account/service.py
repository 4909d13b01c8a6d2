"""Use cases of the account room: ask for an export or for erasure, look how far it is, and work on it.

A job is a row. Whoever takes it up draws a lease; each step is one transaction, together with what the job remembers of
it, under a lock on the row and only while the lease is his. So a step happens once, whoever dies in the middle of it,
and whoever was overtaken does nothing.
"""

import time
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import structlog
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.cache_tags import CacheTags
from kit.database import Database
from kit.outbox.events import uuid7
from session_service.account import errors, repository, rules
from session_service.account.erasing import service as erasing
from session_service.account.exporting import service as exporting
from session_service.account.rules import Job, Kind, Step, Work

log = structlog.get_logger(__name__)

ROUND = 1.0
"""Seconds after which `work_on_jobs` leaves the rest to its next run: the worker has other things to do, too."""


async def ask_for_export(connection: AsyncConnection, user_id: UUID) -> UUID:
    """The job that exports all that is held about the user: the one that is open, else a new one.

    Raises TooManyExports.
    """
    job_id = await repository.open_export(connection, user_id)
    if job_id is not None:
        return job_id
    now, asked_at = await repository.exports_asked_at(connection, user_id, rules.EXPORTS_A_DAY)
    if refusal := rules.export_allowed(asked_at, now):
        raise refusal
    job_id = uuid7()
    if not await repository.add_export(connection, user_id, job_id):
        # Somebody else was first, and has committed by now.
        return await repository.open_export(connection, user_id) or job_id
    return job_id


async def close(connection: AsyncConnection, user_id: UUID) -> UUID:
    """Closes the user's account at once; the job that erases it. Again is the same job.

    The transaction must not be the user's own: it waits for those to end.
    """
    return await repository.close(connection, user_id, uuid7())


async def find(connection: AsyncConnection, user_id: UUID, job_id: UUID) -> tuple[Job, bool]:
    """One of the user's jobs, and whether it can be downloaded. Raises JobNotFound."""
    found = await repository.load(connection, user_id, job_id)
    if found is None:
        raise errors.JobNotFound
    job, now = found
    return job, job.can_be_downloaded(now)


async def download(database: Database, user_id: UUID, job_id: UUID) -> tuple[Job, AsyncIterator[bytes]]:
    """An export and its pieces, each read in a transaction of its own. Raises JobNotFound, ExportNotAvailable."""
    job, available = await database.run(lambda connection: find(connection, user_id, job_id))
    if not available:
        raise errors.ExportNotAvailable

    async def pieces() -> AsyncIterator[bytes]:
        position = 0
        while True:
            content = await database.run(
                lambda connection, at=position: repository.chunk(connection, job_id, at),  # type: ignore[misc]  # mypy infers no lambda with defaults
                user_id=user_id,
            )
            if content is None:
                return
            yield content
            position += 1

    return job, pieces()


async def work_on_jobs(database: Database, redis: Redis | None, cache_tags: CacheTags | None) -> int:
    """Works on what is due for a second; how many steps that were. Any number may do so at once."""
    deadline = time.monotonic() + ROUND
    steps = 0
    while time.monotonic() < deadline:
        work = await database.run(lambda connection: repository.take(connection, rules.LEASE))
        if work is None:
            break
        try:
            steps += await _work(database, work, erasing.Means(redis, cache_tags), deadline)
        except Exception as error:
            # Also what is no fault of ours: the job is due again by itself, and only its attempts are counted.
            log.warning("job_step_failed", kind=work.kind, attempts=work.attempts, error=type(error).__name__)
            await _set_back(database, work)
    return steps


async def forget_exports(connection: AsyncConnection, limit: int) -> int:
    """Deletes up to so many pieces of exports that have expired; how many."""
    return await repository.forget_exports(connection, limit)


async def forget_jobs(connection: AsyncConnection, limit: int) -> int:
    """Deletes up to so many jobs that have been over for long; how many."""
    return await repository.forget_jobs(connection, rules.JOBS_KEPT, limit)


async def _work(database: Database, work: Work, means: erasing.Means, deadline: float) -> int:
    steps = 0
    while True:
        step = await database.run(lambda connection: _step(connection, work, means))
        if step is None:
            return steps
        steps += 1
        if step.pause is not None or time.monotonic() > deadline:
            if step.pause is None:
                await database.run(lambda connection: repository.put_back(connection, work, timedelta(0)))
            return steps


async def _step(connection: AsyncConnection, work: Work, means: erasing.Means) -> Step | None:
    """One step, if the job is still this worker's and not over."""
    state = await repository.hold(connection, work)
    if state is None:
        return None
    if work.kind is Kind.EXPORT:
        step = await exporting.step(connection, work, state)
    else:
        step = await erasing.step(connection, work, state, means)
    if step.gone:
        log.info("account_erased")
        return None
    if step.size is not None:
        await repository.complete(connection, work, size=step.size, lasts=rules.EXPORT_LASTS)
        return None
    await repository.keep(connection, work, step, rules.LEASE if step.pause is None else step.pause)
    return step


async def _set_back(database: Database, work: Work) -> None:
    async def set_back(connection: AsyncConnection) -> None:
        if rules.is_given_up(work):
            await repository.fail(connection, work, "The export could not be made")
        else:
            await repository.put_back(connection, work, rules.pause_after(work.attempts))

    await database.run(set_back)
