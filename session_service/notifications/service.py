"""Use cases of the notifications room: tell what happened, show the inbox, mark it read."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from kit.outbox.deliveries import StoredEvent
from session_service.notifications import errors, repository, rules
from session_service.notifications.repository import Notification


async def apply(connection: AsyncConnection, events: Sequence[StoredEvent]) -> None:
    """Tells a batch of events to the people in them: two statements, however many events.

    Each is told once, however often it is applied. Whoever has no profile any more has no inbox, and is told nothing.
    Raises `rules.MalformedEvent` when one of the events cannot be understood; then none is told.
    """
    happenings = [(event.id, rules.read_event(event.type, event.data)) for event in events]
    people = {person for _, happening in happenings for person in happening.people()}
    names = await repository.display_names(connection, people)
    await repository.add(
        connection,
        [
            (event_id, notice)
            for event_id, happening in happenings
            for notice in happening.notices(names)
            if notice.user_id in names
        ],
    )


async def page(
    connection: AsyncConnection,
    user_id: UUID,
    *,
    unread: bool,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> tuple[list[Notification], int]:
    """The user's inbox newest first, from ``before`` (exclusive) on, and how many of all entries are unread."""
    return await repository.page(connection, user_id, unread=unread, before=before, limit=limit)


async def mark_read(connection: AsyncConnection, user_id: UUID, notification_id: UUID) -> Notification:
    """Marks one entry read, once: later readings keep the first time. Raises `errors.NotificationNotFound`."""
    notification = await repository.mark_read(connection, user_id, notification_id)
    if notification is None:
        raise errors.NotificationNotFound
    return notification


async def mark_all_read(connection: AsyncConnection, user_id: UUID) -> int:
    """Marks every unread entry of the user read; how many they were."""
    return await repository.mark_all_read(connection, user_id)
