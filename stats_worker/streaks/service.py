"""Saying whose streak is at risk, once a user and local date."""

import time
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from kit import contracts
from kit.database import Database
from kit.outbox.events import Event, publish
from stats_worker.streaks import repository, rules

log = structlog.get_logger(__name__)

AT_ONCE = 500
"""Streaks that one transaction, and one event, tell of at most."""

ROUND = 6.0
"""Seconds after which the rest is left to the next run: well within a task's time limit."""


async def warn(database: Database) -> int:
    """Tells of every streak that is at risk just now, by the database's clock, and has not been told of; how many.

    Whoever runs it at the same time tells of others. Run it every few minutes: of whom nothing was told because nothing
    ran all evening, nothing is told tomorrow.
    """
    total = 0
    deadline = time.monotonic() + ROUND
    while True:
        told = await database.run(_warn_now)
        total += told
        if told < AT_ONCE or time.monotonic() > deadline:
            break
    if total:
        log.info("streaks_at_risk", streaks=total)
    return total


async def _warn_now(connection: AsyncConnection) -> int:
    return await warn_at(connection, await repository.now(connection))


async def warn_at(connection: AsyncConnection, now: datetime, *, limit: int = AT_ONCE) -> int:
    """As `warn`, at a moment, in one transaction, and of ``limit`` streaks at most."""
    evenings = list(rules.evenings(now, _zones()))
    endangered = await repository.warn(connection, evenings, limit=limit)
    if endangered:
        data: contracts.StreaksAtRiskData = {
            "streaks": [
                {"user_id": str(one.user_id), "days": one.days, "local_date": one.local_date.isoformat()}
                for one in endangered
            ]
        }
        event = Event(contracts.STREAKS_AT_RISK, subject="statistics", data=data)
        await publish(connection, [event], source=contracts.STATISTICS_SOURCE)
    return len(endangered)


@cache
def _zones() -> Mapping[str, ZoneInfo]:
    # Every one that a profile may have; kept, since finding and reading them all takes a while.
    return {name: ZoneInfo(name) for name in sorted(available_timezones())}
