"""A row of `practice_sessions`, as all SQL of the room reads it."""

from typing import Any

from sqlalchemy import Row

from session_service.practice.rules import Clock, Completion, CompletionStatus, Practice, Totals

COLUMNS = """
    p.session_id, p.owner_id, p.user_id, p.sequence_id, p.started_at, p.completed_at, p.duration_seconds,
    p.completion_status, p.poses_completed, p.notes, p.mood, p.local_date, p.timezone, p.measured, p.running_since,
    p.paused_at, p.completion, p.updated_at, clock_timestamp() AS now
"""
"""What `facts_of` reads, of a practice `p`."""


def facts_of(row: Row[Any]) -> Practice:
    """A row of `COLUMNS` as the facts that it holds."""
    status = CompletionStatus(row.completion_status)
    completion: Completion | None = None
    totals: Totals | None = None
    if row.completion is not None:
        completion = Completion(row.duration_seconds, row.completion["poses_completed"], status)
        totals = Totals(row.completion["started"], row.completion["completed"], row.completion["seconds"])
    return Practice(
        session_id=row.session_id,
        owner_id=row.owner_id,
        user_id=row.user_id,
        sequence_id=row.sequence_id,
        started_at=row.started_at,
        completed_at=row.completed_at,
        duration_seconds=row.duration_seconds,
        completion_status=status,
        poses_completed=row.poses_completed,
        notes=row.notes,
        mood=row.mood,
        local_date=row.local_date,
        timezone=row.timezone,
        clock=Clock(row.measured, row.running_since, row.paused_at),
        completion=completion,
        totals=totals,
        updated_at=row.updated_at,
        now=row.now,
    )
