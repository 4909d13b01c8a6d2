"""All SQL of jobs: as their users see them, and as the worker works on them."""

# ruff: noqa: S608 - statements are put together of this module's constants, never of what comes from outside

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from session_service.account.rules import Job, Kind, Status, Step, Work

_SHOWN = "id, kind, status, progress, created_at, completed_at, expires_at, size, error"


def _job(row: Row[Any]) -> Job:
    return Job(
        id=row.id,
        kind=Kind(row.kind),
        status=Status(row.status),
        progress=row.progress,
        created_at=row.created_at,
        completed_at=row.completed_at,
        expires_at=row.expires_at,
        size=row.size,
        error=row.error,
    )


async def load(connection: AsyncConnection, user_id: UUID, job_id: UUID) -> tuple[Job, datetime] | None:
    """One of the user's jobs, and what time it is; the transaction need not be the user's."""
    row = (
        await connection.execute(
            text(f"SELECT {_SHOWN}, clock_timestamp() AS now FROM session_service.job_of(:user_id, :id)"),
            {"user_id": user_id, "id": job_id},
        )
    ).first()
    return None if row is None else (_job(row), row.now)


async def chunk(connection: AsyncConnection, job_id: UUID, position: int) -> bytes | None:
    """A piece of the user's ZIP, from 0 on; None after the last one."""
    found: bytes | None = await connection.scalar(
        text(
            "SELECT content FROM session_service.export_chunks"
            " WHERE job_id = :id AND part = 0 AND position = :position"
        ),
        {"id": job_id, "position": position},
    )
    return found


async def open_export(connection: AsyncConnection, user_id: UUID) -> UUID | None:
    """The user's export that is queued or under way."""
    found: UUID | None = await connection.scalar(
        text(
            "SELECT id FROM session_service.jobs"
            " WHERE user_id = :user_id AND kind = 'export' AND status IN ('queued', 'running')"
        ),
        {"user_id": user_id},
    )
    return found


async def exports_asked_at(
    connection: AsyncConnection, user_id: UUID, limit: int
) -> tuple[datetime, Sequence[datetime]]:
    """The database's clock, and when the user's latest exports were asked for, newest first."""
    row = (
        await connection.execute(
            text(
                "SELECT clock_timestamp() AS now, ARRAY(SELECT created_at FROM session_service.jobs"
                " WHERE user_id = :user_id AND kind = 'export' ORDER BY created_at DESC LIMIT :limit) AS asked_at"
            ),
            {"user_id": user_id, "limit": limit},
        )
    ).one()
    return row.now, row.asked_at


async def add_export(connection: AsyncConnection, user_id: UUID, job_id: UUID) -> bool:
    """A new export; False when another one has just been asked for."""
    result = await connection.execute(
        text(
            "INSERT INTO session_service.jobs (id, user_id, kind) VALUES (:id, :user_id, 'export')"
            " ON CONFLICT (user_id, kind) WHERE status IN ('queued', 'running') DO NOTHING"
        ),
        {"id": job_id, "user_id": user_id},
    )
    return result.rowcount == 1


async def close(connection: AsyncConnection, user_id: UUID, job_id: UUID) -> UUID:
    """Closes the account for good; the job that erases it, which is another one if it was closed already.

    Waits for every transaction of the user that is under way, so it must not be one itself.
    """
    found: UUID | None = await connection.scalar(
        text("SELECT session_service.close_account(:user_id, :id)"), {"user_id": user_id, "id": job_id}
    )
    assert found is not None  # noqa: S101 - the function always answers
    return found


_TAKE = text(
    """
    UPDATE session_service.jobs
    SET status = 'running', lease = gen_random_uuid(), attempts = attempts + 1, due_at = clock_timestamp() + :lease
    WHERE id = (
        SELECT id FROM session_service.jobs
        WHERE status IN ('queued', 'running') AND due_at <= clock_timestamp()
        ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING id, user_id, kind, created_at, lease, attempts, state
    """
)


