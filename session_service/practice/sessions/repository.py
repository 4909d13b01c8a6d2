"""SQL of practices. Row-level security shows a practice to its owner only.

A change is one statement: it stores what the rules have decided on a locked practice, and gives back the row.
"""

# ruff: noqa: S608 - statements are put together of this module's constants, never of what comes from outside

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from session_service.practice.repository import COLUMNS, facts_of
from session_service.practice.rules import (
    Completed,
    Completion,
    CompletionStatus,
    Pause,
    Paused,
    Pose,
    PoseRecorded,
    Practice,
    Resumed,
)

PAUSES_SHOWN = 100
"""How many pauses a practice is shown with, the latest ones."""


@dataclass(frozen=True, slots=True)
class PracticeRecord:
    """A practice as it is shown: its facts, the recorded poses by position, and its pauses that are over, in order."""

    facts: Practice
    poses: tuple[Pose, ...] = ()
    pauses: tuple[Pause, ...] = ()


_DETAILS = f"""
    ARRAY(
        SELECT jsonb_build_array(d.position, d.held_seconds, d.completed) FROM session_service.practice_poses d
        WHERE d.session_id = p.session_id ORDER BY d.position
    ) AS poses,
    ARRAY(
        SELECT jsonb_build_array(d.started_at, d.ended_at) FROM (
            SELECT d.started_at, d.ended_at FROM session_service.practice_pauses d
            WHERE d.session_id = p.session_id ORDER BY d.started_at DESC LIMIT {PAUSES_SHOWN}
        ) d ORDER BY d.started_at
    ) AS pauses
"""

_LOAD = text(
    f"SELECT {COLUMNS}, {_DETAILS} FROM session_service.practice_sessions p WHERE p.session_id = :id"
)
# The clock is read outside, after the row was had: with it inside, a wait for the lock would not count.
_LOAD_FACTS = text(
    f"""
    WITH p AS MATERIALIZED (
        SELECT * FROM session_service.practice_sessions WHERE session_id = :id FOR NO KEY UPDATE
    )
    SELECT {COLUMNS} FROM p
    """
)


async def load(connection: AsyncConnection, session_id: int) -> PracticeRecord | None:
    """The practice, if it is the user's."""
    row = (await connection.execute(_LOAD, {"id": session_id})).first()
    return None if row is None else _record(row)


async def load_locked(connection: AsyncConnection, session_id: int) -> PracticeRecord | None:
    """The practice, if it is the user's, which stays as it is until the transaction ends."""
    # In two statements: what belongs to the row has to be looked at after the lock was had.
    if await load_facts_locked(connection, session_id) is None:
        return None
    return await load(connection, session_id)


async def load_facts_locked(connection: AsyncConnection, session_id: int) -> Practice | None:
    """As `load_locked`, without what is only shown: for the way that has to be fast."""
    row = (await connection.execute(_LOAD_FACTS, {"id": session_id})).first()
    return None if row is None else facts_of(row)


async def exists(connection: AsyncConnection, session_id: int) -> bool:
    """Whether there is such a practice, whoever's it is."""
    return bool(
        await connection.scalar(text("SELECT session_service.practice_exists(:id)"), {"id": session_id})
    )


async def load_current(connection: AsyncConnection, owner_id: UUID) -> PracticeRecord | None:
    """The one of the user's active practices that was started last."""
    row = (
        await connection.execute(
            text(
                f"SELECT {COLUMNS}, {_DETAILS} FROM session_service.practice_sessions p"
                " WHERE p.owner_id = :owner_id AND p.completed_at IS NULL"
                " ORDER BY p.started_at DESC, p.session_id DESC LIMIT 1"
            ),
            {"owner_id": owner_id},
        )
    ).first()
    return None if row is None else _record(row)


@dataclass(frozen=True, slots=True)
class StartingFacts:
    """What a new practice begins with: the database's clock, and whether its sequence exists."""

    now: datetime
    sequence_exists: bool


