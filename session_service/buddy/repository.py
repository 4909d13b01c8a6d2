"""All SQL of the buddy room. Row-level security shows a session to its two buddies only.

A change is one statement: it updates the row, writes the audit entry, and gives back the session as it is then.
"""

# ruff: noqa: S608 - statements are put together of this module's constants, never of what comes from outside

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit import contracts
from kit.request_ids import current_request_id
from session_service.buddy.rules import Challenge, Participant, Session, SessionRecord, Status


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what; the time, the session and the request id are added when it is stored."""

    actor_id: UUID | None
    action: str
    data: Mapping[str, Any]


# What the rules look at, out of a session `s` and its challenges `c1` and `c2`.
_FACTS = """
    s.id, s.match_id, s.venue_name, s.scheduled_time, s.status, s.completion_event_id,
    s.user1_id, s.user1_challenge_id, s.user1_completed_confirmed_by_user2 AS user1_confirmed,
    s.user1_present, s.user1_no_show, c1.points AS challenge1_points,
    s.user2_id, s.user2_challenge_id, s.user2_completed_confirmed_by_user1 AS user2_confirmed,
    s.user2_present, s.user2_no_show, c2.points AS challenge2_points,
    clock_timestamp() AS now
"""

# What is shown besides. The view of names shows a buddy's name and nothing else of anybody. It may be as of a moment
# before the session was locked: then it does not know yet whoever has just taken a deleted user's place.
_SHOWN = """
    c1.title AS challenge1_title, c1.description AS challenge1_description, c1.difficulty AS challenge1_difficulty,
    c2.title AS challenge2_title, c2.description AS challenge2_description, c2.difficulty AS challenge2_difficulty,
    coalesce((SELECT n.display_name FROM session_service.buddy_names n WHERE n.id = s.user1_id), 'Deleted user')
        AS user1_name,
    coalesce((SELECT n.display_name FROM session_service.buddy_names n WHERE n.id = s.user2_id), 'Deleted user')
        AS user2_name,
    CASE WHEN s.user1_no_show THEN EXISTS (SELECT FROM session_service.no_show_appeals a
        WHERE a.session_id = s.id AND a.user_id = s.user1_id AND a.status <> 'rejected') END AS user1_excused,
    CASE WHEN s.user2_no_show THEN EXISTS (SELECT FROM session_service.no_show_appeals a
        WHERE a.session_id = s.id AND a.user_id = s.user2_id AND a.status <> 'rejected') END AS user2_excused,
    s.notes, s.completed_at, s.created_at, s.updated_at
"""

_CHALLENGES_OF = """
    JOIN session_service.approach_challenges c1 ON c1.id = s.user1_challenge_id
    JOIN session_service.approach_challenges c2 ON c2.id = s.user2_challenge_id
"""

_AUDITED = """
    INSERT INTO session_service.audit_log (actor_id, action, subject_type, subject_id, request_id, data)
    SELECT :actor_id, :action, 'buddy_session', CAST(changed.id AS text), :request_id, CAST(:audit_data AS jsonb)
    FROM changed
"""

_LOAD_FACTS = text(
    f"SELECT {_FACTS} FROM session_service.wingman_sessions s {_CHALLENGES_OF} WHERE s.id = :id FOR UPDATE OF s"
)
_LOAD = f"SELECT {_FACTS}, {_SHOWN} FROM session_service.wingman_sessions s {_CHALLENGES_OF} WHERE s.id = :id"


async def load(connection: AsyncConnection, session_id: UUID) -> SessionRecord | None:
    """The session, if it is one of the user's."""
    row = (await connection.execute(text(_LOAD), {"id": session_id})).first()
    return None if row is None else _record(row)


async def load_locked(connection: AsyncConnection, session_id: UUID) -> SessionRecord | None:
    """The session, if it is one of the user's, which stays as it is until the transaction ends."""
    row = (await connection.execute(text(f"{_LOAD} FOR UPDATE OF s"), {"id": session_id})).first()
    return None if row is None else _record(row)


