"""Counting events, and counting first what a reader must not miss."""

import asyncio
from collections.abc import Sequence
from datetime import date
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from kit import contracts
from kit.contracts import STATISTICS
from kit.database import Database
from kit.outbox import deliveries
from kit.outbox.consumer import consume
from kit.outbox.deliveries import StoredEvent
from kit.outbox.events import Event, publish
from stats_worker.counting import repository
from stats_worker.counting.errors import StillCounting
from stats_worker.counting.repository import Clock
from stats_worker.counting.rules import ReachedStreak, SessionFacts, ZoneFacts, facts_of

log = structlog.get_logger(__name__)

READERS_WAIT = 2.0
"""Seconds that a reader spends on counting, or waits for those who count, before it is told to come back."""

AT_ONCE = 500
"""Pending events that a reader counts in one transaction."""

FIRST_PAUSE = 0.005
"""Seconds until a reader looks again whether somebody else has counted; doubles, up to `LONGEST_PAUSE`."""

LONGEST_PAUSE = 0.1

_RECOUNTED_AT_ONCE = 5000


async def apply(connection: AsyncConnection, events: Sequence[StoredEvent]) -> None:
    """Counts a batch of events: at most three statements, however many events there are, and a fourth one to tell
    of the streaks that have been reached.

    The same event again, in this batch or in another one, changes nothing, and neither does the order in which events
    come. Raises `MalformedEvent`, with nothing counted, when one of them is not what its type promises.
    """
    facts = facts_of((event.type, event.data) for event in events)
    if not facts.user_ids:
        return
    await repository.lock(connection, facts.user_ids)
    if facts.sessions:
        await _tell(connection, await repository.count(connection, facts.sessions.values()))
    if facts.zones:
        await repository.change_zones(connection, facts.zones.values())


async def catch_up(database: Database, user_id: UUID) -> None:
    """Counts what is pending for the user, as the worker would, and waits for what a worker is counting just now.

    A read that begins after it sees every change that was answered before it. Dead letters and events that wait to be
    tried again are passed over. Raises `StillCounting` when that takes too long, and `DatabaseUnavailable`.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + READERS_WAIT
    pause = FIRST_PAUSE
    while pending := await database.run(
        lambda connection: deliveries.pending_of_user(connection, STATISTICS.name, user_id, AT_ONCE),
        user_id=user_id,
    ):
        if loop.time() >= deadline:
            log.warning("still_counting", pending=len(pending))
            raise StillCounting
        consumed = await consume(database, STATISTICS.name, pending, apply, user_id=user_id)
        if not consumed.applied:
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


async def clock(connection: AsyncConnection, user_id: UUID) -> Clock:
    """The database's clock and the user's time zone."""
    return await repository.clock(connection, user_id)


async def lock(connection: AsyncConnection, user_id: UUID) -> None:
    """Nobody counts anything of the user until the transaction ends."""
    await repository.lock(connection, [user_id])


async def cover(connection: AsyncConnection, user_id: UUID, days: Sequence[date]) -> None:
    """Days without a practice bridge the streaks of the user, who has to be locked."""
    await _tell(connection, await repository.cover(connection, user_id, days))


async def recount(
    connection: AsyncConnection,
    user_id: UUID,
    sessions: Sequence[SessionFacts],
    zone: ZoneFacts | None,
    frozen: Sequence[date],
) -> None:
    """Counts a locked user from scratch, by the very statement that counts step by step. As the tables' owner.

    That a streak was reached is not forgotten: it is told of only if that has never happened.
    """
    await repository.forget(connection, user_id)
    reached = list(await repository.cover(connection, user_id, frozen))
    for start in range(0, len(sessions), _RECOUNTED_AT_ONCE):
        reached += await repository.count(connection, sessions[start : start + _RECOUNTED_AT_ONCE])
    await _tell(connection, reached)
    if zone is not None:
        await repository.change_zones(connection, [zone])


async def _tell(connection: AsyncConnection, reached: Sequence[ReachedStreak]) -> None:
    if not reached:
        return
    data: contracts.StreaksReachedData = {
        "streaks": [
            {"user_id": str(one.user_id), "days": one.days, "reached_on": one.reached_on.isoformat()}
            for one in reached
        ]
    }
    event = Event(contracts.STREAKS_REACHED, subject="statistics", data=data)
    await publish(connection, [event], source=contracts.STATISTICS_SOURCE)
