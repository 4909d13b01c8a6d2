"""What two houses have to agree on: event types, their data, and which queue consumes which event.

This is the one module of ``kit`` that knows business nouns. An event's ``data`` carries ids and figures, never
names or addresses, so that an erased person does not live on in a queue. Types end in a version: a change
that an older consumer could not read gets a new type, and both are published until the old one has no reader.
"""

from dataclasses import dataclass
from typing import TypedDict

SOURCE = "/tandem/session-service"
"""The CloudEvents ``source`` of every event that the session service publishes."""

REPUTATION_SOURCE = "/tandem/reputation-service"
"""The ``source`` of what the reputation house publishes."""

STATISTICS_SOURCE = "/tandem/statistics-service"
"""The ``source`` of what the statistics house publishes."""

SECRET_PATHS = ("/api/v1/shared/", "/api/unsubscribe/")
"""Below these stands what lets in whoever has it: it is in no log."""

MATCH_INVITED = "tandem.match.invited.v1"
MATCH_ACCEPTED = "tandem.match.accepted.v1"
SESSION_SCHEDULED = "tandem.session.scheduled.v1"
SESSION_RESCHEDULED = "tandem.session.rescheduled.v1"
SESSION_CHECKED_IN = "tandem.session.checked_in.v1"
SESSION_CONFIRMED = "tandem.session.confirmed.v1"
SESSION_COMPLETED = "tandem.session.completed.v1"
SESSION_CANCELLED = "tandem.session.cancelled.v1"
SESSION_NO_SHOW = "tandem.session.no_show.v1"
SESSION_NOTES_CHANGED = "tandem.session.notes_changed.v1"
REPUTATION_CHANGED = "tandem.reputation.changed.v1"
NOTIFICATIONS_CREATED = "tandem.notifications.created.v1"
PRACTICE_STARTED = "tandem.practice.started.v1"
PRACTICE_PAUSED = "tandem.practice.paused.v1"
PRACTICE_RESUMED = "tandem.practice.resumed.v1"
PRACTICE_COMPLETED = "tandem.practice.completed.v1"
PROFILE_TIMEZONE_CHANGED = "tandem.profile.timezone_changed.v1"
NO_SHOW_APPEALED = "tandem.session.no_show_appealed.v1"
APPEAL_DECIDED = "tandem.session.appeal_decided.v1"
BADGES_EARNED = "tandem.reputation.badges_earned.v1"
STREAKS_REACHED = "tandem.statistics.streaks_reached.v1"
STREAKS_AT_RISK = "tandem.statistics.streaks_at_risk.v1"
WEBHOOK_DISABLED = "tandem.webhook.disabled.v1"


class MatchData(TypedDict):
    """Data of ``tandem.match.*``: who invited whom."""

    match_id: str
    inviter_id: str
    invitee_id: str


class SessionScheduledData(TypedDict):
    """Data of ``scheduled`` and ``rescheduled``; ``actor_id`` is the buddy who did it."""

    session_id: str
    match_id: str
    actor_id: str
    user_ids: list[str]
    venue_name: str
    scheduled_time: str


class SessionCheckedInData(TypedDict):
    """Data of ``checked_in``: ``user_id`` is there, ``buddy_id`` wants to know."""

    session_id: str
    user_id: str
    buddy_id: str


class SessionConfirmedData(TypedDict):
    """Data of ``confirmed``: one buddy has confirmed the other."""

    session_id: str
    confirmed_by: str
    confirmed_user_id: str


class CompletedParticipant(TypedDict):
    """One buddy of a completed session and the points of that buddy's own challenge (positive)."""

    user_id: str
    challenge_id: str
    points: int


class SessionCompletedData(TypedDict):
    """Data of ``completed``: published exactly once a session, by the second confirmation."""

    session_id: str
    match_id: str
    completed_at: str
    participants: list[CompletedParticipant]


class SessionCancelledData(TypedDict):
    """Data of ``cancelled``; ``reason`` is what the buddy typed, or null."""

    session_id: str
    actor_id: str
    user_ids: list[str]
    reason: str | None


class AbsentParticipant(TypedDict):
    """One who did not show up, and the points of that buddy's own challenge (positive; booked as a loss)."""

    user_id: str
    points: int


class SessionNoShowData(TypedDict):
    """Data of ``no_show``; ``reported_by`` is null when the scheduler closed the session."""

    session_id: str
    reported_by: str | None
    user_ids: list[str]
    absent: list[AbsentParticipant]


class SessionNotesChangedData(TypedDict):
    """Data of ``notes_changed``: the text is another one now; ``actor_id`` is the buddy who typed it."""

    session_id: str
    actor_id: str


class SessionReputation(TypedDict):
    """A session, and those of its buddies to whose reputation something was booked for it."""

    session_id: str
    user_ids: list[str]


class ReputationChangedData(TypedDict):
    """Data of ``tandem.reputation.changed.v1``: one event a batch, as the reputation house books in batches."""

    sessions: list[SessionReputation]


class CreatedNotification(TypedDict):
    """A new entry of a user's inbox."""

    id: str
    user_id: str
    kind: str
    session_id: str | None


class NotificationsCreatedData(TypedDict):
    """Data of ``tandem.notifications.created.v1``: one event a batch, like the entries themselves."""

    notifications: list[CreatedNotification]


class PracticeStartedData(TypedDict):
    """Data of ``tandem.practice.started.v1``: a practice has begun; its local date is fixed from here on."""

    session_id: int
    user_id: str
    sequence_id: int | None
    started_at: str
    local_date: str
    timezone: str


