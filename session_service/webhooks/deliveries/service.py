"""Use cases about deliveries: the log, a test, sending again; and what the housekeeping needs."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from session_service.webhooks import errors
from session_service.webhooks.deliveries import repository, rules
from session_service.webhooks.deliveries.repository import Delivery
from session_service.webhooks.rules import TESTS_AT_MOST, DisabledReason, Webhook

DELIVERED_KEPT = timedelta(days=30)
"""How long the log of what was delivered is kept."""

FAILED_KEPT = timedelta(days=90)
"""How long what was given up is kept, for its owner to have it sent again."""


async def page(
    connection: AsyncConnection, webhook: Webhook, *, before: tuple[datetime, UUID] | None, limit: int
) -> list[Delivery]:
    """A webhook's deliveries newest first, from ``before`` (exclusive) on."""
    return await repository.page(connection, webhook.id, before=before, limit=limit)


async def test(connection: AsyncConnection, user_id: UUID, webhook: Webhook) -> Delivery:
    """Queues a message for a locked webhook that just says that it works. Raises WebhookDisabled, TooManyTests."""
    if not webhook.enabled:
        raise errors.WebhookDisabled
    if await repository.waiting_tests(connection, webhook.id) >= TESTS_AT_MOST:
        raise errors.TooManyTests
    message = rules.test_message(webhook.id, await repository.clock(connection))
    delivery_id = await repository.add_test(connection, webhook.id, user_id, message)
    return await _found(connection, webhook, delivery_id)


async def redeliver(connection: AsyncConnection, webhook: Webhook, delivery_id: UUID) -> Delivery:
    """Sends a delivery of a locked webhook again under its id, whatever came of it.

    Raises DeliveryNotFound, WebhookDisabled.
    """
    await _found(connection, webhook, delivery_id)
    if not webhook.enabled:
        raise errors.WebhookDisabled
    await repository.again(connection, webhook.id, delivery_id)
    return await _found(connection, webhook, delivery_id)


async def disable(connection: AsyncConnection, webhook_id: UUID, reason: DisabledReason) -> None:
    """Sends nothing more to a locked webhook. What waits is given up, and kept with the reason."""
    await repository.disable(connection, webhook_id, reason)


async def expire(connection: AsyncConnection, limit: int) -> int:
    """Deletes up to ``limit`` deliveries that have been kept for long enough; how many. For the housekeeping."""
    return await repository.expire(connection, limit, delivered=DELIVERED_KEPT, failed=FAILED_KEPT)


async def _found(connection: AsyncConnection, webhook: Webhook, delivery_id: UUID) -> Delivery:
    delivery = await repository.load(connection, webhook.id, delivery_id)
    if delivery is None:
        raise errors.DeliveryNotFound
    return delivery