async def load_facts_locked(connection: AsyncConnection, session_id: UUID) -> Session | None:
    """As `load_locked`, without what is only shown: for the way that has to be fast."""
    row = (await connection.execute(_LOAD_FACTS, {"id": session_id})).first()
    return None if row is None else _facts(row)


async def exists(connection: AsyncConnection, session_id: UUID) -> bool:
    """Whether there is such a session, whoever's it is."""
    return bool(
        await connection.scalar(text("SELECT session_service.session_exists(:id)"), {"id": session_id})
    )


@dataclass(frozen=True, slots=True)
class SchedulingFacts:
    """What a new session is checked against: the database's clock, and which of the challenges there are."""

    now: datetime
    challenge_ids: frozenset[UUID]


async def scheduling_facts(connection: AsyncConnection, challenge_ids: Sequence[UUID]) -> SchedulingFacts:
    """The clock, and those of the challenges that exist."""
    row = (
        await connection.execute(
            text(
                "SELECT clock_timestamp() AS now,"
                " ARRAY(SELECT id FROM session_service.approach_challenges WHERE id = ANY(:ids)) AS found"
            ),
            {"ids": list(challenge_ids)},
        )
    ).one()
    return SchedulingFacts(row.now, frozenset(row.found))


_ADD = text(
    f"""
    WITH s AS (
        INSERT INTO session_service.wingman_sessions
            (match_id, user1_id, user2_id, user1_challenge_id, user2_challenge_id, venue_name, scheduled_time)
        VALUES (:match_id, :user1_id, :user2_id, :user1_challenge_id, :user2_challenge_id, :venue_name, :scheduled_time)
        RETURNING *
    )
    SELECT {_FACTS}, {_SHOWN} FROM s {_CHALLENGES_OF}
    """
)


async def add(
    connection: AsyncConnection,
    *,
    match_id: UUID,
    user_ids: tuple[UUID, UUID],
    challenge_ids: tuple[UUID, UUID],
    venue_name: str,
    scheduled_time: datetime,
) -> SessionRecord:
    """A new session of an accepted match; ``user_ids`` are the match's, in its order."""
    row = await connection.execute(
        _ADD,
        {
            "match_id": match_id,
            "user1_id": user_ids[0],
            "user2_id": user_ids[1],
            "user1_challenge_id": challenge_ids[0],
            "user2_challenge_id": challenge_ids[1],
            "venue_name": venue_name,
            "scheduled_time": scheduled_time,
        },
    )
    return _record(row.one())


@cache
def _confirming(side: int) -> TextClause:
    confirmed = {1: "user1_completed_confirmed_by_user2", 2: "user2_completed_confirmed_by_user1"}[side]
    return text(
        f"""
        WITH changed AS (
            UPDATE session_service.wingman_sessions
            SET {confirmed} = true, status = :status, completion_event_id = :completion_event_id,
                completed_at = CASE WHEN :completes THEN clock_timestamp() END, updated_at = clock_timestamp()
            WHERE id = :id
            RETURNING id, completed_at
        ), audited AS ({_AUDITED})
        SELECT completed_at FROM changed
        """
    )


async def save_confirmation(
    connection: AsyncConnection,
    session: Session,
    confirmed_user_id: UUID,
    *,
    status: Status,
    completion_event_id: UUID | None,
    audit: AuditEntry,
) -> datetime | None:
    """One buddy is confirmed; with ``completion_event_id`` that completes the session. When it was completed."""
    completed_at: datetime | None = await connection.scalar(
        _confirming(1 if confirmed_user_id == session.user1.user_id else 2),
        {
            "id": session.id,
            "status": status.value,
            "completes": completion_event_id is not None,
            "completion_event_id": completion_event_id,
            **_audit_parameters(audit),
        },
    )
    return completed_at