async def starting_facts(connection: AsyncConnection, sequence_id: int | None) -> StartingFacts:
    """The clock, and whether there is such a sequence (none is fine, too)."""
    row = (
        await connection.execute(
            text(
                "SELECT clock_timestamp() AS now, CAST(:id AS bigint) IS NULL OR EXISTS"
                " (SELECT FROM session_service.sequences WHERE sequence_id = :id) AS sequence_exists"
            ),
            {"id": sequence_id},
        )
    ).one()
    return StartingFacts(row.now, row.sequence_exists)


_ADD = text(
    f"""
    WITH counted AS (
        INSERT INTO session_service.practice_totals AS t (owner_id, sessions_started) VALUES (:owner_id, 1)
        ON CONFLICT (owner_id) DO UPDATE SET sessions_started = t.sessions_started + 1
    )
    INSERT INTO session_service.practice_sessions AS p
        (owner_id, user_id, sequence_id, started_at, local_date, timezone, running_since, updated_at)
    VALUES (:owner_id, :user_id, :sequence_id, :started_at, :local_date, :timezone, :started_at, :started_at)
    RETURNING {COLUMNS}
    """
)


async def add(
    connection: AsyncConnection,
    owner_id: UUID,
    *,
    user_id: int,
    sequence_id: int | None,
    started_at: datetime,
    local_date: date,
    timezone: str,
) -> Practice:
    """A new practice that runs; the user's totals count it."""
    row = await connection.execute(
        _ADD,
        {
            "owner_id": owner_id,
            "user_id": user_id,
            "sequence_id": sequence_id,
            "started_at": started_at,
            "local_date": local_date,
            "timezone": timezone,
        },
    )
    return facts_of(row.one())


_PAUSE_OVER = """
    INSERT INTO session_service.practice_pauses (session_id, owner_id, started_at, ended_at)
    SELECT :id, :owner_id, CAST(:pause_started_at AS timestamptz), CAST(:pause_ended_at AS timestamptz)
    WHERE CAST(:pause_started_at AS timestamptz) IS NOT NULL
"""

_COMPLETE = text(
    f"""
    WITH totals AS (
        UPDATE session_service.practice_totals
        SET sessions_completed = sessions_completed + :completed, practice_seconds = practice_seconds + :seconds
        WHERE owner_id = :owner_id
        RETURNING sessions_started, sessions_completed, practice_seconds
    ), pause_over AS ({_PAUSE_OVER})
    UPDATE session_service.practice_sessions p
    SET completed_at = :completed_at, duration_seconds = :duration_seconds, completion_status = :status,
        poses_completed = coalesce(CAST(:poses_completed AS integer), p.poses_completed),
        measured = :measured, running_since = NULL, paused_at = NULL, updated_at = clock_timestamp(),
        completion = jsonb_build_object(
            'poses_completed', CAST(:poses_completed AS integer), 'started', totals.sessions_started,
            'completed', totals.sessions_completed, 'seconds', totals.practice_seconds
        )
    FROM totals
    WHERE p.session_id = :id
    RETURNING {COLUMNS}, {_DETAILS}
    """
)


async def complete(
    connection: AsyncConnection, practice: Practice, asked: Completion, done: Completed
) -> PracticeRecord:
    """Completes a locked practice and counts it in the user's totals, which are kept with it as they are then."""
    counts = asked.status is CompletionStatus.COMPLETED
    row = await connection.execute(
        _COMPLETE,
        {
            "id": practice.session_id,
            "owner_id": practice.owner_id,
            "completed": int(counts),
            "seconds": asked.duration_seconds if counts else 0,
            "completed_at": done.completed_at,
            "duration_seconds": asked.duration_seconds,
            "status": asked.status.value,
            "poses_completed": asked.poses_completed,
            "measured": done.clock.measured,
            **_pause(done.pause),
        },
    )
    record = _record(row.one())
    # The statement does not see what it inserts.
    return _with_pause(record, done.pause)


_PAUSE = text(
    f"""
    UPDATE session_service.practice_sessions p
    SET duration_seconds = :duration_seconds, measured = :measured, running_since = :running_since,
        paused_at = :paused_at, updated_at = clock_timestamp()
    WHERE p.session_id = :id
    RETURNING {COLUMNS}
    """
)


