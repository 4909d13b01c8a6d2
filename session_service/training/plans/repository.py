"""All SQL about plans. Row-level security shows them to their owner only."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from session_service.training.rules import Plan

_COLUMNS = "id, name, structure, has_sessions, created_at, updated_at"


def _plan(row: Row[Any]) -> Plan:
    return Plan(**row._mapping)


async def add(connection: AsyncConnection, user_id: UUID, name: str, structure: Mapping[str, Any]) -> Plan:
    """A new plan."""
    row = await connection.execute(
        text(
            f"""
            INSERT INTO session_service.plans (user_id, name, structure)
            VALUES (:user_id, :name, CAST(:structure AS jsonb))
            RETURNING {_COLUMNS}
            """  # noqa: S608 - the columns are a constant above
        ),
        {"user_id": user_id, "name": name, "structure": orjson.dumps(structure).decode()},
    )
    return _plan(row.one())


async def load(connection: AsyncConnection, plan_id: UUID, *, lock: bool = False) -> Plan | None:
    """The plan, if it is the user's; with ``lock`` it stays as it is until the transaction ends."""
    # The lock that an UPDATE takes, from the start: whoever takes a weaker one first and then wants this one
    # deadlocks with the next who does the same.
    suffix = " FOR NO KEY UPDATE" if lock else ""
    row = (
        await connection.execute(
            text(f"SELECT {_COLUMNS} FROM session_service.plans WHERE id = :id{suffix}"),  # noqa: S608 - put together of constants
            {"id": plan_id},
        )
    ).first()
    return None if row is None else _plan(row)


async def save(
    connection: AsyncConnection, plan_id: UUID, *, name: str | None, structure: Mapping[str, Any] | None
) -> Plan:
    """Stores what is given; the plan must be there."""
    row = await connection.execute(
        text(
            f"""
            UPDATE session_service.plans
            SET name = coalesce(:name, name),
                structure = coalesce(CAST(:structure AS jsonb), structure),
                updated_at = now()
            WHERE id = :id
            RETURNING {_COLUMNS}
            """  # noqa: S608 - the columns are a constant above
        ),
        {
            "id": plan_id,
            "name": name,
            "structure": None if structure is None else orjson.dumps(structure).decode(),
        },
    )
    return _plan(row.one())


async def mark_used(connection: AsyncConnection, plan_id: UUID) -> None:
    """Notes that the plan has sessions."""
    await connection.execute(
        text("UPDATE session_service.plans SET has_sessions = true WHERE id = :id AND NOT has_sessions"),
        {"id": plan_id},
    )


async def delete(connection: AsyncConnection, plan_id: UUID) -> None:
    """Removes the plan and nothing else."""
    await connection.execute(text("DELETE FROM session_service.plans WHERE id = :id"), {"id": plan_id})


async def page(
    connection: AsyncConnection, user_id: UUID, *, limit: int, offset: int
) -> tuple[list[Plan], int]:
    """The user's plans, newest first, and how many there are in all."""
    total = await connection.scalar(
        text("SELECT count(*) FROM session_service.plans WHERE user_id = :user_id"), {"user_id": user_id}
    )
    rows = await connection.execute(
        text(
            f"""
            SELECT {_COLUMNS} FROM session_service.plans WHERE user_id = :user_id
            ORDER BY created_at DESC, id DESC LIMIT :limit OFFSET :offset
            """  # noqa: S608 - the columns are a constant above
        ),
        {"user_id": user_id, "limit": limit, "offset": offset},
    )
    return [_plan(row) for row in rows], total or 0
