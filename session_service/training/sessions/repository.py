"""All SQL about training sessions.

Row-level security shows them to their owner only, and keeps completed ones as they are.

A change is one statement: it touches the row, writes the audit entry, and gives back the session as it is then.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.request_ids import current_request_id
from session_service.training.rules import Action, AuditEntry, Session, Summary

SUBJECT = "training_session"
"""What the audit log calls a training session."""

_SUMMARY = "id, plan_id, plan_name, date, started_at, ended_at, created_at, updated_at"
_WHOLE = f"{_SUMMARY}, plan_snapshot -> 'structure' AS plan_structure, session AS structure"

_AUDITED = f"""
    INSERT INTO session_service.audit_log (actor_id, action, subject_type, subject_id, request_id)
    SELECT :user_id, :action, '{SUBJECT}', CAST(changed.id AS text), :request_id FROM changed
"""  # noqa: S608 - a constant

_START = text(
    f"""
    WITH changed AS (
        INSERT INTO session_service.training_sessions (user_id, plan_id, plan_snapshot, date, session)
        VALUES (:user_id, :plan_id, CAST(:plan_snapshot AS jsonb), :date, CAST(:session AS jsonb))
        ON CONFLICT (user_id) WHERE ended_at IS NULL DO NOTHING
        RETURNING *
    ), audited AS ({_AUDITED})
    SELECT {_WHOLE} FROM changed
    """  # noqa: S608 - constants
)

# A session that is completed at this very moment is waited for, and then no longer matches.
_UPDATE = f"""
    WITH changed AS (
        UPDATE session_service.training_sessions
        SET session = coalesce(CAST(:session AS jsonb), session), {{ending}} updated_at = now()
        WHERE id = :id AND ended_at IS NULL
        RETURNING *
    ), audited AS ({_AUDITED})
    SELECT {_WHOLE} FROM changed
"""  # noqa: S608 - constants

_SAVE = text(_UPDATE.format(ending=""))
_COMPLETE = text(_UPDATE.format(ending="ended_at = greatest(now(), started_at),"))


class Sort(StrEnum):
    """What a list is sorted by."""

    DATE = "date"
    STARTED_AT = "started_at"
    ENDED_AT = "ended_at"


class Order(StrEnum):
    """In which direction."""

    ASC = "asc"
    DESC = "desc"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sessions a list holds; None: whichever. The dates are inclusive."""

    plan_id: UUID | None = None
    date_from: date | None = None
    date_to: date | None = None
    completed: bool | None = None


_CONDITIONS = {
    "plan_id": "plan_id = :plan_id",
    "date_from": "date >= :date_from",
    "date_to": "date <= :date_to",
}

# Each order has an index; what is equal is told apart by the start, and then by the id. PostgreSQL takes an open
# session's missing end for the latest of all, in both directions.
_ORDERS = {
    Sort.DATE: "date {order}, started_at {order}, id {order}",
    Sort.STARTED_AT: "started_at {order}, id {order}",
    Sort.ENDED_AT: "ended_at {order}, started_at {order}, id {order}",
}


def _session(row: Row[Any]) -> Session:
    return Session(**row._mapping)


async def start(
    connection: AsyncConnection,
    user_id: UUID,
    *,
    plan_id: UUID,
    plan_snapshot: dict[str, Any],
    on: date,
    structure: dict[str, Any],
) -> Session | None:
    """A new open session; None when the user has one, also under any concurrency."""
    row = (
        await connection.execute(
            _START,
            {
                "user_id": user_id,
                "plan_id": plan_id,
                "plan_snapshot": orjson.dumps(plan_snapshot).decode(),
                "date": on,
                "session": orjson.dumps(structure).decode(),
                "action": Action.STARTED.value,
                "request_id": current_request_id(),
            },
        )
    ).first()
    return None if row is None else _session(row)


async def load(connection: AsyncConnection, session_id: UUID) -> Session | None:
    """The session, if it is the user's."""
    row = (
        await connection.execute(
            text(f"SELECT {_WHOLE} FROM session_service.training_sessions WHERE id = :id"),  # noqa: S608 - put together of constants
            {"id": session_id},
        )
    ).first()
    return None if row is None else _session(row)


async def lock(connection: AsyncConnection, session_id: UUID) -> bool:
    """Keeps the session open until the transaction ends; False when it is not open, or not the user's."""
    row = await connection.execute(
        text(
            "SELECT FROM session_service.training_sessions WHERE id = :id AND ended_at IS NULL FOR NO KEY UPDATE"
        ),
        {"id": session_id},
    )
    return row.first() is not None


async def save(
    connection: AsyncConnection, user_id: UUID, session_id: UUID, structure: dict[str, Any]
) -> Session | None:
    """Stores the structure of an open session; None when it is not open, or not the user's."""
    return await _change(connection, user_id, session_id, structure, complete=False)


async def complete(
    connection: AsyncConnection, user_id: UUID, session_id: UUID, structure: dict[str, Any] | None
) -> Session | None:
    """Ends an open session, with a last structure where one is given; None as in `save`."""
    return await _change(connection, user_id, session_id, structure, complete=True)


async def _change(
    connection: AsyncConnection,
    user_id: UUID,
    session_id: UUID,
    structure: dict[str, Any] | None,
    *,
    complete: bool,
) -> Session | None:
    row = (
        await connection.execute(
            _COMPLETE if complete else _SAVE,
            {
                "user_id": user_id,
                "id": session_id,
                "session": None if structure is None else orjson.dumps(structure).decode(),
                "action": (Action.COMPLETED if complete else Action.UPDATED).value,
                "request_id": current_request_id(),
            },
        )
    ).first()
    return None if row is None else _session(row)


async def page(
    connection: AsyncConnection,
    user_id: UUID,
    wanted: Wanted,
    *,
    sort: Sort,
    order: Order,
    limit: int,
    offset: int,
) -> tuple[list[Summary], int]:
    """A part of the user's sessions that are wanted, and how many there are in all."""
    parameters: dict[str, Any] = {"user_id": user_id}
    conditions = ["user_id = :user_id"]
    for name, condition in _CONDITIONS.items():
        value = getattr(wanted, name)
        if value is not None:
            conditions.append(condition)
            parameters[name] = value
    if wanted.completed is not None:
        conditions.append("ended_at IS NOT NULL" if wanted.completed else "ended_at IS NULL")
    matching = f"session_service.training_sessions WHERE {' AND '.join(conditions)}"
    total = await connection.scalar(text(f"SELECT count(*) FROM {matching}"), parameters)  # noqa: S608 - constants
    rows = await connection.execute(
        text(
            f"""
            SELECT {_SUMMARY} FROM {matching}
            ORDER BY {_ORDERS[sort].format(order=order.value)} LIMIT :limit OFFSET :offset
            """  # noqa: S608 - constants
        ),
        {**parameters, "limit": limit, "offset": offset},
    )
    return [Summary(**row._mapping) for row in rows], total or 0


async def audit(connection: AsyncConnection, session_id: UUID, *, after: int, limit: int) -> list[AuditEntry]:
    """What the log knows of the session, oldest first, from the entry ``after`` (exclusive) on."""
    rows = await connection.execute(
        text(
            """
            SELECT id, action, at, request_id FROM session_service.audit_log
            WHERE subject_type = :subject_type AND subject_id = CAST(CAST(:id AS uuid) AS text) AND id > :after
            ORDER BY id LIMIT :limit
            """
        ),
        {"subject_type": SUBJECT, "id": session_id, "after": after, "limit": limit},
    )
    return [AuditEntry(row.id, Action(row.action), row.at, row.request_id) for row in rows]
