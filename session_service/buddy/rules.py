"""What may be done with a buddy session, and what comes of it: facts in, a decision out.

Every function is pure. ``now`` is part of the facts, and it is the database's clock. A decision is a value: either what
is to be done, or the refusal that says why not; the caller acts on it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from kit.errors import Refusal
from session_service.buddy import errors

CHECK_IN_OPENS = timedelta(minutes=60)
"""How long before ``scheduled_time`` one can check in."""

NO_SHOW_AFTER = timedelta(minutes=15)
"""How long after ``scheduled_time`` an absent buddy can be reported."""

SCHEDULE_GRACE = timedelta(minutes=5)
"""How far in the past a new ``scheduled_time`` may lie."""

SCHEDULE_HORIZON = timedelta(days=365)
"""How far ahead a new ``scheduled_time`` may lie."""

ABANDONED_AFTER = timedelta(hours=24)
"""How long after ``scheduled_time`` a session that nobody finished becomes ``no_show``."""


class Status(StrEnum):
    """The states of a buddy session; the last three are final."""

    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


OPEN = frozenset({Status.SCHEDULED, Status.IN_PROGRESS})
"""The states in which a session can still be completed."""


@dataclass(frozen=True, slots=True)
class Participant:
    """One buddy of a session. ``confirmed`` means that the other one has confirmed this one."""

    user_id: UUID
    challenge_id: UUID
    points: int
    confirmed: bool = False
    present: bool = False
    no_show: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """The facts of a session, and the database's ``now`` at which they were read."""

    id: UUID
    match_id: UUID
    venue_name: str
    scheduled_time: datetime
    status: Status
    user1: Participant
    user2: Participant
    now: datetime
    completion_event_id: UUID | None = None

    @property
    def is_open(self) -> bool:
        """Whether it can still be completed."""
        return self.status in OPEN

    @property
    def both_confirmed(self) -> bool:
        """Whether each buddy has confirmed the other."""
        return self.user1.confirmed and self.user2.confirmed

    @property
    def user_ids(self) -> tuple[UUID, UUID]:
        """The two buddies: first the one who once invited, then the one who was invited."""
        return self.user1.user_id, self.user2.user_id

    def seen_by(self, user_id: UUID) -> tuple[Participant, Participant]:
        """The session from one buddy's side: that buddy, then the other. KeyError for anybody else."""
        if user_id == self.user1.user_id:
            return self.user1, self.user2
        if user_id == self.user2.user_id:
            return self.user2, self.user1
        raise KeyError(user_id)


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a buddy takes on; one of a public catalogue."""

    id: UUID
    title: str
    description: str
    difficulty: str
    points: int


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A session as it is shown: its facts, and what is only shown.

    Excused is who has been marked absent and has an appeal against it that nobody has rejected.
    """

    facts: Session
    user1_name: str
    user2_name: str
    user1_excused: bool
    user2_excused: bool
    challenge1: Challenge
    challenge2: Challenge
    notes: str | None
    completed_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The caller's confirmation counts. ``delta`` is what the caller gains by it, in points."""

    confirmed_user_id: UUID
    completes: bool
    status: Status
    delta: int


def confirm(session: Session, caller_id: UUID, confirmed_user_id: UUID | None) -> Confirmed | Refusal:
    """Whether the caller may confirm the buddy, and whether that completes the session.

    The order of the checks is part of the wire contract. A session that its caller has confirmed says so whatever has
    become of it since, so that a repeated click is never told that something is wrong with the session.
    """
    caller, buddy = session.seen_by(caller_id)
    if confirmed_user_id == caller.user_id:
        return errors.SelfConfirmation()
    if confirmed_user_id not in (None, buddy.user_id):
        return errors.ConfirmedUserNotParticipant()
    if buddy.confirmed:
        return errors.AlreadyConfirmed(session_status=session.status, both_confirmed=session.both_confirmed)
    if not session.is_open:
        return errors.CannotComplete(f"Session cannot be completed - current status: {session.status}")
    if session.scheduled_time > session.now and not caller.present:
        moment = f"{session.scheduled_time:%Y-%m-%d %H:%M} UTC"
        return errors.ConfirmedTooEarly(f"Cannot confirm completion before scheduled time ({moment})")
    completes = caller.confirmed
    return Confirmed(
        confirmed_user_id=buddy.user_id,
        completes=completes,
        status=Status.COMPLETED if completes else session.status,
        delta=caller.points if completes else 0,
    )


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """The caller is present from now on; with both there, the session is in progress."""

    status: Status


