"""``/api/v1/sessions/stats`` and ``/calendar``: what one's own practices come to."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response

from kit.door import Answer, ServiceDoor, to_json
from kit.etags import etag_of
from stats_worker.counting import service as counting
from stats_worker.figures import service
from stats_worker.figures.schemas import Calendar, PracticeStatistics
from stats_worker.local_dates import Month

router = APIRouter(prefix="/api/v1/sessions", tags=["practice statistics"])


@router.get("/stats", response_model=PracticeStatistics, summary="Statistics")
async def get_practice_statistics(door: ServiceDoor) -> Response:
    """The caller's figures. They include every change that was answered before, whatever the workers' backlog."""
    await counting.catch_up(door.database, door.caller.user_id)

    async def work(connection: AsyncConnection) -> Answer:
        statistics = await service.statistics(connection, door.caller.user_id)
        # Without the time of reading, which would make each answer another one.
        etag = etag_of(to_json(statistics.model_dump(mode="json", exclude={"as_of"})))
        return Answer(statistics, headers={"ETag": etag})

    return await door.read(work)


@router.get("/calendar", response_model=Calendar, summary="Calendar of a month")
async def get_practice_calendar(
    door: ServiceDoor,
    month: Annotated[
        Month | None, Query(description="Default: the current month in the profile's time zone.")
    ] = None,
) -> Response:
    """Every day of a month with the caller's practices, by the date on which they started where the caller was."""
    await counting.catch_up(door.database, door.caller.user_id)

    async def work(connection: AsyncConnection) -> Answer:
        return Answer(await service.calendar(connection, door.caller.user_id, month))

    return await door.read(work)