async def pause(connection: AsyncConnection, record: PracticeRecord, paused: Paused) -> PracticeRecord:
    """Stores that a locked practice rests."""
    row = await connection.execute(
        _PAUSE,
        {
            "id": record.facts.session_id,
            "duration_seconds": paused.duration_seconds,
            "measured": paused.clock.measured,
            "running_since": paused.clock.running_since,
            "paused_at": paused.clock.paused_at,
        },
    )
    return replace(record, facts=facts_of(row.one()))


_RESUME = text(
    f"""
    WITH pause_over AS ({_PAUSE_OVER})
    UPDATE session_service.practice_sessions p
    SET running_since = :running_since, paused_at = NULL, updated_at = clock_timestamp()
    WHERE p.session_id = :id
    RETURNING {COLUMNS}
    """
)


async def resume(connection: AsyncConnection, record: PracticeRecord, resumed: Resumed) -> PracticeRecord:
    """Stores that a locked practice goes on, and what its pause was."""
    row = await connection.execute(
        _RESUME,
        {
            "id": record.facts.session_id,
            "owner_id": record.facts.owner_id,
            "running_since": resumed.clock.running_since,
            **_pause(resumed.pause),
        },
    )
    return _with_pause(replace(record, facts=facts_of(row.one())), resumed.pause)


_RECORD_POSE = text(
    f"""
    WITH recorded AS (
        INSERT INTO session_service.practice_poses (session_id, owner_id, position, held_seconds, completed)
        VALUES (:id, :owner_id, :position, :held_seconds, :completed)
        ON CONFLICT (session_id, position)
            DO UPDATE SET held_seconds = excluded.held_seconds, completed = excluded.completed
    )
    UPDATE session_service.practice_sessions p
    SET poses_completed = :poses_completed, updated_at = clock_timestamp()
    WHERE p.session_id = :id
    RETURNING {COLUMNS}
    """
)


async def record_pose(
    connection: AsyncConnection, record: PracticeRecord, recorded: PoseRecorded
) -> PracticeRecord:
    """Stores a pose of a locked practice, in place of what was noted of that position."""
    pose = recorded.pose
    row = await connection.execute(
        _RECORD_POSE,
        {
            "id": record.facts.session_id,
            "owner_id": record.facts.owner_id,
            "position": pose.position,
            "held_seconds": pose.held_seconds,
            "completed": pose.completed,
            "poses_completed": recorded.poses_completed,
        },
    )
    others = [one for one in record.poses if one.position != pose.position]
    poses = tuple(sorted([*others, pose], key=lambda one: one.position))
    return replace(record, facts=facts_of(row.one()), poses=poses)


_SAVE_NOTES = text(
    f"""
    UPDATE session_service.practice_sessions p SET notes = :notes, mood = :mood, updated_at = clock_timestamp()
    WHERE p.session_id = :id
    RETURNING {COLUMNS}
    """
)


async def save_notes(
    connection: AsyncConnection, record: PracticeRecord, *, notes: str, mood: int | None
) -> PracticeRecord:
    """Stores notes and mood of a locked practice."""
    row = await connection.execute(_SAVE_NOTES, {"id": record.facts.session_id, "notes": notes, "mood": mood})
    return replace(record, facts=facts_of(row.one()))


def _with_pause(record: PracticeRecord, pause: Pause | None) -> PracticeRecord:
    return record if pause is None else replace(record, pauses=(*record.pauses, pause)[-PAUSES_SHOWN:])


def _pause(pause: Pause | None) -> dict[str, datetime | None]:
    return {
        "pause_started_at": None if pause is None else pause.started_at,
        "pause_ended_at": None if pause is None else pause.ended_at,
    }


def _record(row: Row[Any]) -> PracticeRecord:
    return PracticeRecord(
        facts=facts_of(row),
        poses=tuple(Pose(*pose) for pose in row.poses),
        pauses=tuple(
            Pause(datetime.fromisoformat(started_at), datetime.fromisoformat(ended_at))
            for started_at, ended_at in row.pauses
        ),
    )
