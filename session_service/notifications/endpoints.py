"""``/api/notifications``: the inbox, and marking it read."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response

from kit.door import Answer, ServiceDoor
from kit.page_parameters import Cursor, Limit
from kit.pages import decode_cursor, page
from kit.responses import refusals
from kit.schemas import NoFields
from session_service.notifications import errors, service
from session_service.notifications.schemas import InboxView, NotificationView, ReadAllView

router = APIRouter(prefix="/api/notifications", tags=["notifications"])

UnreadOnly = Annotated[bool, Query(description="Whether only unread ones are wanted.")]


@router.get("", response_model=InboxView, summary="The inbox")
async def list_notifications(
    door: ServiceDoor, limit: Limit = 20, cursor: Cursor = None, unread: UnreadOnly = False
) -> Response:
    """What has happened to the caller, newest first, and how much of it is unread."""
    before = None if cursor is None else decode_cursor(cursor, (datetime, UUID))

    async def work(connection: AsyncConnection) -> Answer:
        found, unread_count = await service.page(
            connection, door.caller.user_id, unread=unread, before=before, limit=limit + 1
        )
        shown, next_cursor = page(found, limit, lambda entry: (entry.created_at, entry.id))
        items = [NotificationView.model_validate(entry) for entry in shown]
        return Answer(InboxView(items=items, unread=unread_count, next_cursor=next_cursor))

    return await door.read(work)


@router.post("/read-all", response_model=ReadAllView, summary="Mark the whole inbox read")
async def read_all_notifications(door: ServiceDoor, body: NoFields | None = None) -> Response:
    """Every unread entry is read now, on whatever page."""

    async def work(connection: AsyncConnection) -> Answer:
        updated = await service.mark_all_read(connection, door.caller.user_id)
        return Answer(ReadAllView(updated=updated, unread=0))

    return await door.change(work)


@router.post(
    "/{notification_id}/read",
    response_model=NotificationView,
    summary="Mark one notification read",
    responses=refusals(errors.NotificationNotFound),
)
async def read_notification(
    door: ServiceDoor, notification_id: UUID, body: NoFields | None = None
) -> Response:
    """The notification, with the time at which it was first read: reading it again changes nothing."""

    async def work(connection: AsyncConnection) -> Answer:
        notification = await service.mark_read(connection, door.caller.user_id, notification_id)
        return Answer(NotificationView.model_validate(notification))

    return await door.change(work)
