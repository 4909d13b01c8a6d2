"""Use cases of the buddy room: load, decide, save, publish."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from kit import contracts
from kit.cache_tags import note_changed
from kit.errors import Refusal
from kit.outbox.deliveries import StoredEvent
from kit.outbox.events import Event, publish, uuid7
from kit.schemas import format_time
from session_service.buddy import errors, repository, rules
from session_service.buddy.repository import AuditEntry
from session_service.buddy.rules import Challenge, Participant, Session, SessionRecord, Status
from session_service.matches import service as matches
from session_service.profiles import service as profiles

SWEPT_AT_ONCE = 500
"""How many abandoned sessions one transaction closes."""


def cache_tag(session_id: UUID | str) -> str:
    """The cache tag of what shows the session."""
    return f"session:{session_id}"


def cache_tags(record: SessionRecord) -> list[str]:
    """The cache tags of the session as it is shown: of itself, and of both buddies, whose names it shows."""
    return [cache_tag(record.facts.id), *map(profiles.cache_tag, record.facts.user_ids)]


def changed_at(events: Iterable[StoredEvent]) -> dict[str, datetime]:
    """When the sessions that these events tell of last changed, by their cache tags."""
    latest: dict[str, datetime] = {}
    for event in events:
        if event.type.startswith("tandem.session."):
            tag = cache_tag(event.data["session_id"])
            latest[tag] = max(event.time, latest.get(tag, event.time))
    return latest


async def challenges(connection: AsyncConnection) -> list[Challenge]:
    """The catalogue, from easy to hard."""
    return await repository.challenges(connection)


async def find(connection: AsyncConnection, session_id: UUID) -> SessionRecord:
    """One of the user's sessions. Raises SessionNotFound, or NotAParticipant when it is others'."""
    record = await repository.load(connection, session_id)
    if record is None:
        await _refuse_access(connection, session_id)
    return record


async def find_locked(connection: AsyncConnection, session_id: UUID) -> SessionRecord:
    """As `find`; the session stays as it is until the transaction ends."""
    record = await repository.load_locked(connection, session_id)
    if record is None:
        await _refuse_access(connection, session_id)
    return record


async def expect(connection: AsyncConnection, session_id: UUID) -> None:
    """Raises SessionNotFound when there is no such session, whoever's it is."""
    if not await repository.exists(connection, session_id):
        raise errors.SessionNotFound


