"""Use cases of the history: look through it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from session_service.practice.history import repository
from session_service.practice.history.repository import HistoryFilter
from session_service.practice.rules import Practice


async def page(
    connection: AsyncConnection,
    caller_id: UUID,
    wanted: HistoryFilter,
    *,
    before: tuple[datetime, int] | None,
    limit: int,
) -> list[Practice]:
    """The caller's practices, those started last first, from ``before`` (exclusive) on."""
    return await repository.page(connection, caller_id, wanted, before=before, limit=limit)