class Unchanged:
    """It is so already: the answer is the same, and nothing is written."""


UNCHANGED = Unchanged()


def check_in(session: Session, caller_id: UUID) -> CheckedIn | Unchanged | Refusal:
    """Whether the caller may check in. Somebody who is present already stays so, whatever the status is by now."""
    caller, buddy = session.seen_by(caller_id)
    if caller.present:
        return UNCHANGED
    if not session.is_open:
        return errors.CannotCheckIn(f"Cannot check in - current status: {session.status}")
    if session.now < session.scheduled_time - CHECK_IN_OPENS:
        return errors.CheckedInTooEarly()
    return CheckedIn(Status.IN_PROGRESS if buddy.present else session.status)


def cancel(session: Session) -> Refusal | None:
    """Why the session cannot be cancelled; None when it can."""
    if not session.is_open:
        return errors.CannotCancel(f"Session cannot be cancelled - current status: {session.status}")
    if session.user1.confirmed or session.user2.confirmed:
        return errors.CannotCancel("Session cannot be cancelled - a completion has already been confirmed")
    return None


def report_no_show(session: Session, caller_id: UUID) -> Refusal | None:
    """Why the caller cannot report the buddy absent; None when that can be done."""
    _, buddy = session.seen_by(caller_id)
    if not session.is_open:
        return errors.CannotReportNoShow(f"Cannot report a no-show - current status: {session.status}")
    if session.now < session.scheduled_time + NO_SHOW_AFTER:
        return errors.NoShowReportedTooEarly()
    if buddy.present:
        return errors.CannotReportNoShow("Cannot report a no-show - your buddy has checked in")
    if buddy.confirmed:
        return errors.CannotReportNoShow(
            "Cannot report a no-show - you have confirmed your buddy's completion"
        )
    return None


def reschedule(session: Session, scheduled_time: datetime | None) -> Refusal | None:
    """Why the session cannot be changed, or not to that time (None: it stays); None when it can."""
    if session.status is not Status.SCHEDULED:
        return errors.CannotReschedule(f"Session cannot be rescheduled - current status: {session.status}")
    if session.user1.present or session.user2.present:
        return errors.CannotReschedule("Session cannot be rescheduled - a participant has already checked in")
    if scheduled_time is None or scheduled_time == session.scheduled_time:
        return None
    return schedulable(scheduled_time, session.now)


def schedulable(scheduled_time: datetime, now: datetime) -> Refusal | None:
    """Why a session cannot be scheduled at that time; None when it can."""
    if scheduled_time < now - SCHEDULE_GRACE:
        return errors.ScheduledInThePast()
    if scheduled_time > now + SCHEDULE_HORIZON:
        return errors.ScheduledTooFarAhead()
    return None


def absentees(session: Session) -> tuple[Participant, ...]:
    """Who did not show up in a session that nobody finished: left no trace of having been there.

    Somebody was there who checked in, or whom the buddy confirmed, or who confirmed the buddy.
    """
    return tuple(
        someone
        for someone, buddy in ((session.user1, session.user2), (session.user2, session.user1))
        if not (someone.present or someone.confirmed or buddy.confirmed)
    )


def preview(status: Status, participant: Participant, *, excused: bool) -> int:
    """What the session means for a buddy's reputation, in points, as things stand."""
    if status is Status.CANCELLED:
        return 0
    if status is Status.NO_SHOW:
        return -participant.points if participant.no_show and not excused else 0
    return participant.points
