"""Freezing days, and showing those that are frozen."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from kit.errors import Refusal
from stats_worker.counting import service as counting
from stats_worker.freezes import repository, rules
from stats_worker.freezes.rules import Freeze
from stats_worker.freezes.schemas import FreezeView, FrozenMonth
from stats_worker.local_dates import dates, days_of_month


async def find(connection: AsyncConnection, user_id: UUID, day: date) -> Freeze | None:
    """The day's freeze, if it has one. Nobody freezes or counts anything of the user until the transaction ends."""
    await counting.lock(connection, user_id)
    return (await repository.facts(connection, user_id, day)).freeze


async def freeze(connection: AsyncConnection, user_id: UUID, day: date) -> Freeze:
    """The day frozen, by the database's clock in the user's time zone; one that is frozen already stays as it is.

    Raises TooLongAgo, TooFarAhead, AlreadyPractised, NoFreezesLeft.
    """
    clock = await counting.clock(connection, user_id)
    return await freeze_at(connection, user_id, day, clock.now, clock.timezone)


async def freeze_at(
    connection: AsyncConnection, user_id: UUID, day: date, now: datetime, timezone: str | None
) -> Freeze:
    """As `freeze`, at a moment in a time zone."""
    await counting.lock(connection, user_id)
    facts = await repository.facts(connection, user_id, day)
    decision = rules.freeze(facts, dates(now, timezone).today)
    if isinstance(decision, Refusal):
        raise decision
    if isinstance(decision, Freeze):
        return decision
    made = await repository.add(connection, user_id, decision.day)
    await counting.cover(connection, user_id, [decision.day])
    return made


async def of_month(connection: AsyncConnection, user_id: UUID, month: date | None) -> FrozenMonth:
    """The frozen days of the month that begins on that date; without one of the current month of the user."""
    if month is None:
        clock = await counting.clock(connection, user_id)
        month = dates(clock.now, clock.timezone).month
    days = days_of_month(month)
    frozen = await repository.between(connection, user_id, days[0], days[-1])
    return FrozenMonth(
        month=month.isoformat()[:7],
        items=[FreezeView.model_validate(one) for one in frozen],
        remaining=rules.A_MONTH - len(frozen),
    )


async def days_of(connection: AsyncConnection, user_id: UUID) -> Sequence[date]:
    """Every day that the user has frozen."""
    return [one.date for one in await repository.between(connection, user_id, date.min, date.max)]
