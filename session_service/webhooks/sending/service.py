"""Use cases of sending, as the courier's role: notifications become deliveries, and outcomes are noted."""

import random
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from kit import contracts
from kit.outbox.deliveries import StoredEvent
from kit.outbox.events import Event, publish
from session_service.webhooks.deliveries import service as deliveries
from session_service.webhooks.deliveries.rules import Outcome, Patience, judge
from session_service.webhooks.rules import DisabledReason, is_wanted
from session_service.webhooks.sending import repository
from session_service.webhooks.sending.repository import Parcel

log = structlog.get_logger(__name__)


class MalformedEvent(Exception):
    """The event does not say which notifications were created."""


async def apply(connection: AsyncConnection, events: Sequence[StoredEvent]) -> None:
    """Queues what was created for every endpoint whose owner wants it, in two statements, however many events.

    An endpoint gets a notification once, however often it is told of. Raises `MalformedEvent`.
    """
    wanting = await repository.wanting(connection, [one for event in events for one in _created(event)])
    await repository.add(connection, [one for one in wanting if is_wanted(one.preferences, one.told.kind)])


async def take(
    connection: AsyncConnection, limit: int, *, per_host: int, per_user: int, lease: timedelta
) -> list[Parcel]:
    """Begins attempts for up to ``limit`` endpoints: for each of what fell due first, while nobody else sends to it."""
    leased = await repository.lease(connection, limit, per_host=per_host, per_user=per_user, lasts=lease)
    if not leased:
        return []
    parcels = await repository.begin(connection, leased)
    idle = set(leased) - {parcel.endpoint_id for parcel in parcels}
    if idle:
        await repository.release(connection, sorted(idle))
    return parcels


async def finish(
    connection: AsyncConnection,
    parcel: Parcel,
    outcome: Outcome,
    *,
    took: timedelta,
    patience: Patience,
    keep: timedelta | None,
) -> Parcel | None:
    """Notes what came of an attempt, with all that follows from it. What to send next to the same endpoint, if any.

    With ``keep`` the endpoint stays leased for so long when there is more to be sent to it at once. Of an attempt that
    took longer than its lease, while somebody else leased the endpoint, nothing counts but that the receiver has it. Of
    one that went to an address which its owner has changed meanwhile, nothing counts against the new one.
    """
    standing = await repository.standing(connection, parcel)
    if standing is None:
        return None
    if not standing.current and not outcome.accepted:
        await repository.note(connection, parcel, outcome, None, took)
        return None
    verdict = judge(
        Outcome(None, outcome.error) if standing.moved and not outcome.accepted else outcome,
        attempts=standing.attempts,
        failing_for=timedelta(0) if standing.moved else standing.failing_for,
        patience=patience,
        random=random.random(),  # noqa: S311 - jitter, no secret
    )
    await repository.note(connection, parcel, outcome, verdict, took)
    if not standing.current:
        return None
    if verdict.disables is not None and standing.enabled:
        await deliveries.disable(connection, parcel.endpoint_id, verdict.disables)
        await publish(connection, [_disabled(parcel, verdict.disables)])
        log.info("webhook_disabled", webhook_id=str(parcel.endpoint_id), reason=verdict.disables)
    more = await repository.settle(
        connection,
        parcel.endpoint_id,
        failed=None if standing.moved else not outcome.accepted,
        hold=verdict.hold,
        keep=keep,
    )
    if keep is None:
        return None
    following = await repository.begin(connection, [parcel.endpoint_id]) if more else []
    if not following:
        await repository.release(connection, [parcel.endpoint_id])
        return None
    return following[0]


async def give_back(connection: AsyncConnection, parcel: Parcel) -> None:
    """Ends the lease of an attempt that was cut off: the next one may begin at once."""
    standing = await repository.standing(connection, parcel)
    if standing is not None and standing.current:
        await repository.release(connection, [parcel.endpoint_id])


def _created(event: StoredEvent) -> list[UUID]:
    if event.type != contracts.NOTIFICATIONS_CREATED:
        raise MalformedEvent(f"nothing is sent about events of type {event.type!r}")
    try:
        return [UUID(entry["id"]) for entry in event.data["notifications"]]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedEvent(f"{event.type}: {type(error).__name__}") from error


def _disabled(parcel: Parcel, reason: DisabledReason) -> Event:
    data: contracts.WebhookDisabledData = {
        "webhook_id": str(parcel.endpoint_id),
        "user_id": str(parcel.user_id),
        "reason": reason,
    }
    return Event(contracts.WEBHOOK_DISABLED, subject=f"webhook/{parcel.endpoint_id}", data=data)
