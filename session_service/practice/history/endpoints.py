"""The door of the history: ``/api/v1/sessions/history``."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.door import Answer, ServiceDoor
from kit.page_parameters import Cursor, Limit
from kit.pages import decode_cursor, page
from kit.schemas import PathId64
from session_service.practice.history import service
from session_service.practice.history.repository import HistoryFilter
from session_service.practice.history.schemas import Bound, HistoryItem, HistoryPage
from session_service.practice.rules import CompletionStatus

router = APIRouter(prefix="/api/v1/sessions", tags=["practice sessions"])


@router.get("/history", response_model=HistoryPage, summary="The user's practices, newest first")
async def list_practices(
    door: ServiceDoor,
    since: Annotated[
        Bound | None,
        Query(alias="from", description="A date (of `local_date`) or a moment (of `started_at`), inclusive."),
    ] = None,
    until: Annotated[
        Bound | None, Query(alias="to", description="The other end, in the same forms; inclusive, too.")
    ] = None,
    completion_status: Annotated[
        CompletionStatus | None, Query(description="Only those; active ones are `abandoned` so far.")
    ] = None,
    sequence_id: Annotated[PathId64 | None, Query(description="Only those of this sequence.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """All practices of the caller, active ones as well."""
    before = None if cursor is None else decode_cursor(cursor, (datetime, int))
    wanted = HistoryFilter(since, until, completion_status, sequence_id)

    async def work(connection: AsyncConnection) -> Answer:
        found = await service.page(connection, door.caller.user_id, wanted, before=before, limit=limit + 1)
        items, next_cursor = page(found, limit, lambda one: (one.started_at, one.session_id))
        return Answer(HistoryPage(items=[HistoryItem.of(one) for one in items], next_cursor=next_cursor))

    return await door.read(work)