_CHANGEABLE = (
    "venue_name",
    "scheduled_time",
    "status",
    "notes",
    "user1_present",
    "user2_present",
    "user1_no_show",
    "user2_no_show",
)


@cache
def _changing(columns: tuple[str, ...], audited: bool) -> TextClause:
    assignments = ", ".join(f"{column} = :{column}" for column in columns)
    return text(
        f"""
        WITH changed AS (
            UPDATE session_service.wingman_sessions SET {assignments}, updated_at = clock_timestamp()
            WHERE id = :id RETURNING *
        ) {f", audited AS ({_AUDITED})" if audited else ""}
        SELECT {_FACTS}, {_SHOWN} FROM changed s {_CHALLENGES_OF}
        """
    )


async def change(
    connection: AsyncConnection,
    session_id: UUID,
    changes: Mapping[str, Any],
    *,
    audit: AuditEntry | None = None,
) -> SessionRecord:
    """Sets the given columns of a session that the transaction has locked; the session as it is then."""
    columns = tuple(column for column in _CHANGEABLE if column in changes)
    parameters = {"id": session_id, **{column: changes[column] for column in columns}}
    if audit is not None:
        parameters |= _audit_parameters(audit)
    return _record((await connection.execute(_changing(columns, audit is not None), parameters)).one())


_TOP = (datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))
"""What every session comes after: the first page is the one that follows it."""

_BRANCH = """
    SELECT * FROM session_service.wingman_sessions
    WHERE {user} = :user_id
      AND (scheduled_time, id) < (:before_time, :before_id)
      AND status = ANY(:statuses)
    ORDER BY scheduled_time DESC, id DESC LIMIT :limit
"""

# A branch for each side, so that each walks its own index and the cost of a page does not depend on its depth.
_PAGE = text(
    f"""
    WITH s AS (
        ({_BRANCH.format(user="user1_id")}) UNION ALL ({_BRANCH.format(user="user2_id")})
        ORDER BY scheduled_time DESC, id DESC LIMIT :limit
    )
    SELECT {_FACTS}, {_SHOWN} FROM s {_CHALLENGES_OF}
    ORDER BY s.scheduled_time DESC, s.id DESC
    """
)


