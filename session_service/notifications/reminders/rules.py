"""When somebody is reminded of a session, and whether a reminder that is due still holds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from session_service.notifications.notices import Names, Notice, moment, name_inside

LEAD = timedelta(hours=1)
"""How long before a session its buddies are reminded of it."""

GRACE = timedelta(minutes=1)
"""Who plans something "in an hour" is past that by the time it arrives here: that is still an hour before."""

SHORT_LEAD = timedelta(minutes=15)
"""The same for a session that was planned, or moved, with less than `LEAD` to go."""

NEWS = timedelta(minutes=30)
"""Whoever learns of a session with less than this to go needs no reminder of it."""

KIND = "session_reminder"

OPEN = frozenset({"scheduled", "in_progress"})
"""The states of a session that is still to come."""

_NAMESPACE = UUID("5f0d5c6e-7b0e-5a39-9c3e-1f6f5a0a7d51")


@dataclass(frozen=True, slots=True)
class Session:
    """A session as it is at this moment."""

    id: UUID
    status: str
    scheduled_time: datetime
    venue_name: str
    user_ids: tuple[UUID, UUID]

    def is_ahead(self, now: datetime) -> bool:
        """Whether there is anything to remind of."""
        return self.status in OPEN and self.scheduled_time > now


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder that is due: of whom, and of which time of the session."""

    session_id: UUID
    user_id: UUID
    scheduled_time: datetime


@dataclass(frozen=True, slots=True)
class Replan:
    """The session has been moved: the reminder is now of this time, and due then (None: never)."""

    scheduled_time: datetime
    due_at: datetime | None


def due_at(scheduled_time: datetime, planned_at: datetime) -> datetime | None:
    """When to remind of a session that was planned, or moved, at ``planned_at``; None when it is too near for that.

    It may be a moment (`GRACE`) before ``planned_at``: at once.
    """
    if scheduled_time - planned_at >= LEAD - GRACE:
        return scheduled_time - LEAD
    if scheduled_time - planned_at >= NEWS:
        return scheduled_time - SHORT_LEAD
    return None


def decide(reminder: Reminder, session: Session, now: datetime) -> bool | Replan:
    """What becomes of a reminder that is due: True to remind, False to let it go, or another time for it."""
    if not session.is_ahead(now) or reminder.user_id not in session.user_ids:
        return False
    if session.scheduled_time != reminder.scheduled_time:
        return Replan(session.scheduled_time, due_at(session.scheduled_time, now))
    return True


def notice(session: Session, user_id: UUID, names: Names) -> Notice:
    """What the reminder says."""
    buddy_id = session.user_ids[1] if user_id == session.user_ids[0] else session.user_ids[0]
    return Notice(
        user_id,
        KIND,
        f"Reminder: your session with {name_inside(names, buddy_id)}",
        f"{session.venue_name}, {moment(session.scheduled_time)}",
        session.id,
    )


def event_id(session_id: UUID, scheduled_time: datetime) -> UUID:
    """Stands for "this session is about to begin at this time": nobody is told that twice."""
    return uuid5(_NAMESPACE, f"{session_id} {scheduled_time.timestamp():.6f}")
