"""Use cases of the notifications room: tell what happened, show the inbox, mark it read."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from kit import contracts
from kit.outbox.deliveries import StoredEvent
from kit.outbox.events import Event, publish
from session_service.notifications import errors, repository, rules
from session_service.notifications.repository import Added, Notification


async def apply(connection: AsyncConnection, events: Sequence[StoredEvent]) -> None:
    """Tells a batch of events to the people in them, and that they were told: three statements, however many events.

    Each is told once, however often it is applied. Whoever has no profile any more has no inbox, and is told nothing.
    Raises `rules.MalformedEvent` when one of the events cannot be understood; then none is told.
    """
    happenings = [(event.id, rules.read_event(event.type, event.data)) for event in events]
    people = {person for _, happening in happenings for person in happening.people()}
    names = await repository.display_names(connection, people)
    added = await repository.add(
        connection,
        [
            (event_id, notice)
            for event_id, happening in happenings
            for notice in happening.notices(names)
            if notice.user_id in names
        ],
    )
    if added:
        await publish(connection, [_created(added)])


async def titles(connection: AsyncConnection, notification_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What stands over these entries, whosever they are; for a worker. One that is gone is not in it."""
    return await repository.titles(connection, notification_ids)


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


def _created(added: Sequence[Added]) -> Event:
    data: contracts.NotificationsCreatedData = {
        "notifications": [
            {
                "id": str(entry.id),
                "user_id": str(entry.user_id),
                "kind": entry.kind,
                "session_id": None if entry.session_id is None else str(entry.session_id),
            }
            for entry in added
        ]
    }
    return Event(contracts.NOTIFICATIONS_CREATED, subject="notifications", data=data)