async def page(
    connection: AsyncConnection,
    user_id: UUID,
    *,
    status: Status | None,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[SessionRecord]:
    """The user's sessions, those scheduled last first, from ``before`` (exclusive) on."""
    before_time, before_id = before or _TOP
    rows = await connection.execute(
        _PAGE,
        {
            "user_id": user_id,
            "statuses": [one.value for one in ([status] if status else Status)],
            "before_time": before_time,
            "before_id": before_id,
            "limit": limit,
        },
    )
    return [_record(row) for row in rows]


async def challenges(connection: AsyncConnection) -> list[Challenge]:
    """The catalogue, from easy to hard."""
    rows = await connection.execute(
        text(
            "SELECT id, title, description, difficulty, points FROM session_service.approach_challenges"
            " ORDER BY array_position(ARRAY['beginner', 'intermediate', 'advanced'], difficulty::text),"
            " points, title, id"
        )
    )
    return [Challenge(*row) for row in rows]


async def reputation_is_applied(connection: AsyncConnection, event_id: UUID) -> bool:
    """Whether the reputation house has done with an event that was published in an earlier transaction.

    A delivery that is gone was done: none other is ever cleared away with its event.
    """
    return bool(
        await connection.scalar(
            text(
                "SELECT NOT EXISTS (SELECT FROM outbox.deliveries"
                " WHERE event_id = :event_id AND consumer = :consumer AND state <> 'done')"
            ),
            {"event_id": event_id, "consumer": contracts.REPUTATION.name},
        )
    )


_LOCK_ABANDONED = text(
    f"""
    SELECT {_FACTS} FROM session_service.wingman_sessions s {_CHALLENGES_OF}
    WHERE s.status IN ('scheduled', 'in_progress') AND s.scheduled_time <= now() - :abandoned_after
    ORDER BY s.scheduled_time, s.id LIMIT :limit
    FOR UPDATE OF s SKIP LOCKED
    """
)


async def lock_abandoned(
    connection: AsyncConnection, *, abandoned_after: timedelta, limit: int
) -> list[Session]:
    """Open sessions whose time passed that long ago, oldest first, locked; those that others hold are passed over."""
    rows = await connection.execute(_LOCK_ABANDONED, {"abandoned_after": abandoned_after, "limit": limit})
    return [_facts(row) for row in rows]


_CLOSE_ABANDONED = text(
    """
    WITH closing AS (
        SELECT * FROM jsonb_to_recordset(CAST(:closing AS jsonb))
            AS c(id uuid, user1_no_show boolean, user2_no_show boolean)
    ), changed AS (
        UPDATE session_service.wingman_sessions s
        SET status = 'no_show', user1_no_show = c.user1_no_show, user2_no_show = c.user2_no_show,
            updated_at = clock_timestamp()
        FROM closing c WHERE s.id = c.id
        RETURNING s.id, s.user1_no_show, s.user2_no_show
    )
    INSERT INTO session_service.audit_log (action, subject_type, subject_id, data)
    SELECT 'session_abandoned', 'buddy_session', CAST(id AS text),
           jsonb_build_object('user1_no_show', user1_no_show, 'user2_no_show', user2_no_show)
    FROM changed
    """
)


async def close_abandoned(
    connection: AsyncConnection, closing: Sequence[tuple[Session, tuple[Participant, ...]]]
) -> None:
    """Makes locked sessions ``no_show``, with those who did not show up, in one statement."""
    rows = [
        {
            "id": str(session.id),
            "user1_no_show": session.user1 in absent,
            "user2_no_show": session.user2 in absent,
        }
        for session, absent in closing
    ]
    await connection.execute(_CLOSE_ABANDONED, {"closing": orjson.dumps(rows).decode()})


def _audit_parameters(audit: AuditEntry) -> dict[str, Any]:
    return {
        "actor_id": audit.actor_id,
        "action": audit.action,
        "request_id": current_request_id(),
        "audit_data": orjson.dumps(audit.data).decode(),
    }


def _facts(row: Row[Any]) -> Session:
    return Session(
        id=row.id,
        match_id=row.match_id,
        venue_name=row.venue_name,
        scheduled_time=row.scheduled_time,
        status=Status(row.status),
        user1=_participant(row, 1),
        user2=_participant(row, 2),
        now=row.now,
        completion_event_id=row.completion_event_id,
    )


def _participant(row: Row[Any], side: int) -> Participant:
    return Participant(
        getattr(row, f"user{side}_id"),
        getattr(row, f"user{side}_challenge_id"),
        getattr(row, f"challenge{side}_points"),
        confirmed=getattr(row, f"user{side}_confirmed"),
        present=getattr(row, f"user{side}_present"),
        no_show=getattr(row, f"user{side}_no_show"),
    )


def _record(row: Row[Any]) -> SessionRecord:
    facts = _facts(row)
    return SessionRecord(
        facts=facts,
        user1_name=row.user1_name,
        user2_name=row.user2_name,
        user1_excused=bool(row.user1_excused),
        user2_excused=bool(row.user2_excused),
        challenge1=_challenge(row, 1, facts.user1),
        challenge2=_challenge(row, 2, facts.user2),
        notes=row.notes,
        completed_at=row.completed_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _challenge(row: Row[Any], side: int, taken_by: Participant) -> Challenge:
    return Challenge(
        taken_by.challenge_id,
        getattr(row, f"challenge{side}_title"),
        getattr(row, f"challenge{side}_description"),
        getattr(row, f"challenge{side}_difficulty"),
        taken_by.points,
    )