class PracticePausedData(TypedDict):
    """Data of ``tandem.practice.paused.v1`` and ``resumed``: how long the client had practised by then, in seconds."""

    session_id: int
    user_id: str
    duration_seconds: int


class PracticeCompletedData(TypedDict):
    """Data of ``tandem.practice.completed.v1``: published exactly once a practice, with its final figures.

    ``completion_status`` is completed, partial or abandoned; durations are seconds as the client measured them.
    """

    session_id: int
    user_id: str
    sequence_id: int | None
    started_at: str
    completed_at: str
    local_date: str
    timezone: str
    duration_seconds: int
    completion_status: str


class ProfileTimezoneChangedData(TypedDict):
    """Data of ``tandem.profile.timezone_changed.v1``; an IANA name; ``version`` grows with each change."""

    user_id: str
    timezone: str
    version: int


class NoShowAppealedData(TypedDict):
    """Data of ``no_show_appealed``: the accused says it was otherwise; the penalty rests from now on."""

    session_id: str
    user_id: str
    user_ids: list[str]


class AppealDecidedData(TypedDict):
    """Data of ``appeal_decided``: with ``upheld`` the penalty is gone for good, otherwise it counts again.

    ``points`` are those of the appellant's own challenge (positive).
    """

    session_id: str
    user_id: str
    user_ids: list[str]
    upheld: bool
    points: int


class EarnedBadge(TypedDict):
    """A badge that a user did not have before."""

    user_id: str
    code: str
    title: str
    earned_at: str


class BadgesEarnedData(TypedDict):
    """Data of ``tandem.reputation.badges_earned.v1``: one event a batch."""

    badges: list[EarnedBadge]


class ReachedStreak(TypedDict):
    """A user's streak that has just become ``days`` long: one of 7, 30 and 100; ``reached_on`` is a local date."""

    user_id: str
    days: int
    reached_on: str


class StreaksReachedData(TypedDict):
    """Data of ``tandem.statistics.streaks_reached.v1``: one event a batch."""

    streaks: list[ReachedStreak]


class EndangeredStreak(TypedDict):
    """A current streak that ends with ``local_date``, the user's today, unless something is done about it."""

    user_id: str
    days: int
    local_date: str


class StreaksAtRiskData(TypedDict):
    """Data of ``tandem.statistics.streaks_at_risk.v1``: each user at most once a local date."""

    streaks: list[EndangeredStreak]


class WebhookDisabledData(TypedDict):
    """Data of ``tandem.webhook.disabled.v1``: a webhook was switched off for its answers.

    ``reason`` is ``gone`` (the receiver said so) or ``failing`` (it did nothing else for days).
    """

    webhook_id: str
    user_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Consumer:
    """One reader of events: its name is the Celery queue and the first half of its task's name."""

    name: str
    schema: str

    @property
    def queue(self) -> str:
        """The Celery queue that its workers read."""
        return self.name

    @property
    def task(self) -> str:
        """The Celery task that applies a batch of events."""
        return f"{self.name}.apply"


REPUTATION = Consumer("reputation", schema="reputation_service")
NOTIFICATIONS = Consumer("notifications", schema="session_service")
STATISTICS = Consumer("statistics", schema="stats_worker")
LIVE = Consumer("live", schema="session_service")
WEBHOOKS = Consumer("webhooks", schema="session_service")

CONSUMERS: tuple[Consumer, ...] = (REPUTATION, STATISTICS, NOTIFICATIONS)
"""Every consumer that reads a queue, in the order in which the relay serves them.

``LIVE`` and ``WEBHOOKS`` serve themselves.
"""

WARN_OF_STREAKS = "streaks.warn"
"""The task of the statistics worker that says which streaks are at risk. The scheduler of another house sends it."""

EXPIRE_REPUTATION = "reputation.expire"
"""The task of the reputation worker that deletes what is past its time. The scheduler of another house sends it."""

SUBSCRIPTIONS: dict[str, tuple[Consumer, ...]] = {
    MATCH_INVITED: (NOTIFICATIONS,),
    MATCH_ACCEPTED: (NOTIFICATIONS,),
    SESSION_SCHEDULED: (NOTIFICATIONS, LIVE),
    SESSION_RESCHEDULED: (NOTIFICATIONS, LIVE),
    SESSION_CHECKED_IN: (NOTIFICATIONS, LIVE),
    SESSION_CONFIRMED: (NOTIFICATIONS, LIVE),
    SESSION_COMPLETED: (REPUTATION, NOTIFICATIONS, LIVE),
    SESSION_CANCELLED: (NOTIFICATIONS, LIVE),
    SESSION_NO_SHOW: (REPUTATION, NOTIFICATIONS, LIVE),
    SESSION_NOTES_CHANGED: (LIVE,),
    REPUTATION_CHANGED: (LIVE,),
    NOTIFICATIONS_CREATED: (LIVE, WEBHOOKS),
    PRACTICE_STARTED: (STATISTICS, LIVE),
    PRACTICE_PAUSED: (LIVE,),
    PRACTICE_RESUMED: (LIVE,),
    PRACTICE_COMPLETED: (STATISTICS, LIVE),
    PROFILE_TIMEZONE_CHANGED: (STATISTICS,),
    NO_SHOW_APPEALED: (REPUTATION, NOTIFICATIONS, LIVE),
    APPEAL_DECIDED: (REPUTATION, NOTIFICATIONS, LIVE),
    BADGES_EARNED: (NOTIFICATIONS,),
    STREAKS_REACHED: (REPUTATION,),
    STREAKS_AT_RISK: (NOTIFICATIONS,),
    WEBHOOK_DISABLED: (NOTIFICATIONS,),
}
"""Who consumes what. Publishing writes one delivery for each consumer named here, in the same transaction."""
