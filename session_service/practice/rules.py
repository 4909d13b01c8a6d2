"""What may be done with a practice, and what comes of it: facts in, a decision out.

Every function is pure. ``now`` is part of the facts, and it is the database's clock. A decision is a value: either what
is to be done, or the refusal that says why not; the caller acts on it.

A practice has two clocks. The client's durations are what counts, since it may have been offline. The server's own
clock, `Clock`, runs beside them: it is shown, and never refuses anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from kit.errors import Refusal
from session_service.practice import errors

LONGEST_PRACTICE = 14_400
"""Seconds of the longest practice that a client can tell of: 4 hours."""

SHARED_FOR = timedelta(days=30)
"""How long a link to a practice works."""

LINKS_AT_MOST = 10
"""How many links to one practice work at the same time; the next one ends the oldest."""


class Difficulty(StrEnum):
    """How hard a sequence is."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class CompletionStatus(StrEnum):
    """How much was done. A practice that was never completed stays ``abandoned``."""

    COMPLETED = "completed"
    PARTIAL = "partial"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which nothing was practised; still open without ``ended_at``."""

    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Clock:
    """The server's own measure of a practice: it runs, or it is paused, or (neither) it has been stopped.

    ``measured`` is what has been practised up to ``running_since``, without pauses. Time never runs backwards here:
    a ``now`` from before the last change, read by a transaction that had to wait for its turn, counts as that change's.
    """

    measured: timedelta
    running_since: datetime | None
    paused_at: datetime | None

    @classmethod
    def started(cls, now: datetime) -> "Clock":
        """A clock that runs from now on."""
        return cls(timedelta(0), now, None)

    @property
    def is_paused(self) -> bool:
        """Whether a pause is open."""
        return self.paused_at is not None

    def pause(self, now: datetime) -> "Clock":
        """The clock paused; one that does not run stays as it is."""
        if self.running_since is None:
            return self
        at = max(now, self.running_since)
        return Clock(self.measured + (at - self.running_since), None, at)

    def resume(self, now: datetime) -> "Clock":
        """The clock running again; one that is not paused stays as it is."""
        return self if self.paused_at is None else Clock(self.measured, max(now, self.paused_at), None)

    def stop(self, now: datetime) -> "Clock":
        """The clock stopped for good."""
        return Clock(self.pause(now).measured, None, None)

    def ended_pause(self, now: datetime) -> Pause | None:
        """The open pause as it is when it ends now; None when there is none, or when it took no time."""
        if self.paused_at is None or now <= self.paused_at:
            return None
        return Pause(self.paused_at, now)


@dataclass(frozen=True, slots=True)
class Totals:
    """A user's running totals: practices started, practices completed, and the seconds of the completed ones."""

    started: int
    completed: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Completion:
    """What the client says when it completes a practice; without ``poses_completed`` the recorded poses count."""

    duration_seconds: int
    poses_completed: int | None
    status: CompletionStatus


@dataclass(frozen=True, slots=True)
class Practice:
    """The facts of a practice, and the database's ``now`` at which they were read.

    ``completion`` and ``totals`` are what completed it and the totals right after, once it is completed.
    """

    session_id: int
    owner_id: UUID
    user_id: int
    sequence_id: int | None
    started_at: datetime
    completed_at: datetime | None
    duration_seconds: int
    completion_status: CompletionStatus
    poses_completed: int
    notes: str | None
    mood: int | None
    local_date: date
    timezone: str
    clock: Clock
    completion: Completion | None
    totals: Totals | None
    updated_at: datetime
    now: datetime

    @property
    def measured_seconds(self) -> int:
        """Whole seconds by the server's clock, up to the last pause; once completed, all of them."""
        return self.clock.measured // timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Pose:
    """One pose of a practice, by its position in the sequence."""

    position: int
    held_seconds: int
    completed: bool


class Unchanged:
    """It is so already: the answer is the same, and nothing is written."""


UNCHANGED = Unchanged()


