"""Which badges there are, and when one is earned. Once earned, a badge stays: what earned it may be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Milestone:
    """A badge for a number of completed sessions."""

    code: str
    title: str
    completed_sessions: int


MILESTONES: tuple[Milestone, ...] = (
    Milestone("sessions_1", "First session", 1),
    Milestone("sessions_5", "5 sessions", 5),
    Milestone("sessions_10", "10 sessions", 10),
    Milestone("sessions_25", "25 sessions", 25),
    Milestone("sessions_50", "50 sessions", 50),
    Milestone("sessions_100", "100 sessions", 100),
    Milestone("sessions_250", "250 sessions", 250),
)
"""Every milestone, lowest first. Codes are stored and stay; titles may change."""


@dataclass(frozen=True, slots=True)
class StreakBadge:
    """A badge for consecutive practice days."""

    code: str
    title: str
    days: int


STREAKS: tuple[StreakBadge, ...] = (
    StreakBadge("streak_7", "7 days in a row", 7),
    StreakBadge("streak_30", "30 days in a row", 30),
    StreakBadge("streak_100", "100 days in a row", 100),
)
"""Every badge for a streak, shortest first."""

TITLES: dict[str, str] = {
    **{badge.code: badge.title for badge in MILESTONES},
    **{badge.code: badge.title for badge in STREAKS},
}
"""The title of each badge, by its code."""


COUNTS: tuple[int, ...] = tuple(milestone.completed_sessions for milestone in MILESTONES)
"""The counts at which a badge is earned."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Sessions that one user has just completed.

    ``completed_sessions`` is the count with them; ``completed_at`` are the times of the events, earliest first.
    """

    user_id: UUID
    completed_sessions: int
    completed_at: Sequence[datetime]


@dataclass(frozen=True, slots=True)
class Streak:
    """A streak that a user has just brought to so many days, and the time of the event that says so."""

    user_id: UUID
    days: int
    reached_at: datetime


@dataclass(frozen=True, slots=True)
class Earned:
    """A badge, and the time of the event that earned it."""

    user_id: UUID
    code: str
    earned_at: datetime


def earned(progress: Progress) -> list[Earned]:
    """The badges whose milestone the new sessions reach or pass, lowest first."""
    before = progress.completed_sessions - len(progress.completed_at)
    return [
        Earned(
            progress.user_id,
            milestone.code,
            progress.completed_at[milestone.completed_sessions - before - 1],
        )
        for milestone in MILESTONES
        if before < milestone.completed_sessions <= progress.completed_sessions
    ]


def earned_by_streak(streak: Streak) -> list[Earned]:
    """The badge of exactly this length; none where there is no badge for it."""
    return [
        Earned(streak.user_id, badge.code, streak.reached_at)
        for badge in STREAKS
        if badge.days == streak.days
    ]
