"""``/api/reputation/reversals``."""

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response

from kit.door import Answer, ServiceDoor
from kit.identity import OperatorRequired
from kit.responses import refusals
from reputation_service.reversals import service
from reputation_service.reversals.errors import AlreadyReversed, NothingBooked
from reputation_service.reversals.schemas import ReversalBody, ReversalView

router = APIRouter(prefix="/api/reputation", tags=["reputation"])


@router.post(
    "/reversals",
    response_model=ReversalView,
    status_code=201,
    summary="Take a session's effects back",
    responses=refusals(OperatorRequired, NothingBooked, AlreadyReversed),
)
async def reverse_session(door: ServiceDoor, body: ReversalBody) -> Response:
    """For operators. Entries of the opposite sign are added to the ledger; counters and ranks follow at once.

    Badges stay. Whatever else becomes known of the session later, a decision on an appeal, say, books nothing any more.
    """

    async def work(connection: AsyncConnection) -> Answer:
        # Asked first: nobody else learns which sessions there are.
        if not door.caller.is_operator:
            raise OperatorRequired
        view = await service.reverse(connection, door.caller.user_id, body.session_id, body.reason)
        return Answer(view, status=201)

    return await door.change(work)
