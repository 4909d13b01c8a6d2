"""Counting a user from scratch, out of the practices themselves instead of the events about them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from stats_worker.counting import service as counting
from stats_worker.counting.rules import SessionFacts, ZoneFacts
from stats_worker.freezes import service as freezes


async def lock(connection: AsyncConnection, user_id: UUID) -> None:
    """Nobody counts anything of the user until the transaction ends: now the practices can be read.

    In this order, since an event about a practice that is read can then only be counted later, when it is known
    already; read before the lock, practices that were counted meanwhile would be lost.
    """
    await counting.lock(connection, user_id)


async def rebuild(
    connection: AsyncConnection, user_id: UUID, sessions: Sequence[SessionFacts], zone: ZoneFacts | None
) -> None:
    """Replaces all statistics of a locked user by what these practices come to; freezes stay.

    ``zone`` is the profile's, if it has ever been changed. Needs the rights of the tables' owner.
    """
    frozen = await freezes.days_of(connection, user_id)
    await counting.recount(connection, user_id, sessions, zone, frozen)
