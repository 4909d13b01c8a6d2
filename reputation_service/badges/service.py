"""Awarding badges, and showing them. A badge that was earned stays, whatever becomes of the sessions behind it."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from kit import contracts
from kit.outbox.events import Event
from kit.schemas import format_time
from reputation_service.badges import repository
from reputation_service.badges.rules import (
    COUNTS,
    MILESTONES,
    TITLES,
    Earned,
    Milestone,
    Progress,
    Streak,
    earned,
    earned_by_streak,
)
from reputation_service.badges.schemas import BadgeView

__all__ = [
    "COUNTS",
    "MILESTONES",
    "BadgeView",
    "Milestone",
    "Progress",
    "Streak",
    "award",
    "badges_of",
    "earned_event",
]


async def award(
    connection: AsyncConnection, progress: Iterable[Progress], streaks: Iterable[Streak] = ()
) -> list[Earned]:
    """Gives each user what the new sessions and streaks have earned: at most one statement for all of them.

    Answers with the badges that their users did not have before. The caller holds the counters of those with progress
    locked, so no two awards count the same sessions.
    """
    badges = [badge for each in progress for badge in earned(each)]
    badges += [badge for each in streaks for badge in earned_by_streak(each)]
    return await repository.add(connection, badges) if badges else []


def earned_event(badges: Sequence[Earned]) -> Event:
    """What is published of new badges: one event for all of them."""
    data: contracts.BadgesEarnedData = {
        "badges": [
            {
                "user_id": str(badge.user_id),
                "code": badge.code,
                "title": TITLES[badge.code],
                "earned_at": format_time(badge.earned_at),
            }
            for badge in badges
        ]
    }
    return Event(contracts.BADGES_EARNED, subject="badges", data=data)


async def badges_of(connection: AsyncConnection, user_id: UUID) -> list[BadgeView]:
    """A user's badges, earliest first; for a user without history, none."""
    return [
        BadgeView(code=code, title=TITLES.get(code, code), earned_at=earned_at)
        for code, earned_at in await repository.of(connection, user_id)
    ]