async def take(connection: AsyncConnection, lease: timedelta) -> Work | None:
    """The job that has been due for longest, for whoever calls alone; None if nothing is due."""
    row = (await connection.execute(_TAKE, {"lease": lease})).first()
    if row is None:
        return None
    return Work(row.id, row.user_id, Kind(row.kind), row.created_at, row.lease, row.attempts, row.state)


async def hold(connection: AsyncConnection, work: Work) -> dict[str, Any] | None:
    """What the last step has left, with the job locked until the transaction ends; None: it is somebody else's now."""
    found: dict[str, Any] | None = await connection.scalar(
        text("SELECT state FROM session_service.jobs WHERE id = :id AND lease = :lease FOR UPDATE"),
        {"id": work.id, "lease": work.lease},
    )
    return found


async def keep(connection: AsyncConnection, work: Work, step: Step, due_in: timedelta) -> None:
    """Notes a step that is done, in its own transaction."""
    await connection.execute(
        text(
            "UPDATE session_service.jobs SET state = CAST(:state AS jsonb), progress = :progress, attempts = 0,"
            " due_at = clock_timestamp() + :due_in WHERE id = :id"
        ),
        {
            "id": work.id,
            "state": orjson.dumps(step.state).decode(),
            "progress": step.progress,
            "due_in": due_in,
        },
    )


async def put_back(connection: AsyncConnection, work: Work, due_in: timedelta) -> None:
    """Leaves the job to whoever comes after so long."""
    await connection.execute(
        text(
            "UPDATE session_service.jobs SET due_at = clock_timestamp() + :due_in"
            " WHERE id = :id AND lease = :lease"
        ),
        {"id": work.id, "lease": work.lease, "due_in": due_in},
    )


async def complete(connection: AsyncConnection, work: Work, *, size: int | None, lasts: timedelta) -> None:
    """The job is done, and what it has made can be had for so long."""
    await connection.execute(
        text(
            "UPDATE session_service.jobs SET status = 'completed', progress = 100, state = '{}', size = :size,"
            " attempts = 0, lease = NULL, completed_at = clock_timestamp(), expires_at = clock_timestamp() + :lasts"
            " WHERE id = :id"
        ),
        {"id": work.id, "size": size, "lasts": lasts},
    )


async def fail(connection: AsyncConnection, work: Work, error: str) -> None:
    """The job is given up, with all that it has made so far; nothing happens when it is somebody else's by now."""
    await connection.execute(
        text(
            "WITH failed AS ("
            " UPDATE session_service.jobs SET status = 'failed', state = '{}', lease = NULL, error = :error,"
            " completed_at = clock_timestamp() WHERE id = :id AND lease = :lease RETURNING id"
            ") DELETE FROM session_service.export_chunks WHERE job_id IN (SELECT id FROM failed)"
        ),
        {"id": work.id, "lease": work.lease, "error": error},
    )


async def forget_exports(connection: AsyncConnection, limit: int) -> int:
    """Deletes up to so many pieces of exports that have expired; how many."""
    result = await connection.execute(
        text(
            "DELETE FROM session_service.export_chunks WHERE ctid = ANY (ARRAY("
            "SELECT c.ctid FROM session_service.jobs j JOIN session_service.export_chunks c ON c.job_id = j.id"
            " WHERE j.expires_at <= now() LIMIT :limit))"
        ),
        {"limit": limit},
    )
    return result.rowcount


async def forget_jobs(connection: AsyncConnection, kept: timedelta, limit: int) -> int:
    """Deletes up to so many jobs that have been over for so long; how many."""
    result = await connection.execute(
        text(
            "DELETE FROM session_service.jobs WHERE id IN (SELECT id FROM session_service.jobs"
            " WHERE completed_at < now() - :kept ORDER BY completed_at LIMIT :limit)"
        ),
        {"kept": kept, "limit": limit},
    )
    return result.rowcount