@dataclass(frozen=True, slots=True)
class Paused:
    """The practice rests from now on; the client has measured so much."""

    duration_seconds: int
    clock: Clock


def pause(practice: Practice, duration_so_far: int) -> Paused | Unchanged | Refusal:
    """Whether the practice can rest. Pausing again saves a longer duration and goes on with the pause."""
    if practice.completed_at is not None:
        return errors.AlreadyCompleted()
    if duration_so_far < practice.duration_seconds:
        return errors.DurationBelowSaved(
            f"Duration cannot be less than what was saved ({practice.duration_seconds} s)"
        )
    if practice.clock.is_paused and duration_so_far == practice.duration_seconds:
        return UNCHANGED
    return Paused(duration_so_far, practice.clock.pause(practice.now))


@dataclass(frozen=True, slots=True)
class Resumed:
    """The practice goes on; ``pause`` is what lies between, if it took any time."""

    clock: Clock
    pause: Pause | None


def resume(practice: Practice) -> Resumed | Unchanged | Refusal:
    """Whether the practice can go on. One that is not paused goes on anyway."""
    if practice.completed_at is not None:
        return errors.AlreadyCompleted()
    if not practice.clock.is_paused:
        return UNCHANGED
    return Resumed(practice.clock.resume(practice.now), practice.clock.ended_pause(practice.now))


@dataclass(frozen=True, slots=True)
class Completed:
    """The practice is over. ``pause`` is the one that it ended out of, if it took any time."""

    completed_at: datetime
    clock: Clock
    pause: Pause | None


@dataclass(frozen=True, slots=True)
class Repeated:
    """The same has completed it already: the answer is the one from then, with the totals from then."""

    totals: Totals


def complete(practice: Practice, asked: Completion) -> Completed | Repeated | Refusal:
    """Whether that completes the practice. Only who asks for the same a second time is told the same."""
    if practice.completed_at is not None:
        if asked == practice.completion and practice.totals is not None:
            return Repeated(practice.totals)
        return errors.AlreadyCompleted()
    clock = practice.clock
    last = max(practice.started_at, clock.running_since or clock.paused_at or practice.started_at)
    now = max(practice.now, last)
    return Completed(now, clock.stop(now), clock.ended_pause(now))


@dataclass(frozen=True, slots=True)
class PoseRecorded:
    """The pose is noted; so many are completed now."""

    pose: Pose
    poses_completed: int


def record_pose(
    practice: Practice, recorded: Sequence[Pose], in_sequence: bool, pose: Pose
) -> PoseRecorded | Unchanged | Refusal:
    """Whether the pose can be noted. What is noted already stays so whatever the practice has become since."""
    if not in_sequence:
        return errors.PoseNotFound()
    if pose in recorded:
        return UNCHANGED
    if practice.completed_at is not None:
        return errors.AlreadyCompleted()
    others = sum(one.completed for one in recorded if one.position != pose.position)
    return PoseRecorded(pose, others + pose.completed)


@dataclass(frozen=True, slots=True)
class Statistics:
    """The four figures. Sums and means are in whole seconds, the rate in percent with one decimal."""

    total_sessions: int
    total_practice_time_seconds: int
    average_duration_seconds: int
    completion_rate_percent: float


def statistics(totals: Totals) -> Statistics:
    """The four figures out of the running totals; halves are rounded up, and nothing started gives zeros."""
    tenths = _half_up(1000 * totals.completed, totals.started)
    return Statistics(
        total_sessions=totals.completed,
        total_practice_time_seconds=totals.seconds,
        average_duration_seconds=_half_up(totals.seconds, totals.completed),
        completion_rate_percent=tenths / 10,
    )


def _half_up(dividend: int, divisor: int) -> int:
    # In integers: binary fractions would round 0.05 one way or the other.
    return 0 if divisor == 0 else (2 * dividend + divisor) // (2 * divisor)


def local_date(moment: datetime, timezone: str) -> date:
    """The date that the calendar on the wall shows at that moment in that time zone (an IANA name)."""
    return moment.astimezone(ZoneInfo(timezone)).date()