async def page(
    connection: AsyncConnection,
    user_id: UUID,
    *,
    status: Status | None,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[SessionRecord]:
    """The user's sessions, those scheduled last first, from ``before`` (exclusive) on."""
    return await repository.page(connection, user_id, status=status, before=before, limit=limit)


async def schedule(
    connection: AsyncConnection,
    actor_id: UUID,
    *,
    match_id: UUID,
    challenge_ids: tuple[UUID, UUID],
    venue_name: str,
    scheduled_time: datetime,
) -> SessionRecord:
    """A new session of the match; the challenges are for its user1 and user2.

    Raises MatchNotFound, NotInMatch, MatchNotAccepted, BuddyIsGone, UnknownChallenge, ScheduledInThePast,
    ScheduledTooFarAhead.
    """
    match = await matches.find(connection, match_id, keep=True)
    if not match.is_accepted:
        raise errors.MatchNotAccepted(f"Match is not accepted - current status: {match.status}")
    if await profiles.anybody_gone(connection, (match.user1_id, match.user2_id)):
        raise errors.BuddyIsGone
    facts = await repository.scheduling_facts(connection, challenge_ids)
    if not facts.challenge_ids.issuperset(challenge_ids):
        raise errors.UnknownChallenge
    if refusal := rules.schedulable(scheduled_time, facts.now):
        raise refusal
    record = await repository.add(
        connection,
        match_id=match.id,
        user_ids=(match.user1_id, match.user2_id),
        challenge_ids=challenge_ids,
        venue_name=venue_name,
        scheduled_time=scheduled_time,
    )
    await publish(connection, [_scheduling(contracts.SESSION_SCHEDULED, record.facts, actor_id)])
    # For whoever keeps lists of the buddies' sessions; nobody can have seen the session itself yet.
    note_changed(connection, cache_tags(record))
    return record


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What became of a confirmation; with ``completion_event_id`` it completed the session."""

    session_status: Status
    delta: int
    completion_event_id: UUID | None

    @property
    def both_confirmed(self) -> bool:
        """Whether each buddy has now confirmed the other."""
        return self.completion_event_id is not None


async def confirm(
    connection: AsyncConnection, caller_id: UUID, session_id: UUID, confirmed_user_id: UUID | None
) -> Confirmation:
    """The caller confirms the buddy; the second of the two confirmations completes the session and says so once.

    Raises the refusals of `rules.confirm`, SessionNotFound and NotAParticipant. The session stays locked until the
    transaction ends, so two who confirm at the same instant do it one after the other.
    """
    session = await repository.load_facts_locked(connection, session_id)
    if session is None:
        await _refuse_access(connection, session_id)
    decision = rules.confirm(session, caller_id, confirmed_user_id)
    if isinstance(decision, errors.AlreadyConfirmed):
        decision.extra["reputation_updated"] = await _reputation_is_applied(connection, session)
    if isinstance(decision, Refusal):
        raise decision
    event_id = uuid7() if decision.completes else None
    completed_at = await repository.save_confirmation(
        connection,
        session,
        decision.confirmed_user_id,
        status=decision.status,
        completion_event_id=event_id,
        audit=AuditEntry(
            caller_id,
            "completion_confirmed",
            {"confirmed_user_id": str(decision.confirmed_user_id), "session_status": decision.status},
        ),
    )
    confirmed: contracts.SessionConfirmedData = {
        "session_id": str(session_id),
        "confirmed_by": str(caller_id),
        "confirmed_user_id": str(decision.confirmed_user_id),
    }
    happened = [_event(contracts.SESSION_CONFIRMED, session_id, confirmed)]
    if event_id is not None and completed_at is not None:
        happened.append(_completion(session, event_id, completed_at))
    await publish(connection, happened)
    return Confirmation(decision.status, decision.delta, event_id)


async def check_in(connection: AsyncConnection, caller_id: UUID, session_id: UUID) -> Session:
    """The caller is present; again changes nothing. Raises CannotCheckIn, CheckedInTooEarly, and as `find` does."""
    session = (await find_locked(connection, session_id)).facts
    decision = rules.check_in(session, caller_id)
    if isinstance(decision, Refusal):
        raise decision
    if isinstance(decision, rules.Unchanged):
        return session
    _, buddy = session.seen_by(caller_id)
    column = "user1_present" if caller_id == session.user1.user_id else "user2_present"
    record = await repository.change(connection, session_id, {column: True, "status": decision.status.value})
    data: contracts.SessionCheckedInData = {
        "session_id": str(session_id),
        "user_id": str(caller_id),
        "buddy_id": str(buddy.user_id),
    }
    await publish(connection, [_event(contracts.SESSION_CHECKED_IN, session_id, data)])
    return record.facts


async def cancel(
    connection: AsyncConnection, caller_id: UUID, session_id: UUID, reason: str | None
) -> SessionRecord:
    """Calls the session off. Raises CannotCancel, and as `find` does."""
    session = (await find_locked(connection, session_id)).facts
    if refusal := rules.cancel(session):
        raise refusal
    record = await repository.change(
        connection,
        session_id,
        {"status": Status.CANCELLED.value},
        audit=AuditEntry(caller_id, "session_cancelled", {}),
    )
    data: contracts.SessionCancelledData = {
        "session_id": str(session_id),
        "actor_id": str(caller_id),
        "user_ids": [str(user_id) for user_id in session.user_ids],
        "reason": (reason or "").strip() or None,
    }
    await publish(connection, [_event(contracts.SESSION_CANCELLED, session_id, data)])
    return record


async def report_no_show(connection: AsyncConnection, caller_id: UUID, session_id: UUID) -> SessionRecord:
    """The caller's buddy did not show up. Raises CannotReportNoShow, NoShowReportedTooEarly, and as `find` does."""
    session = (await find_locked(connection, session_id)).facts
    if refusal := rules.report_no_show(session, caller_id):
        raise refusal
    _, absent = session.seen_by(caller_id)
    column = "user1_no_show" if absent is session.user1 else "user2_no_show"
    record = await repository.change(
        connection,
        session_id,
        {column: True, "status": Status.NO_SHOW.value},
        audit=AuditEntry(caller_id, "no_show_reported", {"absent_user_id": str(absent.user_id)}),
    )
    await publish(connection, [_no_show(session, caller_id, (absent,))])
    return record


async def reschedule(
    connection: AsyncConnection, caller_id: UUID, record: SessionRecord, changes: Mapping[str, Any]
) -> SessionRecord:
    """Changes ``venue_name`` or ``scheduled_time`` of a locked session; what is the same already changes nothing.

    Raises CannotReschedule, ScheduledInThePast, ScheduledTooFarAhead.
    """
    session = record.facts
    if refusal := rules.reschedule(session, changes.get("scheduled_time")):
        raise refusal
    different = {field: value for field, value in changes.items() if value != getattr(session, field)}
    if not different:
        return record
    changed = await repository.change(connection, session.id, different)
    await publish(connection, [_scheduling(contracts.SESSION_RESCHEDULED, changed.facts, caller_id)])
    return changed


async def save_notes(
    connection: AsyncConnection, caller_id: UUID, record: SessionRecord, notes: str
) -> SessionRecord:
    """Stores the notes of a locked session, at any status; the same text again changes nothing."""
    if notes == record.notes:
        return record
    session_id = record.facts.id
    changed = await repository.change(connection, session_id, {"notes": notes})
    data: contracts.SessionNotesChangedData = {"session_id": str(session_id), "actor_id": str(caller_id)}
    await publish(connection, [_event(contracts.SESSION_NOTES_CHANGED, session_id, data)])
    return changed


async def sweep_no_shows(connection: AsyncConnection, *, limit: int = SWEPT_AT_ONCE) -> int:
    """Closes up to ``limit`` sessions that nobody finished 24 h after their time; how many it closed.

    Call it in a worker's transaction, again and again until it has closed fewer than ``limit``. Each session is closed,
    and its event published, exactly once, however many sweep at the same time: one that somebody else holds is left to
    the next time.
    """
    abandoned = await repository.lock_abandoned(
        connection, abandoned_after=rules.ABANDONED_AFTER, limit=limit
    )
    if not abandoned:
        return 0
    closing = [(session, rules.absentees(session)) for session in abandoned]
    await repository.close_abandoned(connection, closing)
    await publish(connection, [_no_show(session, None, absent) for session, absent in closing])
    note_changed(connection, [cache_tag(session.id) for session in abandoned])
    return len(closing)


async def _refuse_access(connection: AsyncConnection, session_id: UUID) -> NoReturn:
    exists = await repository.exists(connection, session_id)
    raise errors.NotAParticipant if exists else errors.SessionNotFound


async def _reputation_is_applied(connection: AsyncConnection, session: Session) -> bool:
    event_id = session.completion_event_id
    return event_id is not None and await repository.reputation_is_applied(connection, event_id)


def _event(event_type: str, session_id: UUID, data: Mapping[str, Any]) -> Event:
    return Event(event_type, subject=f"session:{session_id}", data=data)


def _scheduling(event_type: str, session: Session, actor_id: UUID) -> Event:
    data: contracts.SessionScheduledData = {
        "session_id": str(session.id),
        "match_id": str(session.match_id),
        "actor_id": str(actor_id),
        "user_ids": [str(user_id) for user_id in session.user_ids],
        "venue_name": session.venue_name,
        "scheduled_time": format_time(session.scheduled_time),
    }
    return _event(event_type, session.id, data)


def _completion(session: Session, event_id: UUID, completed_at: datetime) -> Event:
    data: contracts.SessionCompletedData = {
        "session_id": str(session.id),
        "match_id": str(session.match_id),
        "completed_at": format_time(completed_at),
        "participants": [
            {
                "user_id": str(participant.user_id),
                "challenge_id": str(participant.challenge_id),
                "points": participant.points,
            }
            for participant in (session.user1, session.user2)
        ],
    }
    return Event(contracts.SESSION_COMPLETED, subject=f"session:{session.id}", data=data, id=event_id)


def _no_show(session: Session, reported_by: UUID | None, absent: tuple[Participant, ...]) -> Event:
    data: contracts.SessionNoShowData = {
        "session_id": str(session.id),
        "reported_by": None if reported_by is None else str(reported_by),
        "user_ids": [str(user_id) for user_id in session.user_ids],
        "absent": [{"user_id": str(one.user_id), "points": one.points} for one in absent],
    }
    return _event(contracts.SESSION_NO_SHOW, session.id, data)
