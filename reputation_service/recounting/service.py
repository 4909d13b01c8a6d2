"""Recounting everybody while everything runs, and looking for what differs from the ledger.

The ledger is what everything else follows from. Who calls this needs the rights of the tables' owner.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from reputation_service.badges import service as badges
from reputation_service.ledger import service as ledger
from reputation_service.recounting import repository
from reputation_service.recounting.repository import Difference

__all__ = ["Difference", "count_users", "differences", "finish", "recount_after"]

_MILESTONES: Sequence[tuple[str, int]] = [
    (milestone.code, milestone.completed_sessions) for milestone in badges.MILESTONES
]


async def count_users(connection: AsyncConnection) -> int:
    """How many users `recount_after` comes by in all."""
    return await repository.count_users(connection)


async def recount_after(connection: AsyncConnection, after: UUID | None, *, limit: int) -> Sequence[UUID]:
    """Recounts the next users in the order of their ids; who they were, nobody when there are no more.

    They are locked as a booking locks them, so whoever books for them waits, and is waited for. Badges for streaks
    stay: the ledger knows nothing of them.
    """
    users = await repository.users_after(connection, after, limit=limit)
    if users:
        await ledger.lock_users(connection, users)
        await repository.recount(connection, users, _MILESTONES)
    return users


async def finish(connection: AsyncConnection) -> None:
    """What is left when everybody is recounted: badges that nobody has earned, and boards unlike the counters."""
    await repository.take_unearned_badges(connection, _MILESTONES)
    await repository.mend_boards(connection)


async def differences(connection: AsyncConnection) -> list[Difference]:
    """What is not as the ledger says; nothing when all is well. Right also while everything runs."""
    return await repository.differences(connection, _MILESTONES)
