"""``/api/v1/streak/freezes``: days that bridge one's own streaks."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response

from kit.door import Answer, ServiceDoor
from kit.etags import StaleVersion
from kit.responses import refusals
from kit.schemas import NoFields
from stats_worker.counting import service as counting
from stats_worker.freezes import service
from stats_worker.freezes.errors import FREEZING
from stats_worker.freezes.rules import A_MONTH, DAYS_AHEAD, DAYS_BACK
from stats_worker.freezes.schemas import FreezeView, FrozenMonth
from stats_worker.local_dates import Day, Month

router = APIRouter(prefix="/api/v1/streak/freezes", tags=["practice statistics"])

_DESCRIPTION = f"""
Freezes a day: it bridges a streak and does not lengthen it. {A_MONTH} days of a month can be frozen, none of them
more than {DAYS_BACK} days ago or {DAYS_AHEAD} days ahead in the profile's time zone, and no day that has a practice.
A day that is frozen already stays so, and the answer is the same.
"""


@router.put(
    "/{date}",
    response_model=FreezeView,
    summary="Freeze a day",
    description=_DESCRIPTION,
    responses=refusals(*FREEZING),
)
async def freeze_day(
    door: ServiceDoor, day: Annotated[Day, Path(alias="date")], body: NoFields | None = None
) -> Response:
    """Freezes a day of the caller's; whether it was practised includes what is still to be counted."""
    await counting.catch_up(door.database, door.caller.user_id)

    async def work(connection: AsyncConnection) -> Answer:
        known = await service.find(connection, door.caller.user_id, day)
        if known is not None:
            door.if_match(FreezeView.model_validate(known))
        elif "if-match" in door.request.headers:
            raise StaleVersion
        frozen = await service.freeze(connection, door.caller.user_id, day)
        return Answer(FreezeView.model_validate(frozen))

    return await door.change(work)


@router.get("", response_model=FrozenMonth, summary="Frozen days of a month")
async def list_frozen_days(
    door: ServiceDoor,
    month: Annotated[
        Month | None, Query(description="Default: the current month in the profile's time zone.")
    ] = None,
) -> Response:
    """The days that the caller has frozen, and how many more can be."""
    await counting.catch_up(door.database, door.caller.user_id)

    async def work(connection: AsyncConnection) -> Answer:
        return Answer(await service.of_month(connection, door.caller.user_id, month))

    return await door.read(work)
