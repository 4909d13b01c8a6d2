"""Use cases of the caching room. Why there is such a thing: docs/decisions/0016."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from session_service.caching import repository
from session_service.caching.repository import Permission

SUSPENDED_FOR = timedelta(seconds=30)
"""How long one suspension lasts unless it is extended."""

OVERLAP = timedelta(seconds=6)
"""How much of it must be left for an extension to count as the same one; longer than a statement may take (5 s)."""


async def permission(connection: AsyncConnection) -> Permission:
    """Whether gateways may serve out of their cache, and of which generation."""
    return await repository.read(connection)


async def suspend(connection: AsyncConnection) -> Permission:
    """Takes that permission from every gateway for a while, and gives everything cached so far up for good.

    Whoever has asked within the last moments still goes by the old answer: see the gateway's lease.
    """
    return await repository.suspend(connection, SUSPENDED_FOR, OVERLAP)
