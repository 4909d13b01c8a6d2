"""The doors of appeals: ``/api/session/{id}/appeal``, and what operators have to decide."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.door import Answer, ServiceDoor
from kit.identity import OperatorRequired
from kit.page_parameters import Cursor, Limit
from kit.pages import decode_cursor, page
from kit.responses import refusals
from session_service.buddy import service as buddy
from session_service.buddy.appeals import errors, rules, service
from session_service.buddy.appeals.schemas import AppealPage, AppealView, Decision, NewAppeal
from session_service.buddy.errors import NotAParticipant, SessionNotFound

router = APIRouter(prefix="/api/session", tags=["buddy sessions"])


@router.get(
    "/appeals",
    response_model=AppealPage,
    summary="Appeals to decide",
    responses=refusals(OperatorRequired),
)
async def list_appeals(door: ServiceDoor, limit: Limit = 20, cursor: Cursor = None) -> Response:
    """For operators: every appeal that is open, those that have waited longest first."""
    after = None if cursor is None else decode_cursor(cursor, (datetime, UUID, UUID))

    async def work(connection: AsyncConnection) -> Answer:
        found = await service.to_decide(connection, door.caller, after=after, limit=limit + 1)
        items, next_cursor = page(found, limit, lambda one: (one.created_at, one.session_id, one.user_id))
        return Answer(
            AppealPage(items=[AppealView.model_validate(one) for one in items], next_cursor=next_cursor)
        )

    return await door.read(work)


@router.post(
    "/{session_id}/appeal",
    response_model=AppealView,
    status_code=201,
    summary="Appeal against a no-show",
    description=f"Who was marked absent says that it was otherwise, within {rules.APPEAL_WITHIN.days} days and once. "
    "From then on the penalty rests, until an operator decides. The buddy is told.",
    responses=refusals(
        SessionNotFound,
        NotAParticipant,
        errors.NothingToAppeal,
        errors.NotAbsent,
        errors.AlreadyAppealed,
        errors.AppealedTooLate,
    ),
)
async def appeal(door: ServiceDoor, session_id: UUID, body: NewAppeal) -> Response:  # noqa: D103 - described above

    async def work(connection: AsyncConnection) -> Answer:
        made = await service.appeal(connection, door.caller.user_id, session_id, body.reason)
        location = f"{router.prefix}/{session_id}/appeal"
        return Answer(AppealView.model_validate(made), status=201, headers={"Location": location})

    return await door.change(work, tags=[buddy.cache_tag(session_id)])


@router.get(
    "/{session_id}/appeal",
    response_model=AppealView,
    summary="The appeal against a no-show",
    responses=refusals(SessionNotFound, errors.AppealNotFound, NotAParticipant),
)
async def get_appeal(
    door: ServiceDoor,
    session_id: UUID,
    user_id: Annotated[
        UUID | None,
        Query(description="Whose appeal, where both have appealed. Default: one's own, else the open one."),
    ] = None,
) -> Response:
    """For the session's two buddies, and for operators."""

    async def work(connection: AsyncConnection) -> Answer:
        found = await service.find(connection, door.caller, session_id, user_id)
        return Answer(AppealView.model_validate(found))

    return await door.read(work)


@router.post(
    "/{session_id}/appeal/decision",
    response_model=AppealView,
    summary="Decide an appeal",
    responses=refusals(
        SessionNotFound,
        OperatorRequired,
        errors.AppealNotFound,
        errors.WhoseAppeal,
        errors.AlreadyDecided,
    ),
)
async def decide_appeal(door: ServiceDoor, session_id: UUID, body: Decision) -> Response:
    """For operators, once: upheld, the no-show does not count; rejected, it does. Both buddies are told."""

    async def work(connection: AsyncConnection) -> Answer:
        decided = await service.decide(
            connection,
            door.caller,
            session_id,
            upheld=body.upheld,
            reason=body.reason,
            user_id=body.user_id,
        )
        return Answer(AppealView.model_validate(decided))

    return await door.change(work, tags=[buddy.cache_tag(session_id)])
