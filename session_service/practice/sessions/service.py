"""Use cases of one practice: load, decide, save, publish."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NoReturn
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from kit import contracts
from kit.errors import Refusal
from kit.outbox.events import Event, publish
from kit.schemas import format_time
from session_service.practice import errors, rules
from session_service.practice.catalogue import repository as catalogue
from session_service.practice.rules import Completion, Pose, Practice, Statistics
from session_service.practice.sessions import repository
from session_service.practice.sessions.repository import PracticeRecord
from session_service.profiles import service as profiles


async def start(
    connection: AsyncConnection, caller_id: UUID, sequence_id: int | None, *, at: datetime | None = None
) -> PracticeRecord:
    """A new practice of the sequence, or a free one. Raises SequenceNotFound.

    It keeps the date and the time zone that the caller's calendar has then, whatever becomes of that zone. ``at`` is
    for history that is brought along; requests start now.
    """
    profile = await profiles.load(connection, caller_id)
    facts = await repository.starting_facts(connection, sequence_id)
    if not facts.sequence_exists:
        raise errors.SequenceNotFound
    started_at = at or facts.now
    practice = await repository.add(
        connection,
        caller_id,
        user_id=profile.user_number,
        sequence_id=sequence_id,
        started_at=started_at,
        local_date=rules.local_date(started_at, profile.timezone),
        timezone=profile.timezone,
    )
    data: contracts.PracticeStartedData = {
        "session_id": practice.session_id,
        "user_id": str(caller_id),
        "sequence_id": sequence_id,
        "started_at": format_time(practice.started_at),
        "local_date": practice.local_date.isoformat(),
        "timezone": practice.timezone,
    }
    await publish(connection, [Event(contracts.PRACTICE_STARTED, _subject(practice), data, caller_id)])
    return PracticeRecord(practice)


async def find(connection: AsyncConnection, session_id: int) -> PracticeRecord:
    """One of the user's practices. Raises PracticeNotFound, or NotYourPractice when it is somebody else's."""
    record = await repository.load(connection, session_id)
    if record is None:
        await _refuse_access(connection, session_id)
    return record


async def find_locked(connection: AsyncConnection, session_id: int) -> PracticeRecord:
    """As `find`; the practice stays as it is until the transaction ends."""
    record = await repository.load_locked(connection, session_id)
    if record is None:
        await _refuse_access(connection, session_id)
    return record


async def find_current(connection: AsyncConnection, caller_id: UUID) -> PracticeRecord:
    """The caller's active practice that was started last. Raises NoActivePractice."""
    record = await repository.load_current(connection, caller_id)
    if record is None:
        raise errors.NoActivePractice
    return record


@dataclass(frozen=True, slots=True)
class CompletedPractice:
    """A completed practice as it is shown now, and the user's figures right after it was completed."""

    record: PracticeRecord
    statistics: Statistics


async def complete(
    connection: AsyncConnection, session_id: int, asked: Completion, *, at: datetime | None = None
) -> CompletedPractice:
    """Completes a practice, counts it, and says so once; who asks for the very same again is told the very same.

    Raises AlreadyCompleted, and as `find` does. The practice is locked, then the user's totals, so two that are
    completed at the same instant are counted one after the other. ``at`` is for history, as in `start`.
    """
    practice = await repository.load_facts_locked(connection, session_id)
    if practice is None:
        await _refuse_access(connection, session_id)
    decision = rules.complete(practice if at is None else replace(practice, now=at), asked)
    if isinstance(decision, Refusal):
        raise decision
    if isinstance(decision, rules.Repeated):
        return CompletedPractice(await find(connection, session_id), rules.statistics(decision.totals))
    record = await repository.complete(connection, practice, asked, decision)
    done = record.facts
    assert done.totals is not None  # noqa: S101 - a completed practice has them, by a constraint of the table
    data: contracts.PracticeCompletedData = {
        "session_id": done.session_id,
        "user_id": str(done.owner_id),
        "sequence_id": done.sequence_id,
        "started_at": format_time(done.started_at),
        "completed_at": format_time(decision.completed_at),
        "local_date": done.local_date.isoformat(),
        "timezone": done.timezone,
        "duration_seconds": done.duration_seconds,
        "completion_status": done.completion_status.value,
    }
    await publish(connection, [Event(contracts.PRACTICE_COMPLETED, _subject(done), data, done.owner_id)])
    return CompletedPractice(record, rules.statistics(done.totals))


async def pause(connection: AsyncConnection, record: PracticeRecord, duration_so_far: int) -> PracticeRecord:
    """A locked practice rests. Raises AlreadyCompleted, DurationBelowSaved."""
    decision = rules.pause(record.facts, duration_so_far)
    if isinstance(decision, Refusal):
        raise decision
    if isinstance(decision, rules.Unchanged):
        return record
    paused = await repository.pause(connection, record, decision)
    await publish(connection, [_interruption(contracts.PRACTICE_PAUSED, paused.facts)])
    return paused


async def resume(connection: AsyncConnection, record: PracticeRecord) -> PracticeRecord:
    """A locked practice goes on. Raises AlreadyCompleted."""
    decision = rules.resume(record.facts)
    if isinstance(decision, Refusal):
        raise decision
    if isinstance(decision, rules.Unchanged):
        return record
    resumed = await repository.resume(connection, record, decision)
    await publish(connection, [_interruption(contracts.PRACTICE_RESUMED, resumed.facts)])
    return resumed


async def record_pose(connection: AsyncConnection, record: PracticeRecord, pose: Pose) -> PracticeRecord:
    """Notes a pose of a locked practice, in place of what was noted of it. Raises PoseNotFound, AlreadyCompleted."""
    sequence_id = record.facts.sequence_id
    in_sequence = sequence_id is None or await catalogue.has_pose(connection, sequence_id, pose.position)
    decision = rules.record_pose(record.facts, record.poses, in_sequence, pose)
    if isinstance(decision, Refusal):
        raise decision
    if isinstance(decision, rules.Unchanged):
        return record
    return await repository.record_pose(connection, record, decision)


async def save_notes(
    connection: AsyncConnection, record: PracticeRecord, *, notes: str, mood: int | None
) -> PracticeRecord:
    """Stores notes and mood of a locked practice, completed or not; the same again changes nothing."""
    if notes == record.facts.notes and mood == record.facts.mood:
        return record
    return await repository.save_notes(connection, record, notes=notes, mood=mood)


async def _refuse_access(connection: AsyncConnection, session_id: int) -> NoReturn:
    exists = await repository.exists(connection, session_id)
    raise errors.NotYourPractice if exists else errors.PracticeNotFound


def _interruption(event_type: str, practice: Practice) -> Event:
    data: contracts.PracticePausedData = {
        "session_id": practice.session_id,
        "user_id": str(practice.owner_id),
        "duration_seconds": practice.duration_seconds,
    }
    return Event(event_type, _subject(practice), data, practice.owner_id)


def _subject(practice: Practice) -> str:
    return f"practice/{practice.session_id}"
