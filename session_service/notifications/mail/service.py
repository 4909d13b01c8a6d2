"""Use cases of mail: plan it with the notifications, look at it again when its time has come, store its outcome."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from kit.outbox.events import uuid7
from session_service.notifications.mail import repository, rules
from session_service.notifications.mail.outcomes import Accepted, BrokenOff, Held, Outcome, Refused
from session_service.notifications.mail.repository import Planned, Taken
from session_service.notifications.mail.rules import Drop, Mail, Patience, Postpone, Send

KEPT = timedelta(days=30)
"""How long it is remembered what has become of a mail; dead letters stay."""


async def plan(connection: AsyncConnection, added: Sequence[tuple[UUID, UUID, str]]) -> None:
    """Plans mails about notifications (id, user, kind) that are new, in their transaction and in three statements."""
    found, now = await repository.recipients(connection, {user_id for _, user_id, _ in added})
    if now is None:
        return
    recipients: Mapping[UUID, rules.Recipient] = {recipient.user_id: recipient for recipient in found}
    repeated = await repository.repeated(
        connection,
        [notification_id for notification_id, user_id, _ in added if user_id in recipients],
        rules.REPEATED,
    )
    planned = []
    for notification_id, user_id, kind in added:
        recipient = recipients.get(user_id)
        plan = (
            None
            if recipient is None
            else rules.plan(recipient, kind, now, repeated=notification_id in repeated)
        )
        if plan is not None:
            planned.append(Planned(uuid7(), user_id, notification_id, plan.due_at, plan.gathering))
    await repository.plan(connection, planned)


async def look(connection: AsyncConnection, taken: Taken) -> tuple[Mail, Send] | None:
    """The mail, and what is to be sent of it, if it is to be sent now.

    If not it is postponed or dropped here, or somebody else's by now. The mail stays locked.
    """
    mail = await repository.look(connection, taken)
    if mail is None:
        return None
    match rules.decide(mail):
        case Send() as send:
            return mail, send
        case Postpone(until):
            await repository.postpone(connection, taken, until)
        case Drop(reason):
            await repository.drop(connection, taken, reason)
    return None


async def store(connection: AsyncConnection, taken: Taken, outcome: Outcome, patience: Patience) -> str:
    """Stores what came of handing a mail over, and what follows; in a word, for the log."""
    match outcome:
        case Accepted():
            return "sent" if await repository.succeed(connection, taken) else "overtaken"
        case Held():
            # Whoever held it back has seen to it, but for an address that has just been changed.
            return "held"
        case BrokenOff():
            await repository.postpone(connection, taken, None)
            return "given_back"
        case Refused(reason, for_good=True):
            await repository.fail(connection, taken, reason)
            return "dead"
        case Refused(reason):
            return await _refused_for_now(connection, taken, reason, patience)
        case _:
            await repository.fail(connection, taken, outcome.reason, uncertain=True)
            return "unknown"


async def _refused_for_now(connection: AsyncConnection, taken: Taken, reason: str, patience: Patience) -> str:
    tried = await repository.count_attempt(connection, taken, reason)
    if tried is None:
        return "overtaken"
    again = rules.try_again_at(tried.attempts, tried.first_tried_at, tried.now, patience)
    if again is None:
        await repository.fail(
            connection, taken, f"given up after {tried.attempts} attempts; the last one: {reason}"
        )
        return "dead"
    await repository.postpone(connection, taken, again)
    return "refused"


async def expire(connection: AsyncConnection, limit: int) -> int:
    """Deletes mails whose fate nobody needs to know any more; how many."""
    return await repository.expire(connection, KEPT, limit)
