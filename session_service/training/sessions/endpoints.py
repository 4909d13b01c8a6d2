"""The doors of training sessions: ``/api/sessions``."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.door import Answer, ServiceDoor
from kit.page_parameters import Cursor, Limit
from kit.pages import InvalidCursor, decode_cursor, page
from kit.responses import refusals
from session_service.training import errors, rules
from session_service.training.schemas import IsoDate, Offset, Pagination
from session_service.training.sessions import service
from session_service.training.sessions.repository import Order, Sort, Wanted
from session_service.training.sessions.schemas import (
    AuditItem,
    AuditPage,
    CompleteSessionRequest,
    CreateSessionRequest,
    SessionList,
    SessionResponse,
    UpdateSessionRequest,
    session_body,
    session_summary,
)

router = APIRouter(tags=["training sessions"])


def _session_id(session_id: Annotated[str, Path(json_schema_extra={"format": "uuid"})]) -> UUID:
    # Nothing can have an id that is none: not found, not invalid.
    parsed = rules.parse_id(session_id)
    if parsed is None:
        raise errors.SessionNotFound
    return parsed


SessionId = Annotated[UUID, Depends(_session_id)]


def _after(cursor: Cursor = None) -> int:
    # A bad value in a query is answered in one way here, cursors included.
    try:
        return 0 if cursor is None else int(decode_cursor(cursor, (int,))[0])
    except InvalidCursor as invalid:
        raise RequestValidationError(invalid.extra["errors"]) from invalid


After = Annotated[int, Depends(_after)]


@router.post(
    "/api/sessions",
    response_model=SessionResponse,
    status_code=201,
    summary="Start a session",
    responses=refusals(errors.UnknownPlan, errors.SessionAlreadyOpen),
)
async def start_training_session(door: ServiceDoor, body: CreateSessionRequest) -> Response:
    """Starts a session from one of the user's plans, of which a copy is kept. One session at a time."""

    async def work(connection: AsyncConnection) -> Answer:
        session = await service.start(
            connection,
            door.caller.user_id,
            plan_id=body.plan_id,
            on=body.date,
            structure=None if body.session is None else body.session.as_sent(),
        )
        return Answer(session_body(session), status=201, headers={"Location": f"/api/sessions/{session.id}"})

    return await door.change(work)


@router.get("/api/sessions", response_model=SessionList, summary="The user's sessions")
async def list_training_sessions(
    door: ServiceDoor,
    plan_id: Annotated[UUID | None, Query(description="Only those started from this plan.")] = None,
    date_from: Annotated[IsoDate | None, Query(description="The first day, inclusive.")] = None,
    date_to: Annotated[IsoDate | None, Query(description="The last day, inclusive.")] = None,
    completed: Annotated[bool | None, Query(description="Only completed ones, or only the open one.")] = None,
    limit: Limit = 20,
    offset: Offset = 0,
    sort: Sort = Sort.DATE,
    order: Order = Order.DESC,
) -> Response:
    """Sessions without their structures. By `ended_at`, the open one counts as the latest."""
    wanted = Wanted(plan_id=plan_id, date_from=date_from, date_to=date_to, completed=completed)

    async def work(connection: AsyncConnection) -> Answer:
        sessions, total = await service.page(
            connection, door.caller.user_id, wanted, sort=sort, order=order, limit=limit, offset=offset
        )
        return Answer(
            {
                "data": [session_summary(session) for session in sessions],
                "pagination": Pagination(total=total, limit=limit, offset=offset),
            }
        )

    return await door.read(work)


@router.get(
    "/api/sessions/{session_id}",
    response_model=SessionResponse,
    summary="One of the user's sessions",
    responses=refusals(errors.SessionNotFound),
)
async def get_training_session(door: ServiceDoor, session_id: SessionId) -> Response:
    """The session with its structure, and the plan as it was when it started."""

    async def work(connection: AsyncConnection) -> Answer:
        return Answer(session_body(await service.find(connection, session_id)))

    return await door.read(work)


@router.patch(
    "/api/sessions/{session_id}",
    response_model=SessionResponse,
    summary="Store how far a session has come",
    responses=refusals(errors.SessionNotFound, errors.SessionCompleted),
)
async def update_training_session(
    door: ServiceDoor, session_id: SessionId, body: UpdateSessionRequest
) -> Response:
    """Replaces the structure of an open session."""

    async def work(connection: AsyncConnection) -> Answer:
        if "if-match" in door.request.headers:
            door.if_match(session_body(await service.find_open(connection, session_id)))
        session = await service.update(connection, door.caller.user_id, session_id, body.session.as_sent())
        return Answer(session_body(session))

    return await door.change(work)


@router.post(
    "/api/sessions/{session_id}/complete",
    response_model=SessionResponse,
    summary="Complete a session",
    responses=refusals(errors.SessionNotFound, errors.SessionCompleted),
)
async def complete_training_session(
    door: ServiceDoor, session_id: SessionId, body: CompleteSessionRequest | None = None
) -> Response:
    """Ends an open session. A completed one stays as it is."""
    structure = None if body is None or body.session is None else body.session.as_sent()

    async def work(connection: AsyncConnection) -> Answer:
        return Answer(
            session_body(await service.complete(connection, door.caller.user_id, session_id, structure))
        )

    return await door.change(work)


@router.get(
    "/api/sessions/{session_id}/audit",
    response_model=AuditPage,
    summary="What was done with a session",
    responses=refusals(errors.SessionNotFound),
)
async def get_training_session_audit(
    door: ServiceDoor, session_id: SessionId, after: After, limit: Limit = 100
) -> Response:
    """Start, updates and completion, oldest first, each with its time and the request that did it."""

    async def work(connection: AsyncConnection) -> Answer:
        found = await service.audit(connection, session_id, after=after, limit=limit + 1)
        entries, next_cursor = page(found, limit, lambda entry: (entry.id,))
        return Answer(
            AuditPage(items=[AuditItem.model_validate(entry) for entry in entries], next_cursor=next_cursor)
        )

    return await door.read(work)
