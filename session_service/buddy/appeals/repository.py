"""All SQL of appeals. Row-level security shows them to the session's two buddies, and to operators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.request_ids import current_request_id
from session_service.buddy.appeals.rules import Appeal, Appealable, AppealStatus

_COLUMNS = "session_id, user_id, buddy_id, points, reason, status, created_at, decided_at, decision_reason"

_AUDITED = """
    INSERT INTO session_service.audit_log (actor_id, action, subject_type, subject_id, request_id, data)
    SELECT :actor_id, :action, 'buddy_session', CAST(session_id AS text), :request_id, CAST(:audit_data AS jsonb)
    FROM changed
"""


@dataclass(frozen=True, slots=True)
class AppealFacts:
    """What an appeal is checked against besides its session."""

    no_show_at: datetime | None
    appealed: bool


async def act_as_operator(connection: AsyncConnection) -> None:
    """Opens everybody's appeals, and nothing else, until the transaction ends. Only for who is an operator."""
    await connection.execute(text("SELECT set_config('app.operator', 'on', true)"))


async def facts(connection: AsyncConnection, session_id: UUID, user_id: UUID) -> AppealFacts:
    """Since when a session of the user's is a no-show, and whether the user has appealed against it."""
    row = await connection.execute(
        text(
            "SELECT no_show_at, EXISTS (SELECT FROM session_service.no_show_appeals"
            " WHERE session_id = :session_id AND user_id = :user_id) AS appealed"
            " FROM session_service.wingman_sessions WHERE id = :session_id"
        ),
        {"session_id": session_id, "user_id": user_id},
    )
    return AppealFacts(*row.one())


_ADD = text(
    f"""
    WITH changed AS (
        INSERT INTO session_service.no_show_appeals (session_id, user_id, buddy_id, points, reason, created_at)
        VALUES (:session_id, :actor_id, :buddy_id, :points, :reason, clock_timestamp())
        RETURNING {_COLUMNS}
    ), audited AS ({_AUDITED})
    SELECT {_COLUMNS} FROM changed
    """  # noqa: S608 - put together of this module's constants
)


async def add(
    connection: AsyncConnection, session_id: UUID, user_id: UUID, appealable: Appealable, reason: str
) -> Appeal:
    """The user's appeal, which there was none of, with its audit entry."""
    row = await connection.execute(
        _ADD,
        {
            "session_id": session_id,
            "actor_id": user_id,
            "buddy_id": appealable.buddy_id,
            "points": appealable.points,
            "reason": reason,
            "action": "no_show_appealed",
            "request_id": current_request_id(),
            "audit_data": "{}",
        },
    )
    return _appeal(row.one())


async def of_session(connection: AsyncConnection, session_id: UUID) -> list[Appeal]:
    """The appeals against a no-show, as far as they may be seen: one, or one of each buddy."""
    rows = await connection.execute(
        text(f"SELECT {_COLUMNS} FROM session_service.no_show_appeals WHERE session_id = :session_id"),  # noqa: S608 - put together of constants
        {"session_id": session_id},
    )
    return [_appeal(row) for row in rows]


_DECIDE = text(
    f"""
    WITH changed AS (
        UPDATE session_service.no_show_appeals
        SET status = :status, decided_at = clock_timestamp(), decision_reason = :reason
        WHERE session_id = :session_id AND user_id = :user_id AND status = 'open'
        RETURNING {_COLUMNS}
    ), audited AS ({_AUDITED})
    SELECT {_COLUMNS} FROM changed
    """  # noqa: S608 - put together of this module's constants
)


async def decide(
    connection: AsyncConnection, actor_id: UUID, appeal: Appeal, status: AppealStatus, reason: str | None
) -> Appeal | None:
    """The appeal decided, with an audit entry; None when somebody else has decided it meanwhile."""
    row = await connection.execute(
        _DECIDE,
        {
            "session_id": appeal.session_id,
            "user_id": appeal.user_id,
            "status": status.value,
            "reason": reason,
            "actor_id": actor_id,
            "action": "appeal_decided",
            "request_id": current_request_id(),
            "audit_data": orjson.dumps({"user_id": appeal.user_id, "appeal_status": status}).decode(),
        },
    )
    found = row.first()
    return None if found is None else _appeal(found)


_OPEN = f"""
    SELECT {_COLUMNS} FROM session_service.no_show_appeals
    WHERE status = 'open' {{after}} ORDER BY created_at, session_id, user_id LIMIT :limit
"""  # noqa: S608 - put together of this module's constants
_OLDEST = text(_OPEN.format(after=""))
_AFTER = text(
    _OPEN.format(after="AND (created_at, session_id, user_id) > (:created_at, :session_id, :user_id)")
)


async def to_decide(
    connection: AsyncConnection, *, after: tuple[datetime, UUID, UUID] | None, limit: int
) -> Sequence[Appeal]:
    """Open appeals, those that have waited longest first, from ``after`` (exclusive) on."""
    if after is None:
        rows = await connection.execute(_OLDEST, {"limit": limit})
    else:
        created_at, session_id, user_id = after
        rows = await connection.execute(
            _AFTER,
            {"created_at": created_at, "session_id": session_id, "user_id": user_id, "limit": limit},
        )
    return [_appeal(row) for row in rows]


def _appeal(row: Row[Any]) -> Appeal:
    return Appeal(
        session_id=row.session_id,
        user_id=row.user_id,
        buddy_id=row.buddy_id,
        points=row.points,
        reason=row.reason,
        status=AppealStatus(row.status),
        created_at=row.created_at,
        decided_at=row.decided_at,
        decision_reason=row.decision_reason,
    )
