"""``/api/reputation/leaderboard`` and ``/api/reputation/distribution``."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response

from kit.door import Answer, ServiceDoor
from kit.identity import OperatorRequired
from kit.page_parameters import Cursor, Limit
from kit.pages import InvalidCursor
from kit.responses import refusals
from reputation_service.standings import service
from reputation_service.standings.schemas import DistributionView, LeaderboardPage
from reputation_service.standings.service import Board

router = APIRouter(prefix="/api/reputation", tags=["reputation"])

By = Annotated[Board, Query(description="What users are ranked by.")]


@router.get(
    "/leaderboard",
    response_model=LeaderboardPage,
    summary="The leaderboard",
    responses=refusals(InvalidCursor),
)
async def get_leaderboard(
    door: ServiceDoor,
    by: By = Board.COMPLETED_SESSIONS,
    limit: Limit = 20,
    cursor: Cursor = None,
    around: Annotated[
        Literal["me"] | None,
        Query(
            description="`me`: as many users around the caller as `limit` says, the caller in the middle. With a "
            "`cursor` it says nothing: the page goes on where the cursor does."
        ),
    ] = None,
) -> Response:
    """Users by value, equals by who reached it earliest. Pages follow one another by `next_cursor`.

    Who moves while somebody is turning pages may be seen twice or not at all. Who has no history is on no board.
    """

    async def work(connection: AsyncConnection) -> Answer:
        page = await service.leaderboard(
            connection, door.caller.user_id, by, limit=limit, cursor=cursor, around_caller=around == "me"
        )
        return Answer(page)

    return await door.read(work)


@router.get(
    "/distribution",
    response_model=DistributionView,
    summary="How users are distributed",
    responses=refusals(OperatorRequired),
)
async def get_distribution(door: ServiceDoor, by: By = Board.COMPLETED_SESSIONS) -> Response:
    """For operators: a histogram of users, and how many of their sessions they complete."""

    async def work(connection: AsyncConnection) -> Answer:
        if not door.caller.is_operator:
            raise OperatorRequired
        return Answer(await service.distribution(connection, by))

    return await door.read(work)
