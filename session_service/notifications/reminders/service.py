"""Use cases of reminders: plan them as sessions are planned, moved and called off, and find out which hold.

A session's row is held while its reminders are planned or looked at. So whoever plans last has seen the session last,
in whichever order events come; and a session that is moved or called off is so either before its reminder is looked
at, or after it was told.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from kit.contracts import SESSION_CANCELLED, SESSION_RESCHEDULED, SESSION_SCHEDULED
from kit.outbox.deliveries import StoredEvent
from session_service.notifications.reminders import repository, rules
from session_service.notifications.reminders.repository import Row
from session_service.notifications.reminders.rules import Replan, Session

PLANNING = frozenset({SESSION_SCHEDULED, SESSION_RESCHEDULED, SESSION_CANCELLED})
"""The events after which there may be something else to remind of."""


async def plan(connection: AsyncConnection, events: Sequence[StoredEvent]) -> None:
    """Makes the reminders of the sessions that these events are of what they should be, as the sessions are now."""
    planned_at = {UUID(event.data["session_id"]): event.time for event in events if event.type in PLANNING}
    if not planned_at:
        return
    sessions = await repository.hold_sessions(connection, list(planned_at))
    await repository.plan(
        connection,
        [
            Row(
                session.id,
                user_id,
                session.scheduled_time,
                rules.due_at(session.scheduled_time, planned_at[session.id]),
            )
            for session in sessions
            if session.status in rules.OPEN
            for user_id in session.user_ids
        ],
    )
    await repository.forget(
        connection, [session.id for session in sessions if session.status not in rules.OPEN]
    )


async def take_due(connection: AsyncConnection, limit: int) -> tuple[int, list[tuple[Session, UUID]]]:
    """Settles up to ``limit`` due reminders: how many they were, and who is to be reminded now of which session.

    Whoever calls this tells them in the same transaction. What others have in hand is passed over.
    """
    due, now = await repository.take_due(connection, limit)
    if now is None:
        return 0, []
    held = await repository.hold_sessions(connection, [reminder.session_id for reminder in due], wait=False)
    sessions = {session.id: session for session in held}
    settled, told = [], []
    for reminder in due:
        session = sessions.get(reminder.session_id)
        if session is None:
            continue
        decision = rules.decide(reminder, session, now)
        if decision is True:
            told.append((session, reminder.user_id))
        replanned = decision if isinstance(decision, Replan) else Replan(reminder.scheduled_time, None)
        settled.append(Row(reminder.session_id, reminder.user_id, replanned.scheduled_time, replanned.due_at))
    await repository.settle(connection, settled)
    return len(settled), told


async def expire(connection: AsyncConnection, limit: int) -> int:
    """Deletes reminders that nobody needs any more; how many."""
    return await repository.expire(connection, limit)
