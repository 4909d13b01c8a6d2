"""``/api/reputation``: one's own and other people's standing, and one's own ledger."""

from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response

from kit.door import Answer, ServiceDoor
from kit.page_parameters import Cursor, Limit
from reputation_service.ledger import service
from reputation_service.ledger.schemas import LedgerPage, ReputationView

router = APIRouter(prefix="/api/reputation", tags=["reputation"])


@router.get("/me", response_model=ReputationView, summary="One's own reputation")
async def get_my_reputation(door: ServiceDoor) -> Response:
    """The caller's counters, rank and badges."""
    return await _reputation(door, door.caller.user_id)


@router.get("/me/ledger", response_model=LedgerPage, summary="One's own ledger")
async def get_my_ledger(door: ServiceDoor, limit: Limit = 20, cursor: Cursor = None) -> Response:
    """Every entry that the caller's counters are the sums of, newest first."""

    async def work(connection: AsyncConnection) -> Answer:
        page = await service.ledger_of(connection, door.caller.user_id, limit=limit, cursor=cursor)
        return Answer(page)

    return await door.read(work)


# After every fixed path: "me" is no user id.
@router.get("/{user_id}", response_model=ReputationView, summary="A user's reputation")
async def get_reputation(door: ServiceDoor, user_id: UUID) -> Response:
    """A user's counters, rank and badges: all that others may see. Zeros for a user without history."""
    return await _reputation(door, user_id)


async def _reputation(door: ServiceDoor, user_id: UUID) -> Response:
    async def work(connection: AsyncConnection) -> Answer:
        return Answer(await service.reputation_of(connection, user_id))

    return await door.read(work)
