"""Awarding badges, and showing them."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from reputation_service.badges import repository
from reputation_service.badges.rules import COUNTS, TITLES, Progress, earned
from reputation_service.badges.schemas import BadgeView

__all__ = ["COUNTS", "BadgeView", "Progress", "award", "badges_of"]


async def award(connection: AsyncConnection, progress: Iterable[Progress]) -> None:
    """Gives each user the badges that the new sessions have earned: at most one statement for all of them.

    The caller holds the users' counters locked, so no two awards count the same sessions.
    """
    badges = [badge for each in progress for badge in earned(each)]
    if badges:
        await repository.add(connection, badges)


async def badges_of(connection: AsyncConnection, user_id: UUID) -> list[BadgeView]:
    """A user's badges, earliest first; for a user without history, none."""
    return [
        BadgeView(code=code, title=TITLES.get(code, code), earned_at=earned_at)
        for code, earned_at in await repository.of(connection, user_id)
    ]
