"""Use cases of the notifications room: tell what happened, remind, show the inbox, mark it read."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from kit import contracts
from kit.outbox.deliveries import StoredEvent
from kit.outbox.events import Event, publish
from session_service.notifications import errors, repository, rules
from session_service.notifications.mail import service as mail
from session_service.notifications.notices import Notice
from session_service.notifications.reminders import rules as reminding
from session_service.notifications.reminders import service as reminders
from session_service.notifications.repository import Added, Notification


async def apply(connection: AsyncConnection, events: Sequence[StoredEvent]) -> None:
    """Tells a batch of events to the people in them, in a number of statements that does not depend on its size.

    Each is told once, however often it is applied. Whoever has no profile any more has no inbox, and is told nothing;
    nor is a deleted user's stand-in, whose name ("Deleted user") the others are told.
    The reminders of sessions that were planned, moved or called off are planned with it. Raises `rules.MalformedEvent`
    when one of the events cannot be understood; then none is told.
    """
    happenings = [(event.id, rules.read_event(event.type, event.data)) for event in events]
    # Before the mails of what is told, in the order in which `remind` has both.
    await reminders.plan(connection, events)
    people = {person for _, happening in happenings for person in happening.people()}
    names = await repository.display_names(connection, people)
    await tell(
        connection,
        [
            (event_id, notice)
            for event_id, happening in happenings
            for notice in happening.notices(names)
            if notice.user_id in names
        ],
    )


async def tell(connection: AsyncConnection, notices: Sequence[tuple[UUID, Notice]]) -> int:
    """Puts notices, each with the id of what it tells of, into inboxes, and plans mails of them; how many were new.

    The same id is told to the same user once, in each kind. All of them must have profiles; a deleted user's
    stand-in is told nothing.
    """
    added = await repository.add(connection, notices)
    if added:
        await mail.plan(connection, [(entry.id, entry.user_id, entry.kind) for entry in added])
        await publish(connection, [_created(added)])
    return len(added)


async def remind(connection: AsyncConnection, limit: int) -> int:
    """Reminds of sessions that are about to begin: settles up to ``limit`` reminders that are due; how many.

    Any number may do it at once: each is told once.
    """
    settled, due = await reminders.take_due(connection, limit)
    names = await repository.display_names(
        connection, {person for session, _ in due for person in session.user_ids}
    )
    await tell(
        connection,
        [
            (
                reminding.event_id(session.id, session.scheduled_time),
                reminding.notice(session, user_id, names),
            )
            for session, user_id in due
            if user_id in names
        ],
    )
    return settled


async def expire(connection: AsyncConnection, limit: int) -> int:
    """Deletes what nobody needs any more of reminders and mails, up to ``limit`` of each; how many of the more."""
    return max(await reminders.expire(connection, limit), await mail.expire(connection, limit))


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
